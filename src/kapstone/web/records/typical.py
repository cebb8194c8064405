"""The usual result of a practice, from its charts as they stand now: treated, measured, change."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from kapstone import instruments, outcomes, stories
from kapstone.instruments import Instrument
from kapstone.outcomes.plain import means
from kapstone.web.accounts.models import Practice
from kapstone.web.records.models import Course, DoseGiven, SheetScore

# Beside a story that tells of no questionnaire; nobody picks another for it.
USUAL = "phq9"


@dataclass(frozen=True, slots=True)
class Beside:
    """The usual result in one questionnaire, with its definition."""

    of: Instrument
    found: outcomes.Typical

    @property
    def reliable(self) -> float | None:
        return outcomes.reliable_of(self.of)

    @property
    def means(self) -> str:
        """What the form asks about, and what its number says, in plain words."""
        return means(self.of)

    @property
    def middle(self) -> str:
        """Where the person in the middle ended, with the interval; empty for too few."""
        found = self.found
        if found.median is None:
            return ""
        ends = f"{moved(found.low)} to {moved(found.high)}" if found.low is not None else ""
        return f"{moved(found.median)}{f' (95 % interval: {ends})' if ends else ''}"


def moved(points: float | None) -> str:
    """A change in words: "5 points lower", "no change"."""
    if not points:
        return "no change"
    many = f"{abs(points):g} {'point' if abs(points) == 1 else 'points'}"
    return f"{many} {'lower' if points < 0 else 'higher'}"


def of_practice(practice: Practice, name: str) -> Beside:
    """Of the courses with a dose: how many have a score before the first and one after it.

    The last of each counts. Raises LookupError for a questionnaire that does not ship.
    """
    of = instruments.instrument(name)
    treated, pairs = counted(practice, name)
    found = outcomes.typical(pairs, of, treated=treated, fewest=stories.fewest())
    return Beside(of, found)


def counted(practice: Practice, name: str) -> tuple[int, list[tuple[float, float]]]:
    """How many courses had a dose, and the totals before and after of those that have both."""
    given = DoseGiven.objects.standing().filter(session__course=OuterRef("pk"), amount_mg__gt=0)
    scored = SheetScore.objects.standing().filter(
        sheet__course=OuterRef("pk"), sheet__instrument=name, total__isnull=False
    )
    newest = scored.order_by("-at", "-pk").values("total")
    courses = Course.objects.standing().filter(person__practice=practice)
    dosed = courses.annotate(first=Subquery(given.order_by("at").values("at")[:1]))
    rows = dosed.exclude(first=None).annotate(
        before=Subquery(newest.filter(at__lte=OuterRef("first"))[:1]),
        after=Subquery(newest.filter(at__gt=OuterRef("first"))[:1]),
    )
    totals = list(rows.values_list("before", "after"))
    return len(totals), [(b, a) for b, a in totals if b is not None and a is not None]


def names_told(names: list[str]) -> list[str]:
    """Those of these that ship and can be judged; the usual one where a story tells of none."""
    judged = {each.id for each in instruments.instruments() if each.change is not None}
    return [name for name in names if name in judged] or [USUAL]
