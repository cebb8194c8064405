"""Deeds of medicines: the list as staff write it down, and what a line of it means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from kapstone import screening
from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit, facts
from kapstone.web.records.actions import intake
from kapstone.web.records.happened import STOPPED
from kapstone.web.records.models import Course, IntakeAnswer, MedicineMeaning, Person
from kapstone.web.records.refusals import SHORTEST_REASON, Refused, refuse_short


@transaction.atomic
def write_medicines(
    course: Course, takes: bool | None, boxes: Sequence[str], *, at: datetime, by: User
) -> IntakeAnswer:
    """Write down for the person what they take, as answers of their intake in the writer's name."""
    access.refuse_others(by, "give facts")
    if takes is None:
        raise Refused("not-said", "Say whether they take any medicines.")
    if not takes and any(box.strip() for box in boxes):
        raise Refused("both", "You wrote medicines and said that they take none. Leave one out.")
    row = intake.answer_intake(course, "takes_medicines", "yes" if takes else "no", at=at, by=by)
    return intake.answer_intake(course, "medicines", [*boxes], at=at, by=by) if takes else row


@transaction.atomic
def confirm_medicine(
    course: Course, text: str, ingredients: Sequence[str], *, words: str, at: datetime, by: User
) -> MedicineMeaning:
    """Keep what a line means for this person; a later word on the same line corrects it.

    No ingredients say that the line was checked and names none of the list. That takes a reason,
    and so does leaving out a name that was read; of a line that was read whole none is left out.
    """
    access.refuse_others(by, "confirm medicines")
    Person.objects.locked(course.person_id)
    refuse_unlisted(course, text, ingredients)
    refuse_left_out(course, text, ingredients, words)
    if not ingredients:
        refuse_unsaid(words)
    row: MedicineMeaning = MedicineMeaning.objects.create(
        person=course.person,
        text=text,
        ingredients=[*dict.fromkeys(ingredients)],
        words=words.strip(),
        corrects=MedicineMeaning.objects.newest(person=course.person, text=text),
        at=at,
        by=by,
    )
    audit.record(
        by,
        "confirm medicine",
        person=course.person,
        about=f"medicine_meaning:{row.pk}",
        ingredients=row.ingredients,
    )
    return row


def stop_medicine(
    course: Course, text: str, *, words: str, at: datetime, by: User
) -> MedicineMeaning:
    """Keep that a line is not taken any more; a line written after it counts anew."""
    refuse_unsaid(words)
    return confirm_medicine(course, text, [], words=f"{STOPPED}: {words}", at=at, by=by)


def refuse_unsaid(words: str) -> None:
    refuse_short(
        words,
        "Say what it is, or why it is not taken, in at least "
        f"{SHORTEST_REASON} letters: no rule will look at this line again.",
    )


def refuse_unlisted(course: Course, text: str, ingredients: Sequence[str]) -> None:
    """The line must stand among the person's own now, and the medicines in our list."""
    lines = facts.medicines(course) or []
    if text not in {line.text for line in lines if facts.can_be_meant(line)}:
        raise Refused("no-such-line", "This line is not among their medicines now. Look again.")
    for one in ingredients:
        if one not in screening.medicines():
            raise Refused("no-such-medicine", f"{one} is not in the list of medicines.")


def refuse_left_out(course: Course, text: str, ingredients: Sequence[str], words: str) -> None:
    """One signature never takes away a medicine that was read."""
    for line in (line for line, _ in facts.written(course) if line.text == text):
        left_out = [each for each in line.ingredients if each not in ingredients]
        names = ", ".join(screening.medicines()[each].name for each in left_out)
        if left_out and line.recognised:
            raise Refused(
                "read-whole",
                f"This line was read as {names}, and that stays. If it is not taken any more, "
                "write that where the line comes from.",
            )
        if left_out:
            refuse_short(
                words,
                f"Read in this line too: {names}. Name it as well, or say why it is not taken, "
                f"in at least {SHORTEST_REASON} letters.",
            )
