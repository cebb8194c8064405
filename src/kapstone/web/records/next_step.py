"""The facts of the next step out of one chart, and the card that they give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from kapstone import instruments, outcomes, pathway
from kapstone.pathway import long_term, next_step
from kapstone.pathway.next_step import Fact
from kapstone.web.records import pathway as course_pathway
from kapstone.web.records.models import (
    Course,
    Discharge,
    IntegrationContact,
    Mark,
    NextStep,
    SheetScore,
    StepWish,
)

Known = tuple[datetime, float]
# How bad a side effect was, on the list and on the mark of a session, from the least.
SEVERITIES = ("none", "mild", "moderate", "severe")
DAY = timedelta(days=1)
CHOSEN_WITHIN = timedelta(days=28)
NAMES = {"bladder": ("LTS-01", "LTS-02", "LTS-03"), "pressure": ("LTS-07",)}


@dataclass(frozen=True, slots=True)
class Before:
    """What the card is made from, and the card."""

    facts: dict[str, Fact]
    card: next_step.Card
    instrument: instruments.Instrument

    def used(self) -> list[dict[str, Any]]:
        """Each fact in words with its day; what is not known stands there as such."""
        return [
            {
                "id": name,
                "name": row.name,
                "words": row.words(self.facts[name].value),
                "at": self.facts[name].at,
                "says": self.facts[name].says,
                "known": self.facts[name].value is not None,
                "stops": name in self.card.needs,
            }
            for name, row in next_step.fact_rows().items()
        ]


def before(course: Course, *, now: datetime) -> Before:
    """The card of a course as it stands now."""
    rows = Course.objects.filter(pk=course.pk)
    ((loaded, told),) = course_pathway.facts_of(rows, now=now).items()
    found, of = facts(loaded, told, now=course_pathway.here(loaded, now))
    return Before(found, next_step.card(found), of)


def facts(
    course: Course, told: pathway.CourseFacts, *, now: datetime
) -> tuple[dict[str, Fact], instruments.Instrument]:
    """Every fact of the next step; whatever nobody knows is None."""
    doses = told.long_term.doses if told.long_term else ()
    last = doses[-1] if doses else None
    of, scores = chosen(course, first=doses[0] if doses else None, now=now)
    found = {
        "wish": wish_of(course, last),
        "risk_notice": Fact(told.open_risk_notice),
        "side_effects": side_effects(course, last),
        "sessions": Fact(len(doses), last),
        "gap_days": Fact((now - last) // DAY if last else None, last),
        "in_maintenance": Fact(told.review.decision == "maintenance", told.review.at),
        "contact": contact(course, last),
        **of_long_term(told.long_term, now),
        **of_scores(scores, of, doses),
    }
    return {name: found[name] for name in next_step.fact_rows()}, of


def wish_of(course: Course, last: datetime | None) -> Fact:
    """What the person said since the last session: what they wanted before it was lived by then."""
    row = StepWish.objects.newest(course=course)
    if row is None or (last is not None and row.at < last):
        return Fact()
    return Fact(row.wish, row.at, row.words)


def contact(course: Course, last: datetime | None) -> Fact:
    if last is None:
        return Fact()
    rows = IntegrationContact.objects.standing().filter(course=course, at__gte=last)
    found = rows.order_by("at").values_list("at", flat=True).first()
    return Fact(found is not None, found)


def side_effects(course: Course, last: datetime | None) -> Fact:
    """The worst since the last session began: of the list that was answered, and of its marks.

    Without the list only what was severe is known; that nobody marked anything is no none.
    """
    if last is None:
        return Fact()
    rows = SheetScore.objects.standing().filter(
        sheet__course=course, sheet__instrument="side-effects", at__gt=last
    )
    answered = [(int(max(row.answers.values())), row.at) for row in rows if row.answers]
    marks = Mark.objects.standing().filter(
        session__course=course, kind="side_effect", at__gte=last, severity__in=SEVERITIES
    )
    marked = [(SEVERITIES.index(row.severity), row.at) for row in marks]
    worst, at = max([*answered, *marked], default=(None, None))
    is_known = bool(answered) or worst == SEVERITIES.index("severe")
    return Fact(SEVERITIES[worst], at) if worst is not None and is_known else Fact()


def of_long_term(told: long_term.LongTermFacts | None, now: datetime) -> dict[str, Fact]:
    """What the long-term rows found; one that nobody looked at is not known."""
    rows = long_term.owed(told, now=now) if told else ()
    grouped = {name: [each for each in rows if each.row.id in ids] for name, ids in NAMES.items()}
    named = {name for ids in NAMES.values() for name in ids}
    others = [each for each in rows if each.row.id not in named and each.row.found == "stop"]
    found = {name: finding(group) for name, group in grouped.items()}
    return {**found, "other_finding": other_finding(others)}


def finding(rows: Iterable[long_term.Owed]) -> Fact:
    told = [each for each in rows if each.last is not None]
    for each in told:
        if each.state == "found":
            return Fact(True, each.due, each.row.title)
    newest = max((each.last.at for each in told if each.last), default=None)
    return Fact(False, newest) if newest else Fact()


def other_finding(rows: Iterable[long_term.Owed]) -> Fact:
    """Yes for any finding; not known while one that holds doses is overdue."""
    told = list(rows)
    for each in told:
        if each.state == "found":
            return Fact(True, each.due, each.row.title)
    return Fact() if any(each.holds for each in told) else Fact(False)


def chosen(
    course: Course, *, first: datetime | None, now: datetime
) -> tuple[instruments.Instrument, list[Known]]:
    """The questionnaire that can say whether it helped, with its totals up to now."""
    rows = SheetScore.objects.standing().filter(
        sheet__course__person=course.person,
        sheet__instrument__in=next_step.instruments(),
        total__isnull=False,
        at__lte=now,
    )
    told: dict[str, list[Known]] = {name: [] for name in next_step.instruments()}
    for name, at, total in rows.order_by("at").values_list("sheet__instrument", "at", "total"):
        told[name].append((timezone.localtime(at), total))
    for name, scores in told.items():
        of = instruments.instrument(name)
        start = outcomes.holding(scores, of, first_dose=first).start
        if start is not None and outcomes.was_a_case(start[1], of):
            return of, scores
    name = next((each for each, scores in told.items() if scores), next_step.instruments()[0])
    return instruments.instrument(name), told[name]


def of_scores(
    scores: list[Known], of: instruments.Instrument, doses: tuple[datetime, ...]
) -> dict[str, Fact]:
    """Score, change, response, and whether it was reliably lost; unknown without a baseline."""
    told = outcomes.holding(scores, of, first_dose=doses[0] if doses else None)
    at, start = told.last[0] if told.last else None, told.start
    is_known = told.response is not None
    lost = told.lost_at is not None
    held = (at - told.held_since) // DAY if at and told.held_since else 0
    return {
        "start": Fact(start[1], start[0], of.short) if start else Fact(),
        "score": Fact(told.last[1], at, of.short) if told.last else Fact(),
        "score_after_dose": Fact(at > doses[-1], at) if at and doses else Fact(),
        "reliable": Fact(told.reliable, at),
        "response": Fact(told.response, at),
        "remission": Fact(told.remission, at),
        "held_days": Fact(held, told.held_since) if is_known else Fact(),
        "lost": Fact(lost and not told.response, told.lost_at) if is_known else Fact(),
        "lost_before": Fact(lost, told.lost_at) if is_known else Fact(),
    }


def kept_card(row: NextStep) -> Mapping[str, Any]:
    """The card made again out of what was kept: the same, while the rules are the same."""
    return next_step.as_kept(next_step.card(next_step.from_inputs(row.inputs)))


def review_is_due(course: Course, *, now: datetime) -> bool:
    """Whether the road waits for a review."""
    rows = Course.objects.filter(pk=course.pk)
    ((loaded, told),) = course_pathway.facts_of(rows, now=now).items()
    steps = course_pathway.steps(loaded, told, now=now)
    return any(each.id == "review" and each.state == "now" for each in steps)


def to_choose(courses: Any, now: datetime) -> Any:
    """Courses home from a session, with no next step chosen since; `due` since they went home.

    One that was left open for weeks is no step after a session any more.
    """
    home = Discharge.objects.filter(session__course=OuterRef("pk")).order_by("-at")
    made = NextStep.objects.standing().filter(course=OuterRef("pk")).order_by("-at")
    dated = courses.annotate(
        due=Subquery(home.values("at")[:1]), chosen_at=Subquery(made.values("at")[:1])
    )
    return dated.filter(Q(chosen_at=None) | Q(chosen_at__lt=F("due")), due__gt=now - CHOSEN_WITHIN)
