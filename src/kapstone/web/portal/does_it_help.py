"""The plain page of how it went for many people: for everybody, and for those who are cared for."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from kapstone import stories as rules
from kapstone.web import clock
from kapstone.web.records import effectiveness as read
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.models import EffectivenessShown


@login_not_required
@never_cache
@require_safe
def does_it_help(request: HttpRequest) -> HttpResponse:
    """What may be told to everybody of each practice whose owner opened it."""
    # Whoever is logged in here: the page is the same for everybody, and knows nobody.
    request.user = AnonymousUser()
    words = {"told": read.published(clock.now()), "most_hidden": rules.fewest() - 1}
    answer = render(request, "portal/does_it_help.html", words)
    answer["X-Robots-Tag"] = "noindex, noarchive"
    return answer


@only_for("see my own")
@require_GET
def own_does_it_help(request: HttpRequest) -> HttpResponse:
    """The same for somebody who is cared for, of their own practice."""
    here, now = actor(request).practice, clock.now()
    row = EffectivenessShown.objects.now(here)
    told = read.plain_of(here, at=now) if here and row and row.shown else None
    words = {"practice": here, "each": told, "most_hidden": rules.fewest() - 1}
    return render(request, "portal/own_does_it_help.html", words)
