"""The consent one person reads: the elements that concern them, in order, with a digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kapstone.consent import text
from kapstone.consent.text import ElementRow, SectionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One thing told, or asked when `choice`; `basis` DEFAULT means the practice's own words."""

    id: str
    group: str
    title: str
    words: str
    sources: tuple[str, ...]
    basis: str | None
    choice: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Elements under one heading."""

    id: str
    title: str
    intro: str | None
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A consent text, complete and fixed: the same digest means the same words."""

    version: str
    title: str
    practice: str
    route: str | None
    sections: tuple[Section, ...]
    digest: str

    @property
    def choices(self) -> tuple[Element, ...]:
        """The elements answered yes or no, apart from the signature."""
        return tuple(e for section in self.sections for e in section.elements if e.choice)

    def to_data(self) -> dict[str, Any]:
        """The document as plain data, for storing beside the signature."""
        data: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Document:
        """A stored document, word for word; raises ValueError when its digest does not fit."""
        sections = tuple(section_of(raw) for raw in data["sections"])
        found = cls(**{**data, "sections": sections})
        if found.digest != digest_of(found):
            raise ValueError(f"consent {found.version}: its words do not fit its digest")
        return found


def document(*, route: str | None, practice: str, tracks: Iterable[str] = frozenset()) -> Document:
    """The consent for this route, naming the practice.

    A route that is still open (None) shows the words of every route: nobody is told less because
    a choice is pending. `tracks` adds `couples`, `telehealth` or `trauma`. Raises ValueError
    for a route or track that does not exist.
    """
    route, wanted = text.known_route(route), frozenset(tracks)
    if strange := wanted - text.tracks():
        raise ValueError(f"no such track: {', '.join(sorted(strange))}")
    shown = (shown_of(row, route, wanted, practice) for row in text.sections())
    bare = Document(
        version=text.version(),
        title=text.title(),
        practice=practice,
        route=route,
        sections=tuple(section for section in shown if section.elements),
        digest="",
    )
    return Document(**{**shallow(bare), "digest": digest_of(bare)})


def digest_of(document: Document) -> str:
    """SHA-256 (hex) of every word the person reads, with version, practice and route."""
    data = {**asdict(document), "digest": ""}
    text_of = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text_of.encode()).hexdigest()


def shallow(document: Document) -> dict[str, Any]:
    return {name: getattr(document, name) for name in Document.__dataclass_fields__}


def shown_of(row: SectionRow, route: str | None, tracks: frozenset[str], practice: str) -> Section:
    elements = (element for element in row.element if element.concerns(route, tracks))
    return Section(
        id=row.id,
        title=row.title,
        intro=row.intro,
        elements=tuple(filled(element, practice) for element in elements),
    )


def filled(row: ElementRow, practice: str) -> Element:
    return Element(
        id=row.id,
        group=row.group,
        title=row.title.replace("{practice}", practice),
        words=row.words.replace("{practice}", practice),
        sources=row.sources,
        basis=row.basis,
        choice=row.choice,
    )


def section_of(raw: Mapping[str, Any]) -> Section:
    elements = tuple(Element(**{**e, "sources": tuple(e["sources"])}) for e in raw["elements"])
    return Section(**{**raw, "elements": elements})
