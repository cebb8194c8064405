"""What waited on a tablet in a room comes in: each entry once, at its own time, in that order."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician.entering import Entry, enter
from kapstone.web.clinician.sessions import session_for
from kapstone.web.records import audit
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions.late import LATE
from kapstone.web.records.actions.readings import look_again
from kapstone.web.records.comparing import millis
from kapstone.web.records.refusals import Refused

UNREAD = "This entry could not be read."
# Two ways to the same time that differ by more: somebody set the device's clock in between.
APART = timedelta(minutes=2)
READINGS = ("reading", "scale")
# Milliseconds since 1970, by a clock that may be wrong; no date beyond the year 2200.
Millis = Annotated[float, Field(ge=0, le=7_258_118_400_000, allow_inf_nan=False)]
Skew = Annotated[float, Field(ge=-4e12, le=4e12, allow_inf_nan=False)]


class SentEntry(BaseModel):
    """One entry as a tablet sends it.

    `at_ms` is by its own clock; `skew_ms` is how far the server's was ahead when last compared.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    kind: str = Field(max_length=20)
    at_ms: Millis
    skew_ms: Skew | None = None
    fields: dict[str, str] = Field(max_length=60)


class Sent(BaseModel):
    """What waited on a tablet; `now_ms` is its clock as it sends."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    now_ms: Millis
    device: UUID
    entries: tuple[dict[str, Any], ...] = Field(max_length=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An entry with its time; `doubt` says in words why that may be wrong, or nothing."""

    entry: Entry
    doubt: str


@only_for("run sessions")
@require_POST
def sent(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what was entered in a room: at once, or once the tablet has a network again."""
    found, user, now = session_for(request, pk), actor(request), clock.now()
    try:
        told = Sent.model_validate_json(request.body)
    except ValidationError:
        return JsonResponse({"refused": {"all": UNREAD}}, status=422)
    placed, refused = read(told, started=found.started_at, now=now, by=user)
    unkept, beside = take(found, placed)
    if late := [each.entry for each in placed if now - each.entry.at > LATE]:
        note_late(found, told, late, by=user)
    if readings := [each.at for each in late if each.kind in READINGS]:
        look_again(found, min(readings))
    gone = {str(each.entry.client_id) for each in placed} - unkept.keys()
    doubtful = {str(each.entry.client_id): each.doubt for each in placed if each.doubt}
    told_back = {"refused": refused | unkept, "doubtful": doubtful, "beside": beside}
    return JsonResponse({"kept": sorted(gone), **told_back, "now_ms": millis(clock.now())})


def read(
    told: Sent, *, started: datetime | None, now: datetime, by: User
) -> tuple[list[Placed], dict[str, str]]:
    """Each entry by itself, the oldest first; and what is said of those that cannot be read."""
    good: list[Placed] = []
    refused: dict[str, str] = {}
    for each in told.entries:
        try:
            one = SentEntry.model_validate(each)
        except ValidationError:
            refused[str(each.get("id"))] = UNREAD
            continue
        at, doubt = happened(one, told.now_ms, started=started or now, now=now)
        arrived = now if now - at > LATE else None
        entry = Entry(
            client_id=one.id, kind=one.kind, fields=one.fields, at=at, by=by, arrived=arrived
        )
        good.append(Placed(entry=entry, doubt=doubt))
    return sorted(good, key=lambda placed: placed.entry.at), refused


def happened(
    one: SentEntry, now_ms: float, *, started: datetime, now: datetime
) -> tuple[datetime, str]:
    """When an entry was made on the server's clock, and why that is in doubt, if it is.

    Never in the future, and never before the session began.
    """
    by_counting = now - timedelta(milliseconds=now_ms - one.at_ms)
    at = by_counting if one.skew_ms is None else moment(one.at_ms + one.skew_ms)
    can_be = min(max(at, started), now)
    if abs(at - by_counting) <= APART and abs(at - can_be) <= APART:
        return can_be, ""
    return can_be, "The clock of this tablet was wrong or was set meanwhile: check the time."


def moment(since_1970_ms: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=since_1970_ms)


def take(found: Any, placed: Sequence[Placed]) -> tuple[dict[str, str], dict[str, str]]:
    """Do what was entered, in order: why it was refused, and what else is said of it, by its id.

    A refused entry holds up no other.
    """
    unkept: dict[str, str] = {}
    beside: dict[str, str] = {}
    for each in placed:
        once = str(each.entry.client_id)
        try:
            if said := enter(found, each.entry):
                beside[once] = said
        except Refused as why:
            unkept[once] = why.words
    return unkept, beside


def note_late(found: Any, told: Sent, late: Sequence[Entry], *, by: User) -> None:
    """Put down which device sent what it had kept, and what its clock said."""
    audit.record(
        by,
        "send what waited",
        person=found.course.person,
        about=f"session:{found.pk}",
        device=str(told.device),
        device_ms=told.now_ms,
        entries=len(late),
    )


@only_for("run sessions")
@require_GET
@never_cache
def seal(request: HttpRequest) -> HttpResponse:
    """The key that seals what waits on this person's devices; nobody else is ever given it."""
    user = actor(request)
    key = salted_hmac("kapstone.entries", f"user:{user.pk}", algorithm="sha256").digest()
    return JsonResponse({"key": b64encode(key).decode(), "now_ms": millis(clock.now())})


@only_for("run sessions")
@require_GET
def first_page(request: HttpRequest) -> HttpResponse:
    """Where an installed tablet begins; without a network its worker opens the kept room."""
    return redirect("rooms")
