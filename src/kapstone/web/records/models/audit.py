"""The audit trail: one entry for each deed and each reading of a chart."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Any, Self

from django.db import models

from kapstone.web.accounts.models import Practice, User
from kapstone.web.records.models.people import Person


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: User) -> Self:
        """Staff see their practice's trail and what was done to the whole database; a person sees
        who did what with their own chart.
        """
        if user.is_staff_member:
            of_nobody = models.Q(practice=None, person=None)
            return self.filter(models.Q(practice_id=user.practice_id) | of_nobody)
        return self.filter(person__user=user)


class Entry(models.Model):
    """Who did what, to whose chart, when; each entry carries the hash of the one before."""

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    practice = models.ForeignKey(Practice, null=True, on_delete=models.PROTECT)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    roles = models.JSONField(default=list)
    did = models.CharField(max_length=60)
    person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="audit_entries"
    )
    about = models.CharField(max_length=80, blank=True)
    detail = models.JSONField(default=dict)
    before = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["person", "number"], name="entry_of_person")]

    def content(self, zone: tzinfo = UTC) -> dict[str, Any]:
        """Everything that the hash covers; the database keeps the moment and not its zone."""
        return {
            "number": self.number,
            "at": self.at.astimezone(zone).isoformat(),
            "practice": self.practice_id,
            "by": self.by_id,
            "roles": self.roles,
            "did": self.did,
            "person": self.person_id,
            "about": self.about,
            "detail": self.detail,
            "before": self.before,
        }
