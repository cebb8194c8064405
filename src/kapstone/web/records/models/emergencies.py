"""An emergency in a session: that it began, what was done when, and how it ended."""

from __future__ import annotations

from django.db import models

from kapstone.web.records.models.base import ClinicalFact
from kapstone.web.records.models.sessions import OfSession


class EmergencyEvent(OfSession):
    """An emergency began at `at`; `client_id` makes a double tap harmless."""

    emergency = models.CharField(max_length=20)
    client_id = models.UUIDField(unique=True)


class EmergencyStep(ClinicalFact):
    """One thing done, said or ended in an emergency.

    `step` is the number of a listed step, None for free words; `end_of` the emergency
    when it is the last.
    """

    PERSON = "event__session__course__person"

    event = models.ForeignKey(EmergencyEvent, on_delete=models.PROTECT, related_name="steps")
    step = models.PositiveSmallIntegerField(null=True)
    words = models.TextField(blank=True)
    # Not a flag: the database lets an emergency end once.
    end_of = models.OneToOneField(
        EmergencyEvent, null=True, on_delete=models.PROTECT, related_name="end"
    )
    client_id = models.UUIDField(unique=True)
