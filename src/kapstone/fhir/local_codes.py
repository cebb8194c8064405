"""The codes that are ours, where no official one was seen: one FHIR CodeSystem."""

from __future__ import annotations

from collections.abc import Iterator

from kapstone.fhir.questionnaires import LOCAL_CODES, TOTAL, Resource, local
from kapstone.instruments import Instrument, instruments


def code_system() -> Resource:
    """Every local code with what it means; words that a licence keeps back are not in it."""
    concepts = [
        {"code": code, "display": words} for of in instruments() for code, words in codes(of)
    ]
    return {
        "resourceType": "CodeSystem",
        "url": LOCAL_CODES,
        "name": "KapstoneQuestionnaires",
        "title": "Questionnaires, their items, answers and scores, where no official code was seen",
        "status": "active",
        "caseSensitive": True,
        "content": "complete",
        "count": len(concepts),
        "concept": concepts,
    }


def codes(of: Instrument) -> Iterator[tuple[str, str]]:
    """The local codes of one questionnaire, each once."""
    if of.code is None:
        yield of.id, of.title
    if of.total_code is None:
        yield f"{of.id}.{TOTAL}", f"{of.short} total"
    yield from ((f"{of.id}.{part.id}", f"{of.short}: {part.title}") for part in of.part)
    yield from ((local(of, item), item.words) for item in of.item if item.code is None)
    choices = (choice for item in of.item for choice in of.choices_of(item))
    answers = {each.id: each for each in choices if each.code is None}
    yield from (
        (f"{of.id}.{name}", each.text or f"{each.value:g}") for name, each in answers.items()
    )
