"""Every fact that is known of one person, by domain: who said it, when, and how long it holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kapstone import screening as room
from kapstone.web import clock
from kapstone.web.clinician.booking import course_for
from kapstone.web.clinician.screening import GROUPS, because
from kapstone.web.records import audit, facts
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.settled import settled


@only_for("see charts")
@require_GET
def known(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands, also where no rule speaks of it; each can be given otherwise."""
    course, now = course_for(request, pk), timezone.localtime(clock.now())
    audit.record(actor(request), "see facts", person=course.person, about=f"course:{pk}")
    names, aside = facts.givers(course), settled(course, now=now)
    by_domain: dict[str, list[dict[str, Any]]] = {
        domain: [] for domains in GROUPS.values() for domain in domains
    }
    for name, given in facts.collect(course, now=now).items():
        of = room.fact(name)
        line = because(name, given, names) | {"giveable": bool(of.from_)}
        line |= {"settled": [each for each in aside if each.fact == name]}
        by_domain[of.domain].append(line | holds(of, given, now))
    for lines in by_domain.values():
        lines.sort(key=itemgetter("words"))
    words = {"course": course, "person": course.person, "domains": by_domain}
    return render(request, "clinician/known.html", words)


def holds(of: room.Fact, given: room.Given, now: datetime) -> dict[str, Any]:
    """Until when the answer counts, and why it does not where it does not; `until` None is ever."""
    idle, until = room.standing(of, given, now), None
    if given.at is not None and of.fresh_days is not None:
        until = given.at + timedelta(days=of.fresh_days)
    return {"until": until, "idle": idle}
