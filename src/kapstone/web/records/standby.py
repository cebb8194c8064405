"""The waiting list: who waits for a time, which times fell free, and whom each would suit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import taken
from kapstone.web.records.models import (
    Appointment,
    BookedPart,
    Outgoing,
    Place,
    SessionPlan,
    Standby,
    TimeOffer,
    TimeTaken,
)
from kapstone.web.records.reaching import digest
from kapstone.web.records.taken import LOOKS_AHEAD, Span

DAY_PARTS = {"any": "Any time of day", "morning": "Before noon", "afternoon": "After noon"}
NOON = 12
MEDICINE = "medicine"
OVER = "the time was taken, or its offer is over"
# More than a desk offers in a day.
MOST_FREED, MOST_WAITING = 20, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Freed:
    """A time that somebody had and gave up, and that nobody has taken since."""

    starts_at: datetime
    minutes: int
    who: User | None
    place: Place | None
    medicine: bool = False
    suits: tuple[tuple[Standby, TimeOffer | None], ...] = ()


def waiting(user: User) -> list[Standby]:
    """Everybody who waits, the longest wait first."""
    rows = Standby.objects.visible_to(user).standing().filter(ended=False)
    related = rows.select_related("course__person", "who", "by").order_by("at", "pk")
    return list(related[:MOST_WAITING])


def freed(user: User, rows: list[Standby], *, now: datetime) -> list[Freed]:
    """The times that fell free, the next one first, each with whom it would suit in their order."""
    practice: Any = user.practice
    found: dict[tuple[Any, ...], Freed] = {}
    for each in [*given_up(user, now), *chairs_given_up(user, now)]:
        key = (each.starts_at, each.minutes, each.who, each.place)
        found.setdefault(key, each)
    ahead = sorted(found.values(), key=lambda each: each.starts_at)[:MOST_FREED]
    open_ones = offers(rows, now)
    return [with_whom(each, rows, open_ones, practice) for each in still_free(ahead, practice)]


def given_up(user: User, now: datetime) -> Iterable[Freed]:
    """Appointments that were called off or moved away."""
    gone = Q(corrected_by__cancelled=True) | ~Q(corrected_by__starts_at=F("starts_at"))
    rows = Appointment.objects.visible_to(user).filter(
        gone,
        corrected_by__isnull=False,
        cancelled=False,
        starts_at__gt=now,
        starts_at__lt=now + LOOKS_AHEAD,
    )
    ordered = rows.select_related("who").order_by("starts_at", "pk")[: MOST_FREED * 2]
    places = places_of("appointment", [row.pk for row in ordered])
    for row in ordered:
        place = places.get(row.pk)
        yield Freed(starts_at=row.starts_at, minutes=row.minutes, who=row.who, place=place)


def chairs_given_up(user: User, now: datetime) -> Iterable[Freed]:
    """The chairs of medicine sessions that were called off or moved away."""
    gone = Q(corrected_by__cancelled=True) | ~Q(corrected_by__planned_for=F("planned_for"))
    rows = SessionPlan.objects.visible_to(user).filter(
        gone,
        corrected_by__isnull=False,
        cancelled=False,
        planned_for__gt=now,
        planned_for__lt=now + LOOKS_AHEAD,
    )
    plans = list(rows.order_by("planned_for", "pk").values_list("pk", flat=True)[: MOST_FREED * 2])
    names = dict(Place.objects.standing().filter(practice=user.practice).values_list("pk", "name"))
    rows_of: Any = BookedPart.objects.filter(plan__in=plans, part="chair")
    for part in rows_of.select_related("place").order_by("starts_at", "pk"):
        part.place.name = names.get(part.place_id, "")
        minutes = (part.ends_at - part.starts_at) // timedelta(minutes=1)
        yield Freed(
            starts_at=part.starts_at, minutes=minutes, who=None, place=part.place, medicine=True
        )


def places_of(head: str, pks: list[int]) -> dict[int, Any]:
    parts = BookedPart.objects.filter(**{f"{head}__in": pks}).exclude(place=None)
    held = dict(parts.values_list(head, "place"))
    places = Place.objects.standing().in_bulk(set(held.values()))
    return {pk: places[place] for pk, place in held.items() if place in places}


def still_free(rows: list[Freed], practice: Practice) -> list[Freed]:
    """Without what somebody has taken since; one look at the database for all of them."""
    if not rows:
        return []
    start = min(each.starts_at for each in rows)
    end = max(each.starts_at + timedelta(minutes=each.minutes) for each in rows)
    busy = taken.spans(practice, start, end)
    at_once = taken.at_once_of(each.place.pk for each in rows if each.place)
    return [each for each in rows if not taken.clashes(spans_of(each), busy, at_once)]


def spans_of(each: Freed) -> list[Span]:
    times: dict[str, Any] = {
        "starts_at": each.starts_at,
        "ends_at": each.starts_at + timedelta(minutes=each.minutes),
    }
    wanted = []
    if each.place:
        wanted.append(Span(**times, part="room", place=each.place.pk))
    if each.who:
        wanted.append(Span(**times, who=each.who.pk))
    return wanted


def offers(rows: list[Standby], now: datetime) -> dict[tuple[int, datetime], TimeOffer]:
    """The offers that are open now, by who waits and for when."""
    mine = TimeOffer.objects.filter(standby__in=rows, expires_at__gt=now, taken=None)
    return {(each.standby_id, each.starts_at): each for each in mine}


def with_whom(
    each: Freed,
    rows: list[Standby],
    open_ones: dict[tuple[int, datetime], TimeOffer],
    practice: Practice,
) -> Freed:
    suits = tuple(
        (row, open_ones.get((row.pk, each.starts_at))) for row in rows if fits(row, each, practice)
    )
    return Freed(
        starts_at=each.starts_at,
        minutes=each.minutes,
        who=each.who,
        place=each.place,
        medicine=each.medicine,
        suits=suits,
    )


def fits(row: Standby, each: Freed, practice: Practice) -> bool:
    """Whether the time would suit: long enough, at their part of the day, with whom they want."""
    if (row.kind == MEDICINE) != each.medicine or row.minutes > each.minutes:
        return False
    before_noon = each.starts_at.astimezone(practice.zone).hour < NOON
    wanted = {"morning": before_noon, "afternoon": not before_noon}
    with_them = row.who_id is None or (each.who is not None and row.who_id == each.who.pk)
    return wanted.get(row.day_part, True) and with_them


def offer_of(token: str) -> TimeOffer | None:
    """The offer of an address; None when there is none such."""
    rows = TimeOffer.objects.filter(token_hash=digest(token))
    related = ("standby__course__person__practice", "standby__course__person__user", "by")
    found: TimeOffer | None = rows.select_related(*related).first()
    return found


def unwanted(row: Outgoing, now: datetime) -> str:
    """Why the mail of an offer is not to be sent any more; empty when it is, or is no offer."""
    offer = TimeOffer.objects.filter(outgoing=row).first()
    return "" if offer is None or is_open(offer, now=now) else OVER


def is_open(offer: TimeOffer, *, now: datetime) -> bool:
    """Whether it can still be taken, as it stands now."""
    waits = Standby.objects.standing().filter(pk=offer.standby_id, ended=False).exists()
    return waits and now < offer.expires_at and not was_taken(offer) and is_free(offer)


def is_free(offer: TimeOffer) -> bool:
    """Whether the time, its room, its person of staff and who was offered it are all free."""
    row = offer.standby
    wanted = taken.of_appointment(row.course, offer.starts_at, row.minutes, offer.who, offer.place)
    return not taken.not_free(row.course.person.practice, wanted)


def was_taken(offer: TimeOffer) -> bool:
    return TimeTaken.objects.filter(offer=offer).exists()
