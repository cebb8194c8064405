"""First words: what a person spoke or wrote in the hour after a session, on a phone of their own.

What they said is sealed in a file beside the database (`sealed.py`), so that it can be deleted.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from kapstone.web.accounts.models import User
from kapstone.web.records import access
from kapstone.web.records.models.base import ClinicalFact, FactQuerySet
from kapstone.web.records.models.integration import IntegrationContact
from kapstone.web.records.models.people import Person
from kapstone.web.records.models.sessions import Session


class CaptureDevice(ClinicalFact):
    """A phone that may send its person's first words without a log-in; `ended` takes it back.

    The secret stands in the address that the phone keeps; here is only its hash.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="capture_devices")
    secret_hash = models.CharField(max_length=64, db_index=True)
    expires_at = models.DateTimeField()
    ended = models.BooleanField(default=False)


class CaptureQuerySet(FactQuerySet):
    """First words; the only way to ask for them on somebody's behalf is `visible_to`."""

    def visible_to(self, user: User) -> Self:
        """Their own person's, and those of the practice who may integrate; companions nothing."""
        own = Q(person__user=user)
        if user.is_staff_member and access.may(user, "integrate"):
            return self.filter(own | Q(person__practice=user.practice_id))
        return self.filter(own)

    def kept(self) -> Self:
        """Those that were not deleted."""
        return self.filter(deletion=None)

    def new(self) -> Self:
        """Those since which no integration session was held."""
        talked = IntegrationContact.objects.standing().filter(
            course__person=OuterRef("person"), at__gte=OuterRef("at")
        )
        return self.kept().filter(~Exists(talked))


class Capture(ClinicalFact):
    """That something was spoken or written, when, and how much; the words are sealed in a file.

    `session` is the newest that had begun in the day before; None when there was none. `seconds`
    is None where it was written. `recorded_at` is when it arrived.
    """

    KINDS = ("spoken", "written")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="captures")
    device = models.ForeignKey(CaptureDevice, on_delete=models.PROTECT, related_name="captures")
    session = models.ForeignKey(Session, null=True, on_delete=models.PROTECT)
    kind = models.CharField(max_length=10)
    client_id = models.UUIDField()
    content_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    seconds = models.FloatField(null=True)

    objects = CaptureQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "client_id"], name="captured_once")
        ]

    @property
    def file(self) -> str:
        """The name of the sealed file."""
        return f"{self.person_id}-{self.client_id.hex}"


class CaptureDeletion(ClinicalFact):
    """The person deleted it: the file is gone, and that there was one stays known."""

    PERSON = "capture__person"

    capture = models.OneToOneField(Capture, on_delete=models.PROTECT, related_name="deletion")
