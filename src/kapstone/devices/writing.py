"""Writes what a device would send, for the simulator and for tests: PCD-01, or Bluetooth bytes."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import datetime

from kapstone.devices.acknowledging import escaped
from kapstone.devices.values import NOBODY_TOLD, PatientTold

# Code with its name, unit, and where it stands in the device: system, part, channel, figure.
FIGURES = {
    "systolic_bp": ("150021^MDC_PRESS_BLD_NONINV_SYS^MDC", "266016^MDC_DIM_MMHG^MDC", "1.1.1.1"),
    "diastolic_bp": ("150022^MDC_PRESS_BLD_NONINV_DIA^MDC", "266016^MDC_DIM_MMHG^MDC", "1.1.1.2"),
    "heart_rate": (
        "149530^MDC_PULS_OXIM_PULS_RATE^MDC",
        "264864^MDC_DIM_BEAT_PER_MIN^MDC",
        "1.2.1.1",
    ),
    "oxygen_saturation": (
        "150456^MDC_PULS_OXIM_SAT_O2^MDC",
        "262688^MDC_DIM_PERCENT^MDC",
        "1.2.1.2",
    ),
    "respiratory_rate": (
        "151562^MDC_RESP_RATE^MDC",
        "264928^MDC_DIM_RESP_PER_MIN^MDC",
        "1.3.1.1",
    ),
    "temperature_c": ("150364^MDC_TEMP_BODY^MDC", "268192^MDC_DIM_DEGC^MDC", "1.4.1.1"),
}
SYSTEM = "69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC"
PROFILE = "IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO"


def observation(
    signs: Mapping[str, float],
    *,
    device: str,
    control_id: str,
    at: datetime,
    patient: PatientTold = NOBODY_TOLD,
) -> bytes:
    """An ORU^R01 of one device at one time; raises KeyError for a sign that no device measures."""
    when, name = at.strftime("%Y%m%d%H%M%S%z"), escaped(device)
    order = f"{escaped(control_id)}^KAPSTONE_SIMULATOR^{name}^EUI-64"
    lines = [
        f"MSH|^~\\&|KAPSTONE_SIMULATOR^{name}^EUI-64||||{when}||ORU^R01^ORU_R01|"
        f"{escaped(control_id)}|P|2.6|||AL|NE||UNICODE UTF-8|||{PROFILE}",
        pid(patient),
        "PV1||I",
        f"OBR|1|{order}|{order}|182777000^monitoring of patient^SCT|||{when}",
        f"OBX|1||{SYSTEM}|1.0.0.0|||||||X|||||||{name}^^{name}^EUI-64",
    ]
    for number, (sign, value) in enumerate(signs.items(), start=2):
        code, unit, place = FIGURES[sign]
        lines.append(f"OBX|{number}|NM|{code}|{place}|{value:g}|{unit}|||||R|||{when}")
    return "\r".join(lines).encode() + b"\r"


def pid(patient: PatientTold) -> str:
    numbers = "~".join(f"{escaped(each)}^^^KAPSTONE^PI" for each in patient.numbers)
    born = patient.born.strftime("%Y%m%d") if patient.born else ""
    name = f"{escaped(patient.family or '')}^{escaped(patient.given or '')}"
    return f"PID|||{numbers}||{name if name != '^' else ''}||{born}"


def cuff_bytes(signs: Mapping[str, float], at: datetime) -> bytes:
    """A Blood Pressure Measurement (0x2A35) in mmHg, with its time and the pulse."""
    systolic, diastolic = signs["systolic_bp"], signs["diastolic_bp"]
    figures = (systolic, diastolic, diastolic + (systolic - diastolic) / 3)
    clock = struct.pack("<HBBBBB", at.year, at.month, at.day, at.hour, at.minute, at.second)
    pulse = struct.pack("<H", tenths(signs["heart_rate"]))
    return bytes([0b110]) + struct.pack("<HHH", *map(whole, figures)) + clock + pulse


def oximeter_bytes(signs: Mapping[str, float]) -> bytes:
    """A PLX Continuous Measurement (0x2A5F) without its optional parts."""
    figures = (signs["oxygen_saturation"], signs["heart_rate"])
    return bytes([0]) + struct.pack("<HH", *map(whole, figures))


def belt_bytes(signs: Mapping[str, float]) -> bytes:
    """A Heart Rate Measurement (0x2A37) of a belt that touches the skin."""
    return bytes([0b110, round(signs["heart_rate"])])


def whole(value: float) -> int:
    """A whole number from 0 to 2,045 as a short float."""
    return round(value) & 0x0FFF


def tenths(value: float) -> int:
    """A figure to one decimal from 0 to 204.5 as a short float: the power of ten is -1."""
    return 0xF000 | round(value * 10) & 0x0FFF
