"""The people of the demonstration, each as one button."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

from kapstone.web.accounts import roles
from kapstone.web.accounts.models import User

register = template.Library()
MOST_PATIENTS = 9


@register.simple_tag
def demo_people() -> list[dict[str, Any]]:
    """Staff, some of the people cared for, and companions; nobody outside the demonstration."""
    if not settings.DEMO:
        return []
    users = list(User.objects.filter(is_active=True).order_by("pk"))
    staff = [user for user in users if user.is_staff_member]
    patients = [user for user in users if user.has_role(roles.PATIENT)][:MOST_PATIENTS]
    companions = [user for user in users if user.has_role(roles.COMPANION)]
    groups = (
        ("People who work here", staff),
        ("People who are cared for", patients),
        ("Beside somebody", companions),
    )
    return [{"title": title, "people": [button(user) for user in of]} for title, of in groups if of]


def button(user: User) -> dict[str, Any]:
    initials = "".join(word[0] for word in user.name.split()[:2])
    return {
        "pk": user.pk,
        "name": user.signed_name,
        "initials": initials,
        "words": user.role_words,
    }
