"""Devices at the bedside: which there are, where they stand, what they told, what became of it."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Subquery

from kapstone import devices
from kapstone.web import clock
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records.models.base import Appended, ClinicalFact
from kapstone.web.records.models.sessions import Reading, Session


class DeviceQuerySet(models.QuerySet["Device"]):
    """The devices of practices."""

    def visible_to(self, user: User) -> Self:
        """Those of the staff's own practice; nobody else has any."""
        here = user.practice_id if user.is_staff_member else None
        return self.filter(practice_id=here) if here else self.none()

    def standing(self) -> Self:
        """Each with its newest key and its newest place, as columns."""
        key = DeviceKey.objects.filter(device=OuterRef("pk")).order_by("-pk")
        place = DevicePlace.objects.filter(device=OuterRef("pk")).order_by("-pk")
        return self.annotate(
            revoked=Subquery(key.values("revoked")[:1]),
            key_digest=Subquery(key.values("digest")[:1]),
            in_room=Subquery(place.values("room")[:1]),
            in_session=Subquery(place.values("session")[:1]),
        )


class Device(Appended):
    """A device that may tell readings; `identity` is what it calls itself, once on this server."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="devices")
    label = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    identity = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = DeviceQuerySet.as_manager()


class DeviceKey(Appended):
    """Whether a device is heard, from now on: with a key of its own for HTTP, or revoked.

    The newest row counts. Only the digest of a key is kept; it is empty for a device without one.
    """

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="keys")
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    revoked = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")


class DevicePlace(Appended):
    """Where a device stands from now on: in a room, at one session, or (neither) nowhere."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="places")
    room = models.CharField(max_length=60, blank=True)
    session = models.ForeignKey(Session, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")


class BedsideReadingQuerySet(models.QuerySet["BedsideReading"]):
    """What devices told."""

    def visible_to(self, user: User) -> Self:
        """What the devices of the staff's own practice told; nobody else sees the queue."""
        here = user.practice_id if user.is_staff_member else None
        return self.filter(device__practice_id=here) if here else self.none()

    def locked(self, pk: int) -> BedsideReading:
        """One row with its device, nobody else's to accept or set aside until the deed is over."""
        mine = self.select_for_update(of=("self",), no_key=True)
        return mine.select_related("device").get(pk=pk)

    def waiting(self) -> Self:
        """What nobody has accepted or set aside."""
        accepted = AcceptedReading.objects.filter(bedside=OuterRef("pk"))
        aside = SetAside.objects.filter(bedside=OuterRef("pk"))
        return self.filter(~Exists(accepted), ~Exists(aside))


class BedsideReading(Appended):
    """What a device told at one time; it is nobody's reading until a person accepts it.

    `session` is the one that the device stood at when it told; None is nobody's. `taken_at` is the
    device's clock, `at` when it counts as taken by ours, `skew_s` how far apart the two were.
    `raw` is the message as it came; `patient` whom it named, and is shown, never believed.
    """

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="readings")
    session = models.ForeignKey(Session, null=True, on_delete=models.PROTECT, related_name="+")
    signs = models.JSONField()
    # The ids of the signs, so that the newest of each kind is found without reading them all.
    what = models.CharField(max_length=160, blank=True)
    notes = models.JSONField(default=list)
    patient = models.JSONField(default=dict)
    control_id = models.CharField(max_length=199)
    fingerprint = models.CharField(max_length=32)
    raw = models.BinaryField()
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(default=clock.now)
    skew_s = models.FloatField(null=True)

    objects = BedsideReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "fingerprint"], name="bedside_reading_once")
        ]
        indexes = [
            models.Index(fields=["session", "at"], name="bedside_of_session"),
            models.Index(fields=["device", "received_at"], name="bedside_of_device"),
        ]

    def told(self) -> devices.PatientTold:
        """Whom the device says it measured."""
        born = self.patient.get("born")
        return devices.PatientTold(
            numbers=tuple(self.patient.get("numbers", ())),
            family=self.patient.get("family"),
            given=self.patient.get("given"),
            born=date.fromisoformat(born) if born else None,
        )


class AcceptedReading(ClinicalFact):
    """Where a reading is from: what a device told, and who took it for the person's.

    `despite` is why, where the device named somebody else or was not trusted otherwise.
    """

    PERSON = "reading__session__course__person"

    bedside = models.OneToOneField(
        BedsideReading, on_delete=models.PROTECT, related_name="acceptance"
    )
    reading = models.OneToOneField(Reading, on_delete=models.PROTECT, related_name="acceptance")
    despite = models.TextField(blank=True)


class SetAside(Appended):
    """What a device told is no reading of anybody's, and why."""

    bedside = models.OneToOneField(
        BedsideReading, on_delete=models.PROTECT, related_name="set_aside"
    )
    why = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")


class DeviceRefusal(Appended):
    """How often messages were refused for one reason within a while, and what called itself.

    Written together once a minute, so that a flood of them fills no table.
    """

    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="refusals")
    identity = models.CharField(max_length=64, blank=True)
    words = models.CharField(max_length=300)
    count = models.PositiveIntegerField()
    at = models.DateTimeField()
