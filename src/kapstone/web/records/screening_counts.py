"""How screening goes in a practice, in numbers and without names: for whoever answers for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import OuterRef, Subquery

from kapstone.web.accounts.models import User
from kapstone.web.records import waiting
from kapstone.web.records.models import FAVOURABLE, Course, GateOverride, ScreeningDecision
from kapstone.web.records.pathway import is_on_the_road

LATELY = timedelta(days=90)

Counted = tuple[tuple[str, int], ...]


def counted(user: User, *, now: datetime) -> Counted:
    """What it is in words, and how many, over the courses of the practice that are on the road."""
    courses = Course.objects.visible_to(user).filter(is_on_the_road())
    newest = ScreeningDecision.objects.standing().filter(course=OuterRef("pk"))
    of_now = courses.annotate(newest=Subquery(newest.order_by("-at", "-pk").values("pk")[:1]))
    rows = ScreeningDecision.objects.filter(pk__in=of_now.values("newest"))
    going_on = rows.filter(decision__in=FAVOURABLE)
    holding = going_on.filter(valid_until__gte=now)
    overridden = GateOverride.objects.visible_to(user).standing().filter(at__gte=now - LATELY)
    return (
        ("let somebody go on, and hold", holding.count()),
        ("of these were signed over a stop", holding.filter(screening__decision="stop").count()),
        ("wait for a second signature", waiting.second_to_sign(courses, now).count()),
        ("would now be different: look again", waiting.to_look_at_again(courses, now).count()),
        ("have run out, and nobody decided anew", going_on.filter(valid_until__lt=now).count()),
        (f"session gates overridden in {LATELY.days} days", overridden.count()),
    )
