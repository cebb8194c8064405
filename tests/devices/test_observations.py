"""What a device's message says: each code, each unit, and what is not taken."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from devices.messages import HEADER, ORDER, PRESSURE, figure, message

from kapstone import devices
from kapstone.devices.rows import mdc_codes, measured, unit_codes

NOW = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)


def only(raw: bytes) -> devices.DeviceReading:
    (reading,) = devices.read_message(raw).readings
    return reading


def test_a_cuff_tells_a_pressure_its_time_and_itself() -> None:
    found = devices.read_message(message(*PRESSURE))
    (reading,) = found.readings
    assert dict(reading.signs) == {"systolic_bp": 142, "diastolic_bp": 91}
    assert reading.device == "001122FFFE334455"
    assert reading.taken is not None
    assert reading.taken.placed(UTC, received=NOW)[0] == datetime(
        2026, 11, 3, 12, 59, 40, tzinfo=UTC
    )
    assert found.control_id == "c-17"
    assert found.patient == devices.PatientTold(
        numbers=("K-0007",), family="Bello", given="Ade", born=date(1985, 6, 1)
    )


UNIT_OF = {"mmHg": "mm[Hg]", "C": "Cel", "/min": "{beats}/min", "%": "%"}
LIKELY = {"oxygen_saturation": 97, "temperature_c": 37, "respiratory_rate": 14}


@pytest.mark.parametrize("code", sorted(mdc_codes()))
def test_every_code_of_the_nomenclature_is_read(code: str) -> None:
    row = mdc_codes()[code]
    value, unit = LIKELY.get(row.sign, 80), UNIT_OF[measured()[row.sign].unit]
    raw = message(figure(f"{code}^{row.name}^MDC", str(value), f"{unit}^{unit}^UCUM"))
    assert dict(only(raw).signs) == {row.sign: value}


@pytest.mark.parametrize(
    ("code", "sign", "value", "unit"),
    [
        ("8480-6", "systolic_bp", 142, "mm[Hg]"),
        ("8462-4", "diastolic_bp", 91, "mm[Hg]"),
        ("8867-4", "heart_rate", 78, "/min"),
        ("59408-5", "oxygen_saturation", 97, "%"),
        ("2708-6", "oxygen_saturation", 97, "%"),
        ("9279-1", "respiratory_rate", 14, "/min"),
        ("8310-5", "temperature_c", 37, "Cel"),
    ],
)
def test_loinc_is_read_alone_and_beside_another_code(
    code: str, sign: str, value: int, unit: str
) -> None:
    for named in (f"{code}^x^LN", f"HOUSE-7^x^L^{code}^x^LN"):
        assert dict(only(message(figure(named, str(value), unit))).signs) == {sign: value}


@pytest.mark.parametrize(
    ("code", "value", "unit", "ours"),
    [
        ("8480-6", "18.9", "kPa", 142),
        ("150021", "18.9", "265987^MDC_DIM_KILO_PASCAL^MDC", 142),
        ("8310-5", "98.6", "[degF]", 37.0),
        ("150364", "98.6", "266560^MDC_DIM_FAHR^MDC", 37.0),
    ],
)
def test_a_converted_figure_says_what_stood_on_the_device(
    code: str, value: str, unit: str, ours: float
) -> None:
    reading = only(message(figure(code, value, unit)))
    assert list(reading.signs.values()) == [ours]
    assert value in reading.notes[0]


def test_every_unit_of_the_nomenclature_is_one_of_ours() -> None:
    assert set(unit_codes().values()) == {"mmHg", "kPa", "%", "/min", "C", "F"}


@pytest.mark.parametrize(
    ("value", "unit", "says"),
    [
        ("78", "", "without a unit"),
        ("78", "furlong", "'furlong'"),
        ("78", "mmHg", "in mmHg"),
        ("---", "/min", "'---'"),
        ("1e3", "/min", "'1e3'"),
        ("NaN", "/min", "'NaN'"),
        ("9", "/min", "as 9 /min"),
        ("351", "/min", "as 351 /min"),
        ("", "/min", "No heart rate."),
    ],
)
def test_a_figure_that_cannot_be_right_is_not_taken_and_says_so(
    value: str, unit: str, says: str
) -> None:
    reading = only(message(figure("8867-4", value, unit)))
    assert dict(reading.signs) == {}
    assert says in reading.notes[0]


@pytest.mark.parametrize(("value", "taken"), [("10", True), ("350", True)])
def test_the_last_figures_that_are_taken(value: str, taken: bool) -> None:
    assert bool(only(message(figure("8867-4", value, "/min"))).signs) is taken


@pytest.mark.parametrize("status", ["X", "W", "D", "I"])
def test_a_figure_the_device_takes_back_is_no_figure(status: str) -> None:
    raw = message(figure("8867-4", "78", "/min", status=status))
    assert devices.read_message(raw).readings == ()


@pytest.mark.parametrize(("status", "says"), [("P", "Preliminary"), ("C", "corrects")])
def test_a_preliminary_or_corrected_figure_says_so(status: str, says: str) -> None:
    assert says in only(message(figure("8867-4", "78", "/min", status=status))).notes[0]


def test_a_heart_rate_from_the_ecg_goes_before_a_pulse() -> None:
    raw = message(figure("149530", "80", "/min"), figure("147842", "78", "/min"))
    assert only(raw).signs["heart_rate"] == 78


def test_two_figures_that_differ_are_neither_of_them_known() -> None:
    reading = only(message(figure("150456", "97", "%"), figure("150456", "88", "%")))
    assert dict(reading.signs) == {}
    assert "97 and 88" in reading.notes[0]


def test_figures_of_two_times_are_two_readings() -> None:
    raw = message(
        figure("8867-4", "78", "/min", at="20261103125950+0000"),
        figure("8480-6", "142", "mmHg", at="20261103125500+0000"),
    )
    assert [dict(each.signs) for each in devices.read_message(raw).readings] == [
        {"heart_rate": 78},
        {"systolic_bp": 142},
    ]


def test_a_message_of_more_readings_than_a_monitor_tells_is_refused() -> None:
    heart = "147842^MDC_ECG_HEART_RATE^MDC"
    beats = "264864^MDC_DIM_BEAT_PER_MIN^MDC"

    def told(number: int) -> bytes:
        times = (f"202611031259{second:02d}+0000" for second in range(number))
        return message(*(figure(heart, "78", beats, at=each) for each in times))

    most = devices.listening().readings
    assert len(devices.read_message(told(most)).readings) == most
    with pytest.raises(devices.NotUnderstood, match="send fewer at a time"):
        devices.read_message(told(most + 1))


def test_a_device_that_names_itself_nowhere_is_its_sender() -> None:
    assert only(message(*PRESSURE, device="")).device == "0A1B2C3D4E5F6071"


def test_a_structured_number_is_read_unless_it_is_only_a_bound() -> None:
    plain = message(figure("8867-4", "^78", "/min", kind="SN"))
    assert only(plain).signs["heart_rate"] == 78
    bound = message(figure("8867-4", ">^78", "/min", kind="SN"))
    assert dict(only(bound).signs) == {}


def test_a_time_without_a_zone_is_that_of_the_house() -> None:
    raw = message(figure("8867-4", "78", "/min", at="20261103080000"))
    taken = only(raw).taken
    assert taken is not None
    assert taken.placed(ZoneInfo("America/New_York"), received=NOW)[0] == datetime(
        2026, 11, 3, 13, tzinfo=UTC
    )


def test_a_message_of_something_else_is_read_and_has_no_reading() -> None:
    assert devices.read_message(message("OBX|2|NM|29463-7^weight^LN||70|kg|||||F")).readings == ()


def test_marks_and_line_ends_of_its_own_are_understood() -> None:
    raw = message(*PRESSURE).decode().translate(str.maketrans("|^~\\&", "!@#%*"))
    assert only(raw.replace("\r", "\r\n").encode()).signs["systolic_bp"] == 142


def test_escapes_and_old_character_sets_are_read() -> None:
    raw = message(*PRESSURE, charset="8859/1").decode()
    raw = raw.replace("Bello^Ade", "Müller \\T\\ S\\XF6\\hne^Ade")
    assert devices.read_message(raw.encode("latin-1")).patient.family == "Müller & Söhne"


def test_a_message_that_names_no_character_set_may_be_of_either() -> None:
    raw = message(*PRESSURE, charset="").decode().replace("Bello", "Müller")
    for codec in ("utf-8", "latin-1"):
        assert devices.read_message(raw.encode(codec)).patient.family == "Müller"


WRONG = {
    "ACK": (HEADER.replace("ORU^R01^ORU_R01", "ADT^A01"), 200, 9),
    "other event": (HEADER.replace("ORU^R01^ORU_R01", "ORU^R30"), 201, 9),
    "training": (HEADER.replace("|P|2.6", "|T|2.6"), 202, 11),
    "version three": (HEADER.replace("|P|2.6", "|P|3.0"), 203, 12),
    "no control id": (HEADER.replace("|c-17|", "||"), 101, 10),
    "no time": (HEADER.replace("20261103125955+0000", "yesterday"), 102, 7),
    "before any clock": (HEADER.replace("20261103125955+0000", "00010101000000+1400"), 102, 7),
    "odd zone": (HEADER.replace("20261103125955+0000", "20261103125955+9999"), 102, 7),
    "13th month": (HEADER.replace("20261103125955+0000", "20261303125955"), 102, 7),
    "other letters": (HEADER.replace("{charset}", "BIG-5"), 102, 18),
    "no marks": ("MSH|^^^^|x", 101, 2),
    "no header": ("PID|||1", 100, 0),
    "empty": ("", 100, 0),
}


@pytest.mark.parametrize(("raw", "code", "field"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_says_where_and_what_to_do(raw: str, code: int, field: int) -> None:
    text = raw.format(charset="")
    with pytest.raises(devices.NotUnderstood) as refused:
        devices.read_message(f"{text}\r{ORDER}\r".encode())
    assert (refused.value.code, refused.value.field) == (code, field)
    assert refused.value.rejected is (200 <= code <= 203)


def test_bytes_that_are_not_what_they_are_called_are_refused() -> None:
    raw = message(*PRESSURE).replace(b"Bello", b"M\xfcller")
    with pytest.raises(devices.NotUnderstood, match="send UTF-8"):
        devices.read_message(raw)


def test_a_message_sent_again_is_the_same_and_one_after_a_restart_is_not() -> None:
    first = devices.read_message(message(*PRESSURE))
    again = devices.read_message(message(*PRESSURE).replace(b"20261103125955", b"20261103130955"))
    restarted = devices.read_message(
        message(*PRESSURE).replace(b"20261103125940", b"20261104125940")
    )
    names = [devices.fingerprint(each, each.readings[0]) for each in (first, again)]
    assert names[0] == names[1]
    assert devices.fingerprint(restarted, restarted.readings[0]) not in names


def test_the_time_until_the_year_2200_is_a_time() -> None:
    late = datetime(2199, 12, 31, 23, 59, tzinfo=UTC)
    raw = message(figure("8867-4", "78", "/min", at="21991231235900+0000"))
    taken = only(raw).taken
    assert taken is not None
    assert abs(taken.placed(UTC, received=NOW)[0] - late) < timedelta(seconds=1)
