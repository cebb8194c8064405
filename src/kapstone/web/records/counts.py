"""The small numbers on the rail."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value

from kapstone.web.accounts.models import Practice, User
from kapstone.web.records.models import (
    Discrepancy,
    FactQuerySet,
    Message,
    Notice,
    Person,
    Phase,
    Session,
)
from kapstone.web.records.prepared import Prepared


def for_rail(user: User) -> dict[str, int]:
    """How many people, running sessions, open notices, unread messages and open
    differences of the register a member of staff sees.

    One query, because it stands on every page.
    """
    found = OF_PRACTICE.rows([user.practice_id] if user.practice_id else [])
    return dict(zip(COUNTED, (number or 0 for row in found for number in row), strict=False))


COUNTED = ("people", "running", "notices", "messages", "differences")


def of_practice(practices: list[int]) -> QuerySet[Any, Any]:
    """The same for everybody on staff: they see their practice."""
    here = OuterRef("pk")
    counted = (
        Person.objects.filter(practice=here),
        under_way(Session.objects.filter(course__person__practice=here)),
        Notice.objects.unsettled().filter(person__practice=here),
        Message.objects.filter(person__practice=here).open(),
        Discrepancy.objects.filter(holding__practice=here).open(),
    )
    return Practice.objects.filter(pk__in=practices).values_list(*map(how_many, counted))


OF_PRACTICE = Prepared(of_practice)


def how_many(rows: QuerySet[Any]) -> Subquery:
    """The number of rows as a column; None when there is none."""
    alike = rows.order_by().annotate(one=Value(1)).values("one")
    return Subquery(alike.annotate(number=Count("pk", distinct=True)).values("number"))


def running(user: User) -> FactQuerySet:
    """Sessions that were started and not stopped by discharge."""
    return under_way(Session.objects.visible_to(user))


def under_way(sessions: FactQuerySet) -> FactQuerySet:
    started = Phase.objects.filter(session=OuterRef("pk"), phase="started", corrected_by=None)
    return sessions.standing().filter(Exists(started), discharge=None)
