"""What the chart says of long-term safety: the doses that began, and what was looked at since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from kapstone import pathway
from kapstone.pathway import long_term
from kapstone.web.records.story import Story, known


def facts(told: Story, *, age: int | None) -> long_term.LongTermFacts:
    """The facts of one course, out of its story."""
    begun = (session.phase("started") for session in told.sessions)
    review = told.newest("review") or {}
    return long_term.LongTermFacts(
        doses=tuple(sorted(at for at in begun if at is not None)),
        looks=tuple(looks(told)),
        ended_at=review.get("at") if review.get("choice") in pathway.ENDED else None,
        age=age,
    )


def looks(told: Story) -> Iterator[long_term.Look]:
    """Every look there was: by hand, by a questionnaire, by a value on file, by a reading."""
    for row in told.all("long term"):
        found = known(row["found"])
        yield long_term.Look(row=row["look"], at=row["at"], found=found, says=row["words"])
    for row in told.all("safety sheet"):
        answers = numbers(row["answers"])
        yield from long_term.sheet_looks(row["sheet__instrument"], row["at"], row["total"], answers)
    for row in told.all("safety fact"):
        yield from long_term.fact_looks(row["fact"], row["at"], truth(row["value"]))
    yield from long_term.resting_looks([*pressures(told)])


def numbers(answers: Mapping[str, Any]) -> dict[str, float]:
    found = (answers or {}).items()
    return {name: value for name, value in found if isinstance(value, int | float)}


def truth(value: Any) -> Any:
    """A yes out of a JSON column that was read inside another one is a word."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def pressures(told: Story) -> Iterator[tuple[datetime, float | None, float | None]]:
    for session in told.sessions:
        for row in session.all("pressure"):
            signs = row["signs"]
            yield row["at"], signs.get("systolic_bp"), signs.get("diastolic_bp")
