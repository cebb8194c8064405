"""What is still to be asked: each open fact once, what hangs on it, and which comes first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kapstone.screening.judge import absolute
from kapstone.screening.outcome import Missing, Screening, Waiting
from kapstone.screening.rules import Decision
from kapstone.screening.vocabulary import MEDICINES, Origin, vocabulary

MOST_ASKED = 5
ABLE_TO_SAY: tuple[Origin, ...] = ("person", "clinician")
"""Who can say what somebody takes."""


@dataclass(frozen=True, slots=True)
class Lack:
    """An open fact, the rules that wait for it, and the gravest of what they could say.

    It `matters` for deciding today when it could make the decision graver than what already
    speaks does; a note never does. A stop that nobody may override is graver than one that
    somebody may.
    """

    missing: Missing
    rules: tuple[Waiting, ...]
    could_be: Decision
    matters: bool

    @property
    def fact(self) -> str:
        return self.missing.fact

    @property
    def words(self) -> str:
        return self.missing.words

    @property
    def who(self) -> tuple[Origin, ...]:
        """Who may give it; nobody on the spot when a rule itself has run out."""
        if self.fact == MEDICINES:
            return ABLE_TO_SAY
        known = vocabulary().get(self.fact)
        return () if known is None else known.from_


def lacks(found: Screening) -> tuple[Lack, ...]:
    """Every open fact, in the order to ask: what could stop first, then what most wait for."""
    waiting: dict[Missing, list[Waiting]] = {}
    for rule in found.waiting:
        for each in rule.missing:
            waiting.setdefault(each, []).append(rule)
    all_of_them = (lack(each, rules, found) for each, rules in waiting.items())
    return tuple(sorted(all_of_them, key=lambda one: (-one.could_be, -len(one.rules), one.words)))


def lack(missing: Missing, rules: list[Waiting], found: Screening) -> Lack:
    could_be = max(weights(rules))
    graver = could_be > max(found.spoken, Decision.NOTE)
    forbids = any(one.absolute for one in rules) and not any(map(absolute, found.findings))
    return Lack(missing, tuple(rules), could_be, graver or forbids)


def enough(found: Screening) -> bool:
    """Whether nothing that is open could make the decision graver than what speaks already."""
    return not any(one.matters for one in lacks(found))


def weights(rules: list[Waiting]) -> Iterator[Decision]:
    """What each could weigh; one of which that was not kept may be a stop."""
    return (Decision.STOP if one.could_be is None else one.could_be for one in rules)


def ask_next(found: Screening) -> tuple[Lack, ...]:
    """The few questions to ask first: of those that matter for deciding today."""
    return tuple(one for one in lacks(found) if one.matters)[:MOST_ASKED]
