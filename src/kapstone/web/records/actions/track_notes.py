"""Deeds of the therapy tracks: a note of a session, and what a person writes down themselves.

What an answer asks for is kept with the note and told: a red line to the team at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from kapstone.pathway import tracks as rules
from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit, track_notes
from kapstone.web.records.actions import escalating
from kapstone.web.records.actions.courses import refuse_wrong_correction
from kapstone.web.records.actions.notices import new_notice
from kapstone.web.records.models import Course, Notice, TrackNote
from kapstone.web.records.models.notices import TRACK_KIND
from kapstone.web.records.refusals import Refused, is_blank, refuse_nul

MAY = "hold tracks"


@transaction.atomic
def write_track_note(
    course: Course,
    track: str,
    answers: rules.Answers,
    *,
    words: str,
    at: datetime,
    by: User,
    corrects: TrackNote | None = None,
) -> TrackNote:
    """Write the note of a session down, or correct one; a question left out is not known.

    A correction stays where the note stood, so that the last session is still the last.
    """
    access.refuse_others(by, MAY)
    Course.objects.locked(course.pk)
    said = fitting(rules.questions(known_track(track)), answers)
    refuse_nul(words)
    if not said and is_blank(words):
        raise Refused("empty", "Answer something, or write a few words.")
    refuse_wrong_correction(TrackNote, course, corrects)
    if corrects is not None and (corrects.track != track or corrects.own):
        raise Refused("other-track", "This note is of another track, or the person's own.")
    when = corrects.at if corrects else at
    asked = owed(course, track, said, when, without=corrects)
    row: TrackNote = TrackNote.objects.create(
        course=course,
        track=track,
        answers=said,
        words=words.strip(),
        owed=[each.id for each in asked],
        corrects=corrects,
        at=when,
        by=by,
    )
    about = f"track_note:{row.pk}"
    audit.record(by, "write track note", person=course.person, about=about, track=track)
    tell(course, asked, set(corrects.owed) if corrects else set(), at=at, by=by)
    return row


@transaction.atomic
def write_own(
    course: Course, track: str, answers: rules.Answers, *, at: datetime, by: User
) -> TrackNote:
    """Keep what the person writes down themselves; what they leave out says nothing new."""
    if course.person.user_id != by.pk:
        raise Refused("not-yours", "Only the person themselves does this.")
    Course.objects.locked(course.pk)
    said = fitting(rules.own_questions(known_track(track)), answers)
    if not said:
        raise Refused("empty", "Write something first.")
    asked = owed(course, track, said, at)
    row: TrackNote = TrackNote.objects.create(
        course=course,
        track=track,
        answers=said,
        owed=[each.id for each in asked],
        own=True,
        at=at,
        by=by,
    )
    about = f"track_note:{row.pk}"
    audit.record(by, "write own track note", person=course.person, about=about)
    tell(course, asked, set(), at=at, by=by)
    return row


def known_track(track: str) -> str:
    if track not in rules.tracks():
        raise Refused("no-such-track", f"{track!r} is no track that we know.")
    return track


def fitting(asked: Iterable[rules.QuestionRow], answers: rules.Answers) -> rules.Answers:
    """The answers that say something; Refused where one is none that its question has."""
    questions = {each.id: each for each in asked}
    said = rules.known(answers)
    for name, value in said.items():
        if name not in questions:
            raise Refused("no-such-question", f"{name!r} is not asked here.")
        if words := rules.wrong(questions[name], value):
            raise Refused("off-scale", words)
        refuse_nul(*([value] if isinstance(value, str) else value if listed(value) else []))
    return said


def listed(value: object) -> bool:
    return isinstance(value, list | tuple)


def owed(
    course: Course,
    track: str,
    said: rules.Answers,
    at: datetime,
    *,
    without: TrackNote | None = None,
) -> tuple[rules.OwedRow, ...]:
    """What these answers ask for, beside what the notes before them said."""
    before = [
        each
        for each in track_notes.of_track(course, track)
        if each.at <= at and (without is None or each.pk != without.pk)
    ]
    return rules.owed(
        track,
        said,
        before=track_notes.told(before),
        dose_day=track_notes.is_dose_day(course, at),
    )


def tell(
    course: Course, asked: Iterable[rules.OwedRow], before: set[str], *, at: datetime, by: User
) -> None:
    """Open a notice for what is more than a line; one that nobody has answered is enough."""
    for each in asked:
        if each.level == rules.SAY or each.id in before:
            continue
        kind = f"{TRACK_KIND}{each.id}"
        alike = Notice.objects.filter(person=course.person, kind=kind, level=each.level)
        if alike.open().unanswered().exists():
            continue
        row = new_notice(
            course.person,
            kind=kind,
            level=each.level,
            says=each.says,
            do=each.do,
            at=at,
            by=by,
        )
        if each.level == rules.RED:
            escalating.tell_at_once(row, at=at)
