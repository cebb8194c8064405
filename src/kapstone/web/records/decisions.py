"""What a signed decision rested on: kept beside it, replayed from it, compared with today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson

from kapstone import screening
from kapstone.screening import MEDICINES, Given, Recognised
from kapstone.web.records import facts
from kapstone.web.records.models import ScreeningDecision

Medicines = Sequence[Recognised] | None


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that is not as it was when the decision was signed."""

    fact: str
    words: str


def as_data(known: screening.Facts, medicines: Medicines) -> dict[str, Any]:
    """The facts and the medicines as they are kept beside a decision."""
    told: dict[str, Any] = {name: asdict(given) for name, given in known.items()}
    told[MEDICINES] = None if medicines is None else [asdict(each) for each in medicines]
    kept: dict[str, Any] = orjson.loads(orjson.dumps(told))
    return kept


def rested_on(row: ScreeningDecision) -> tuple[dict[str, Given], Medicines]:
    """The facts and the medicines that were weighed, read back from the decision's own row."""
    known = {
        name: Given(**{**given, "at": given["at"] and datetime.fromisoformat(given["at"])})
        for name, given in row.facts.items()
        if name != MEDICINES
    }
    listed = row.facts[MEDICINES]
    return known, None if listed is None else [recognised(each) for each in listed]


def recognised(data: dict[str, Any]) -> Recognised:
    """What was read then; the words may be read otherwise today."""
    lists = {name: tuple(value) for name, value in data.items() if isinstance(value, list)}
    at = data["at"] and datetime.fromisoformat(data["at"])
    return Recognised(**{**data, **lists, "at": at})


def replay(row: ScreeningDecision) -> screening.Screening:
    """What the rules of today say of the facts of then, at the moment of then.

    Equal to what was stored while the knowledge digest is the same.
    """
    known, medicines = rested_on(row)
    then = datetime.fromisoformat(row.screening["at"])
    return screening.screen(known, medicines=medicines, now=then)


def changes_since(row: ScreeningDecision, *, now: datetime) -> list[Change]:
    """The facts that were added, answered otherwise or have aged since the decision."""
    known, medicines = rested_on(row)
    today = facts.collect(row.course, now=now)
    found = [*medicines_since(medicines, facts.medicines(row.course))]
    for name in sorted({*known, *today} & {*screening.vocabulary()}):
        words = change(name, known.get(name), today.get(name), then=row.at, now=now)
        if words is not None:
            found.append(Change(name, words))
    return found


def medicines_since(then: Medicines, today: Medicines) -> Iterator[Change]:
    was, now = named(then), named(today)
    if was != now:
        yield Change(MEDICINES, f"Medicines: {was}, now {now}")


def named(medicines: Medicines) -> str:
    if medicines is None:
        return "not known"
    return "; ".join(sorted(each.text for each in medicines)) or "none"


def change(
    name: str, was: Given | None, given: Given | None, *, then: datetime, now: datetime
) -> str | None:
    """Words for what is otherwise, or None."""
    if given is None:
        return None
    says = screening.describe(name, given)
    if was is None:
        return f"{says}, not known then"
    if given.value != was.value:
        return f"{screening.describe(name, was)}, now {says}"
    of = screening.fact(name)
    held, holds = screening.standing(of, was, then), screening.standing(of, given, now)
    return f"{says}: {holds} now" if holds and not held else None
