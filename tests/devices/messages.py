"""Messages as bedside devices send them, in the form of the public profile; people invented."""

from __future__ import annotations

HEADER = (
    "MSH|^~\\&|CUFF_GATEWAY^0A1B2C3D4E5F6071^EUI-64|Ash Lane|||20261103125955+0000||"
    "ORU^R01^ORU_R01|c-17|P|2.6|||AL|NE||{charset}|||"
    "IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO"
)
ORDER = "OBR|1|c-17^GW|c-17^GW|182777000^monitoring of patient^SCT|||20261103125940+0000"
SYSTEM = "OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||||||{device}"
PATIENT = "PID|||K-0007^^^Ash Lane^PI||Bello^Ade||19850601"


def figure(
    code: str, value: str, unit: str, *, status: str = "R", at: str = "", kind: str = "NM"
) -> str:
    return f"OBX|2|{kind}|{code}|1.1.1.1|{value}|{unit}|||||{status}|||{at}"


def message(
    *lines: str, charset: str = "UNICODE UTF-8", device: str = "CUFF2^^001122FFFE334455^EUI-64"
) -> bytes:
    """One message with these lines below its order."""
    whole = (HEADER.format(charset=charset), PATIENT, "PV1||I|Room 2^^1", ORDER)
    return "\r".join((*whole, SYSTEM.format(device=device), *lines)).encode() + b"\r"


PRESSURE = (
    figure("150021^MDC_PRESS_BLD_NONINV_SYS^MDC", "142", "266016^MDC_DIM_MMHG^MDC"),
    figure("150022^MDC_PRESS_BLD_NONINV_DIA^MDC", "91", "266016^MDC_DIM_MMHG^MDC"),
)
