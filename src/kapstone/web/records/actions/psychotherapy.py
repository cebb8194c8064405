"""Deeds of psychotherapy notes: written, corrected and opened by one therapist, and nobody else."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit, sealing
from kapstone.web.records.actions.courses import refuse_no_words, refuse_wrong_correction
from kapstone.web.records.models import Course, PsychotherapyNote
from kapstone.web.records.refusals import Refused

MAY = "write psychotherapy notes"


@transaction.atomic
def write_psychotherapy_note(
    course: Course,
    *,
    text: str,
    at: datetime,
    by: User,
    corrects: PsychotherapyNote | None = None,
) -> PsychotherapyNote:
    """Write a note that nobody but its writer reads, or correct one; its words are sealed."""
    access.refuse_others(by, MAY)
    Course.objects.locked(course.pk)
    refuse_no_words(text)
    if corrects is not None:
        refuse_other_writer(corrects, by)
    refuse_wrong_correction(PsychotherapyNote, course, corrects)
    sealed = sealing.seal(text, about=place(course.pk, by.pk))
    note = PsychotherapyNote.objects.create(
        course=course, key_id=sealed.key_id, sealed=sealed.words, corrects=corrects, at=at, by=by
    )
    audit.record(by, "write psychotherapy note", person=course.person, about=named(note))
    return note


@transaction.atomic
def open_psychotherapy_note(note: PsychotherapyNote, *, by: User) -> str:
    """The words of a note, for its writer; each opening stands on the trail."""
    access.refuse_others(by, MAY)
    refuse_other_writer(note, by)
    sealed = sealing.Sealed(note.key_id, note.sealed)
    words = sealing.unseal(sealed, about=place(note.course_id, note.by_id))
    audit.record(by, "open psychotherapy note", person=note.course.person, about=named(note))
    return words


def refuse_other_writer(note: PsychotherapyNote, by: User) -> None:
    if note.by_id != by.pk:
        raise Refused("not-yours", "Only its writer can read or correct this note.")


def place(course: int, writer: int) -> str:
    """Where a note belongs, sealed into it: moved to another course or writer, it stays shut."""
    return f"course:{course} by:{writer}"


def named(note: PsychotherapyNote) -> str:
    return f"psychotherapy_note:{note.pk}"
