"""A device's local time in the hour that comes twice, or never: it is placed, and in doubt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from kapstone import devices
from kapstone.devices.values import NEVER, TWICE

NEW_YORK = ZoneInfo("America/New_York")


def utc(*told: int) -> datetime:
    return datetime(*told, tzinfo=UTC)  # type: ignore[arg-type,misc]  # five numbers


def wall(*told: int) -> devices.DeviceTime:
    return devices.DeviceTime(wall=datetime(*told))  # type: ignore[arg-type]  # noqa: DTZ001  # its own clock


@pytest.mark.parametrize(
    ("received", "at", "doubt"),
    [
        # The first time it is half past one: the second lies an hour ahead.
        (utc(2026, 11, 1, 5, 30), utc(2026, 11, 1, 5, 30), ""),
        (utc(2026, 11, 1, 6, 28, 59), utc(2026, 11, 1, 5, 30), ""),
        # The second time it may be either; the nearer one is shown, and it says so.
        (utc(2026, 11, 1, 6, 29), utc(2026, 11, 1, 6, 30), TWICE),
        (utc(2026, 11, 1, 6, 31), utc(2026, 11, 1, 6, 30), TWICE),
    ],
)
def test_an_hour_that_comes_twice(received: datetime, at: datetime, doubt: str) -> None:
    assert wall(2026, 11, 1, 1, 30).placed(NEW_YORK, received=received) == (at, doubt)


def test_an_hour_that_is_left_out_is_always_in_doubt() -> None:
    told = wall(2027, 3, 14, 2, 30)
    for received in (utc(2027, 3, 14, 6, 30), utc(2027, 3, 14, 7, 31)):
        _, doubt = told.placed(NEW_YORK, received=received)
        assert doubt == NEVER


@pytest.mark.parametrize("told", [(2026, 11, 1, 0, 59), (2026, 11, 1, 2, 0), (2027, 3, 14, 3, 0)])
def test_beside_those_hours_nothing_is_in_doubt(told: tuple[int, ...]) -> None:
    received = utc(2027, 6, 1, 0, 0)
    at, doubt = wall(*told).placed(NEW_YORK, received=received)
    assert (at, doubt) == (wall(*told).wall.replace(tzinfo=NEW_YORK).astimezone(UTC), "")


def test_a_time_with_its_zone_is_what_it_says() -> None:
    offset = timezone(timedelta(hours=-4))
    told = devices.DeviceTime(wall=datetime(2026, 11, 1, 1, 30, tzinfo=offset))
    at, doubt = told.placed(NEW_YORK, received=utc(2026, 11, 1, 6, 31))
    assert (at.astimezone(UTC), doubt) == (utc(2026, 11, 1, 5, 30), "")
