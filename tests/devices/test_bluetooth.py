"""The bytes of Bluetooth devices, as the services of the SIG lay them out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone import devices
from kapstone.devices import writing
from kapstone.devices.bluetooth import short_float

SIGNS = {
    "systolic_bp": 142.0,
    "diastolic_bp": 91.0,
    "heart_rate": 78.0,
    "oxygen_saturation": 97.0,
}


def read(characteristic: str, raw: bytes) -> devices.DeviceReading:
    found = devices.decode(characteristic, raw, device="cuff", control_id="1")
    (reading,) = found.readings
    return reading


@pytest.mark.parametrize(
    ("bits", "value"),
    [
        (0x0072, 114.0),
        (0xF48E, 116.6),
        (0x0FFF, -1.0),
        (0x1005, 50.0),
        (0x07FD, 2045.0),
        (0x07FF, None),
        (0x0800, None),
        (0x07FE, None),
        (0x0802, None),
        (0x0801, None),
    ],
)
def test_a_short_float_is_a_mantissa_and_a_power_of_ten(bits: int, value: float | None) -> None:
    assert short_float(bits) == value


def test_a_cuff_tells_pressure_time_and_pulse() -> None:
    reading = read("2a35", writing.cuff_bytes(SIGNS, datetime(2026, 11, 3, 13, 5, 9, tzinfo=UTC)))
    assert dict(reading.signs) == {"systolic_bp": 142, "diastolic_bp": 91, "heart_rate": 78}
    assert reading.taken == devices.DeviceTime(wall=datetime(2026, 11, 3, 13, 5, 9))  # noqa: DTZ001


def test_a_cuff_that_counts_in_kilopascal_is_converted_and_says_so() -> None:
    reading = read("2a35", bytes.fromhex("01bdf079f090f0"))
    assert dict(reading.signs) == {"systolic_bp": 142, "diastolic_bp": 91}
    assert "18.9 kPa" in reading.notes[0]


def test_a_cuff_says_what_was_wrong_with_the_measurement() -> None:
    moved_and_loose = writing.cuff_bytes(SIGNS, datetime(2026, 11, 3, tzinfo=UTC)) + b"\x03\x00"
    reading = read("2a35", bytes([0b10110]) + moved_and_loose[1:])
    assert reading.notes == ("The body moved.", "The cuff was too loose.")


def test_a_cuff_that_failed_has_no_pressure() -> None:
    reading = read("2a35", bytes.fromhex("00ff07ff07ff07"))
    assert dict(reading.signs) == {}
    assert len(reading.notes) == 2


def test_an_oximeter_on_the_finger_tells_saturation_and_pulse() -> None:
    reading = read("2a5f", writing.oximeter_bytes(SIGNS))
    assert dict(reading.signs) == {"oxygen_saturation": 97, "heart_rate": 78}


def test_an_oximeter_may_add_faster_and_slower_averages() -> None:
    raw = bytes([0b111]) + writing.oximeter_bytes(SIGNS)[1:] + b"\x00" * 8 + b"\x40\x00"
    assert read("2a5f", raw).signs["oxygen_saturation"] == 97
    assert read("2a5f", raw).notes == ("An early estimate.",)


@pytest.mark.parametrize("bit", [10, 11, 15])
def test_a_figure_the_oximeter_calls_no_figure_is_not_taken(bit: int) -> None:
    raw = bytes([0b100]) + writing.oximeter_bytes(SIGNS)[1:] + (1 << bit).to_bytes(2, "little")
    assert dict(read("2a5f", raw).signs) == {}


def test_a_spot_check_has_its_own_time_unless_its_clock_was_never_set() -> None:
    body = writing.oximeter_bytes(SIGNS)[1:] + bytes.fromhex("ea070b030d0509")
    at = datetime(2026, 11, 3, 13, 5, 9)  # noqa: DTZ001
    assert read("2a5e", b"\x01" + body).taken == devices.DeviceTime(wall=at)
    assert read("2a5e", b"\x11" + body).taken is None
    assert read("2a5e", b"\x11" + body).signs["oxygen_saturation"] == 97


def test_a_belt_tells_the_heart_rate_while_it_touches_the_skin() -> None:
    assert read("2a37", writing.belt_bytes(SIGNS)).signs["heart_rate"] == 78
    assert read("2a37", bytes.fromhex("014e00")).signs["heart_rate"] == 78
    assert dict(read("2a37", bytes.fromhex("044e")).signs) == {}


@given(st.sampled_from(sorted(devices.characteristics())), st.binary(max_size=70))
def test_any_bytes_are_read_or_refused(characteristic: str, raw: bytes) -> None:
    try:
        reading = read(characteristic, raw)
    except devices.NotUnderstood as why:
        assert "bytes" in why.words
    else:
        assert set(reading.signs) <= set(SIGNS)


def test_another_characteristic_is_refused() -> None:
    with pytest.raises(devices.NotUnderstood, match="2a19"):
        devices.decode("2a19", b"\x50", device="cuff", control_id="1")
