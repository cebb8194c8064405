"""The grammar of HL7 version 2: segments, fields, components, escapes; nothing of what they mean.

A message is cut only where it is asked, so that one that is all separators costs what its bytes
cost (docs/decisions/0022). Source: HL7-V2-6, chapter 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from kapstone.devices.rows import listening
from kapstone.devices.values import NotUnderstood

# HL7 table 0211, as far as a bedside device uses it; no name is UTF-8, as devices write it today.
CHARACTER_SETS = {
    "": "utf-8",
    "ASCII": "ascii",
    "UNICODE UTF-8": "utf-8",
    "UNICODE": "utf-8",
    "UTF-8": "utf-8",
    **{f"8859/{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)},
}
UNSEEN = re.compile(r"[\x00-\x1f\x7f\x80-\x9f]+")


@dataclass(frozen=True, slots=True)
class Marks:
    """The characters that a message separates its parts with, as its own MSH tells them."""

    field: str
    component: str
    repetition: str
    escape: str
    part: str

    @classmethod
    def of(cls, header: str) -> Self:
        """Those of a message that begins with `MSH`; all must differ and none be a letter."""
        told = header[3:8]
        # A message without subcomponents may leave that mark out.
        if len(told) == 5 and told[4] == told[0]:
            told = told[:4] + "\x00"
        if len(set(told)) != 5 or any(mark.isalnum() or mark in " \r\n" for mark in told):
            raise NotUnderstood(
                "the encoding characters cannot be read; send MSH|^~\\&", code=101, field=2
            )
        return cls(*told)


@dataclass(frozen=True, slots=True)
class Segment:
    """One line of a message; fields are counted from one, as the standard does."""

    name: str
    fields: tuple[str, ...]
    marks: Marks

    def raw(self, field: int) -> str:
        """A field as it stands; empty when it is not there, or null (`""`)."""
        found = self.fields[field - 1] if field <= len(self.fields) else ""
        return "" if found == '""' else found

    def repeated(self, field: int) -> Iterator[tuple[str, ...]]:
        """Each repetition of a field as its components, unescaped; at most twenty."""
        for each in self.raw(field).split(self.marks.repetition, 20)[:20]:
            yield tuple(self.plain(part) for part in each.split(self.marks.component, 20))

    def text(self, field: int, component: int = 1) -> str:
        """One component of the first repetition; empty when it is not there."""
        first = self.raw(field).split(self.marks.repetition, 1)[0]
        parts = first.split(self.marks.component, component)
        return self.plain(parts[component - 1]) if component <= len(parts) else ""

    def plain(self, text: str) -> str:
        """The text with its escapes resolved, and without characters that nobody sees.

        Of a component with subcomponents only the first is told.
        """
        first = text[:1000].split(self.marks.part, 1)[0]
        if self.marks.escape in first:
            first = self.unescaped(first)
        return (first if first.isprintable() else UNSEEN.sub(" ", first)).strip()

    def unescaped(self, text: str) -> str:
        mark = re.escape(self.marks.escape)
        return re.sub(f"{mark}([^{mark}]*){mark}", self.meant, text)

    def meant(self, escape: re.Match[str]) -> str:
        """What one escape stands for; one that we do not know (highlighting) stands for nothing."""
        letters = {
            "F": self.marks.field,
            "S": self.marks.component,
            "T": self.marks.part,
            "R": self.marks.repetition,
            "E": self.marks.escape,
            ".br": " ",
        }
        if escape[1][:1] == "X" and re.fullmatch(r"([0-9A-Fa-f]{2}){1,64}", escape[1][1:]):
            return bytes.fromhex(escape[1][1:]).decode("latin-1")
        return letters.get(escape[1], "")


def segments(raw: bytes) -> list[Segment]:
    """Cut a message into its segments; raises NotUnderstood when it is none, or too much.

    The first is the MSH. A line feed ends a segment too: many a device sends one.
    """
    most = listening()
    if len(raw) > most.message_bytes:
        raise NotUnderstood(f"more than {most.message_bytes:,} bytes; send vital signs only")
    marks, text = header_of(raw)
    lines = re.split(r"[\r\n]+", text, maxsplit=most.segments)
    if len(lines) > most.segments:
        raise NotUnderstood(f"more than {most.segments} segments; send fewer at a time", code=100)
    return [segment(line, marks) for line in lines if line.strip()]


def header_of(raw: bytes) -> tuple[Marks, str]:
    """The marks of a message, and its whole text in the character set that it names."""
    if raw[:3] != b"MSH":
        raise NotUnderstood("no message header; a message begins with MSH", code=100)
    header = re.split(r"[\r\n]", raw[:2000].decode("latin-1"), maxsplit=1)[0]
    marks = Marks.of(header)
    named = segment(header, marks).text(18).upper()
    codec = CHARACTER_SETS.get(named)
    if codec is None:
        raise NotUnderstood(f"character set {named[:40]!r} is not read; send UTF-8", field=18)
    try:
        return marks, raw.decode(codec)
    except UnicodeDecodeError as error:
        if named:
            raise NotUnderstood(f"the bytes are not {named}; send UTF-8", field=18) from error
        return marks, raw.decode("latin-1")


def segment(line: str, marks: Marks) -> Segment:
    """One line; in the MSH the separator itself is its first field."""
    name, *fields = line.split(marks.field, listening().fields)
    own = (marks.field,) if name == "MSH" else ()
    return Segment(name.strip()[:3], (*own, *fields), marks)
