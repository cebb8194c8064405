"""The entries of a Bundle: told apart, indexed, and found again by reference."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kapstone.fhir.nodes import Margin, Node, NotTaken, kind_of
from kapstone.fhir.values import NotUnderstood, Origin, Unreadable


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of the file."""

    origin: Origin
    resource: dict[str, Any]

    def node(self, margin: Margin) -> Node:
        return Node(self.resource, self.origin.resource_type, margin)

    def names(self) -> list[str]:
        """Every reference that means this entry."""
        origin = self.origin
        own = [f"{origin.resource_type}/{origin.id}"] if origin.id else []
        if origin.full_url:
            return [*own, _unversioned(origin.full_url)]
        return [*own, f"urn:uuid:{origin.id}"] if origin.id else own


def tell_apart(entries: list[Any]) -> tuple[list[Entry], list[NotUnderstood]]:
    """Give the entries that hold a resource, and the list of those that hold none.

    An entry repeated word for word is listed once more as such; the same id with another
    content raises Unreadable, since nobody can say which one holds.
    """
    seen: dict[str, Entry] = {}
    kept, listed = [], []
    for number, raw in enumerate(entries):
        try:
            entry = _entry(number, raw)
            _refuse_repeat(entry, seen)
        except NotTaken as why:
            kind = _type_of(raw)
            listed.append(
                NotUnderstood(f"entry {number}", kind, None, why.why, (number,), why.code)
            )
        else:
            kept.append(entry)
            seen.update(dict.fromkeys(entry.names(), entry))
    return kept, listed


def _entry(number: int, raw: object) -> Entry:
    if not isinstance(raw, dict):
        raise NotTaken(f"the entry should be an object, is {kind_of(raw)}")
    node = Node(raw, "entry", Margin(None))
    resource = node.node("resource")
    if resource is None:
        raise NotTaken("the entry holds no resource")
    kind = resource.text("resourceType")
    if kind is None:
        raise NotTaken("the resource does not say of which type it is")
    origin = Origin(kind, resource.text("id"), node.text("fullUrl"), number)
    return Entry(origin, resource.raw)


def _type_of(raw: object) -> str:
    resource = raw.get("resource") if isinstance(raw, dict) else None
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    return kind[:64] if isinstance(kind, str) else "unknown"


def _refuse_repeat(entry: Entry, seen: Mapping[str, Entry]) -> None:
    for name in entry.names():
        if (first := seen.get(name)) is None:
            continue
        if _same(first.resource, entry.resource):
            same = f"the same as entry {first.origin.entry}, word for word"
            raise NotTaken(same, code="repeated")
        raise Unreadable(
            "duplicate-ids",
            f"Entries {first.origin.entry} and {entry.origin.entry} are both {name[:90]!r} but "
            "differ, so it is unclear which one holds. Ask the sender for a correct file.",
        )


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    try:
        return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    except RecursionError as error:
        raise NotTaken("nested too deep to be compared with its namesake") from error


def _unversioned(reference: str) -> str:
    return reference.partition("/_history/")[0]


class Library:
    """Finds a resource by reference: full URL, `Type/id`, or `#id` of a contained one."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_name = {name: entry for entry in entries for name in entry.names()}

    def find(self, pointer: Node, holder: Node) -> Node:
        """Give the resource that `pointer` (a FHIR Reference) means.

        Raises NotTaken for a reference that leads nowhere. Trap: an absolute URL matches a full
        URL only; Patient/1 of another server is somebody else.
        """
        reference = pointer.text("reference")
        if reference is None:
            raise NotTaken(f"{pointer.path} has no reference")
        if reference.startswith("#"):
            return _contained(reference, holder)
        entry = self._by_name.get(_unversioned(reference))
        if entry is None:
            raise NotTaken(f"{pointer.path} points at {reference[:90]!r}, not in this file")
        return entry.node(pointer.margin)


def _contained(reference: str, holder: Node) -> Node:
    for inner in holder.nodes("contained"):
        if inner.text("id") == reference[1:]:
            return Node(inner.raw, inner.text("resourceType") or inner.path, inner.margin)
    raise NotTaken(f"{holder.path} points at {reference[:90]!r}, which it does not contain")
