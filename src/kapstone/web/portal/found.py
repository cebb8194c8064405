"""What we found: a signed screening decision in the person's own words, also when it is no."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kapstone.web import clock
from kapstone.web.portal.own import my_course
from kapstone.web.records import telling
from kapstone.web.records.access import actor, only_for


@only_for("see my own")
@require_GET
def what_we_found(request: HttpRequest) -> HttpResponse:
    """The decision that holds; what it rests on as it stood, what comes next, whom to call."""
    user = actor(request)
    row = telling.decided(my_course(user))
    if row is None:
        raise Http404("Your team has not decided yet. You will find it on your first page.")
    summary = telling.of_decision(row, now=timezone.localtime(clock.now()))
    if not summary.held:
        telling.note_reading(row, user)
    words = {"summary": summary}
    return render(request, "portal/what_we_found.html", words)
