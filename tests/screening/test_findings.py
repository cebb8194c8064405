"""A finding carries its row word for word, with the answers it speaks from."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from screening.people import NOW, healthy

from kapstone.screening import (
    MEDICINES,
    Decision,
    Finding,
    Given,
    Missing,
    Reason,
    Recognised,
    Rule,
    Waiting,
    interactions,
    recognise,
    rules,
    screen,
    worked_out,
)

TOLD_AT = datetime(2026, 2, 27, 8, 30, tzinfo=UTC)
PHENELZINE = Recognised(
    text="phenelzine 15 mg",
    ingredients=("phenelzine",),
    classes=("MED-MAOI",),
    recognised=True,
    origin="person",
    at=TOLD_AT,
)


def finding(id: str, **also: bool | float | str) -> Finding:
    found = screen(healthy(**also), medicines=[PHENELZINE], now=NOW)
    return next(one for one in found.findings if one.id == id)


def test_an_interaction_speaks_in_the_words_of_its_row() -> None:
    (row,) = (one for one in interactions() if one.id == "MED-MAOI")
    found = finding("MED-MAOI")
    assert (found.domain, found.action, found.urgent) == ("medicines", "oversight", False)
    assert (found.title, found.tell, found.tell_person) == (row.title, row.tell, row.tell_person)
    assert (found.why, found.sources, found.basis) == (row.why, row.sources, row.basis)
    assert (found.confidence, found.override) == (row.confidence, "prescriber")


def test_it_speaks_from_the_medicine_as_it_was_told() -> None:
    (said,) = finding("MED-MAOI").because
    name, given = said
    assert name == MEDICINES
    assert given == Given("phenelzine 15 mg", TOLD_AT, "person", "phenelzine 15 mg")


def test_an_interaction_of_certain_routes_speaks_from_the_route_too() -> None:
    taken = [recognise("ketoconazole")]
    found = screen(healthy(planned_route="oral"), medicines=taken, now=NOW)
    (one,) = (one for one in found.findings if one.id == "MED-3A4S")
    assert [name for name, _ in one.because] == [MEDICINES, "planned_route"]
    assert one.action == "review"


@pytest.mark.parametrize("id", ["SCR-CAR-01", "SCR-CAR-09"])
def test_a_rule_speaks_in_the_words_of_its_row(id: str) -> None:
    (row,) = (one for one in rules() if one.id == id)
    fact = row.lines()[0].fact
    found = finding(id, **{fact: True})
    same = {name for name in Finding.__slots__ if name in Rule.model_fields}
    assert {name: getattr(found, name) for name in same} == {
        name: getattr(row, name) for name in same
    }
    assert [name for name, _ in found.because] == [fact]


def test_a_list_that_nobody_asked_for_waits_by_itself() -> None:
    found = screen(healthy(), medicines=None, now=NOW)
    (waits,) = (one for one in found.waiting if one.id == "MED-UNASKED")
    assert waits == Waiting(
        "MED-UNASKED",
        "medicines",
        "Medicines not yet asked",
        (Missing(MEDICINES, Reason.MISSING),),
        Decision.STOP,
    )


def test_medicines_that_nobody_could_read_are_named() -> None:
    taken = [recognise("Foozol"), PHENELZINE, recognise("Barzol 5 mg")]
    found = screen(healthy(), medicines=taken, now=NOW)
    (waits,) = (one for one in found.waiting if one.id == "MED-UNREAD")
    assert waits == Waiting(
        "MED-UNREAD",
        "medicines",
        "Medicine not recognised",
        (Missing(MEDICINES, Reason.UNRECOGNISED, "Foozol; Barzol 5 mg"),),
        Decision.STOP,
    )


def test_what_derived_facts_come_to_is_kept_with_what_made_it_so() -> None:
    kept = worked_out(healthy(systolic_bp_mmhg=148), medicines=[PHENELZINE], now=NOW)
    answer, because = kept["resting_bp_high"]
    assert answer is True
    assert "systolic_bp_mmhg" in because
    assert kept["resting_bp_severe"][0] is False
    assert kept["ecg_needed"][0] is False
