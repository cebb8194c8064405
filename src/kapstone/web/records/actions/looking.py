"""The deed of asking the rules once more, without anybody asking, about a signed decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from kapstone import screening
from kapstone.web.records import audit, decisions
from kapstone.web.records.models import Course, LookAgain, ScreeningDecision
from kapstone.web.records.pathway import is_on_the_road
from kapstone.web.records.story import TOLD

MOST_AT_ONCE = 25
"""In one round: a change of the rules must not keep mail and readings waiting."""


def look_again(*, at: datetime) -> int:
    """Look at each decision whose rules or facts have changed; gives how many were looked at."""
    waiting = to_look_at()[:MOST_AT_ONCE]
    return len([look_at(row, at=at) for row in waiting])


def to_look_at() -> Any:
    """The newest decision of each course on the road that was not looked at since a change."""
    newest = ScreeningDecision.objects.standing().filter(course=OuterRef("pk"))
    courses = Course.objects.filter(is_on_the_road())
    chosen = courses.annotate(newest=Subquery(newest.order_by("-at", "-pk").values("pk")[:1]))
    looks = LookAgain.objects.filter(decision=OuterRef("pk")).order_by("-pk")
    rows = ScreeningDecision.objects.filter(pk__in=chosen.values("newest")).annotate(
        looked_at=Coalesce(Subquery(looks.values("recorded_at")[:1]), F("recorded_at")),
        by_rules=Coalesce(Subquery(looks.values("knowledge_digest")[:1]), F("knowledge_digest")),
    )
    told = Q()
    for table, path in TOLD:
        since = {"recorded_at__gt": OuterRef("looked_at"), path: OuterRef("course")}
        told |= Q(Exists(table.filter(**since)))
    other_rules = ~Q(by_rules=screening.knowledge_digest())
    return rows.filter(told | other_rules).select_related("course__person", "by").order_by("pk")


def differing() -> Any:
    """The newest look at each course's newest decision, where the rules would differ."""
    newest = ScreeningDecision.objects.standing().filter(course=OuterRef("decision__course"))
    later = LookAgain.objects.filter(decision=OuterRef("decision"), pk__gt=OuterRef("pk"))
    rows = LookAgain.objects.annotate(
        newest=Subquery(newest.order_by("-at", "-pk").values("pk")[:1])
    )
    chosen = rows.filter(~Exists(later), differs=True, decision=F("newest"))
    return chosen.select_related("decision__course__person").order_by("pk")


@transaction.atomic
def look_at(row: ScreeningDecision, *, at: datetime) -> LookAgain:
    """Ask the rules of now, and note whether they would say something else."""
    found = decisions.difference(row, now=at)
    look: LookAgain = LookAgain.objects.create(
        decision=row,
        knowledge_digest=screening.knowledge_digest(),
        differs=found.matters,
        says=in_words(found),
        at=at,
        by=row.by,
    )
    audit.record(
        None,
        "look again",
        person=row.course.person,
        about=f"screening_decision:{row.pk}",
        differs=found.matters,
    )
    return look


def in_words(found: screening.Difference) -> dict[str, Any]:
    """What differs, as it is kept: the rules by id and title, and the decision then and now."""
    named: dict[str, Any] = {
        "new": [[one.id, one.title] for one in found.new],
        "gone": [[one.id, one.title] for one in found.gone],
        "opened": [[one.id, one.title] for one in found.opened],
    }
    return {"was": found.was.name.lower(), "now": found.now.name.lower(), **named}
