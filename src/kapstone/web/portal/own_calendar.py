"""A person's own times, for the calendar on their phone: a plain title, and no treatment."""

from __future__ import annotations

from secrets import token_urlsafe

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kapstone.web import clock
from kapstone.web.portal.own import me
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import feeds as deeds
from kapstone.web.records.models import CalendarFeed

SECRET_BYTES = 32


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def own_calendar(request: HttpRequest) -> HttpResponse:
    """Make an address, or shut it; a new one stands in words on this answer alone."""
    user, now, address = actor(request), clock.now(), ""
    person = me(user)
    standing = CalendarFeed.objects.standing().filter(user=user).first()
    if request.method == "POST" and request.POST.get("action") == "shut":
        if standing:
            deeds.shut(standing, at=now, by=user)
        return redirect("portal:own_calendar")
    if request.method == "POST":
        secret = token_urlsafe(SECRET_BYTES)
        deeds.open_own(secret=secret, at=now, by=user)
        address = settings.SITE_ADDRESS + reverse("calendar_feed", args=[secret])
    words = {"person": person, "standing": standing, "address": address}
    answer = render(request, "portal/own_calendar.html", words)
    answer["Cache-Control"] = "no-store, private"
    return answer
