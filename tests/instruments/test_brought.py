"""A practice brings a form under its own licence: its words, and nothing else of a known one."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from kapstone.instruments import Instrument, instrument, instruments, score
from kapstone.instruments.brought import NotBrought, bring
from kapstone.instruments.sound import faults

TODAY = date(2026, 11, 21)
LICENCE = {
    "tier": "C",
    "notice": "Used by permission of its author, for the patients of this practice.",
    "source": "letter of 3 March 2026",
    "checked_on": "2026-11-20",
    "expires": "2027-03-03",
}


def own(**changes: Any) -> dict[str, Any]:
    """A small form of the practice's own, in the schema of those that ship."""
    choices = [{"id": "no", "value": 0, "text": "No"}, {"id": "yes", "value": 1, "text": "Yes"}]
    form: dict[str, Any] = {
        "id": "sleep-diary",
        "name": "Sleep-Diary",
        "short": "Sleep diary",
        "title": "Sleep diary",
        "version": "1",
        "language": "en",
        "domain": "sleep",
        "respondent": "patient",
        "recall": "last night",
        "minutes": 1,
        "sources": [],
        "licence": LICENCE,
        "choices": choices,
        "item": [{"id": "woke", "text": "Did you wake up at night?"}],
        "score": {"method": "sum", "range": [0, 1]},
    }
    return form | changes


def band(start: float, name: str) -> dict[str, Any]:
    return {"from": start, "name": name}


SUM = {"method": "sum", "range": [0, 1]}


def brought(form: dict[str, Any]) -> Instrument:
    return bring(json.dumps(form), today=TODAY)


def test_a_form_of_ones_own_is_taken_and_scores() -> None:
    form = brought(own())
    assert form.has_text
    assert score(form, {"woke": 1}).total == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"licence": LICENCE | {"expires": None}}, "tier C text needs a licence with its expiry"),
        ({"licence": LICENCE | {"tier": "B", "expires": None}}, "expires is missing"),
        ({"licence": LICENCE | {"expires": "2026-11-20"}}, "ended on 20 Nov 2026"),
        ({"licence": {"tier": "C"}}, "At licence → notice: Field required, and 2 more"),
        ({"item": [{"id": "woke"}]}, "Item woke has no text"),
        ({"id": "phq9"}, "PHQ-9 ships with its words"),
        ({"id": "phq-9"}, "'phq-9' is the name of a form that ships"),
        ({"name": "GAD-7"}, "'GAD-7' is the name of a form that ships"),
        ({"nonsense": 1}, "At nonsense: Extra inputs"),
    ],
)
def test_what_cannot_be_taken_says_where_and_why(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(NotBrought, match=words):
        brought(own(**changes))


WHOLE = {"id": "woke", "text": "How often did you wake up?", "min": 0, "max": 4}
AFTER = {"id": "long", "text": "For long?", "asked_if": {"item": "woke", "value": 1}}
NEED = {"score": "nights", "cut": {"from": 1}}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"score": SUM | {"bands": [band(1, "some")]}}, "the first begins at 1, above the least"),
        ({"score": {"method": "sum", "bands": [band(1, "some")]}}, "its total 0 has no band"),
        ({"score": SUM | {"bands": [band(0, "a"), band(0, "b")]}}, "begin above the one before"),
        ({"score": SUM | {"bands": [band(0, "no")]}, "item": [WHOLE]}, "total is 4, outside"),
        ({"score": SUM | {"bands": [band(0, "x" * 61)]}}, "longer than 60 letters"),
        ({"finding": [{"flag": "poor", "all": [NEED]}]}, "poor: no subscore 'nights'"),
        ({"item": [WHOLE, AFTER]}, "item long → asked_if: 1 is no choice of woke"),
        ({"item": [{"id": "woke", "text": "Woke?", "min": 3, "max": 1}]}, "cannot be scored with"),
        ({"part": [{"id": "p", "title": "P", "method": "mean", "items": []}]}, "division by zero"),
        ({"id": "my form/1"}, "id → 'my form/1': use small letters"),
        ({"id": "d" * 41}, "at most 40"),
        ({"item": [{"id": "_finish", "text": "Finished?"}]}, "item → '_finish'"),
        ({"item": [{"id": "total", "text": "Nights?"}]}, "line that is no question"),
        ({"item": [{"id": "w" * 61, "text": "Woke?"}]}, "at most 60"),
    ],
)
def test_a_form_that_could_not_be_asked_or_scored_is_refused(
    changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(NotBrought, match=words):
        brought(own(**changes))


@pytest.mark.parametrize("of", instruments(), ids=lambda of: of.id)
def test_every_form_that_ships_can_be_asked_and_scored(of: Instrument) -> None:
    assert [*faults(of)] == []


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"form"'])
def test_what_is_no_form_is_refused(text: str) -> None:
    with pytest.raises(NotBrought):
        bring(text, today=TODAY)


def test_the_last_day_of_a_licence_still_counts() -> None:
    expires = {"licence": LICENCE | {"expires": TODAY.isoformat()}}
    assert brought(own(**expires)).licence.expires == TODAY


KEPT_BACK = [of for of in instruments() if not of.has_text]


def worded(of: Instrument) -> dict[str, Any]:
    """The skeleton with words in it, as a practice would bring it."""
    whole = of.model_dump(mode="json", by_alias=True)
    whole["item"] = [item | {"text": f"Words of {item['id']}"} for item in whole["item"]]
    return whole | {"licence": LICENCE}


@pytest.mark.parametrize("of", KEPT_BACK, ids=lambda of: of.id)
def test_a_skeleton_takes_its_words_and_scores_as_before(of: Instrument) -> None:
    form = brought(worded(of))
    highest = {item.id: of.spans[item.id][1] for item in of.item}
    ours, theirs = score(of, highest), score(form, highest)
    assert (ours.total, ours.flags, ours.parts) == (theirs.total, theirs.flags, theirs.parts)


@pytest.mark.parametrize("of", KEPT_BACK[:3], ids=lambda of: of.id)
def test_a_skeleton_keeps_its_scoring(of: Instrument) -> None:
    spoiled = worded(of)
    spoiled["item"] = spoiled["item"][:-1]
    with pytest.raises(NotBrought):
        brought(spoiled)
    with pytest.raises(NotBrought, match=f"respondent differ from the {of.short} that ships"):
        other = "observer" if of.respondent != "observer" else "patient"
        brought(worded(of) | {"respondent": other})


def labelled(of: Instrument, values: range) -> dict[str, Any]:
    """The skeleton with words for each answer, question by question."""
    choices = [{"id": f"is_{n}", "value": n, "text": f"Words of {n}"} for n in values]
    spare = {"min": None, "max": None, "choices": choices}
    whole = worded(of)
    return whole | {"item": [item | spare for item in whole["item"]]}


def test_a_span_takes_words_for_each_of_its_answers() -> None:
    form = brought(labelled(instrument("isi"), range(5)))
    assert form.choices_of(form.item[0])[4].text == "Words of 4"
    assert score(form, dict.fromkeys(form.by_id, 4)).total == 28


@pytest.mark.parametrize("values", [range(4), range(6), range(1, 6)])
def test_a_span_keeps_the_answers_that_it_has(values: range) -> None:
    with pytest.raises(NotBrought, match="item differ from the ISI that ships"):
        brought(labelled(instrument("isi"), values))


def test_a_line_stays_a_line() -> None:
    with pytest.raises(NotBrought, match="item differ from the EBI that ships"):
        brought(labelled(instrument("ebi"), range(101)))


def test_a_form_that_ships_whole_is_not_brought() -> None:
    whole = instrument("gad7").model_dump(mode="json", by_alias=True) | {"licence": LICENCE}
    with pytest.raises(NotBrought, match="GAD-7 ships with its words"):
        brought(whole)
