"""What every booking shares: what it takes, the refusal when that is not free, and its parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import taken
from kapstone.web.records.models import (
    Appointment,
    BookedPart,
    Course,
    Person,
    Place,
    Session,
    SessionPlan,
)
from kapstone.web.records.refusals import Refused
from kapstone.web.records.taken import Clash, Span

OFFERED, APART = 3, timedelta(hours=1)
WORDS = {"chair": "The chair", "recovery": "The recovery place", "room": "The room"}
MEANT = "Choose another time, or tick below."

Booked = Appointment | Session


def refuse_taken(
    course: Course,
    wanted: Sequence[Span],
    *,
    at: datetime,
    but: Booked | None = None,
    anyway: bool = False,
) -> None:
    """Refuse, under the practice's lock, what is not free: what, by what hours, and what is free.

    Two people at once in a place that takes one is never meant; of people it may be (`anyway`).
    """
    practice = course.person.practice
    found = taken.not_free(practice, wanted, but=but)
    places = [each for each in found if each.wanted.place is not None]
    people = [each for each in found if each.wanted.place is None]
    if not places and (anyway or not people):
        return
    offers = next_words(practice, wanted, at=at, but=but)
    if places:
        words = " ".join(place_words(each, practice) for each in places)
        raise Refused("taken", f"{words} {offers}")
    words = people_words(people[0], course.person)
    raise Refused("overlaps", f"{words} {MEANT} {offers}")


def place_words(clash: Clash, practice: Practice) -> str:
    """Which place, and by what hours; never by whom: not everybody who books may know that."""
    place = Place.objects.standing().get(pk=clash.wanted.place)
    hours = ", ".join(
        f"{clock(row.starts_at, practice)} to {clock(row.ends_at, practice)}" for row in clash.by
    )
    return f"{WORDS[clash.wanted.part]} {place.name} is taken then ({hours})."


def people_words(clash: Clash, person: Person) -> str:
    row = clash.by[0]
    name = User.objects.get(pk=row.who).signed_name if row.who else person.name
    minutes = (row.ends_at - row.starts_at) // timedelta(minutes=1)
    return (
        f"{name} is already booked then ({clock(row.starts_at, person.practice)}, {minutes} min)."
    )


def next_words(
    practice: Practice, wanted: Sequence[Span], *, at: datetime, but: Booked | None
) -> str:
    """The next times at which all of it is free."""
    after = max(at, min(each.starts_at for each in wanted))
    found = taken.free_times(practice, wanted, after=after, most=OFFERED, apart=APART, but=but)
    if not found:
        return "Nothing is free in the next three weeks."
    return f"Free next: {'; '.join(said(each, practice) for each in found)}."


def said(moment: datetime, practice: Practice) -> str:
    """Day and hour on the practice's clock."""
    local = moment.astimezone(practice.zone)
    return f"{local:%A}, {local.day} {local:%B}, {local:%H:%M}"


def clock(moment: datetime, practice: Practice) -> str:
    return f"{moment.astimezone(practice.zone):%H:%M}"


def refuse_unfit_place(
    course: Course, place: Place | None, purposes: Sequence[str], ends_at: datetime
) -> None:
    """Refuse a place of another practice, for something else, or out of use by then."""
    if place is None:
        return
    found = Place.objects.standing().filter(
        pk=place.pk, practice=course.person.practice_id, purpose__in=purposes
    )
    terms = found.first()
    if terms is None:
        raise Refused("no-such-place", "Choose a place of this practice that is for this.")
    day = (ends_at - timedelta(microseconds=1)).astimezone(course.person.practice.zone).date()
    if terms.out_from and terms.out_from <= day:
        since = f"{terms.out_from.day} {terms.out_from:%B}"
        raise Refused("out-of-use", f"{terms.name} is out of use from {since} on; choose another.")


def write_parts(
    row: Appointment | SessionPlan,
    person: Person,
    wanted: Sequence[Span],
    *,
    at: datetime,
    by: User,
) -> None:
    """Write what the booking takes beside it; the person and an appointment's host stand in it."""
    head = {"appointment" if isinstance(row, Appointment) else "plan": row}
    for each in wanted:
        if each.part:
            BookedPart.objects.create(
                **head,
                person=person,
                part=each.part,
                place_id=each.place,
                who_id=each.who,
                starts_at=each.starts_at,
                ends_at=each.ends_at,
                at=at,
                by=by,
            )
