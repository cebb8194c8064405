"""The deed by which a clinician says what a line about a medicine means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from kapstone import screening
from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit, facts
from kapstone.web.records.models import Course, MedicineMeaning, Person
from kapstone.web.records.refusals import SHORTEST_REASON, Refused, refuse_short


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
        refuse_short(
            words,
            "Say what it is, or why it is not taken, in at least "
            f"{SHORTEST_REASON} letters: no rule will look at this line again.",
        )
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
    for line in readings(course, text):
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


def readings(course: Course, text: str) -> list[screening.Recognised]:
    """The line as it is read without anybody's word: its text, and the codes of other records."""
    coded = [each for each in facts.on_other_records(course) if each.text == text]
    return [screening.recognise(text), *coded]
