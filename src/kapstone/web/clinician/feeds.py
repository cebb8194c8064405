"""The addresses by which other programs read times: one's own, and those of a place."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kapstone.web import clock
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import feeds as deeds
from kapstone.web.records.actions.places import DEED
from kapstone.web.records.models import CalendarFeed, CalendarSettings, Place

SECRET_BYTES = 32


@only_for("see people")
@require_http_methods(["GET", "POST"])
def own_feed(request: HttpRequest) -> HttpResponse:
    """The times of whoever is logged in, for their own calendar."""
    user = actor(request)
    standing = CalendarFeed.objects.standing().filter(user=user).first()

    def made(secret: str) -> object:
        return deeds.open_own(secret=secret, at=clock.now(), by=user)

    return page(request, standing, made, "own_feed")


@only_for(DEED)
@require_http_methods(["GET", "POST"])
def place_feed(request: HttpRequest, pk: int) -> HttpResponse:
    """The times of one chair or room."""
    user = actor(request)
    place: Any = get_object_or_404(Place.objects.visible_to(user).standing(), pk=pk)
    standing = CalendarFeed.objects.standing().filter(place=place).first()

    def made(secret: str) -> object:
        return deeds.open_place(place, secret=secret, at=clock.now(), by=user)

    return page(request, standing, made, "place_feed", place=place)


def page(
    request: HttpRequest,
    standing: CalendarFeed | None,
    made: Callable[[str], object],
    name: str,
    place: Any = None,
) -> HttpResponse:
    """Show whether there is an address; a new one stands in words on this answer alone."""
    address, user = "", actor(request)
    if request.method == "POST" and request.POST.get("action") == "shut":
        if standing:
            deeds.shut(standing, at=clock.now(), by=user)
        return redirect(name, *([place.pk] if place else []))
    if request.method == "POST":
        secret = token_urlsafe(SECRET_BYTES)
        made(secret)
        address = settings.SITE_ADDRESS + reverse("calendar_feed", args=[secret])
    words = {
        "place": place,
        "standing": standing,
        "address": address,
        "names": CalendarSettings.objects.now(user.practice).names_in_feeds
        if user.practice
        else False,
    }
    answer = render(request, "clinician/feed.html", words)
    answer["Cache-Control"] = "no-store, private"
    return answer
