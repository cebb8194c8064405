"""Answers that differ, and those that a prescriber has settled, as the review page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kapstone import screening as room
from kapstone.web.records import facts
from kapstone.web.records.models import Course
from kapstone.web.records.settled import settled

# As many as the printed sheet holds; the page has them all.
PRINTED = 6


def shown(course: Course, now: datetime) -> dict[str, Any]:
    return {"differing": differing(course, now), "settled": settled(course, now=now)}


def lines(answers: dict[str, Any]) -> int:
    """How many lines of a printed sheet they take, about."""
    differ = sum(len(each["answers"]) for each in answers["differing"][:PRINTED])
    return differ + sum(2 + len(each.aside) for each in answers["settled"])


def differing(course: Course, now: datetime) -> list[dict[str, Any]]:
    """Each matter on which two answers differ, with all of them; the first is the one weighed.

    `stands` where it is the graver one, and a later answer has not silenced it.
    """
    return [
        {
            "fact": name,
            "answers": [(room.describe(name, each), each) for each in answers],
            "stands": stands(name, answers),
        }
        for name, answers in facts.differing(course, now=now).items()
    ]


def stands(name: str, answers: Sequence[room.Given]) -> bool:
    weighed, of = answers[0], room.fact(name)
    return any(
        room.graver(of, weighed.value, each.value) and facts.when_of(each) >= facts.when_of(weighed)
        for each in answers[1:]
    )
