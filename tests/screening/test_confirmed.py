"""A line that nobody could read, as a clinician says it is meant."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kapstone.screening import confirmed, recognise

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINE = recognise("blue heart pill")


def test_a_confirmed_line_has_the_ingredients_and_their_classes() -> None:
    found = confirmed(LINE, ["metoprolol", "clonazepam"], at=AT)
    assert found.text == "blue heart pill"
    assert found.ingredients == ("metoprolol", "clonazepam")
    assert found.classes == ("MED-BB", "MED-BZD")
    assert found.recognised
    assert (found.origin, found.at) == ("clinician", AT)
    assert (found.unread, found.suggestions, found.reason) == ((), (), None)


def test_confirmed_as_none_of_the_list_it_is_read_and_has_no_class() -> None:
    found = confirmed(LINE, [], at=AT)
    assert (found.ingredients, found.classes, found.recognised) == ((), (), True)


@pytest.mark.parametrize("named", [[], ["lorazepam"]])
def test_a_line_that_was_read_whole_keeps_every_medicine_it_names(named: list[str]) -> None:
    read = recognise("phenelzine 15 mg")
    assert confirmed(read, named, at=AT) is read


def test_a_line_that_was_read_whole_may_be_said_to_hold_more() -> None:
    found = confirmed(recognise("phenelzine 15 mg"), ["phenelzine", "lorazepam"], at=AT)
    assert (found.ingredients, found.origin) == (("phenelzine", "lorazepam"), "clinician")


def test_what_an_unread_line_names_may_be_otherwise() -> None:
    part = recognise("phenelzine foozol")
    assert part.ingredients == ("phenelzine",)
    assert confirmed(part, [], at=AT).ingredients == ()


def test_one_ingredient_that_is_listed_no_more_leaves_the_line_unread() -> None:
    assert confirmed(LINE, ["metoprolol", "foozolol"], at=AT) is LINE
    assert not LINE.recognised
