"""Deeds of sessions of several people: who was there, a note for each, a note about both.

A note stands in one chart and names nobody else of the session, unless its writer says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit, couples, groups
from kapstone.web.records.actions.couples import locked_couple
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
from kapstone.web.records.refusals import Refused, is_blank, refuse_nul

MAY = "hold groups"
MOST = 16
# Opened again within this time for the same people, it is the same session.
SAME = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written for one person; `before` is the note that it was written over, if any.

    `despite`: a name in it is somebody else's, as its writer says.
    """

    text: str
    came: bool | None
    despite: bool = False
    before: int | None = None


@transaction.atomic
def open_group(
    courses: Sequence[Course], *, title: str, at: datetime, by: User, couple: Couple | None = None
) -> GroupEvent:
    """A session of several people; opened again soon for the same ones, it is the same."""
    access.refuse_others(by, MAY)
    chosen = sorted({each.pk: each for each in courses}.values(), key=lambda each: each.pk)
    locked = [Course.objects.locked(each.pk) for each in chosen]
    refuse_odd(locked, by)
    refuse_nul(title)
    if is_blank(title):
        raise Refused("no-title", "Say what kind of session it was.")
    if groups.named_in(title, [each.person for each in locked]):
        raise Refused("named", "The title stands in every chart of it: leave the names out.")
    if same := groups.alike(locked, at - SAME):
        return same
    event: GroupEvent = GroupEvent.objects.create(
        practice=locked[0].person.practice, couple=couple, title=title.strip(), at=at, by=by
    )
    for each in locked:
        GroupSeat.objects.create(event=event, course=each, at=at, by=by)
        audit.record(by, "open group", person=each.person, about=f"group_event:{event.pk}")
    return event


def refuse_odd(courses: Sequence[Course], by: User) -> None:
    """Refuse too few, too many, one person twice, and anybody of another practice."""
    people = {each.person_id for each in courses}
    if not 1 < len(people) <= MOST:
        raise Refused("how-many", f"Two to {MOST} people are in such a session.")
    if len(people) < len(courses):
        raise Refused("twice", "One of them stands there with two courses.")
    if any(each.person.practice_id != by.practice_id for each in courses):
        raise Refused("elsewhere", "One of them is not cared for here.")


@transaction.atomic
def open_couple(couple: Couple, *, at: datetime, by: User) -> GroupEvent:
    """A session of two who are a couple now: two charts, two notes."""
    access.refuse_others(by, MAY)
    if not couples.of_person(couple.person).filter(pk=couple.pk).exists():
        raise Refused("ended", "This was ended; write in each chart by itself.")
    found = [groups.newest_course(each) for each in (couple.person, couple.partner)]
    courses = [each for each in found if each is not None]
    return open_group(courses, title="Session of a couple", at=at, by=by, couple=couple)


@transaction.atomic
def take_out(seat: GroupSeat, *, at: datetime, by: User) -> GroupSeat:
    """Somebody was put there by mistake; with a note of theirs they stay."""
    access.refuse_others(by, MAY)
    GroupEvent.objects.locked(seat.event_id)
    if GroupSeat.objects.filter(corrects=seat).exists() or seat.taken_out:
        raise Refused("taken-out", "They were taken out already.")
    if GroupNote.objects.filter(seat=seat).exists():
        raise Refused("has-note", "A note of this session stands in their chart: correct that.")
    row: GroupSeat = GroupSeat.objects.create(**seat.but(taken_out=True), at=at, by=by)
    person = seat.course.person
    audit.record(by, "take out of group", person=person, about=f"group_event:{seat.event_id}")
    return row


@transaction.atomic
def write_notes(
    event: GroupEvent, notes: Mapping[int, Written], *, at: datetime, by: User
) -> list[GroupNote]:
    """Keep what was written for each of them, by their seats: all of it or nothing.

    What says the same as before makes no new row.
    """
    access.refuse_others(by, MAY)
    event = GroupEvent.objects.locked(event.pk)
    here = {each.seat.pk: each for each in groups.places(event)}
    if strange := set(notes) - set(here):
        raise Refused("not-there", f"Nobody of this session has the place {min(strange)}.")
    changed = [(here[pk], told) for pk, told in notes.items() if is_new(here[pk].note, told)]
    for place, told in changed:
        refuse_stale(place, told)
        refuse_nul(told.text)
        refuse_names(place, told, [each.person for each in here.values()])
    return [write_one(place, told, at=at, by=by) for place, told in changed]


def is_new(note: GroupNote | None, told: Written) -> bool:
    before = (note.came, note.text) if note else (None, "")
    return before != (told.came, told.text.strip())


def refuse_stale(place: groups.Place, told: Written) -> None:
    stands = place.note.pk if place.note else None
    if told.before != stands:
        given = place.person.given
        raise Refused("changed", f"The note of {given} was changed meanwhile: look at it again.")


def refuse_names(place: groups.Place, told: Written, people: Sequence[Person]) -> None:
    """Refuse a note that names another of the session, until its writer says otherwise."""
    others = [each for each in people if each.pk != place.person.pk]
    found = groups.named_in(told.text, others, of=place.person)
    if found and not told.despite:
        names = ", ".join(each.given for each in found)
        raise Refused(
            "names-another",
            f"The note of {place.person.given} seems to name {names}, who was there too. Write it "
            "without the name; or tick that somebody else is meant.",
        )


def write_one(place: groups.Place, told: Written, *, at: datetime, by: User) -> GroupNote:
    row: GroupNote = GroupNote.objects.create(
        seat=place.seat,
        came=told.came,
        text=told.text.strip(),
        corrects=place.note,
        at=at,
        by=by,
    )
    about = f"group_note:{row.pk}"
    audit.record(by, "write group note", person=place.person, about=about, despite=told.despite)
    return row


@transaction.atomic
def write_joint_note(event: GroupEvent, text: str, *, at: datetime, by: User) -> list[JointNote]:
    """A note about both, the same in both charts; only while both agree to such a note."""
    access.refuse_others(by, MAY)
    if event.couple is None:
        raise Refused("no-couple", "Only a session of a couple has a note about both.")
    couple = Couple.objects.locked(event.couple.pk)
    stands = couples.of_person(couple.person).filter(pk=couple.pk).exists()
    if not (stands and groups.agreed(couple, groups.JOINT_NOTE)):
        raise Refused("not-agreed", "A note about both needs that both agree, each on their page.")
    refuse_nul(text)
    if is_blank(text):
        raise Refused("no-words", "Write something first.")
    rows = []
    for place in groups.places(event):
        course = place.seat.course
        before = JointNote.objects.newest(course=course, event=event)
        row = JointNote.objects.create(
            course=course,
            event=event,
            couple=couple,
            text=text.strip(),
            corrects=before,
            at=at,
            by=by,
        )
        about = f"joint_note:{row.pk}"
        audit.record(by, "write joint note", person=place.person, about=about)
        rows.append(row)
    return rows


@transaction.atomic
def agree(person: Person, about: str, agreed: bool, *, at: datetime, by: User) -> CoupleAgreement:
    """One of a couple agrees, or takes it back, for themselves; the same again changes nothing."""
    couple = locked_couple(person, by)
    if about not in groups.AGREEMENTS:
        raise Refused("no-such-thing", "There is nothing of that kind to agree to.")
    last = groups.words_of(couple, about).get(person.pk)
    if last is not None and last.agreed == agreed:
        return last
    row: CoupleAgreement = CoupleAgreement.objects.create(
        person=person, couple=couple, about=about, agreed=agreed, corrects=last, at=at, by=by
    )
    did = "agree as a couple" if agreed else "take agreement back"
    audit.record(by, did, person=person, about=f"couple_agreement:{row.pk}", of=about)
    return row
