"""What stands around every page: the rail for staff, the tabs for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import COMPANION, PATIENT
from kapstone.web.records import access, counts, helping


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the rail or the tab bar; shown to those who may do `deed`."""

    title: str
    url_name: str
    icon: str
    deed: str
    count: str = ""


# The number that an open page asks for again.
POLLED = "notices"
RAIL = (
    Place("Today", "today", "sun", "see people"),
    Place("People", "people", "users", "see people", "people"),
    Place("Rooms", "rooms", "door-open", "run sessions", "running"),
    Place("Groups", "group_sessions", "messages-square", "hold groups"),
    Place("Calendar", "calendar", "calendar", "book"),
    Place("Readiness", "readiness", "list-checks", "see readiness"),
    Place("Notices", "notices", "bell", "answer notices", "notices"),
    Place("Messages", "messages", "message-circle", "answer messages", "messages"),
    Place("Calls", "calls", "phone", "call people"),
    Place("Medicine register", "register", "package", "see the register", "differences"),
    Place("Devices", "devices", "heart-pulse", "look after devices"),
    Place("Limits", "limits", "ruler", "sign limits"),
    Place("Rules", "rules", "scale", "see people"),
    Place("Learn", "learning", "graduation-cap", "learn"),
    Place("Library", "library", "library", "see the library"),
    Place("Does it help?", "effectiveness", "trending-up", "see effectiveness"),
    Place("Stories", "practice_stories", "quote", "see stories"),
    Place("Forms", "forms", "clipboard-list", "license forms"),
    Place("Practice", "practice", "building-2", "run the practice"),
    Place("Audit trail", "audit", "scroll-text", "see the audit trail"),
)
TABS = (
    Place("Today", "portal:today", "sun", "see my own"),
    Place("Journey", "portal:journey", "map", "see my own"),
    Place("Journal", "portal:journal", "book-open", "see my own"),
    Place("Library", "portal:library", "library", "see my own"),
    Place("My data", "portal:data", "folder", "see my own"),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The rail or the tabs for this user, with counts and the practice."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"demo": settings.DEMO}
    person = user.has_role(PATIENT, COMPANION) and not user.is_hired
    numbers = {} if person else counts.for_rail(user)
    places = TABS if person else RAIL
    shown = [
        entry(place, request.path, numbers) for place in places if access.may(user, place.deed)
    ]
    return {
        "tabs" if person else "nav": shown,
        "practice": user.practice,
        # Only the pages that show whom to call ask for it.
        "help": SimpleLazyObject(
            lambda: helping.at_hand(user.practice, getattr(user, "person", None))
        ),
        "demo": settings.DEMO,
        "idle_minutes": user.idle_minutes,
    }


def entry(place: Place, path: str, numbers: dict[str, int]) -> dict[str, Any]:
    url = reverse(place.url_name)
    on = path == url if url in {"/", "/me/"} else path.startswith(url)
    return {
        "title": place.title,
        "url": url,
        "icon": place.icon,
        "count": numbers.get(place.count) or "",
        "polled": place.count if place.count == POLLED else "",
        "on": on,
    }
