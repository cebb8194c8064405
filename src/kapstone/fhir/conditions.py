"""Conditions, as diagnosed or reported elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kapstone.fhir.codes import ICD_10_CM, SNOMED
from kapstone.fhir.entries import Library
from kapstone.fhir.nodes import Concept, Node, NotTaken, concept
from kapstone.fhir.values import ClinicalStatus, Coding, Condition, Origin, When

# The code system condition-clinical nests recurrence and relapse under active, and remission
# under inactive.
STATUSES: Mapping[str, ClinicalStatus] = {
    "active": "active",
    "recurrence": "active",
    "relapse": "active",
    "inactive": "inactive",
    "remission": "inactive",
    "resolved": "resolved",
}
NOT_SO = ("entered-in-error", "refuted")


def read_condition(node: Node, origin: Origin, library: Library) -> Iterator[Condition]:
    """Read a Condition; raises NotTaken for one refuted, entered in error, or without content."""
    verification = read_verification(node)
    code = concept(node.node("code"))
    best = best_coding(code, (SNOMED, ICD_10_CM))
    yield Condition(
        origin=origin,
        text=needed_words(code, node),
        code_system=best.system,
        code=best.code,
        codings=code.codings,
        clinical_status=read_status(node),
        verification=verification,
        onset=read_bound(node, "onset", "start"),
        abated=read_bound(node, "abatement", "end"),
        recorded=node.when("recordedDate"),
    )


def read_verification(node: Node) -> str | None:
    """Give the verification status; raises NotTaken when it says the entry does not hold."""
    written = concept(node.node("verificationStatus"))
    for code in written.codes():
        if code in NOT_SO:
            raise NotTaken(f"marked {code}")
    return next(iter(written.codes()), None)


def read_status(node: Node) -> ClinicalStatus:
    """Give the clinical status; one that is missing or not of FHIR R4 is `unknown`."""
    written = concept(node.node("clinicalStatus"))
    known = {STATUSES[code] for code in written.codes() if code in STATUSES}
    if len(known) == 1:
        return known.pop()
    if written.words() is not None:
        node.remark("clinicalStatus", f"{written.words()!r} is not one clear status; unknown")
    return "unknown"


def best_coding(code: Concept, systems: tuple[str, ...]) -> Coding:
    """The code of the first of `systems` that has one, else the first, else an empty one."""
    coded = [coding for coding in code.codings if coding.code]
    preferred = [c for system in systems for c in coded if c.system == system]
    return next(iter([*preferred, *coded]), Coding(None, None, None))


def needed_words(code: Concept, node: Node) -> str:
    """The concept in words; raises NotTaken when it says nothing at all."""
    words = code.words()
    if words is None:
        raise NotTaken(f"{node.path}.code gives neither words nor a code")
    if code.text is None and not any(coding.display for coding in code.codings):
        node.remark("code", f"{words!r} came as a bare code, without words")
    return words


def read_bound(node: Node, name: str, edge: str) -> When | None:
    """Give `name`DateTime, or the `edge` (start or end) of `name`Period."""
    period = node.node(f"{name}Period")
    if period is not None:
        return period.when(edge)
    for other in ("Age", "Range", "String"):
        if node.has(f"{name}{other}"):
            node.remark(f"{name}{other}", "only dates are read; the date is unknown")
    return node.when(f"{name}DateTime")
