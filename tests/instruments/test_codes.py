"""Codes of other questionnaires that circulate in public copies: none may stand here."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from kapstone.instruments import Instrument, instruments

KNOWLEDGE = Path(str(files("kapstone.knowledge")))
# A code that was seen on the wrong questionnaire, and where it may stand: as the code of the whole,
# of its total, or of an item. An id that is not here yet is no fault.
RIGHT_PLACES = {
    "75624-7": {"audit:total"},  # circulates for AUDIT-C, and is AUDIT's
    "82666-9": {"dast10-original:whole"},  # circulates as the score, and is the panel
    "82667-7": {"dast10-original:total"},
    "93373-9": {"cssrs-screener:whole"},  # circulates labelled ASQ
    "96842-0": {"taps1:item"},  # circulates labelled PHQ-9, and asks about tobacco
    "44250-9": {"phq9:item", "phq2:item"},  # circulates as PHQ-2, and is its first question
    "72109-3": set(),  # circulates for CIWA, and is no code
    "65502-7": set(),  # these three circulate for ISI
    "65503-5": set(),
    "65504-3": set(),
    "70273-8": set(),  # circulates for GAD-2, and is PHQ-15's total
    "70221-7": set(),  # circulates for PCL-5, and is of the PCL-C of DSM-IV
}


def places(of: Instrument) -> Iterator[tuple[str, str]]:
    """Every code of a questionnaire with the place that it stands at."""
    yield from ((code, f"{of.id}:whole") for code in [of.code] if code)
    yield from ((code, f"{of.id}:total") for code in [of.total_code] if code)
    yield from ((item.code, f"{of.id}:item") for item in of.item if item.code)


PLACES = [place for of in instruments() for place in places(of)]


def data_of(path: Path) -> str:
    """A file without its comments, where a wrong code may be warned of."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("#"))


def check_digit(number: str) -> int:
    """LOINC's own: Luhn's, doubling every second digit from the right."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(number))]
    return -sum(value - 9 if value > 9 else value for value in doubled) % 10


@pytest.mark.parametrize("code", RIGHT_PLACES)
def test_a_code_that_circulates_wrongly_stands_only_where_it_belongs(code: str) -> None:
    found = {place for seen, place in PLACES if seen == code}
    assert found - RIGHT_PLACES[code] == set()


@pytest.mark.parametrize("code", [code for code, right in RIGHT_PLACES.items() if not right])
def test_a_code_of_nothing_that_we_ask_stands_nowhere(code: str) -> None:
    named = [path.name for path in KNOWLEDGE.rglob("*.toml") if code in data_of(path)]
    assert named == []


def test_no_code_of_the_pcl_c_stands_on_the_pcl5() -> None:
    """All of 7022x belong to the questionnaire of DSM-IV."""
    assert [place for code, place in PLACES if code.startswith("7022")] == []


@pytest.mark.parametrize(("code", "place"), PLACES)
def test_the_check_digit_of_a_code_is_right(code: str, place: str) -> None:
    number, _, digit = code.partition("-")
    assert check_digit(number) == int(digit), place


def test_the_check_digit_finds_the_code_that_is_none() -> None:
    assert check_digit("72109") == 2
    assert check_digit("44250") == 9


@pytest.mark.parametrize("of", instruments(), ids=lambda of: of.id)
def test_no_two_places_of_a_questionnaire_share_a_code(of: Instrument) -> None:
    codes = [code for code, _ in places(of)]
    assert len(codes) == len(set(codes))
