"""Medicines ordered or reported elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from kapstone.fhir.codes import RXNORM
from kapstone.fhir.conditions import needed_words
from kapstone.fhir.entries import Library
from kapstone.fhir.nodes import Concept, Node, NotTaken, concept
from kapstone.fhir.values import Medicine, Origin

# The codes of medicationrequest-status and medication-statement-status, R4.
STATUSES = {
    "active",
    "on-hold",
    "cancelled",
    "completed",
    "stopped",
    "draft",
    "intended",
    "not-taken",
    "unknown",
}


def read_medicine(node: Node, origin: Origin, library: Library) -> Iterator[Medicine]:
    """Read a MedicationRequest or MedicationStatement.

    Raises NotTaken for one entered in error, one that forbids the medicine, and one whose
    medicine is not named.
    """
    status = _status(node)
    if node.flag("doNotPerform"):
        why = "it asks for this medicine NOT to be given (doNotPerform)"
        raise NotTaken(why, code="not-to-be-given")
    medicine = _medicine(node, library)
    yield Medicine(
        origin=origin,
        text=needed_words(medicine, node),
        rxnorm=medicine.code_in(RXNORM),
        codings=medicine.codings,
        status=status,
        intent=node.text("intent"),
        authored=node.when("authoredOn") or node.when("dateAsserted"),
        dosage=_dosages(node),
        reason=_reasons(node, library),
    )


def _status(node: Node) -> str:
    status = node.text("status")
    if status == "entered-in-error":
        raise NotTaken("marked entered-in-error", code="entered-in-error")
    if status is None or status in STATUSES:
        return status or "unknown"
    node.remark("status", f"{status!r} is not a FHIR R4 status; unknown")
    return "unknown"


def _medicine(node: Node, library: Library) -> Concept:
    pointer = node.node("medicationReference")
    if pointer is None:
        return concept(node.node("medicationCodeableConcept"))
    try:
        found = library.find(pointer, node)
    except NotTaken as lost:
        display = pointer.text("display")
        if display is None:
            raise
        node.remark("medicationReference", f"{lost.why}; only its name was kept")
        return Concept(display, ())
    return concept(found.node("code"))


def _dosages(node: Node) -> str | None:
    # MedicationStatement calls them dosage, MedicationRequest dosageInstruction.
    written = [*node.nodes("dosageInstruction"), *node.nodes("dosage")]
    return "; ".join(filter(None, map(_dosage, written))) or None


def _dosage(node: Node) -> str | None:
    """One instruction in words: its own text, else the parts that can be said plainly."""
    if text := node.text("text") or node.text("patientInstruction"):
        return text
    parts = [*_doses(node), _route(node), _how_often(node), _as_needed(node)]
    return ", ".join(filter(None, parts)) or None


def _doses(node: Node) -> Iterator[str | None]:
    for dose in node.nodes("doseAndRate"):
        quantity = dose.node("doseQuantity")
        words = quantity and quantity_words(quantity)
        yield f"dose {words}" if words else None


def quantity_words(node: Node) -> str | None:
    """A Quantity as it was written, such as `72.5 kg`; None when it has no value."""
    value = node.number("value")
    if value is None:
        return None
    unit = node.text("unit") or node.text("code")
    return " ".join(filter(None, [node.text("comparator"), f"{value:.15g}", unit]))


def _route(node: Node) -> str | None:
    return concept(node.node("route")).words()


def _how_often(node: Node) -> str | None:
    timing = node.node("timing")
    repeat = timing and timing.node("repeat")
    if not repeat:
        return concept(timing.node("code")).words() if timing else None
    frequency, period = repeat.number("frequency"), repeat.number("period")
    unit = repeat.text("periodUnit")
    if frequency is None or period is None or unit is None:
        return None
    return f"{frequency:g} x every {period:g} {unit}"


def _as_needed(node: Node) -> str | None:
    needed = node.flag("asNeededBoolean")
    reason = concept(node.node("asNeededCodeableConcept")).words()
    return f"as needed for {reason}" if reason else "as needed" if needed else None


def _reasons(node: Node, library: Library) -> str | None:
    words = [concept(reason).words() for reason in node.nodes("reasonCode")]
    pointed = [_pointed_reason(pointer, node, library) for pointer in node.nodes("reasonReference")]
    return "; ".join(filter(None, [*words, *pointed])) or None


def _pointed_reason(pointer: Node, node: Node, library: Library) -> str | None:
    try:
        return concept(library.find(pointer, node).node("code")).words()
    except NotTaken as lost:
        node.remark("reasonReference", lost.why)
        return pointer.text("display")
