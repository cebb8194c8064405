"""Intake of a synthetic life: the real questions, answered as the story has it."""

from __future__ import annotations

from functools import cache
from typing import Any

from kapstone import intake, synthesis
from kapstone.knowledge import read
from kapstone.web.demonstration.life import Life
from kapstone.web.records.actions import intake as deeds
from kapstone.web.records.models import IntakeAnswer

# The synthesis writes eleven answers a life; each stands for its share of the real questions.
WRITTEN_BY_SYNTHESIS = 11
WORDS_FOR = {
    "goals": "goals",
    "hopes": "goals",
    "support": "support_people",
    "since_when": "concerns_since",
    "escort": "escort_name",
}
NONE_TAKEN = {"None", "None I know of"}


@cache
def table() -> dict[str, Any]:
    return read("synthesis/intake_answers.toml")


def answer(life: Life, event: synthesis.Event) -> None:
    """Answer the next share of the questions; what the synthesis said goes into its own place."""
    life.said[event.what["question"]] = event.what["value"]
    total = sum(len(sitting.question) for sitting in intake.sittings())
    answer_some(life, event, total // WRITTEN_BY_SYNTHESIS)


def finish(life: Life, event: synthesis.Event) -> None:
    answer_some(life, event, 1_000)
    deeds.finish_intake(life.course, at=event.at, by=life.who(event.by))


def answer_some(life: Life, event: synthesis.Event, most: int) -> None:
    rows = IntakeAnswer.objects.standing().filter(course=life.course)
    given: dict[str, Any] = dict(rows.values_list("question", "value"))
    for _ in range(most):
        asked = intake.next_question(given)
        if asked is None:
            return
        row = deeds.answer_intake(
            life.course, asked.id, said(life, asked), at=event.at, by=life.who(event.by)
        )
        given[asked.id] = row.value


def said(life: Life, asked: intake.Question) -> str | list[str]:
    """What this life answers; every kind of question has a benign answer of its own."""
    own = of_this_person(life).get(asked.id)
    if own is not None:
        return own
    if asked.kind == "yes_no_unsure":
        return "yes" if asked.id in table()["yes"] else "no"
    for kind in ("choices", "numbers", "texts"):
        if asked.id in table()[kind]:
            return str(table()[kind][asked.id])
    return "unsure" if asked.kind in {"number", "choice", "many"} else "Nothing to add"


def of_this_person(life: Life) -> dict[str, str | list[str]]:
    person, words = life.told.person, life.said
    health = life.told.health
    medicine = words.get("medicines", "None")
    allergy = words.get("allergies", "None I know of")
    born = person.birth_date
    first = life.told.events[0].at.date()
    age = first.year - born.year - ((first.month, first.day) < (born.month, born.day))
    fixed: dict[str, str | list[str]] = {
        "preferred_name": person.given,
        "age_years": str(age),
        "sex_at_birth": "male" if person.pronouns == "he/him" else "female",
        "weight_kg": f"{person.weight_kg:g} kg",
        "emergency_name": "Robin Hale",
        "takes_medicines": "no" if medicine in NONE_TAKEN else "yes",
        "medicines": boxes("medicines", *(health.takes or [medicine])),
        "has_allergies": "no" if allergy in NONE_TAKEN else "yes",
        "allergies": boxes("allergies", allergy),
        "treatments": boxes("treatments", words.get("treatments_tried", "Two antidepressants")),
    }
    told = {ours: words[theirs] for theirs, ours in WORDS_FOR.items() if theirs in words}
    return fixed | told | health.answers


def boxes(question: str, *lines: str) -> list[str]:
    """The lines of a list: the words of each in its first box, the others empty."""
    others = [""] * (len(intake.question(question).columns) - 1)
    return [box for first in lines for box in (first, *others)]
