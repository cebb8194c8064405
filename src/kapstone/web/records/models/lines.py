"""What a practice settles for itself: the figures of its limits, the times of its checks."""

from __future__ import annotations

from django.db import models

from kapstone.web.accounts.models import Practice, User
from kapstone.web.records.models.base import Appended


class LineChange(Appended):
    """Figures of one limit as a prescriber settled and signed them; a change is a new row.

    `figures` are by name (`yellow.above`); none at all goes back to what ships. They hold from `at`
    until the next row of the same limit.
    """

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="line_changes")
    limit = models.CharField(max_length=20)
    figures = models.JSONField()
    why = models.TextField()
    signed_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["practice", "limit", "at"], name="line_change_in_force")]


class TimesChange(Appended):
    """Check times of one route as a prescriber settled and signed them; a change is a new row.

    `times` are minutes by name (`then_every_min`); none at all goes back to what ships. They hold
    from `at` until the next row of the same route.
    """

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="times_changes")
    route = models.CharField(max_length=40)
    times = models.JSONField()
    why = models.TextField()
    signed_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["practice", "route", "at"], name="times_change_in_force")]
