"""Screening over facts that are present, absent or strange: it answers, or names the bad fact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapstone import screening
from kapstone.screening.derived import DERIVED

NOW = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)
NAMES = sorted(name for name, row in screening.vocabulary().items() if row.from_)
MEDICINES = ["", "sertraline", "Foozol 5 mg", "0", "phenelzine and lithium", "\u200b", "None"]
ODD_NUMBERS = [0, 0.0, -1, 1e308, 10**400, float("inf"), float("-inf"), float("nan")]

moments = st.sampled_from([None, NOW, NOW + timedelta(days=2), NOW - timedelta(days=9999)])


def values(name: str) -> st.SearchStrategy[bool | float | str]:
    """Any value of the fact's own kind, the impossible ones too."""
    row = screening.fact(name)
    if row.kind == "yes_no":
        return st.booleans()
    if row.kind == "choice":
        return st.sampled_from(sorted(row.choices))
    low, high = row.plausible or (0, 0)
    return st.one_of(st.floats(low, high), st.sampled_from(ODD_NUMBERS))


@st.composite
def facts(draw: st.DrawFn) -> dict[str, screening.Given]:
    names = draw(st.sets(st.sampled_from(NAMES), max_size=len(NAMES)))
    return {
        name: screening.Given(draw(values(name)), draw(moments), "clinician", None)
        for name in sorted(names)
    }


lists = st.none() | st.lists(st.sampled_from(MEDICINES).map(screening.recognise), max_size=4)


@settings(max_examples=60)
@given(facts(), lists)
def test_any_facts_give_a_screening_that_reads_back(
    told: Mapping[str, screening.Given], taken: list[screening.Recognised] | None
) -> None:
    found = screening.screen(told, medicines=taken, now=NOW)
    assert screening.Screening.from_data(found.as_data()) == found
    screening.what_would_change(told, medicines=taken, now=NOW)
    lifted = screening.what_would_lift(told, medicines=taken, now=NOW)
    assert {*lifted} == {each.id for each in found.findings}


@pytest.mark.parametrize("name", [n for n in NAMES if screening.fact(n).kind == "number"])
def test_an_impossible_number_is_not_plausible(name: str) -> None:
    row = screening.fact(name)
    low, high = row.plausible or (0, 0)
    beyond = [low - 0.1, high + 0.1, 10**400, float("inf"), float("-inf"), float("nan")]
    assert not any(screening.plausible(row, value) for value in beyond)
    assert screening.plausible(row, low)
    assert screening.plausible(row, high)


@pytest.mark.parametrize("name", NAMES)
def test_a_value_of_another_kind_is_refused_by_name(name: str) -> None:
    kind = screening.fact(name).kind
    odd: list[object] = ["odd", None, [], True if kind == "number" else 7]
    for value in odd:
        told = {name: screening.Given(value, NOW, "clinician", None)}  # type: ignore[arg-type]
        with pytest.raises(screening.FactError, match=name):
            screening.screen(told, medicines=[], now=NOW)


class Nothing:
    """Somebody of whom nothing is known."""

    def yes(self, id: str) -> None:
        return None

    number = word = yes


# That no C-SSRS is known to have followed is itself what keeps the dose back.
@pytest.mark.parametrize("name", sorted({*DERIVED} - {"item9_not_followed"}))
def test_nothing_known_derives_to_unknown(name: str) -> None:
    assert DERIVED[name](Nothing()) is None
