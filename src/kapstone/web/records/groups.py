"""Sessions of several people: who was there, the note of each, and whether one names another.

Whatever a chart shows of them comes from its own rows; only the page of the event has them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from unicodedata import combining, normalize

from django.db.models import Prefetch, QuerySet

from kapstone.web.records import couples
from kapstone.web.records.models import (
    Couple,
    CoupleAgreement,
    Course,
    GroupEvent,
    GroupNote,
    GroupSeat,
    JointNote,
    Person,
)

JOINT_NOTE, SCORES = AGREEMENTS = ("joint_note", "scores")
# A shorter word of a name is a word of every other sentence.
SHORTEST = 3
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One person of an event with the note that stands for them, if any."""

    seat: GroupSeat
    note: GroupNote | None

    @property
    def person(self) -> Person:
        return self.seat.course.person


def seats_of(event: GroupEvent) -> QuerySet[GroupSeat]:
    """Who was there, by name, without those who were put there by mistake."""
    rows: QuerySet[GroupSeat] = GroupSeat.objects.standing().filter(event=event, taken_out=False)
    people = rows.select_related("course__person__practice")
    return people.order_by("course__person__given", "course__person__family", "pk")


def places(event: GroupEvent) -> list[Place]:
    """Everybody of the event with their note; two queries."""
    notes = GroupNote.objects.standing().filter(seat__event=event).select_related("by")
    by_seat = {each.seat_id: each for each in notes}
    return [Place(seat=each, note=by_seat.get(each.pk)) for each in seats_of(event)]


def with_people(events: QuerySet[GroupEvent]) -> QuerySet[GroupEvent]:
    """Events with `here`, the seats of each; one more query for all of them."""
    seats = GroupSeat.objects.standing().filter(taken_out=False).select_related("course__person")
    here = Prefetch("seats", queryset=seats.order_by("pk"), to_attr="here")
    return events.select_related("by").prefetch_related(here)


def of_course(course: Course) -> list[GroupNote]:
    """The notes of this chart, the newest first; they name nobody else."""
    rows = GroupNote.objects.standing().filter(seat__course=course, seat__taken_out=False)
    return list(rows.select_related("by", "seat__event").order_by("-at", "-pk"))


def joint_of(course: Course) -> list[JointNote]:
    """The notes about both that this chart shows: while both agree, and are a couple."""
    couple = couples.couple_of(course.person)
    if couple is None or not agreed(couple, JOINT_NOTE):
        return []
    rows = JointNote.objects.standing().filter(course=course, couple=couple)
    return list(rows.select_related("by", "event").order_by("-at", "-pk"))


def open_joint(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of these notes about both, those that both agree to now; for a copy of the chart."""
    stand = Couple.objects.standing().filter(ended=False, pk__in=rows.values("couple"))
    return rows.filter(couple__in=[each.pk for each in stand if agreed(each, JOINT_NOTE)])


def words_of(couple: Couple, about: str) -> dict[int, CoupleAgreement]:
    """The last word of each of the two, by person; who said nothing is not there."""
    rows = CoupleAgreement.objects.standing().filter(couple=couple, about=about)
    return {each.person_id: each for each in rows}


def agreed(couple: Couple, about: str) -> bool:
    """Whether both agree now; nothing said is no agreement."""
    said = words_of(couple, about)
    two = (said.get(couple.person_id), said.get(couple.partner_id))
    return all(each is not None and each.agreed for each in two)


def is_agreed_by(person: Person, couple: Couple, about: str) -> bool:
    said = words_of(couple, about).get(person.pk)
    return said is not None and said.agreed


def newest_course(person: Person) -> Course | None:
    rows = Course.objects.standing().filter(person=person).select_related("person__practice")
    found: Course | None = rows.order_by("-number").first()
    return found


def alike(courses: Iterable[Course], since: Any) -> GroupEvent | None:
    """An event of exactly these people since a moment: the same one, opened twice."""
    wanted = {each.pk for each in courses}
    events = GroupEvent.objects.filter(at__gte=since, seats__course__in=wanted).distinct()
    for event in events.order_by("-pk"):
        if set(seats_of(event).values_list("course", flat=True)) == wanted:
            return event
    return None


def folded(text: str) -> str:
    """Without marks over letters and without capitals: `Zoë` is `zoe`."""
    apart = normalize("NFKD", text)
    return "".join(each for each in apart if not combining(each)).casefold()


def names_of(person: Person) -> set[str]:
    """The words that a person is known by; of very short ones only a whole name."""
    parts = {folded(each) for each in (person.given, person.family)}
    words = {word for part in parts for word in WORD.findall(part) if len(word) >= SHORTEST}
    return words | {part for part in parts if part and " " not in part}


def named_in(text: str, others: Iterable[Person], *, of: Person | None = None) -> list[Person]:
    """Which of the others a text seems to name; a name that `of` has too is taken for theirs."""
    plain = folded(text)
    words = set(WORD.findall(plain))
    own = names_of(of) if of else set()
    return [each for each in others if seems_named(each, plain, words, own)]


def seems_named(person: Person, plain: str, words: set[str], own: set[str]) -> bool:
    marks = [folded(each) for each in (person.number, person.email) if each]
    if any(mark in plain for mark in marks):
        return True
    names = names_of(person) - own
    # Some scripts have no spaces between words, and so no words to compare with.
    return any({name, f"{name}s"} & words or hides(name, plain) for name in names)


def hides(name: str, plain: str) -> bool:
    """Whether a name of another script stands anywhere in a text."""
    return not name.isascii() and name in plain
