"""Two links in mails, without a log-in: another time, and a free time that was offered.

They name nobody and no treatment. Opening one changes nothing: scanners may.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from kapstone.web import clock
from kapstone.web.records import standby, time_links
from kapstone.web.records.actions import standby as standby_deeds
from kapstone.web.records.actions import time_links as deeds
from kapstone.web.records.models import TimeAsked, TimeLink
from kapstone.web.records.refusals import Refused


@login_not_required
@require_http_methods(["GET", "POST"])
def another_time(request: HttpRequest, token: str) -> HttpResponse:
    """Choose another of the free times, or say that one cannot come."""
    link, now, refusal, done = time_links.link_of(token), clock.now(), "", None
    if link is None:
        return not_here(request)
    with timezone.override(link.person.practice.zone):
        if request.method == "POST":
            try:
                done = asked_by(request, link, now)
            except Refused as refused:
                refusal = refused.words
        state = time_links.asking(link, now=now)
        words = {
            "practice": link.person.practice,
            "asking": state,
            "times": time_links.offered(link, now=now) if state.state == "open" else [],
            "refusal": refusal,
            "done": done,
            "moved": done is not None and link.appointment is not None,
        }
        answer = render(request, "portal/another_time.html", words, status=422 if refusal else 200)
    answer["Cache-Control"] = "no-store, private"
    return answer


def asked_by(request: HttpRequest, link: TimeLink, now: datetime) -> TimeAsked:
    if request.POST.get("action") == "cannot":
        return deeds.cannot_come(link, at=now)
    chosen = moment_of(request.POST.get("time", ""))
    if chosen is None:
        raise Refused("no-time", "Choose one of the times.")
    return deeds.ask_other(link, chosen, at=now)


def moment_of(words: str) -> datetime | None:
    try:
        found = parse_datetime(words)
    except ValueError:
        return None
    return found if found and timezone.is_aware(found) else None


def not_here(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/time_not_here.html", {}, status=404)


@login_not_required
@require_http_methods(["GET", "POST"])
def offered_time(request: HttpRequest, token: str) -> HttpResponse:
    """A free time: one button takes it, if nobody was quicker."""
    offer, now, refusal = standby.offer_of(token), clock.now(), ""
    if offer is None:
        return not_here(request)
    practice = offer.standby.course.person.practice
    with timezone.override(practice.zone):
        if request.method == "POST":
            try:
                standby_deeds.take_offer(offer, at=now)
            except Refused as refused:
                refusal = refused.words
        words = {
            "practice": practice,
            "offer": offer,
            "open": standby.is_open(offer, now=now),
            "taken": standby.was_taken(offer),
            "refusal": refusal,
        }
        answer = render(request, "portal/offered_time.html", words, status=422 if refusal else 200)
    answer["Cache-Control"] = "no-store, private"
    return answer
