"""From the bytes of a file to a FHIR R4 Bundle, or a plain reason why it is none."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, NoReturn

from kapstone.fhir.nodes import kind_of
from kapstone.fhir.values import Unreadable

MAX_BYTES = 50_000_000

OTHER_FILES = (
    (b"PK\x03\x04", "a ZIP archive. Unpack it and choose the .json file inside."),
    (b"\x1f\x8b", "a gzip file. Unpack it first."),
    (b"%PDF", "a PDF. Ask the sender for the record as FHIR R4 JSON."),
    (b"<", "XML or a web page. Ask the sender for the record as FHIR R4 JSON."),
)
# One Bundle of these kinds is one state of one record; a history holds several at once.
BUNDLE_TYPES = {"transaction", "batch", "collection", "searchset", "document", "message"}


def open_bundle(raw: bytes) -> dict[str, Any]:
    """Give the Bundle in `raw`, its entries unread; raises Unreadable, saying what to do."""
    if len(raw) > MAX_BYTES:
        raise Unreadable(
            "too-large",
            f"The file has {len(raw):,} bytes; the most is {MAX_BYTES:,}. "
            "Ask the sender for one person's record, without attachments.",
        )
    return _checked_bundle(_parse(_decode(raw)))


def _decode(raw: bytes) -> str:
    if not raw.strip():
        raise Unreadable("empty", "The file is empty. Export the record again.")
    for start, what in OTHER_FILES:
        if raw.lstrip().startswith(start):
            raise Unreadable("not-json", f"This is not JSON; it looks like {what}")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in raw[:4]:
        raise Unreadable(
            "encoding", "The text is in UTF-16 or UTF-32; FHIR asks for UTF-8. Save it as UTF-8."
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _refuse_encoding(error, raw)


def _refuse_encoding(error: UnicodeDecodeError, raw: bytes) -> NoReturn:
    if error.reason == "unexpected end of data":
        raise _truncated(len(raw)) from error
    # The codec counts from after a byte order mark.
    at = error.start + (3 if raw.startswith(b"\xef\xbb\xbf") else 0)
    raise Unreadable(
        "encoding",
        f"Byte {at:,} is not UTF-8 (perhaps Latin-1 or Windows-1252). Save the file as UTF-8.",
    ) from error


def _truncated(size: int) -> Unreadable:
    return Unreadable(
        "truncated",
        f"The file stops in the middle, at byte {size:,}. Download or export it again.",
    )


def _parse(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_once_each, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise _json_fault(text, error) from error
    except RecursionError as error:
        raise Unreadable(
            "too-deep", "The file nests lists and objects too deep to be a record. Not read."
        ) from error
    except ValueError as error:
        # Python refuses to read an integer of more than 4,300 digits.
        raise Unreadable(
            "huge-number", "The file holds a number with thousands of digits. Ask for it anew."
        ) from error


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise Unreadable(
            "duplicate-keys",
            f"One object has {twice[:40]!r} twice, so it is unclear which one holds. "
            "Ask the sender for a correct file.",
        )
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise Unreadable(
        "not-json",
        f"The file holds {name}, which is no number in JSON. Ask the sender for a correct file.",
    )


def _json_fault(text: str, error: json.JSONDecodeError) -> Unreadable:
    rest = text[error.pos :].strip()
    if _is_cut(text.rstrip(), rest, error.msg):
        return _truncated(len(text.encode("utf-8", "surrogatepass")))
    at = len(text[: error.pos].encode("utf-8", "surrogatepass"))
    if error.msg == "Extra data" and rest.startswith("{"):
        return Unreadable(
            "not-bundle",
            f"A second object starts at byte {at:,}; this looks like NDJSON from a bulk export. "
            "Ask the sender for one Bundle of one person.",
        )
    return Unreadable(
        "not-json",
        f"This is not JSON: {error.msg.lower()} at byte {at:,}, line {error.lineno}. "
        "Ask the sender for a correct file.",
    )


def _is_cut(text: str, rest: str, fault: str) -> bool:
    """A whole file ends in a brace; in a cut one the parser runs into the end of the text."""
    if not rest:
        return True
    in_a_text = fault.startswith(("Unterminated", "Invalid \\u", "Invalid \\escape"))
    in_a_word = any(word.startswith(rest) for word in ("true", "false", "null", "-"))
    return not text.endswith("}") and (in_a_text or in_a_word)


def _checked_bundle(found: object) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise Unreadable(
            "not-object", f"The file holds {kind_of(found)}, not a FHIR Bundle. Choose another."
        )
    kind = found.get("resourceType")
    if kind != "Bundle":
        named = f"a FHIR {kind[:60]}" if isinstance(kind, str) else "an object that is not FHIR"
        raise Unreadable(
            "not-bundle",
            f"The file holds {named}, not a Bundle. Export the whole record as a FHIR R4 Bundle.",
        )
    form = found.get("type")
    if not isinstance(form, str) or form not in BUNDLE_TYPES:
        raise Unreadable(
            "bundle-type",
            f"A Bundle of type {str(form)[:40]!r} is not read; it should be one of "
            f"{', '.join(sorted(BUNDLE_TYPES))}.",
        )
    if not isinstance(found.get("entry"), list):
        raise Unreadable("no-entries", "The Bundle has no list of entries. Export it again.")
    return found
