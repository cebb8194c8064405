"""What a signed decision rested on: kept beside it, replayed from it, compared with today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson

from kapstone import screening
from kapstone.knowledge import KnowledgeError
from kapstone.screening import MEDICINES, Given, Recognised
from kapstone.web.records import facts
from kapstone.web.records.models import FAVOURABLE, KeptRules, ScreeningDecision

Medicines = Sequence[Recognised] | None


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that is not as it was when the decision was signed; `aged`: it only grew old."""

    fact: str
    words: str
    aged: bool = False


def as_data(known: screening.Facts, medicines: Medicines) -> dict[str, Any]:
    """The facts and the medicines as they are kept beside a decision."""
    told: dict[str, Any] = {name: asdict(given) for name, given in known.items()}
    told[MEDICINES] = None if medicines is None else [asdict(each) for each in medicines]
    kept: dict[str, Any] = orjson.loads(orjson.dumps(told))
    return kept


def kept_beside(
    known: screening.Facts, medicines: Medicines, found: screening.Screening
) -> dict[str, Any]:
    """The columns of a decision that hold what it was made from."""
    return {
        "facts": as_data(known, medicines),
        "screening": found.as_data(),
        "worked_out": worked_out_now(known, medicines, found.at),
        "knowledge_digest": found.digest,
    }


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


class NotKept(Exception):
    """The rules that a decision was signed with are not here; says which."""


def rules_of(row: ScreeningDecision) -> screening.Ruleset:
    """The rules that the decision was signed with, checked against its seal."""
    kept = KeptRules.objects.filter(digest=row.knowledge_digest).first()
    if kept is None:
        raise NotKept(
            f"The rules that decision {row.pk} was signed with ({row.knowledge_digest[:12]}) were "
            "not kept: it was signed before Kapstone kept them."
        )
    try:
        found = screening.Ruleset.of(kept.texts)
    except KnowledgeError as fault:
        raise NotKept(f"The rules of then cannot be read by this Kapstone: {fault}") from fault
    if found.digest != row.knowledge_digest:
        raise NotKept(f"The rules kept as {row.knowledge_digest[:12]} are not what they were.")
    return found


def replay(row: ScreeningDecision) -> screening.Screening:
    """What the rules of then say of the facts of then, at the moment of then: what was stored.

    Raises NotKept when the rules of then are not here.
    """
    known, medicines = rested_on(row)
    then = datetime.fromisoformat(row.screening["at"])
    return screening.replay(
        known, medicines=medicines, now=then, by=rules_of(row), kept=worked_out_then(row)
    )


def holds(stored: Any, found: Any) -> bool:
    """Whether everything that was stored is found again; a later Kapstone may say more."""
    if isinstance(stored, dict) and isinstance(found, dict):
        return all(name in found and holds(each, found[name]) for name, each in stored.items())
    if isinstance(stored, list) and isinstance(found, list):
        return len(stored) == len(found) and all(map(holds, stored, found))
    return bool(stored == found)


def worked_out_then(row: ScreeningDecision) -> screening.WorkedOut:
    kept = row.worked_out or {}
    return {name: (each["answer"], tuple(each["because"])) for name, each in kept.items()}


def worked_out_now(known: screening.Facts, medicines: Medicines, now: datetime) -> dict[str, Any]:
    """The derived facts as they are kept beside a decision."""
    found = screening.worked_out(known, medicines=medicines, now=now)
    return {
        name: {"answer": answer, "because": list(because)}
        for name, (answer, because) in found.items()
    }


def is_grave(one: screening.Finding) -> bool:
    """A stop or a review."""
    return one.weight >= screening.Decision.REVIEW


def lets_go_on(row: ScreeningDecision | None, at: datetime) -> bool:
    """Whether a decision lets the person go on, and still holds."""
    return row is not None and row.decision in FAVOURABLE and row.valid_until >= at


def aged_in(row: ScreeningDecision) -> int:
    """How many answers were too old already when it was signed."""
    lacks = screening.lacks(screening.Screening.from_data(row.screening))
    return sum(each.missing.reason is screening.Reason.STALE for each in lacks)


def difference(row: ScreeningDecision, *, now: datetime) -> screening.Difference:
    """What the rules would say now that they did not say when the decision was signed."""
    known, medicines = facts.collect(row.course, now=now), facts.medicines(row.course)
    return difference_from(row, known, medicines, now=facts.here(row.course, now))


def difference_from(
    row: ScreeningDecision, known: screening.Facts, medicines: Medicines, *, now: datetime
) -> screening.Difference:
    """The same, from what was collected already."""
    then = screening.Screening.from_data(row.screening)
    held = screening.as_held(known, row.at, now)
    return screening.compare(then, screening.screen(held, medicines=medicines, now=now))


def changes_since(row: ScreeningDecision, *, now: datetime) -> list[Change]:
    """The facts that were added or answered otherwise since the decision, then those that aged."""
    known, medicines = rested_on(row)
    today = facts.collect(row.course, now=now)
    found = [*medicines_since(medicines, facts.medicines(row.course))]
    for name in sorted({*known, *today} & {*screening.vocabulary()}):
        words = change(name, known.get(name), today.get(name), then=row.at, now=now)
        if words is not None:
            found.append(Change(name, words, aged=has_aged(name, known, today)))
    return sorted(found, key=lambda one: one.aged)


def has_aged(name: str, then: screening.Facts, now: screening.Facts) -> bool:
    return name in then and name in now and then[name].value == now[name].value


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
        return None if was is None else f"{screening.describe(name, was)}, not known now"
    says = screening.describe(name, given)
    if was is None:
        return f"{says}, not known then"
    if given.value != was.value:
        return f"{screening.describe(name, was)}, now {says}"
    of = screening.fact(name)
    held, holds = screening.standing(of, was, then), screening.standing(of, given, now)
    return f"{says}: {holds} now" if holds and not held else None
