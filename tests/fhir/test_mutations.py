"""Whatever is done to a file, it is read or refused; never anything else."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kapstone.fhir import Imported, Unreadable, read_bundle

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
SAMPLE = Path(__file__).parent / "samples" / "brant-jacobson.json.gz"
READ = {"Patient", "Condition", "MedicationRequest", "AllergyIntolerance", "Observation"}
Place = tuple[Any, Any]
KINDS: list[Any] = ["x", 7, True, None, [], {}]


@cache
def whole() -> str:
    """A small file with two resources of each kind that is read, and one that is not."""
    bundle = json.loads(gzip.decompress(SAMPLE.read_bytes()))
    kept: dict[str, list[Any]] = {}
    for entry in bundle["entry"]:
        kept.setdefault(entry["resource"]["resourceType"], []).append(entry)
    bundle["entry"] = [e for kind in sorted(READ | {"Claim"}) for e in kept[kind][:2]]
    bundle["entry"] += [e for e in kept["Observation"] if "component" in e["resource"]][:1]
    return json.dumps(bundle)


def places(node: Any) -> Iterator[Place]:
    """Every key or index of every object and list, with what holds it."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in list(pairs):
        yield node, key
        if isinstance(value, dict | list):
            yield from places(value)


def outcome(raw: bytes) -> Imported | Unreadable:
    try:
        return read_bundle(raw, now=NOW)
    except Unreadable as refused:
        return refused


def keeps_its_laws(found: Imported | Unreadable, entries: int | None) -> None:
    if isinstance(found, Unreadable):
        assert found.code
        assert found.words.endswith(".")
        return
    items = [
        found.person,
        *found.conditions,
        *found.medicines,
        *found.allergies,
        *found.vital_signs,
        *found.observations,
    ]
    listed = {number for each in found.not_understood for number in each.entries}
    assert listed | {item.origin.entry for item in items} == set(range(found.entries))
    assert entries is None or found.entries == entries
    assert sum(count for _, count in found.counts) == found.entries
    assert len({item.key for item in items}) == len(items)


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["#x", "Patient/1", "2021-02-31", "entered-in-error", "1e999"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@settings(max_examples=250)
@given(data=st.data())
def test_swapped_and_dropped_values_are_read_or_refused(data: st.DataObject) -> None:
    bundle = json.loads(whole())
    for _ in range(data.draw(st.integers(1, 5))):
        holder, key = data.draw(st.sampled_from(list(places(bundle))))
        if data.draw(st.booleans()):
            del holder[key]
        else:
            holder[key] = data.draw(anything)
        if not bundle:
            break
    entries = bundle.get("entry")
    count = len(entries) if isinstance(entries, list) else None
    keeps_its_laws(outcome(json.dumps(bundle).encode()), count)


def test_every_value_dropped_or_made_another_kind_is_read_or_refused() -> None:
    """Not by chance: each place of the file in turn, with six kinds of value."""
    bundle = json.loads(whole())
    kept = [e for e in bundle["entry"] if e["resource"]["resourceType"] in READ][:9]
    small = {**bundle, "entry": kept}
    for number in range(0, len(list(places(small))), 3):
        for value in KINDS:
            changed = copy.deepcopy(small)
            holder, key = list(places(changed))[number]
            holder[key] = value
            entries = changed["entry"]
            count = len(entries) if isinstance(entries, list) else None
            keeps_its_laws(outcome(json.dumps(changed).encode()), count)


@settings(max_examples=200)
@given(at=st.integers(0, 60_000), byte=st.integers(0, 255), end=st.integers(0, 60_000))
def test_a_changed_byte_or_a_cut_is_read_or_refused(at: int, byte: int, end: int) -> None:
    raw = bytearray(whole().encode())
    raw[at % len(raw)] = byte
    keeps_its_laws(outcome(bytes(raw)), None)
    assert isinstance(outcome(bytes(raw[: end % (len(raw) - 1)])), Unreadable)


@settings(max_examples=300)
@given(raw=st.binary(max_size=200))
def test_noise_is_refused(raw: bytes) -> None:
    assert isinstance(outcome(raw), Unreadable)


@settings(max_examples=100)
@given(order=st.randoms(use_true_random=False))
def test_the_order_of_entries_changes_nothing_that_is_taken(order: Any) -> None:
    bundle = json.loads(whole())
    order.shuffle(bundle["entry"])
    turned, straight = outcome(json.dumps(bundle).encode()), outcome(whole().encode())
    assert isinstance(turned, Imported)
    assert isinstance(straight, Imported)
    for kind in ("conditions", "medicines", "allergies", "vital_signs", "observations"):
        ours = {item.key for item in getattr(straight, kind)}
        assert {item.key for item in getattr(turned, kind)} == ours
    assert turned.person.key == straight.person.key


def test_two_of_one_name_nested_deep_are_read_or_refused() -> None:
    """Every depth up to Python's own limit, where parsing and comparing stop at different ones."""
    seen = set()
    for depth in range(1, 1100):
        deep = {"resourceType": "Basic", "id": "b", "extension": "BOMB"}
        entry = [{"resource": each} for each in (deep, deep, {"resourceType": "Patient"})]
        text = json.dumps({"resourceType": "Bundle", "type": "batch", "entry": entry})
        raw = text.replace('"BOMB"', "[" * depth + "]" * depth)
        found = outcome(raw.encode())
        keeps_its_laws(found, 3)
        seen.add(found.code if isinstance(found, Unreadable) else "read")
    assert seen == {"read", "too-deep"}
