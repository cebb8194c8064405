"""Deeds of what the practice keeps for its calendar: places, hours, and what feeds may say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import access, audit, taken
from kapstone.web.records.models import BookedPart, CalendarSettings, Place, PlaceTerms
from kapstone.web.records.refusals import Refused, is_blank, refuse_nul

DEED = "keep places"
PURPOSES = {
    "chair": "Medicine chair",
    "recovery": "Recovery place",
    "talk": "Talking room",
    "video": "Video",
}
# Where a medicine session is held, and where people meet to talk.
FOR_MEDICINE, FOR_TALK = ("chair",), ("talk", "video")
MOST_AT_ONCE = 50
QUARTER = 15
SETTLED = ("opens", "closes", "days", "ask_hours", "offer_hours", "names_in_feeds")


def hold_calendar(practice: int) -> Practice:
    """Nobody else books in this practice until the deed is over: two desks at once must not both
    find the same chair free."""
    return Practice.objects.select_for_update(no_key=True).get(pk=practice)


def practice_of(by: User) -> int:
    if by.practice_id is None:
        raise Refused("no-practice", "You belong to no practice.")
    return by.practice_id


@transaction.atomic
def add_place(terms: Mapping[str, Any], *, at: datetime, by: User) -> Place:
    """A new chair, room or video room of the practice."""
    access.refuse_others(by, DEED)
    practice = hold_calendar(practice_of(by))
    refuse_unfit(practice, terms)
    place: Place = Place.objects.create(practice=practice, at=at, by=by)
    settle(place, terms, at=at, by=by)
    audit.record(by, "add place", about=f"place:{place.pk}", **said(terms))
    return place


@transaction.atomic
def change_place(place: Place, terms: Mapping[str, Any], *, at: datetime, by: User) -> PlaceTerms:
    """Another name or use, or out of use from a day on; what is booked there is never dropped."""
    access.refuse_others(by, DEED)
    practice = hold_calendar(practice_of(by))
    if place.practice_id != practice.pk:
        raise Refused("elsewhere", "This place is not of your practice.")
    refuse_unfit(practice, terms, but=place)
    refuse_booked_beyond(place, terms, at)
    row = settle(place, terms, at=at, by=by)
    audit.record(by, "change place", about=f"place:{place.pk}", **said(terms))
    return row


def settle(place: Place, terms: Mapping[str, Any], *, at: datetime, by: User) -> PlaceTerms:
    row: PlaceTerms = PlaceTerms.objects.create(
        place=place,
        name=terms["name"].strip(),
        purpose=terms["purpose"],
        at_once=terms["at_once"],
        out_from=terms.get("out_from"),
        at=at,
        by=by,
    )
    return row


def said(terms: Mapping[str, Any]) -> dict[str, Any]:
    return {name: terms.get(name) for name in ("name", "purpose", "at_once", "out_from")}


def refuse_unfit(practice: Practice, terms: Mapping[str, Any], *, but: Place | None = None) -> None:
    refuse_nul(terms["name"])
    if is_blank(terms["name"]):
        raise Refused("no-name", "Give the place a name, such as Chair 1.")
    if terms["purpose"] not in PURPOSES:
        raise Refused("no-purpose", "Choose what the place is for.")
    if not 1 <= terms["at_once"] <= MOST_AT_ONCE:
        raise Refused("at-once", f"A place takes 1 to {MOST_AT_ONCE} people at once.")
    name = terms["name"].strip()
    others = Place.objects.filter(practice=practice).exclude(pk=but.pk if but else None)
    if others.standing().filter(name__iexact=name).exists():
        raise Refused("named", f"Another place is called {name} already; give it another name.")


def refuse_booked_beyond(place: Place, terms: Mapping[str, Any], at: datetime) -> None:
    """Refuse a change by which something that is booked there would have no place."""
    zone = place.practice.zone
    rows = BookedPart.objects.taken().filter(place=place, ends_at__gt=at).order_by("starts_at")
    ahead = list(rows)
    if (out := terms.get("out_from")) and any(on(each.ends_at, zone) >= out for each in ahead):
        raise Refused("booked", f"{booked_there(ahead, out, zone)} Move them first.")
    spans = [
        taken.Span(starts_at=row.starts_at, ends_at=row.ends_at, place=place.pk) for row in ahead
    ]
    if any(taken.most_at_once(near(spans, each), each) > terms["at_once"] for each in spans):
        words = f"More than {terms['at_once']} at once are booked there. Move one of them first."
        raise Refused("booked", words)


def near(rows: list[taken.Span], one: taken.Span) -> list[taken.Span]:
    return [row for row in rows if row.overlaps(one)]


def on(moment: datetime, zone: Any) -> date:
    """The day on which something ends; what ends at midnight is of the day before."""
    return (moment - timedelta(microseconds=1)).astimezone(zone).date()


def booked_there(ahead: list[BookedPart], out: date, zone: Any) -> str:
    rows = [each for each in ahead if on(each.ends_at, zone) >= out]
    first = rows[0].starts_at.astimezone(zone)
    many = "1 time is" if len(rows) == 1 else f"{len(rows)} times are"
    return f"{many} booked there from that day on, the first on {first.day} {first:%B, %H:%M}."


@transaction.atomic
def settle_calendar(told: Mapping[str, Any], *, at: datetime, by: User) -> CalendarSettings:
    """The hours in which times are offered, and whether feeds name people; the last row counts."""
    access.refuse_others(by, "run the practice")
    practice = hold_calendar(practice_of(by))
    if told["opens"] >= told["closes"]:
        raise Refused("hours", "The practice closes after it opens; look at the two hours.")
    if told["opens"].minute % QUARTER or told["closes"].minute % QUARTER:
        raise Refused("hours", "Choose quarters of an hour, such as 08:00 or 17:45.")
    if not told["days"] or not {*told["days"]} <= {*range(7)}:
        raise Refused("days", "Choose at least one day of the week.")
    row: CalendarSettings = CalendarSettings.objects.create(
        practice=practice, **{name: told[name] for name in SETTLED}, at=at, by=by
    )
    detail = {name: told[name] for name in SETTLED}
    audit.record(by, "settle calendar", about=f"calendar_settings:{row.pk}", **detail)
    return row
