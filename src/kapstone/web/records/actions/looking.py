"""The deed of asking the rules once more, without anybody asking, about a signed decision."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from textwrap import shorten
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from kapstone import screening
from kapstone.web.records import audit, decisions
from kapstone.web.records.actions.readings import JUDGING_FAULTS
from kapstone.web.records.models import Course, LookAgain, Reading, ScreeningDecision, SheetScore
from kapstone.web.records.pathway import is_on_the_road
from kapstone.web.records.settled import settled_since
from kapstone.web.records.story import TOLD

log = logging.getLogger("kapstone.worker")
# What screening reads beside what was told.
MEASURED: tuple[tuple[Any, str], ...] = (
    (SheetScore.objects, "sheet__course"),
    (Reading.objects.filter(resting=True), "session__course"),
)
MOST_WORDS = 120
MOST_AT_ONCE = 25
"""In one round: a change of the rules must not keep mail and readings waiting."""


def look_again(*, at: datetime) -> int:
    """Look at each decision whose rules or facts have changed; gives how many were looked at."""
    return sum(looked_at(row, at=at) for row in to_look_at()[:MOST_AT_ONCE])


def looked_at(row: ScreeningDecision, *, at: datetime) -> bool:
    """Whether it could be done; one decision that cannot be read must not keep the others back."""
    try:
        look_at(row, at=at)
    except JUDGING_FAULTS:
        log.exception("screening decision %s: could not be looked at again", row.pk)
        return False
    return True


def to_look_at() -> Any:
    """The newest decision of each course on the road that was not looked at since a change."""
    newest = ScreeningDecision.objects.standing().filter(course=OuterRef("pk"))
    courses = Course.objects.filter(is_on_the_road())
    chosen = courses.annotate(newest=Subquery(newest.order_by("-at", "-pk").values("pk")[:1]))
    looks = LookAgain.objects.filter(decision=OuterRef("pk")).order_by("-pk")
    rows = ScreeningDecision.objects.filter(pk__in=chosen.values("newest")).annotate(
        # By the moment before the facts were read: what came in meanwhile is looked at again.
        looked_at=Coalesce(Subquery(looks.values("at")[:1]), F("at")),
        by_rules=Coalesce(Subquery(looks.values("knowledge_digest")[:1]), F("knowledge_digest")),
    )
    told = Q()
    for table, path in (*TOLD, *MEASURED):
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
    found, aside = decisions.difference(row, now=at), settled_since(row)
    differs = found.matters or bool(aside)
    look: LookAgain = LookAgain.objects.create(
        decision=row,
        knowledge_digest=screening.knowledge_digest(),
        differs=differs,
        says=in_words(found, aside),
        at=at,
        by=row.by,
    )
    audit.record(
        None,
        "look again",
        person=row.course.person,
        about=f"screening_decision:{row.pk}",
        differs=differs,
    )
    return look


def in_words(found: screening.Difference, aside: Sequence[str] = ()) -> dict[str, Any]:
    """What differs, as it is kept: the rules by id and title, and the decision then and now.

    `gravest` is the action of the gravest new finding, None without one; `eased`: nothing new is
    as grave as a review, nothing was settled, and together they say less than before.
    """
    named: dict[str, Any] = {
        "new": [[one.id, one.title] for one in found.new],
        "gone": [[one.id, one.title] for one in found.gone],
        "opened": [[one.id, one.title] for one in found.opened],
    }
    weighty = {
        "gravest": found.new[0].action if found.new else None,
        "eased": found.now < found.was and not found.graver and not aside,
        "words": shorten(in_one_line(found, aside), MOST_WORDS, placeholder=" ..."),
    }
    return {"was": found.was.name.lower(), "now": found.now.name.lower(), **named, **weighty}


def in_one_line(found: screening.Difference, aside: Sequence[str] = ()) -> str:
    """What changed, the gravest first, such as "stop: Aneurysmal vascular disease"."""
    new = [f"{one.action}: {one.title}" for one in found.new]
    gone = [f"no more: {one.title}" for one in found.gone]
    opened = [f"open now: {one.title}" for one in found.opened]
    settled = [f"settled: {words}" for words in aside]
    return "; ".join([*new, *settled, *opened, *gone])
