"""What each of a couple is asked alone: the questions, what can be answered, and when to ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache

from kapstone.intake.preparation import Sourced
from kapstone.knowledge import read, rows

ALONE = "intake/alone.toml"
# A question without an answer is unsaid, and unsaid is not no.
YES, NO, UNSAID = ANSWERS = ("yes", "no", "unsaid")


class AloneQuestion(Sourced):
    """One question about fear, coercion or violence."""

    ask: str
    evidence: tuple[str, ...]


class Way(Sourced):
    """One way in which it is safe to reach the person, as they say."""

    text: str


class When(Sourced):
    """How long before a session together, and how long after one, each is asked again."""

    hours_before: int
    hours_after: int

    @property
    def before(self) -> timedelta:
        return timedelta(hours=self.hours_before)

    @property
    def after(self) -> timedelta:
        return timedelta(hours=self.hours_after)


@cache
def alone_questions() -> tuple[AloneQuestion, ...]:
    """The questions, in the order they are asked."""
    return tuple(rows(ALONE, "question", AloneQuestion))


@cache
def ways() -> dict[str, Way]:
    """The ways of reaching a person, by id."""
    return {row.id: row for row in rows(ALONE, "way", Way)}


@cache
def when_asked() -> When:
    return When.model_validate(read(ALONE)["when"])


def heard(given: Mapping[str, str]) -> dict[str, str]:
    """An answer to each question; what was left out, or is none of the three, is unsaid."""
    said = {each.id: given.get(each.id, UNSAID) for each in alone_questions()}
    return {name: value if value in ANSWERS else UNSAID for name, value in said.items()}


def is_clear(answers: Mapping[str, str]) -> bool:
    """Whether each question that was asked then was answered with no."""
    return bool(answers) and all(value == NO for value in answers.values())


def is_time(
    last: datetime | None,
    *,
    planned: Iterable[datetime],
    over: Iterable[datetime],
    now: datetime,
) -> bool:
    """Whether it is time to ask: at first, before a session together, and after one.

    `last` is when they answered last, `planned` when sessions together are to be, and `over` when
    those that were ended. Times are aware.
    """
    if last is None:
        return True
    times = when_asked()
    before = (at - times.before for at in planned)
    return any(last < at <= now for at in before) or any(
        last < at and at + times.after <= now for at in over
    )


def is_fresh(last: datetime | None, planned: datetime) -> bool:
    """Whether what was answered last is near enough to a session together."""
    return last is not None and last >= planned - when_asked().before
