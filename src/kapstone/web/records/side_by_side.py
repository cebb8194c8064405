"""What both of a couple answered of how they are with each other, on one page: if both agree.

Only totals of the questionnaires of the couples track, and nothing of either once one takes it
back. Answers to single questions stay where they were given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kapstone.instruments import Instrument
from kapstone.instruments.schedule import schedule
from kapstone.web.records import couples, definitions, groups
from kapstone.web.records.models import Couple, Person, SheetScore
from kapstone.web.records.tracks import COUPLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One finished sheet; `total` None: it was answered and has none."""

    at: datetime
    total: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One questionnaire with the scores of the two, each oldest first."""

    of: Instrument
    first: tuple[Score, ...]
    second: tuple[Score, ...]

    @property
    def rows(self) -> list[tuple[Score | None, Score | None]]:
        """The two beside each other, by how often each was asked; None: not answered."""
        count = max(len(self.first), len(self.second))
        return [(at_place(self.first, n), at_place(self.second, n)) for n in range(count)]


def at_place(scores: tuple[Score, ...], place: int) -> Score | None:
    return scores[place] if place < len(scores) else None


def asked_of_couples() -> list[str]:
    """The questionnaires that the schedule asks on the couples track, in its order."""
    asked = (each for row in schedule().due for each in row.ask if each.track == COUPLES)
    return list(dict.fromkeys(each.instrument for each in asked))


def of_both(couple: Couple, one: Person) -> list[Pair]:
    """The scores of `one` and of their partner; nothing at all unless both agree now."""
    stands = couples.of_person(one).filter(pk=couple.pk).exists()
    if not (stands and groups.agreed(couple, groups.SCORES)):
        return []
    two = [scores_of(each) for each in (one, couples.partner_in(couple, one))]
    names = [name for name in asked_of_couples() if any(name in each for each in two)]
    return [pair(name, *(each.get(name, []) for each in two)) for name in names]


def pair(name: str, first: list[SheetScore], second: list[SheetScore]) -> Pair:
    newest = [*first, *second][-1]
    return Pair(
        of=definitions.of_sheet(newest.sheet),
        first=tuple(Score(at=each.at, total=total(each)) for each in first),
        second=tuple(Score(at=each.at, total=total(each)) for each in second),
    )


def total(row: SheetScore) -> float | None:
    return None if row.total is None else float(row.total)


def scores_of(person: Person) -> dict[str, list[SheetScore]]:
    """What a person finished of these questionnaires, oldest first; one query."""
    rows = SheetScore.objects.standing().filter(
        sheet__course__person=person, sheet__instrument__in=asked_of_couples()
    )
    found: dict[str, list[SheetScore]] = {}
    for row in rows.select_related("sheet").order_by("at", "pk"):
        found.setdefault(row.sheet.instrument, []).append(row)
    return found
