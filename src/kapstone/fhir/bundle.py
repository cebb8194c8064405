"""From the bytes of one file to the values of one person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

from kapstone.fhir.allergies import read_allergy
from kapstone.fhir.answers import read_answers
from kapstone.fhir.codes import resources_left_out
from kapstone.fhir.conditions import read_condition
from kapstone.fhir.entries import Entry, Library, tell_apart
from kapstone.fhir.medicines import read_medicine
from kapstone.fhir.nodes import Margin, Node, NotTaken
from kapstone.fhir.observations import read_observation
from kapstone.fhir.opening import open_bundle
from kapstone.fhir.person import read_person, refuse_replaced
from kapstone.fhir.values import (
    Allergy,
    Answer,
    Caution,
    Condition,
    Imported,
    Item,
    Medicine,
    NotUnderstood,
    Observation,
    Origin,
    Person,
    Unreadable,
    VitalSign,
)
from kapstone.fhir.versions import refuse_other_versions

Taken = TypeVar("Taken", bound=Item)
Reader = Callable[[Node, Origin, Library], Iterator[Item | NotTaken]]

READERS: Mapping[str, Reader] = {
    "Condition": read_condition,
    "MedicationRequest": read_medicine,
    "MedicationStatement": read_medicine,
    "AllergyIntolerance": read_allergy,
    "Observation": read_observation,
    "QuestionnaireResponse": read_answers,
}
SUBJECTS = {"AllergyIntolerance": "patient"}


@dataclass(slots=True)
class Gathered:
    """What has been read so far."""

    items: dict[str, Item] = field(default_factory=dict)
    listed: list[NotUnderstood] = field(default_factory=list)
    groups: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    warnings: list[Caution] = field(default_factory=list)


def read_bundle(raw: bytes, *, now: datetime | None = None) -> Imported:
    """Read a FHIR R4 Bundle about one person; nothing is guessed, nothing dropped in silence.

    `now` (aware) is needed to know a date in the future; without it none is looked for, and a
    warning says so. Raises Unreadable when the file as a whole cannot be used.
    """
    if now is not None and now.tzinfo is None:
        raise ValueError("read_bundle: now has no time zone; give an aware datetime")
    bundle = open_bundle(raw)
    entries, listed = tell_apart(bundle["entry"])
    refuse_other_versions([entry.resource for entry in entries])
    gathered = Gathered(listed=listed, warnings=list(_cautions(bundle, now)))
    patient = _only_patient(entries)
    person = _person(patient, now, gathered)
    library = Library(entries)
    for entry in entries:
        if entry is not patient:
            _read_entry(entry, patient, library, now, gathered)
    return _imported(raw, bundle["entry"], person, gathered)


def _cautions(bundle: Mapping[str, Any], now: datetime | None) -> Iterator[Caution]:
    if now is None:
        yield Caution("file", "dates in the future were not looked for: today was not given")
    links = bundle.get("link")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("relation") == "next":
            words = "this is one page of several; the rest is not in this file"
            yield Caution("file", words, "more-pages")


def _only_patient(entries: Iterable[Entry]) -> Entry:
    patients = [entry for entry in entries if entry.origin.resource_type == "Patient"]
    if not patients:
        raise Unreadable(
            "no-patient",
            "The file has no Patient, so it is unknown whom it is about. "
            "Export the whole record of one person.",
        )
    if len(patients) > 1:
        places = ", ".join(str(patient.origin.entry) for patient in patients[:9])
        raise Unreadable(
            "two-patients",
            f"The file has {len(patients)} Patients (entries {places}). "
            "Export one person at a time.",
        )
    return patients[0]


def _person(patient: Entry, now: datetime | None, gathered: Gathered) -> Person:
    margin = Margin(now)
    node = patient.node(margin)
    try:
        _refuse_unknown_meaning(node)
        refuse_replaced(node)
        person = read_person(node, patient.origin)
    except NotTaken as left:
        raise Unreadable(
            "patient-unreadable",
            f"The Patient (entry {patient.origin.entry}) cannot be read: {left.why}. "
            "Ask the sender for a correct file.",
        ) from left
    _warn(patient, margin, gathered)
    return person


def _read_entry(
    entry: Entry, patient: Entry, library: Library, now: datetime | None, gathered: Gathered
) -> None:
    margin = Margin(now)
    try:
        for found in _items(entry, entry.node(margin), patient, library):
            _keep(found, entry, gathered)
    except NotTaken as left:
        _list(left, entry, gathered)
    _warn(entry, margin, gathered)


def _items(entry: Entry, node: Node, patient: Entry, library: Library) -> Iterator[Item | NotTaken]:
    kind = entry.origin.resource_type
    reader = READERS.get(kind)
    if reader is None:
        why = resources_left_out().get(kind, "a kind of resource that is not known here")
        raise NotTaken(f"not read: {why}", group="")
    _refuse_unknown_meaning(node)
    _refuse_somebody_else(node, patient, library)
    _remark_on_notes(node)
    return reader(node, entry.origin, library)


def _refuse_unknown_meaning(node: Node) -> None:
    """FHIR asks that a resource be left when a part that may turn its meaning is not known."""
    if node.nodes("modifierExtension"):
        raise NotTaken("it has a modifierExtension, which may change its meaning")
    if node.has("implicitRules"):
        raise NotTaken("it follows implicitRules that are not known here")


def _refuse_somebody_else(node: Node, patient: Entry, library: Library) -> None:
    field_name = SUBJECTS.get(node.path, "subject")
    pointer = node.node(field_name)
    if pointer is None:
        raise NotTaken(f"it does not say whom it is about ({field_name})")
    if library.find(pointer, node).raw is not patient.resource:
        raise NotTaken(f"its {field_name} is not the Patient of this file")


def _remark_on_notes(node: Node) -> None:
    """A note may hold what no field says, so a person should see that there is one."""
    for note in node.nodes("note"):
        if text := note.text("text"):
            node.remark("note", f"not taken, read it yourself: {text[:200]!r}")


def _keep(found: Item | NotTaken, entry: Entry, gathered: Gathered) -> None:
    if isinstance(found, NotTaken):
        _list(found, entry, gathered)
        return
    first = gathered.items.setdefault(found.key, found)
    if first is not found:
        repeated = NotTaken(f"says the same as entry {first.origin.entry}", code="repeated")
        _list(repeated, entry, gathered)


def _list(left: NotTaken, entry: Entry, gathered: Gathered) -> None:
    origin = entry.origin
    if left.group is not None:
        group = (origin.resource_type, left.group, left.why)
        gathered.groups.setdefault(group, []).append(origin.entry)
        return
    where, number = f"entry {origin.entry}", (origin.entry,)
    gathered.listed.append(
        NotUnderstood(where, origin.resource_type, origin.id, left.why, number, left.code)
    )


def _warn(entry: Entry, margin: Margin, gathered: Gathered) -> None:
    where = f"entry {entry.origin.entry}"
    # A field read twice is remarked on twice.
    for words in dict.fromkeys(margin.remarks):
        gathered.warnings.append(Caution(where, words))


def _grouped(gathered: Gathered) -> Iterator[NotUnderstood]:
    for (kind, group, why), numbers in gathered.groups.items():
        many = "1 resource" if len(numbers) == 1 else f"{len(numbers)} resources"
        what = f"{group}: {why}" if group else why
        yield NotUnderstood(many, kind, None, what, tuple(numbers))


def _imported(raw: bytes, entries: list[Any], person: Person, gathered: Gathered) -> Imported:
    taken = list(gathered.items.values())
    listed = (*gathered.listed, *_grouped(gathered))
    counts = Counter({person.origin.resource_type: 1})
    counts.update(_types(taken, listed))
    return Imported(
        digest=sha256(raw).hexdigest(),
        person=person,
        conditions=_of(Condition, taken),
        medicines=_of(Medicine, taken),
        allergies=_of(Allergy, taken),
        vital_signs=_of(VitalSign, taken),
        observations=_of(Observation, taken),
        answers=_of(Answer, taken),
        not_understood=listed,
        warnings=tuple(gathered.warnings),
        counts=tuple(sorted(counts.items())),
        entries=len(entries),
    )


def _types(taken: Iterable[Item], listed: Iterable[NotUnderstood]) -> Iterator[str]:
    """The type of each entry, once, however many values or remarks came from it."""
    types = {number: each.resource_type for each in listed for number in each.entries}
    types.update({item.origin.entry: item.origin.resource_type for item in taken})
    yield from types.values()


def _of(kind: type[Taken], items: Iterable[Item]) -> tuple[Taken, ...]:
    return tuple(item for item in items if isinstance(item, kind))
