"""What a practice plans before it compares, and whether it lets everybody read how it went."""

from __future__ import annotations

from typing import Self

from django.db import models

from kapstone.web import clock
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records.models.base import Appended


class ComparisonPlanQuerySet(models.QuerySet["ComparisonPlan"]):
    def of(self, practice: Practice | None) -> Self:
        """Those of a practice, the newest first."""
        mine = self.filter(practice=practice) if practice else self.none()
        return mine.select_related("by").order_by("-pk")


class ComparisonPlan(Appended):
    """The protocol of a comparison as a target trial, signed before its result is seen.

    `answers` are the lines of the protocol by their ids; a changed plan is a new row.
    """

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    comparison = models.CharField(max_length=40)
    answers = models.JSONField()
    knowledge_digest = models.CharField(max_length=64)
    signed_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = ComparisonPlanQuerySet.as_manager()


class EffectivenessShownQuerySet(models.QuerySet["EffectivenessShown"]):
    def now(self, practice: Practice | None) -> EffectivenessShown | None:
        """What the owner said last; None before that, and then nobody outside reads it."""
        mine = self.filter(practice=practice) if practice else self.none()
        return mine.order_by("-pk").first()


class EffectivenessShown(Appended):
    """Whether the plain page of how it went is open to everybody; the newest row holds."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    shown = models.BooleanField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = EffectivenessShownQuerySet.as_manager()
