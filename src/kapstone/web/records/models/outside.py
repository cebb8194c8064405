"""A therapist outside the practice: what a person lets them read, until when, and what came of it.

They have no log-in: what they do stands under their row, and under no user.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models

from kapstone.web.records.models.base import Appended, ClinicalFact, FactQuerySet
from kapstone.web.records.models.outbox import Outgoing
from kapstone.web.records.models.people import Person


class OutsideTherapist(ClinicalFact):
    """Whom a person let in, as the person told it: nobody has verified the licence.

    `outgoing` is the mail with the address of their page.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="outside_therapists")
    name = models.CharField(max_length=200)
    licence = models.CharField(max_length=100, blank=True)
    email = models.EmailField()
    outgoing = models.OneToOneField(
        Outgoing, on_delete=models.PROTECT, related_name="outside_therapist"
    )


class OutsideAllowed(ClinicalFact):
    """What they may read from one moment on, why, and until when; the row that stands counts.

    `allowed` lists the keys of `records/outside.py`; `ended` takes all of it back.
    """

    PERSON = "therapist__person"

    therapist = models.ForeignKey(
        OutsideTherapist, on_delete=models.PROTECT, related_name="allowed"
    )
    allowed = models.JSONField()
    purpose = models.TextField()
    expires_at = models.DateTimeField()
    asks_note = models.BooleanField()
    ended = models.BooleanField(default=False)

    @property
    def last_at(self) -> datetime:
        """The last moment of the last day: the row itself ends at the midnight after it."""
        return self.expires_at - timedelta(seconds=1)


class OutsideCode(Appended):
    """A code that was sent to their address; only its hash is kept."""

    therapist = models.ForeignKey(OutsideTherapist, on_delete=models.PROTECT, related_name="codes")
    code_hash = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    at = models.DateTimeField()


class OutsideTry(Appended):
    """A code was typed; one that fits opens the page, and no code fits twice."""

    code = models.ForeignKey(OutsideCode, on_delete=models.PROTECT, related_name="tries")
    fits = models.BooleanField()
    at = models.DateTimeField()


class OutsideReading(Appended):
    """They read what they may: a receipt, with the keys of what was shown."""

    PERSON: ClassVar[str] = "allowed__therapist__person"

    allowed = models.ForeignKey(OutsideAllowed, on_delete=models.PROTECT, related_name="readings")
    shown = models.JSONField()
    at = models.DateTimeField()

    objects = FactQuerySet.as_manager()


class OutsideNote(Appended):
    """What they sent back, as they wrote it; or, with `declines`, that they send nothing."""

    PERSON: ClassVar[str] = "therapist__person"

    therapist = models.ForeignKey(OutsideTherapist, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(blank=True)
    declines = models.BooleanField(default=False)
    at = models.DateTimeField()

    objects = FactQuerySet.as_manager()


class OutsideAsked(Appended):
    """A mail that asked them for a note; each number once."""

    PERSON: ClassVar[str] = "therapist__person"

    therapist = models.ForeignKey(OutsideTherapist, on_delete=models.PROTECT, related_name="asked")
    number = models.PositiveSmallIntegerField()
    outgoing = models.OneToOneField(Outgoing, on_delete=models.PROTECT, related_name="outside")
    at = models.DateTimeField()

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "outside asked"
        constraints = [
            models.UniqueConstraint(fields=["therapist", "number"], name="outside_asked_once")
        ]
