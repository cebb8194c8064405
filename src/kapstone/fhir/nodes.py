"""Careful reading of one FHIR element: what has the wrong shape is refused, never coerced."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from kapstone.fhir.dates import BadDate, parse
from kapstone.fhir.values import Code, Coding, When

Shape = TypeVar("Shape", dict[str, Any], list[Any], str, bool)

MAX_TEXT = 4000
# A bound on work: one resource of a hostile file must not cost minutes.
MAX_ITEMS = 1000
# Zero-width joiners belong to the spelling of Persian and Indic names.
JOINERS = "\u200c\u200d"

KINDS: Mapping[type, str] = {
    dict: "an object",
    list: "a list",
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}


class NotTaken(Exception):
    """A resource, or a part of one, is not taken; `group` names the alike ones to count with it."""

    def __init__(self, why: str, *, group: str | None = None, code: Code = "") -> None:
        super().__init__(why)
        self.why = why
        self.group = group
        self.code = code


def kind_of(value: object) -> str:
    """Say in words what kind of JSON value this is."""
    return KINDS[type(value)]


@dataclass(frozen=True, slots=True)
class Margin:
    """What is known while reading one resource: the time, and remarks made along the way."""

    now: datetime | None
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON object with its path, such as `Condition.code`, for messages.

    Every reader gives None for what is absent and raises NotTaken for the wrong shape.
    """

    raw: dict[str, Any]
    path: str
    margin: Margin

    def has(self, name: str) -> bool:
        return self.raw.get(name) is not None

    def text(self, name: str) -> str | None:
        value = self.raw.get(name)
        return None if value is None else self._clean(name, self._of(str, name, value))

    def texts(self, name: str) -> tuple[str, ...]:
        # A null in a list of texts stands for one known only by an extension.
        values = [v for v in self._list(name) if v is not None]
        cleaned = [self._clean(name, self._of(str, name, v)) for v in values]
        return tuple(text for text in cleaned if text)

    def node(self, name: str) -> Node | None:
        value = self.raw.get(name)
        if value is None:
            return None
        return Node(self._of(dict, name, value), f"{self.path}.{name}", self.margin)

    def nodes(self, name: str) -> list[Node]:
        return [
            Node(self._of(dict, name, value), f"{self.path}.{name}[{number}]", self.margin)
            for number, value in enumerate(self._list(name))
        ]

    def number(self, name: str) -> float | None:
        value = self.raw.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise NotTaken(f"{self.path}.{name} should be a number, is {kind_of(value)}")
        # An integer of a thousand digits is legal JSON and no number a float can hold.
        if abs(value) > 1e15 or not math.isfinite(value):
            raise NotTaken(f"{self.path}.{name} is far too large to be a measurement")
        return float(value)

    def flag(self, name: str) -> bool | None:
        value = self.raw.get(name)
        return None if value is None else self._of(bool, name, value)

    def when(self, name: str) -> When | None:
        """Read a date; one that cannot be is left out, with a remark."""
        try:
            return self.exact_when(name)
        except BadDate as error:
            self.remark(name, f"{error}; the date was left out")
            return None

    def exact_when(self, name: str) -> When | None:
        """Read a date; raises BadDate for one that cannot be."""
        written = self.text(name)
        if written is None:
            return None
        when = parse(written, now=self.margin.now)
        if "T" in written and when.precision == "day":
            self.remark(name, f"{written!r} has no time zone; only its day was kept")
        return when

    def remark(self, name: str, words: str) -> None:
        self.margin.remarks.append(f"{self.path}.{name}: {words}")

    def _list(self, name: str) -> list[Any]:
        value = self.raw.get(name)
        values = [] if value is None else self._of(list, name, value)
        if len(values) > MAX_ITEMS:
            raise NotTaken(f"{self.path}.{name} has {len(values)} values; the most is {MAX_ITEMS}")
        return values

    def _of(self, kind: type[Shape], name: str, value: object) -> Shape:
        if isinstance(value, kind):
            return value
        raise NotTaken(f"{self.path}.{name} should be {KINDS[kind]}, is {kind_of(value)}")

    def _clean(self, name: str, written: str) -> str | None:
        spaced = " ".join(written.split())
        text = "".join(char for char in spaced if char.isprintable() or char in JOINERS)
        if len(text) < len(spaced):
            self.remark(name, "characters that cannot be seen were removed")
        if len(text) > MAX_TEXT:
            self.remark(name, f"cut after {MAX_TEXT} of {len(text)} characters")
            text = text[:MAX_TEXT]
        return text.strip() or None


@dataclass(frozen=True, slots=True)
class Concept:
    """What a CodeableConcept says: words, and codes."""

    text: str | None
    codings: tuple[Coding, ...]

    def code_in(self, system: str) -> str | None:
        return next((c.code for c in self.codings if c.system == system and c.code), None)

    def codes(self) -> list[str]:
        return [coding.code for coding in self.codings if coding.code]

    def words(self) -> str | None:
        """The concept in words: its text, else a code's display, else the bare code."""
        displays = [coding.display for coding in self.codings if coding.display]
        return next(iter([*filter(None, [self.text]), *displays, *self.codes()]), None)


def concept(node: Node | None) -> Concept:
    """Read a CodeableConcept; an absent one has no words and no codes."""
    if node is None:
        return Concept(None, ())
    codings = tuple(
        Coding(coding.text("system"), coding.text("code"), coding.text("display"))
        for coding in node.nodes("coding")
    )
    return Concept(node.text("text"), codings)
