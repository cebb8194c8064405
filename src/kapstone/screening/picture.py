"""What is known of a person at one moment, with a reason for everything that is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import combinations
from typing import Self

from kapstone.screening.conditions import Answer, Known, Line, Value, all_of, any_of
from kapstone.screening.derived import DERIVED, RAISE_ONLY
from kapstone.screening.medicines import Recognised
from kapstone.screening.rules import Rule, Ruleset
from kapstone.screening.rules import ruleset as todays_ruleset
from kapstone.screening.vocabulary import (
    MEDICINES,
    FactError,
    Facts,
    Reason,
    fact_among,
    standing,
)

WorkedOut = Mapping[str, tuple[Known, tuple[str, ...]]]
"""What each derived fact came to, and the facts that made it so, as kept beside a decision."""


class Picture:
    """Values in force, asked by name; derived facts are worked out once and kept.

    `medicines` is None when nobody asked. A picture is never changed: `but` makes another one.
    """

    __slots__ = ("_answers", "_because", "_values", "absent", "day", "medicines", "ruleset")

    def __init__(
        self,
        values: Mapping[str, Value],
        absent: Mapping[str, Reason],
        medicines: Sequence[Recognised] | None,
        *,
        day: date,
        ruleset: Ruleset,
    ) -> None:
        self._values = values
        self._answers: dict[str, Known] = {}
        self._because: dict[str, tuple[str, ...]] = {}
        self.absent = absent
        self.medicines = medicines
        self.day = day
        self.ruleset = ruleset

    @classmethod
    def of(
        cls,
        facts: Facts,
        medicines: Sequence[Recognised] | None,
        now: datetime,
        by: Ruleset | None = None,
    ) -> Self:
        """Sort the facts into those in force and those that count as unknown, and why.

        `by` is the knowledge to go by, today's unless said. Raises FactError for a fact that the
        vocabulary does not hold, or of the wrong kind.
        """
        ruleset = by or todays_ruleset()
        values: dict[str, Value] = {}
        absent: dict[str, Reason] = {}
        for name, given in facts.items():
            named = fact_among(ruleset.facts, name)
            if not named.from_:
                raise FactError(f"{name} is worked out from other facts and cannot be given")
            reason = standing(named, given, now)
            if reason is None:
                values[name] = given.value
            else:
                absent[name] = reason
        return cls(values, absent, medicines, day=now.date(), ruleset=ruleset)

    def with_kept(self, kept: WorkedOut) -> Picture:
        """The same picture, its derived facts as they were worked out then and not by today."""
        found = self.but({})
        found._answers.update({name: answer for name, (answer, _) in kept.items()})
        found._because.update({name: because for name, (_, because) in kept.items()})
        return found

    def worked_out(self) -> WorkedOut:
        """Every derived fact with its answer and what made it so, to be kept."""
        derived = (row.id for row in self.ruleset.facts.values() if row.derived_from)
        return {name: (self.yes(name), self.because(name)) for name in derived}

    def but(self, changes: Mapping[str, Value]) -> Picture:
        """The same person if these facts were otherwise."""
        return Picture(
            {**self._values, **changes},
            self.absent,
            self.medicines,
            day=self.day,
            ruleset=self.ruleset,
        )

    def only(self, ids: Iterable[str]) -> Picture:
        """The same person if nothing but these facts, given or of medicines, were known."""
        names = tuple(ids)
        kept = {name: self._values[name] for name in names if name in self._values}
        listed = any(self.ruleset.facts[name].classes for name in names)
        return Picture(
            kept,
            {},
            self.medicines if listed else None,
            day=self.day,
            ruleset=self.ruleset,
        )

    def value(self, id: str) -> Value | None:
        """The value in force; for a derived or a medicine fact the answer worked out."""
        if id in self._values:
            return self._values[id]
        row = self.ruleset.facts[id]
        if not (row.derived_from or row.classes):
            return None
        if id not in self._answers:
            derive = DERIVED.get(id)
            worked = None if derive is None else derive(self)
            self._answers[id] = self.takes(id) if row.classes else worked
        return self._answers[id]

    def applies(self, id: str) -> Known:
        return self.within(self.ruleset.gate(id))

    def within(self, gate: Line | None) -> Known:
        """Whether something that only counts where this line holds counts here."""
        return True if gate is None else self.answer(gate)

    def answer(self, line: Line) -> Known:
        """Whether a line holds; a line about a fact that does not apply does not hold."""
        value = self.value(line.fact)
        if value is not None:
            return line.holds(value)
        return False if self.applies(line.fact) is False else None

    def rule(self, rule: Rule) -> Known:
        """Whether a rule speaks; one that has run out is unknown wherever it counts [ENG-13]."""
        counts = self.within(rule.gate())
        if counts is False:
            return False
        if rule.valid_to is not None and self.day > rule.valid_to:
            return None
        answers = [self.answer(line) for line in rule.lines()]
        return all_of([counts, any_of(answers) if rule.when.any else all_of(answers)])

    def yes(self, id: str) -> Known:
        return self.answer(Answer(id, wanted=True))

    def number(self, id: str) -> float | None:
        value = self.value(id)
        return None if value is None else float(value)

    def word(self, id: str) -> str | None:
        value = self.value(id)
        return None if value is None else str(value)

    def takes(self, id: str) -> Known:
        """Whether enough medicines of the fact's classes are taken; an unread one may be one."""
        wanted = self.ruleset.facts[id]
        if self.medicines is None:
            return None
        if len(self.ruleset.of_classes(self.medicines, wanted.classes)) >= wanted.at_least:
            return True
        return False if all(one.recognised for one in self.medicines) else None

    def medicines_reason(self) -> Reason | None:
        """Why the medicines are not fully known, or None when they are."""
        if self.medicines is None:
            return Reason.MISSING
        whole = all(one.recognised for one in self.medicines)
        return None if whole else Reason.UNRECOGNISED

    def missing(self, id: str) -> Iterator[tuple[str, Reason]]:
        """The facts that have to be given before this one is known, gates first."""
        row = self.ruleset.facts[id]
        if row.classes:
            reason = self.medicines_reason()
            if reason is not None:
                yield MEDICINES, reason
        elif row.derived_from:
            bases = [named for named in row.derived_from if named not in RAISE_ONLY]
            found = [each for named in bases for each in self.missing(named)]
            yield from found or self.closed(bases)
        elif id not in self._values and (applies := self.applies(id)) is not False:
            gate = self.ruleset.gate(id)
            if applies is None and gate is not None:
                yield from self.missing(gate.fact)
            else:
                yield id, self.absent.get(id, Reason.MISSING)

    def closed(self, ids: Iterable[str]) -> Iterator[tuple[str, Reason]]:
        """The gates behind facts that do not apply, where nothing else is missing.

        Such as no ECG on file, where the QTc of somebody with an eating disorder is asked for.
        """
        for name in ids:
            gate = self.ruleset.gate(name)
            if gate is not None and self.answer(gate) is False:
                yield gate.fact, Reason.CLOSED

    def because(self, id: str) -> tuple[str, ...]:
        """The given facts that make this one what it is.

        For a derived fact: every fact that belongs to some smallest set that is enough for it.
        """
        row = self.ruleset.facts[id]
        if row.classes or id in self._values or not row.derived_from:
            return (id,)
        if id not in self._because:
            enough = smallest(self, id, tuple(self.bases(row.derived_from)))
            self._because[id] = tuple(dict.fromkeys(named for names in enough for named in names))
        return self._because[id]

    def bases(self, ids: Iterable[str]) -> Iterator[str]:
        for name in ids:
            if self.value(name) is not None:
                yield name


def smallest(picture: Picture, id: str, among: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The smallest sets of known facts that alone give the derived fact its answer."""
    wanted = picture.value(id)
    enough: list[tuple[str, ...]] = []
    for size in range(1, len(among) + 1):
        for names in combinations(among, size):
            if any({*found} <= {*names} for found in enough):
                continue
            if picture.only(names).value(id) == wanted:
                enough.append(names)
    return enough
