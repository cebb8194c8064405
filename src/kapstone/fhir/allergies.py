"""Allergies and intolerances recorded elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from kapstone.fhir.codes import ICD_10_CM, RXNORM, SNOMED, no_known_allergy
from kapstone.fhir.conditions import best_coding, needed_words, read_status, read_verification
from kapstone.fhir.entries import Library
from kapstone.fhir.nodes import Concept, Node, concept
from kapstone.fhir.values import Allergy, Origin

CRITICALITIES = ("low", "high", "unable-to-assess")


def read_allergy(node: Node, origin: Origin, library: Library) -> Iterator[Allergy]:
    """Read an AllergyIntolerance; raises NotTaken for one refuted, in error, or without content."""
    verification = read_verification(node)
    code, reactions = concept(node.node("code")), node.nodes("reaction")
    best = best_coding(code, (SNOMED, RXNORM, ICD_10_CM))
    yield Allergy(
        origin=origin,
        text=needed_words(code, node),
        code_system=best.system,
        code=best.code,
        substance=_joined(concept(reaction.node("substance")).words() for reaction in reactions),
        criticality=_criticality(node),
        status=read_status(node),
        verification=verification,
        reaction=tuple(words for reaction in reactions for words in _reaction(reaction)),
        says_none=_says_none(code),
    )


def _joined(words: Iterator[str | None]) -> str | None:
    return "; ".join(dict.fromkeys(filter(None, words))) or None


def _criticality(node: Node) -> str | None:
    written = node.text("criticality")
    if written is None or written in CRITICALITIES:
        return written
    node.remark("criticality", f"{written!r} is not a FHIR R4 criticality; left out")
    return None


def _reaction(node: Node) -> Iterator[str]:
    severity = node.text("severity")
    for manifestation in node.nodes("manifestation"):
        if words := concept(manifestation).words():
            yield f"{words} ({severity})" if severity else words


def _says_none(code: Concept) -> bool:
    words = (code.words() or "").lower()
    return code.code_in(SNOMED) in no_known_allergy() or words.startswith("no known")
