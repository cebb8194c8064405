"""The small numbers on the rail."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value

from kapstone.web.accounts.models import User
from kapstone.web.records.models import (
    FactQuerySet,
    Message,
    Notice,
    Person,
    Phase,
    Session,
)


def for_rail(user: User) -> dict[str, int]:
    """How many people, running sessions, open notices and open messages `user` has to do with.

    One query, because it stands on every page.
    """
    counted = {
        "people": Person.objects.visible_to(user),
        "running": running(user),
        "notices": Notice.objects.visible_to(user).open(),
        "messages": Message.objects.visible_to(user).open(),
    }
    columns = {f"{name}_count": how_many(rows) for name, rows in counted.items()}
    row: Any = User.objects.filter(pk=user.pk).values(**columns).get()
    return {name: row[f"{name}_count"] or 0 for name in counted}


def how_many(rows: QuerySet[Any]) -> Subquery:
    """The number of rows as a column; None when there is none."""
    alike = rows.order_by().annotate(one=Value(1)).values("one")
    return Subquery(alike.annotate(number=Count("pk", distinct=True)).values("number"))


def running(user: User) -> FactQuerySet:
    """Sessions that were started and not stopped by discharge."""
    started = Phase.objects.filter(session=OuterRef("pk"), phase="started", corrected_by=None)
    return Session.objects.visible_to(user).standing().filter(Exists(started), discharge=None)
