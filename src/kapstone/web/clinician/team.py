"""Who of a practice can be met with."""

from __future__ import annotations

from typing import Any

from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import CLINICIANS


def team_of(user: User) -> Any:
    """The clinicians of the practice; who they are comes from their roles."""
    staff = User.objects.filter(practice=user.practice, is_active=True).order_by("name")
    clinicians = [each.pk for each in staff if CLINICIANS & set(each.roles)]
    return staff.filter(pk__in=clinicians)
