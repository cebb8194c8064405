"""The people of the demonstration, each as one button."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import template
from django.conf import settings
from django.db.models import Q

from kapstone.web import clock
from kapstone.web.accounts import roles
from kapstone.web.accounts.models import User

register = template.Library()
MOST_PATIENTS, MOST_AHEAD = 9, 6
AHEAD = timedelta(days=2)


@register.simple_tag
def demo_people() -> list[dict[str, Any]]:
    """Staff, some of the people cared for, and companions; nobody outside the demonstration."""
    if not settings.DEMO:
        return []
    users = list(User.objects.filter(is_active=True).order_by("pk"))
    staff = [user for user in users if user.is_hired]
    patients = [user for user in users if user.has_role(roles.PATIENT)][:MOST_PATIENTS]
    ahead = [user for user in with_an_order_ahead() if user not in patients]
    companions = [user for user in users if user.has_role(roles.COMPANION)]
    groups = (
        ("People who work here", staff),
        ("People who are cared for", patients),
        ("With a medicine session ahead", ahead),
        ("Beside somebody", companions),
    )
    return [{"title": title, "people": [button(user) for user in of]} for title, of in groups if of]


def with_an_order_ahead() -> list[User]:
    """Those whose next day of medicine is ordered and not over: their pages tell what to expect.

    By the names of the relations: this app knows no sessions.
    """
    now = clock.now()
    of = "person__courses__session"
    rows = User.objects.filter(
        Q(**{f"{of}__sessionplan__planned_for__range": (now, now + AHEAD)})
        & Q(**{f"{of}__order__isnull": False, f"{of}__phase__isnull": True}),
        is_active=True,
    )
    return list(rows.distinct().order_by("pk")[:MOST_AHEAD])


def button(user: User) -> dict[str, Any]:
    initials = "".join(word[0] for word in user.name.split()[:2])
    return {
        "pk": user.pk,
        "name": user.signed_name,
        "initials": initials,
        "words": user.role_words,
    }
