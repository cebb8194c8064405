"""Questionnaires that a practice has to bring: named with a reason, never half built."""

from __future__ import annotations

import pytest

from kapstone.instruments import Elsewhere, called, elsewhere, instruments
from kapstone.instruments.library import by_any_name, plain
from kapstone.knowledge import KnowledgeError

every = pytest.mark.parametrize("each", elsewhere(), ids=lambda each: each.id)


def test_those_without_an_honest_definition_are_listed() -> None:
    """Licensed, or too little of them seen."""
    assert {each.name for each in elsewhere()} == {
        *("KSET", "MGH-ATRQ", "5D-ASC", "DAS", "PRISE", "SAFTEE", "IES", "MEQ-4", "CEQ-7"),
        "PRIME-5",
    }


@every
def test_one_that_must_be_brought_is_no_definition(each: Elsewhere) -> None:
    names = {plain(name) for name in (each.id, each.name, *each.aliases)}
    assert names.isdisjoint(by_any_name())
    assert each.id not in {of.id for of in instruments()}


@every
def test_asking_for_it_says_why_it_is_not_here_and_whom_to_ask(each: Elsewhere) -> None:
    with pytest.raises(KnowledgeError, match="bring your own licence") as refused:
        called(each.name.lower())
    assert each.why in str(refused.value)
    assert each.ask in str(refused.value)


def test_it_is_found_by_its_other_names() -> None:
    with pytest.raises(KnowledgeError, match="KSET: bring your own licence"):
        called("kset r")


def test_a_name_that_nobody_knows_is_answered_with_those_there_are() -> None:
    with pytest.raises(KnowledgeError, match=r"no such instrument: nothing; did you mean "):
        called("nothing")
