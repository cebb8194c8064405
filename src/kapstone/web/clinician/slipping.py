"""Whom to call before a fall becomes a relapse: why, since when, and what was tried."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from kapstone.pathway import watch
from kapstone.web import clock
from kapstone.web.records import audit
from kapstone.web.records import slipping as watching
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import next_steps as deeds
from kapstone.web.records.models import Course
from kapstone.web.records.refusals import LONGEST_REASON, Refused

A_PAGE = 25


class ContactForm(forms.Form):
    """What came of it."""

    outcome = forms.ChoiceField(choices=[*deeds.OUTCOMES.items()])
    words = forms.CharField(required=False, max_length=LONGEST_REASON)


@only_for("see whom to call")
@require_GET
def slipping(request: HttpRequest) -> HttpResponse:
    """Everybody who should be called, what is due first first."""
    user, now = actor(request), clock.now()
    page = Paginator(watching.people(user, now=now), A_PAGE).get_page(request.GET.get("page"))
    audit.record(user, "see who slips", people=sorted(row.course.person_id for row in page))
    words = {
        "rows": [shown(row) for row in page],
        "page": page,
        "now": now,
        "outcomes": deeds.OUTCOMES.items(),
        "may_open": may(user, "see charts"),
        "may_call": may(user, deeds.CALL),
        "reasons": watch.watch_rows(),
    }
    return render(request, "clinician/slipping.html", words)


@only_for("see whom to call")
@require_GET
def slipping_few(request: HttpRequest) -> HttpResponse:
    """The first of them, for the page of the day."""
    user = actor(request)
    rows = watching.people(user, now=clock.now())
    words = {"slipping": rows, "may_open": may(user, "see charts")}
    return render(request, "clinician/parts/slipping_few.html", words)


def shown(row: watching.Slipping) -> dict[str, Any]:
    last = row.last
    return {"of": row, "last": last, "last_outcome": deeds.OUTCOMES[last.outcome] if last else ""}


@only_for(deeds.CALL)
@require_POST
def note_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what came of a call."""
    user = actor(request)
    course = get_object_or_404(Course.objects.visible_to(user).select_related("person"), pk=pk)
    form = ContactForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose what came of it.")
        return redirect("slipping")
    try:
        deeds.note_contact(course, **form.cleaned_data, at=clock.now(), by=user)
        messages.success(request, f"{course.person.name}: written down.")
    except Refused as refused:
        messages.error(request, refused.words)
    return redirect("slipping")
