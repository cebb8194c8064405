"""When a reading was taken, and of whom: neither is believed as the device says it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kapstone import devices

NOW = datetime(2026, 11, 3, 13, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_device_whose_clock_is_right_is_believed() -> None:
    found = devices.settle(NOW - MINUTE, NOW, NOW)
    assert found == devices.Timing(NOW - MINUTE, 0.0)
    assert not found.is_off


def test_a_clock_that_is_ahead_is_believed_in_the_age_only() -> None:
    hour = timedelta(hours=1)
    found = devices.settle(NOW + hour - MINUTE, NOW + hour, NOW)
    assert found.at == NOW - MINUTE
    assert found.is_off


def test_a_reading_from_the_future_counts_as_now() -> None:
    assert devices.settle(NOW + MINUTE, None, NOW).at == NOW
    assert devices.settle(NOW + 2 * MINUTE, NOW + MINUTE, NOW).at == NOW


def test_a_clock_that_is_behind_or_a_message_that_was_late_is_too_old_rather_than_too_new() -> None:
    found = devices.settle(NOW - 11 * MINUTE, NOW - 10 * MINUTE, NOW)
    assert found == devices.Timing(NOW - 11 * MINUTE, -600.0)
    assert found.is_off


def test_a_device_without_a_clock_measured_when_it_told() -> None:
    assert devices.settle(None, None, NOW) == devices.Timing(NOW, None)


@pytest.mark.parametrize(("skew_s", "is_off"), [(60, False), (61, True), (-60, False), (-61, True)])
def test_a_minute_apart_is_still_right(skew_s: int, is_off: bool) -> None:
    assert devices.Timing(NOW, float(skew_s)).is_off is is_off


@pytest.mark.parametrize(("minutes", "fresh"), [(15, True), (15.1, False)])
def test_a_quarter_of_an_hour_is_fresh(minutes: float, fresh: bool) -> None:
    assert devices.is_fresh(NOW - minutes * MINUTE, NOW) is fresh


ADE = devices.Whose(number="K-0007", family="Bello", given="Ade", born=date(1985, 6, 1))
BORN = date(1985, 6, 1)
TOLD = {
    "nothing": (devices.NOBODY_TOLD, "nobody"),
    "our number": (devices.PatientTold(numbers=("x", "k-0007")), "same"),
    "the name": (devices.PatientTold(family="BELLO", given="ade"), "same"),
    "name and birth": (devices.PatientTold(family="Bello", given="Ade", born=BORN), "same"),
    "a strange number": (devices.PatientTold(numbers=("771",)), "unsure"),
    "half a name": (devices.PatientTold(family="Bello"), "unsure"),
    "birth alone": (devices.PatientTold(born=BORN), "unsure"),
    "another name": (devices.PatientTold(family="Tran", given="Bo"), "other"),
    "a sibling": (devices.PatientTold(family="Bello", given="Olu"), "other"),
    "our number, another name": (devices.PatientTold(numbers=("K-0007",), family="Tran"), "other"),
    "another birth date": (
        devices.PatientTold(numbers=("K-0007",), born=date(1985, 6, 2)),
        "other",
    ),
}


@pytest.mark.parametrize(("told", "match"), TOLD.values(), ids=TOLD)
def test_whom_a_device_names_is_compared_with_whom_the_room_is_for(
    told: devices.PatientTold, match: str
) -> None:
    assert devices.compare(told, ADE) == match


def test_whom_it_names_is_told_in_one_line() -> None:
    told = devices.PatientTold(numbers=("771",), family="Tran", given="Bo", born=BORN)
    assert told.words == "Bo Tran, 1985-06-01, 771"
