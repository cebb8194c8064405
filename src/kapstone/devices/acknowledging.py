"""The answer to a message: kept (AA), an error in it (AE), or not taken here at all (AR).

Source: HL7-V2-6, chapter 2, MSA and ERR.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from kapstone.devices.grammar import Marks
from kapstone.devices.rows import listening
from kapstone.devices.values import NotUnderstood

# HL7 table 0357, as far as it is used here.
SAYS = {
    100: "Segment sequence error",
    101: "Required field missing",
    102: "Data type error",
    103: "Table value not found",
    200: "Unsupported message type",
    201: "Unsupported event code",
    202: "Unsupported processing id",
    203: "Unsupported version id",
    204: "Unknown key identifier",
    207: "Application internal error",
}
PLAIN = Marks("|", "^", "~", "\\", "&")
HEAD = 2000


def accepted(raw: bytes, *, at: datetime) -> bytes:
    """AA: what the message told is kept, whatever happens next."""
    return "\r".join(answering(raw, "AA", at)).encode() + b"\r"


def refused(raw: bytes, why: NotUnderstood, *, at: datetime) -> bytes:
    """AE or AR, with the place and the reason; `raw` may be half a message, or the first of it."""
    lines = answering(raw, "AR" if why.rejected else "AE", at)
    code = f"{why.code}^{SAYS.get(why.code, SAYS[207])}^HL70357"
    place = f"{why.segment}^1^{why.field}" if why.field else f"{why.segment}^1"
    lines.append(f"ERR||{place}|{code}|E||||{escaped(str(why))}")
    return "\r".join(lines).encode() + b"\r"


def has_header(raw: bytes) -> bool:
    """Whether there is enough of a message to answer it."""
    try:
        Marks.of(raw[:HEAD].decode("latin-1"))
    except NotUnderstood:
        return False
    return raw[:3] == b"MSH"


def answering(raw: bytes, code: str, at: datetime) -> list[str]:
    """MSH and MSA of the answer; the id of what is answered is all that is taken over."""
    control = control_id(raw)
    when = at.astimezone(UTC).strftime("%Y%m%d%H%M%S+0000")
    header = f"MSH|^~\\&|KAPSTONE||||{when}||ACK^R01^ACK|{control}|P|2.6|||||||UNICODE UTF-8"
    return [header, f"MSA|{code}|{control}"]


def control_id(raw: bytes) -> str:
    """The control id as the sender wrote it, as far as it can be found; else empty."""
    header = re.split(r"[\r\n]", raw[:HEAD].decode("latin-1"), maxsplit=1)[0]
    if not header.startswith("MSH") or len(header) < 5:
        return ""
    fields = header.split(header[3], listening().fields)
    told = fields[9] if len(fields) > 9 else ""
    # Marks of its own would mean something else in our answer.
    return re.sub(r"[^\w.:/+-]", "", told, flags=re.ASCII)[:199]


def escaped(text: str) -> str:
    """The text with every character that separates something written as an escape."""
    marks = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"}
    return "".join(marks.get(each, each) for each in " ".join(text.split()))[:400]
