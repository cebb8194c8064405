"""Who may do what: one table, tried by test at every address against every wrong person."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import (
    CLINICIANS,
    COMPANION,
    EVERYONE,
    FRONT_DESK,
    OWNER,
    PATIENT,
    PRESCRIBER,
    RESEARCHER,
    SESSION_MONITOR,
    STAFF,
    THERAPIST,
)
from kapstone.web.records.refusals import Refused

View = Callable[..., HttpResponse]

MAY: dict[str, frozenset[str]] = {
    # every role
    "use Kapstone": EVERYONE,
    # staff
    "see people": STAFF,
    "add people": frozenset({FRONT_DESK, PRESCRIBER, THERAPIST, SESSION_MONITOR}),
    "book": frozenset({FRONT_DESK, PRESCRIBER, THERAPIST, SESSION_MONITOR}),
    "keep places": frozenset({OWNER, FRONT_DESK}),
    "hold consultations": frozenset({FRONT_DESK, PRESCRIBER, THERAPIST}),
    "see readiness": STAFF,
    "learn": STAFF,
    "see the library": STAFF,
    "answer messages": CLINICIANS | {FRONT_DESK},
    "say who is away": STAFF,
    "say that others are away": frozenset({OWNER, FRONT_DESK}),
    "settle hours": frozenset({OWNER, FRONT_DESK}),
    "import records": CLINICIANS | {FRONT_DESK},
    "call people": CLINICIANS | {FRONT_DESK},
    "see whom to call": CLINICIANS | {FRONT_DESK, OWNER},
    "send sitters their link": CLINICIANS | {FRONT_DESK},
    # clinicians
    "see charts": CLINICIANS,
    "give facts": CLINICIANS,
    "decide screening": frozenset({PRESCRIBER}),
    "hand out full copies": frozenset({PRESCRIBER}),
    "confirm medicines": frozenset({PRESCRIBER, SESSION_MONITOR}),
    "plan roadmaps": frozenset({PRESCRIBER, THERAPIST}),
    "prepare": frozenset({PRESCRIBER, THERAPIST}),
    "sign orders": frozenset({PRESCRIBER}),
    "override gates": frozenset({PRESCRIBER}),
    "sign limits": frozenset({PRESCRIBER}),
    "run sessions": CLINICIANS,
    "look after devices": frozenset({OWNER, PRESCRIBER, SESSION_MONITOR}),
    "discharge": frozenset({PRESCRIBER, SESSION_MONITOR}),
    "give medicine": frozenset({PRESCRIBER, SESSION_MONITOR}),
    "witness medicine": CLINICIANS,
    "keep the register": frozenset({PRESCRIBER, SESSION_MONITOR}),
    "see the register": frozenset({OWNER, PRESCRIBER, SESSION_MONITOR}),
    "answer discrepancies": frozenset({OWNER, PRESCRIBER, SESSION_MONITOR}),
    "settle the register": frozenset({OWNER, PRESCRIBER}),
    "release for home": frozenset({PRESCRIBER, SESSION_MONITOR}),
    "confirm boosters at home": frozenset({PRESCRIBER, THERAPIST}),
    "integrate": frozenset({PRESCRIBER, THERAPIST}),
    "look after couples": frozenset({PRESCRIBER, THERAPIST}),
    "read answers alone": frozenset({PRESCRIBER, THERAPIST}),
    "hold emdr": frozenset({PRESCRIBER, THERAPIST}),
    "hold tracks": frozenset({PRESCRIBER, THERAPIST}),
    "hold groups": frozenset({PRESCRIBER, THERAPIST}),
    "choose articles": frozenset({PRESCRIBER, THERAPIST}),
    "answer readers": CLINICIANS,
    "review articles": frozenset({PRESCRIBER, THERAPIST}),
    "write psychotherapy notes": frozenset({THERAPIST}),
    "see stories": CLINICIANS | {OWNER},
    "approve stories": frozenset({PRESCRIBER, THERAPIST}),
    "take stories down": frozenset({OWNER, PRESCRIBER, THERAPIST}),
    "review courses": frozenset({PRESCRIBER}),
    "answer notices": CLINICIANS,
    "review risk": frozenset({PRESCRIBER, THERAPIST}),
    "settle risk": frozenset({OWNER, PRESCRIBER}),
    # owner
    "see the audit trail": frozenset({OWNER}),
    "run the practice": frozenset({OWNER}),
    "settle articles": frozenset({OWNER, PRESCRIBER, THERAPIST}),
    "license forms": frozenset({OWNER, PRESCRIBER}),
    # figures of many, and nobody's record
    "see effectiveness": frozenset({OWNER, RESEARCHER}),
    "plan comparisons": frozenset({OWNER, RESEARCHER}),
    "publish effectiveness": frozenset({OWNER}),
    # people themselves
    "see my own": frozenset({PATIENT}),
    "accompany": frozenset({COMPANION}),
}


def may(user: User, deed: str) -> bool:
    """Whether one of the user's roles allows `deed`; an unknown deed is a KeyError, never a yes."""
    return bool(MAY[deed] & set(user.roles))


def refuse_others(by: User, deed: str) -> None:
    """Refuse, inside a deed, whoever may not do it: the page is not the only way to call one."""
    if not may(by, deed):
        raise Refused("not-your-deed", f"Your role here does not let you {deed}.")


def actor(request: HttpRequest) -> User:
    """The person who is logged in; pages behind `only_for` always have one."""
    if not isinstance(request.user, User):
        raise PermissionDenied("Log in first.")
    return request.user


def only_for(deed: str) -> Callable[[View], View]:
    """A page for those who may do `deed`; others are refused before the page looks at anything."""
    allowed = MAY[deed]

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not (isinstance(request.user, User) and allowed & set(request.user.roles)):
                raise PermissionDenied(f"This page is for people who may {deed}.")
            return view(request, *args, **kwargs)

        guarded.deed = deed  # type: ignore[attr-defined]  # read by the access test
        return guarded

    return decorate


def open_in_demonstration(guarded: View) -> View:
    """The same page for everybody where everybody is invented; for pages with nobody's data."""

    @login_not_required
    @wraps(guarded)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.DEMO:
            bare: View = guarded.__wrapped__  # type: ignore[attr-defined]  # under `only_for`
            return bare(request, *args, **kwargs)
        return login_required(guarded)(request, *args, **kwargs)

    return opened


def visible(user: User, person: str) -> Q:
    """The rows a user may know of; `person` is the path from the row to its person ("" for itself).

    Staff: their practice. A patient: their own. A companion: those who let them in.
    """
    if user.is_staff_member:
        return Q(**{field(person, "practice"): user.practice_id})
    if user.has_role(PATIENT):
        return Q(**{field(person, "user"): user})
    if user.has_role(COMPANION):
        return Q(
            **{
                field(person, "companions__user"): user,
                field(person, "companions__ended"): False,
                field(person, "companions__corrected_by"): None,
            }
        )
    return Q(pk__in=[])


def field(person: str, name: str) -> str:
    return f"{person}__{name}" if person else name
