"""Under which terms a practice uses questionnaires whose words are not simply free."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models

from kapstone.web import clock
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records.models.base import Appended


class FormLicenceQuerySet(models.QuerySet["FormLicence"]):
    def visible_to(self, user: User) -> Self:
        """Those of the staff's own practice; nobody else has any."""
        here = user.practice_id if user.is_staff_member else None
        return self.filter(practice_id=here) if here else self.none()

    def standing(self) -> Self:
        return self.filter(corrected_by=None, ended=False)


class FormLicence(Appended):
    """What a named person attested about one questionnaire, and the words that came with it.

    `definition` is empty where the words ship and only their terms were agreed to. The database
    refuses to change a row (`records/guards.py`); a later one corrects it, and may end it.
    """

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="form_licences")
    instrument = models.CharField(max_length=40)
    definition = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    licensor = models.CharField(max_length=200)
    scope = models.TextField()
    expires_on = models.DateField(null=True)
    ended = models.BooleanField(default=False)
    why = models.TextField(blank=True)
    signed_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    corrects = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="corrected_by"
    )

    objects = FormLicenceQuerySet.as_manager()

    def in_force(self, today: date) -> bool:
        """Whether it stands on that day; the last day of a licence counts."""
        return not self.ended and (self.expires_on is None or self.expires_on >= today)
