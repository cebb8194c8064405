"""The page of a therapist outside: an address, a code by mail, and what they may read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kapstone.web import clock
from kapstone.web.records import outside as reads
from kapstone.web.records.actions import outside as deeds
from kapstone.web.records.models import OutsideTherapist
from kapstone.web.records.refusals import Refused

OPENED = "outside_pages"
# So long after its code a page stays open on a screen that nobody closed.
LASTS = timedelta(minutes=30)
WRONG = "This code does not fit, or it is too old. Have a new one sent."


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def outside(request: HttpRequest, token: str) -> HttpResponse:
    """First the code; then what they may read, and a box to write back.

    Opening the address changes nothing and names nobody; mail scanners open it too.
    """
    now, therapist = clock.now(), reads.therapist_of(token)
    if therapist is None or reads.allowed_now(therapist, now=now) is None:
        return render(request, "portal/outside_shut.html", status=404)
    opened = is_open(request, therapist, now)
    # Whoever is logged in on this screen: the page is the same.
    request.user = AnonymousUser()
    with timezone.override(therapist.person.practice.zone):
        return page(request, therapist, now) if opened else door(request, therapist, now)


def is_open(request: HttpRequest, therapist: OutsideTherapist, now: datetime) -> bool:
    """Whether a code opened this very page in this browser, not long ago."""
    since = request.session.get(OPENED, {}).get(str(therapist.pk))
    return since is not None and timedelta() <= now - datetime.fromisoformat(since) < LASTS


def door(request: HttpRequest, therapist: OutsideTherapist, now: datetime) -> HttpResponse:
    """Ask for a code, or type it."""
    refusal, sent = "", "sent" in request.GET
    if request.method == "POST":
        try:
            if "code" not in request.POST:
                deeds.send_outside_code(therapist, at=now)
                return redirect(f"{request.path}?sent=1")
            code = "".join(filter(str.isdigit, request.POST["code"]))
            if deeds.open_with_code(therapist, code, at=now):
                let_in(request, therapist, now)
                return redirect(request.path)
            refusal, sent = WRONG, True
        except Refused as refused:
            refusal = refused.words
    words = {"practice": therapist.person.practice, "sent": sent, "refusal": refusal}
    return render(request, "portal/outside_door.html", words, status=422 if refusal else 200)


def let_in(request: HttpRequest, therapist: OutsideTherapist, now: datetime) -> None:
    request.session.cycle_key()
    opened = request.session.get(OPENED, {})
    request.session[OPENED] = opened | {str(therapist.pk): now.isoformat()}


def page(request: HttpRequest, therapist: OutsideTherapist, now: datetime) -> HttpResponse:
    """What is allowed at this moment, each time with a receipt; and what they send back."""
    refusal, text = "", request.POST.get("text", "")
    try:
        if request.method == "POST":
            declines = request.POST.get("action") == "decline"
            deeds.write_from_outside(therapist, text=text, declines=declines, at=now)
            return redirect(f"{request.path}?kept=1")
    except Refused as refused:
        refusal = refused.words
    try:
        parts = deeds.read_outside(therapist, at=now)
    except Refused:
        return render(request, "portal/outside_shut.html", status=404)
    words = shown(therapist, now) | {
        "parts": parts,
        "refusal": refusal,
        "text": text if refusal else "",
        "kept": "kept" in request.GET,
    }
    return render(request, "portal/outside_page.html", words, status=422 if refusal else 200)


def shown(therapist: OutsideTherapist, now: datetime) -> dict[str, Any]:
    allowed = reads.allowed_now(therapist, now=now)
    return {
        "therapist": therapist,
        "person": therapist.person,
        "practice": therapist.person.practice,
        "purpose": allowed.purpose if allowed else "",
        "until": allowed.last_at if allowed else None,
        "asks_note": allowed.asks_note if allowed else False,
        "most": deeds.LONGEST_NOTE,
    }
