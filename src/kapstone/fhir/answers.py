"""Answers of a questionnaire whose questions are named after facts of screening.

Any form will do: an item whose linkId is a fact id answers that fact; the others are not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from kapstone import screening
from kapstone.fhir.codes import resources_left_out
from kapstone.fhir.entries import Library
from kapstone.fhir.nodes import Node, NotTaken
from kapstone.fhir.values import Answer, Origin, When

FINISHED = ("completed", "amended")
# A bound on work; no form is nested deeper.
DEEPEST = 8


def read_answers(node: Node, origin: Origin, library: Library) -> Iterator[Answer | NotTaken]:
    """Read a QuestionnaireResponse; raises NotTaken for one unfinished, or about no fact."""
    status = node.text("status")
    if status not in FINISHED:
        raise NotTaken(f"marked {status}; only a finished one is read")
    found = [(item, item.text("linkId")) for item in _items(node, DEEPEST)]
    asked = [(item, name) for item, name in found if name in screening.vocabulary()]
    if not asked:
        raise NotTaken(f"not read: {resources_left_out()['QuestionnaireResponse']}", group="")
    at = node.when("authored")
    for item, name in asked:
        try:
            yield from _answer(item, name or "", origin, at)
        except NotTaken as left:
            yield left


def _items(node: Node, deepest: int) -> Iterator[Node]:
    if not deepest:
        raise NotTaken("its items are nested too deep to be a form")
    for item in node.nodes("item"):
        yield item
        yield from _items(item, deepest - 1)


def _answer(item: Node, name: str, origin: Origin, at: When | None) -> Iterator[Answer]:
    answers, of = item.nodes("answer"), screening.fact(name)
    if not answers:
        return
    if not of.from_:
        raise NotTaken(f"{name} is worked out from other facts and cannot be given")
    if "import" not in of.from_:
        raise NotTaken(f"{name} is taken {screening.who_may_say(of)}")
    if len(answers) > 1:
        raise NotTaken(f"{name} has {len(answers)} answers, and it is unclear which one holds")
    value = _value(answers[0], of)
    if value is None or not of.accepts(value) or of.is_part(value):
        raise NotTaken(f"{name}: the answer is not {screening.expected(of)}")
    yield Answer(origin=origin, fact=name, value=value, at=at)


def _value(answer: Node, of: screening.Fact) -> bool | float | str | None:
    if (flag := answer.flag("valueBoolean")) is not None:
        return flag
    for name in ("valueDecimal", "valueInteger"):
        if (number := answer.number(name)) is not None:
            return number
    if quantity := answer.node("valueQuantity"):
        unit = quantity.text("code") or quantity.text("unit")
        if quantity.has("comparator") or unit not in {None, of.unit}:
            raise NotTaken(f"{of.id}: the answer is not a plain number in {of.unit}")
        return quantity.number("value")
    coding = answer.node("valueCoding")
    return coding.text("code") if coding else answer.text("valueString")
