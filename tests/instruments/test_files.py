"""The questionnaires as published: their words, choices, codes and licences."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from kapstone.instruments import Instrument, instrument, instruments, licence_text
from kapstone.instruments.definition import TEXT_SHIPS, words_of
from kapstone.knowledge import KnowledgeError

SECOND = {"id": "2", "min": 0, "max": 3}
every = pytest.mark.parametrize("of", instruments(), ids=lambda of: of.id)


@every
def test_a_questionnaire_carries_the_licence_of_its_text(of: Instrument) -> None:
    text = " ".join(licence_text(of).split())
    if of.seen.get("items") == "P":
        assert "Kapstone's own words" in text
    elif any(words_of(of)):
        assert "This text is not covered by the licence of the software." in text
    else:
        assert of.tier not in TEXT_SHIPS or "no text ships" in text.lower()


@every
def test_no_words_ship_that_a_licence_keeps_back(of: Instrument) -> None:
    assert of.tier in TEXT_SHIPS or [*filter(None, words_of(of))] == []


@every
def test_no_choice_of_a_question_stands_twice(of: Instrument) -> None:
    for item in of.item:
        choices = of.choices_of(item)
        assert len({choice.id for choice in choices}) == len(choices)
        assert len({choice.value for choice in choices}) == len(choices)


@every
def test_bands_rise_from_the_lowest_total_and_end_inside_the_range(of: Instrument) -> None:
    lows = [band.from_ for band in of.score.bands]
    low, high = of.score.range or (0, len(lows))
    assert lows == sorted(set(lows))
    if lows:
        assert lows[0] == low
        assert lows[-1] < high


@pytest.mark.parametrize("of", [of for of in instruments() if of.score.range], ids=lambda of: of.id)
def test_the_range_is_what_the_items_can_come_to(of: Instrument) -> None:
    least, most = (list(end) for end in zip(*(of.spans[name] for name in of.counted), strict=True))
    if of.score.method == "mean":
        assert {*least} == {0}
        assert {*most} == {of.score.range[1] if of.score.range else None}
    elif of.score.method == "domains":
        highs = [max(of.spans[name][1] for name in group) for group in of.score.domains]
        assert of.score.range == (0, sum(min(high, of.score.domain_most or high) for high in highs))
    else:
        # An answer that means "not assessed" is no point of the scale.
        low = sum(least) + (of.score.not_assessed is not None)
        assert of.score.range == (low * of.score.scale, sum(most) * of.score.scale)


@pytest.mark.parametrize("of", [of for of in instruments() if of.part], ids=lambda of: of.id)
def test_subscales_share_no_item_and_leave_none_out(of: Instrument) -> None:
    inside = [name for part in of.part for name in part.items]
    assert sorted(inside) == sorted(of.counted)


def test_an_alliance_is_private_and_an_experience_is_not_graded() -> None:
    assert [of.id for of in instruments() if of.private] == ["wai-sr"]
    experiences = [of for of in instruments() if of.domain == "experience"]
    assert {"meq30", "ebi", "ceq", "piq"} <= {of.id for of in experiences}
    assert [of.id for of in experiences if not of.neutral or of.score.bands] == []


def test_the_lowest_answer_of_the_gad7_is_not_at_all() -> None:
    """ "Not at all sure" is a copying error that spread through the literature (Zorowitz 2021)."""
    assert instrument("gad7").choices[0].text == "Not at all"


def test_the_phq2_is_the_first_two_questions_of_the_phq9() -> None:
    assert instrument("phq2").item == instrument("phq9").item[:2]


def test_the_screener_since_last_contact_claims_no_code_of_another_window() -> None:
    """LOINC's item codes say 1 month, 3 months or lifetime; none says since last contact."""
    of = instrument("cssrs-since")
    assert [item.code for item in of.item] == [None] * 6
    assert of.code is None
    assert of.recall_days is None


def test_the_eight_kinds_of_the_ace_module_hold_each_question_once() -> None:
    of = instrument("ace-brfss")
    assert [name for group in of.score.domains for name in group] == [item.id for item in of.item]
    assert of.score.range == (0, len(of.score.domains))


def test_the_audit_c_is_the_first_three_questions_of_the_audit() -> None:
    audit, short = instrument("audit"), instrument("audit-c")
    assert short.item == audit.item[:3]
    assert short.choices == audit.choices


def test_the_clusters_of_the_pcl5_hold_each_question_once() -> None:
    of = instrument("pcl5")
    assert [name for part in of.part for name in part.items] == [item.id for item in of.item]
    assert [len(part.items) for part in of.part] == [5, 2, 7, 6]


def test_an_unknown_questionnaire_is_named_with_those_there_are() -> None:
    with pytest.raises(KnowledgeError, match=r"no such instrument: phq-9; there are .*, phq9"):
        instrument("phq-9")


def test_an_unknown_question_is_named_with_those_there_are() -> None:
    with pytest.raises(LookupError, match="gad7: no such item: sleep; there are nervous, control"):
        instrument("gad7").named("sleep")


@pytest.mark.parametrize(
    "words",
    [
        {"instructions": "Over the last week"},
        {"item": [{"id": "1", "text": "One question of two", "min": 0, "max": 3}, SECOND]},
        {"item": [{"id": "1", "low_text": "Not at all", "min": 0, "max": 3}, SECOND]},
        {"choices": [{"id": "no", "value": 0, "text": "Never"}, {"id": "yes", "value": 1}]},
    ],
    ids=lambda words: next(iter(words)),
)
def test_even_a_few_words_under_a_licence_that_keeps_them_are_refused(
    words: dict[str, object],
) -> None:
    kept = instrument("ds-ii").model_dump(by_alias=True)
    item = [{"id": "1", "min": 0, "max": 3}, SECOND]
    spare = {**kept, "item": item, "finding": [], "part": []}
    assert not Instrument.model_validate(spare).has_text
    with pytest.raises(ValidationError, match="tier C text needs a licence with its expiry"):
        Instrument.model_validate({**spare, **words})


def spoiled(**changes: object) -> dict[str, object]:
    return {**instrument("phq2").model_dump(by_alias=True), **changes}


def test_a_question_that_stands_twice_is_refused() -> None:
    item = {"id": "mood", "text": "Low mood"}
    with pytest.raises(ValidationError, match="item mood stands there twice"):
        Instrument.model_validate(spoiled(item=[item, item]))


def test_a_question_cannot_lean_on_one_that_comes_later() -> None:
    first = {"id": "plan", "text": "A plan", "asked_if": {"item": "thoughts", "value": 1}}
    with pytest.raises(ValidationError, match="item plan leans on thoughts, not yet asked"):
        Instrument.model_validate(spoiled(item=[first, {"id": "thoughts", "text": "Thoughts"}]))
