"""A finished sheet that says somebody got worse opens a notice: reviewed before the next dose."""

from __future__ import annotations

from datetime import datetime

from kapstone import instruments, outcomes
from kapstone.web.accounts.models import User
from kapstone.web.records.actions.notices import open_notice
from kapstone.web.records.models import Phase, SheetScore

RATED_WORSE = "deterioration"
DO = "Review it with the person before the next dose."


def tell_worsening(row: SheetScore, of: instruments.Instrument, *, at: datetime, by: User) -> None:
    """Open the notice where the rating itself says so, or the score by more than its error.

    What is private to the person opens none: it would tell whoever may not read it.
    """
    if of.private or of.neutral or not (words := worse(row, of)):
        return
    person = row.sheet.course.person
    says = f"{of.short} {row.total:g}: {words}."
    kind = f"worse-{of.id}"
    open_notice(person, kind=kind, level="yellow", says=says, do=DO, at=at, by=by)


def worse(row: SheetScore, of: instruments.Instrument) -> str:
    """How the person got worse, in words; empty when they did not, or when it is not known."""
    if row.total is None:
        return ""
    if RATED_WORSE in instruments.score(of, row.answers).flags:
        only = of.item[0]
        said = next(
            (c.text for c in of.choices_of(only) if c.value == row.answers.get(only.id)), ""
        )
        return f"rated \u201c{said}\u201d" if said else "rated as worse"
    start = before_treatment(row)
    if start is None or of.change is None or not outcomes.deteriorated(start, row.total, of):
        return ""
    return f"worse by more than measurement error than {start:g} before the first dose"


def before_treatment(row: SheetScore) -> float | None:
    """The last total of the course at or before its first dose; None without both."""
    course = row.sheet.course_id
    begun = Phase.objects.standing().filter(session__course=course, phase="started")
    first = begun.order_by("at").values_list("at", flat=True).first()
    if first is None:
        return None
    alike = SheetScore.objects.standing().filter(
        sheet__course=course, sheet__instrument=row.sheet.instrument, at__lte=first
    )
    start: float | None = (
        alike.exclude(total=None).order_by("-at", "-pk").values_list("total", flat=True).first()
    )
    return start
