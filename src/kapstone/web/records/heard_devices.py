"""The devices that speak: whether each is heard now, and where it stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from kapstone.web.records.models import Device, DeviceKey
from kapstone.web.records.prepared import Prepared

COLUMNS = (
    "pk",
    "identity",
    "label",
    "practice_id",
    "practice__time_zone",
    "revoked",
    "key_digest",
    "in_room",
    "in_session",
)
STANDING = Prepared(
    lambda names: Device.objects.standing().filter(identity__in=names).values_list(*COLUMNS),
    text=True,
)
OF_KEYS = Prepared(
    lambda digests: (
        DeviceKey.objects.filter(digest__in=digests)
        .order_by("pk")
        .values_list("digest", "device__identity")
    ),
    text=True,
)


@dataclass(frozen=True, slots=True)
class HeardDevice:
    """A device with its newest key and its newest place; None was never said."""

    pk: int
    identity: str
    label: str
    practice_id: int
    time_zone: str
    revoked: bool | None
    key_digest: str | None
    in_room: str | None
    in_session: int | None

    @property
    def zone(self) -> ZoneInfo:
        """The clock of its practice."""
        return ZoneInfo(self.time_zone)


def called(names: Collection[str]) -> dict[str, HeardDevice]:
    """Those that are registered under these names, by name."""
    found = (HeardDevice(*row) for row in STANDING.rows(names))
    return {device.identity: device for device in found}


def with_key(digest: str) -> HeardDevice | None:
    """The one whose newest key has this digest; nobody's, replaced or revoked is None."""
    named = [identity for _, identity in OF_KEYS.rows([digest])]
    device = called(named[-1:]).get(named[-1]) if named else None
    return device if device and device.key_digest == digest else None
