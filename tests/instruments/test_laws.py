"""What holds of every questionnaire, whatever is answered."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kapstone.instruments import Instrument, NotAnswers, in_order, instruments, score
from kapstone.instruments.adding import points_of, totals
from kapstone.instruments.answering import needless, opened
from kapstone.instruments.findings import Weighed, holds
from kapstone.instruments.scoring import NO_CONTEXT, Score

Answers = dict[str, float]

EVERY = instruments()
SCORED = [of for of in EVERY if of.score.method not in {"none", "cssrs_level"}]
SUMS = [of for of in EVERY if of.score.method == "sum"]
BOUNDED = [of for of in EVERY if of.score.bounds]
every = pytest.mark.parametrize("of", EVERY, ids=lambda of: of.id)


def values(of: Instrument, item: str) -> st.SearchStrategy[float]:
    if item in of.values:
        return st.sampled_from(sorted(of.values[item]))
    low, high = of.spans[item]
    whole = st.integers(math.ceil(low), math.floor(high)).map(float)
    return whole if of.by_id[item].whole else whole | st.floats(low, high)


def consistent(of: Instrument, answers: Answers) -> Answers:
    """What earlier answers made needless is not answered against them."""
    moot = needless(of, answers)
    return {
        item.id: answers[item.id]
        for item in of.item
        if item.id in answers and item.id not in moot and opened(item, answers)
    }


def whole_sheets(of: Instrument) -> st.SearchStrategy[tuple[Instrument, Answers]]:
    fields = {item.id: values(of, item.id) for item in of.item}
    return st.fixed_dictionaries(fields).map(lambda answers: (of, consistent(of, answers)))


def nearly_whole(of: Instrument) -> st.SearchStrategy[tuple[Instrument, Answers]]:
    """A whole sheet, or one with a few blanks."""
    blanks = st.sets(st.sampled_from([item.id for item in of.item]), max_size=2)
    return st.tuples(whole_sheets(of), blanks).map(
        lambda drawn: (of, {name: v for name, v in drawn[0][1].items() if name not in drawn[1]})
    )


def some(of: list[Instrument] | tuple[Instrument, ...], sheets: Any) -> Any:
    return st.sampled_from(of).flatmap(sheets)


def assessed(of: Instrument, answers: Answers) -> bool:
    return of.score.not_assessed is None or of.score.not_assessed not in answers.values()


def blanked(answers: Answers, data: st.DataObject) -> Answers:
    kept = data.draw(st.sets(st.sampled_from(sorted(answers)))) if answers else set()
    return {item: answers[item] for item in answers if item in kept}


@every
def test_one_answer_too_many_or_too_few_is_a_wrong_count(of: Instrument) -> None:
    for count in (0, len(of.item) + 1):
        with pytest.raises(NotAnswers) as refused:
            in_order(of, [None] * count)
        assert refused.value.error == "wrong_item_count"


@every
@pytest.mark.parametrize("value", [1e6, -1e6, math.nan, "1", True])
def test_what_is_no_answer_is_refused_and_never_bent_into_one(
    of: Instrument, value: object
) -> None:
    with pytest.raises(NotAnswers) as refused:
        in_order(of, [value] + [None] * (len(of.item) - 1))
    assert refused.value.error == "invalid_response"


@every
def test_nothing_answered_is_no_score_and_no_good_news(of: Instrument) -> None:
    result = score(of, {})
    assert (result.total, result.band, result.complete) == (None, None, False)
    assert not result.scorable
    assert True not in result.verdicts.values()


@given(some(SCORED, nearly_whole))
def test_a_total_stays_in_the_published_range(sheet: tuple[Instrument, Answers]) -> None:
    of, answers = sheet
    total = score(of, answers).total
    if total is not None and of.score.range is not None:
        low, high = of.score.range
        assert low <= total <= high


@given(some(SCORED, whole_sheets))
def test_a_whole_sheet_has_its_total_and_nothing_is_filled_in(
    sheet: tuple[Instrument, Answers],
) -> None:
    of, answers = sheet
    result = score(of, answers)
    assert (result.total is not None) is assessed(of, answers)
    assert (result.complete, result.prorated) == (True, False)


@given(some(SUMS, whole_sheets))
def test_the_sum_of_a_whole_sheet_is_the_sum_of_its_points(
    sheet: tuple[Instrument, Answers],
) -> None:
    of, answers = sheet
    assume(assessed(of, answers))
    points = points_of(of, answers)
    assert score(of, answers).total == of.score.scale * sum(points[name] for name in of.counted)


@given(some(SUMS, whole_sheets), st.randoms(use_true_random=False))
def test_the_same_answers_to_equal_questions_give_the_same_sum(
    sheet: tuple[Instrument, Answers], rng: Random
) -> None:
    of, answers = sheet
    alike = [
        item.id
        for item in of.item
        if item.id in of.counted
        and item.id in answers
        and not item.reverse
        and not of.skip
        and of.spans[item.id] == of.spans[of.counted[0]]
        and of.values.get(item.id) == of.values.get(of.counted[0])
    ]
    mixed = [answers[name] for name in alike]
    rng.shuffle(mixed)
    again = answers | dict(zip(alike, mixed, strict=True))
    assert score(of, again).total == score(of, answers).total


@given(some(SCORED, nearly_whole), st.data())
def test_a_higher_answer_never_lowers_a_total_and_never_raises_a_reversed_one(
    sheet: tuple[Instrument, Answers], data: st.DataObject
) -> None:
    of, answers = sheet
    name = data.draw(st.sampled_from(of.counted))
    low, high = sorted((data.draw(values(of, name)), data.draw(values(of, name))))
    before, after = (score(of, answers | {name: value}).total for value in (low, high))
    if before is not None and after is not None:
        assert after <= before if of.by_id[name].reverse else after >= before


@given(some(BOUNDED, whole_sheets), st.data())
def test_the_bounds_hold_the_total_however_the_blanks_turn_out(
    sheet: tuple[Instrument, Answers], data: st.DataObject
) -> None:
    of, answers = sheet
    total = score(of, answers).total
    partial = score(of, blanked(answers, data))
    assert total is not None
    assert partial.least is not None
    assert partial.most is not None
    assert partial.least <= total <= partial.most


@given(some(EVERY, whole_sheets), st.data())
def test_a_blank_leaves_a_finding_open_or_as_it_would_have_been(
    sheet: tuple[Instrument, Answers], data: st.DataObject
) -> None:
    """A prorated total is an estimate and may differ; where a blank is a no, it may not hold."""
    of, answers = sheet
    partial = blanked(answers, data)
    assume(not score(of, partial).prorated)
    for finding in of.finding:
        whole = holds(of, finding, Weighed(answers, totals(of, answers), NO_CONTEXT))
        known = holds(of, finding, Weighed(partial, totals(of, partial), NO_CONTEXT))
        assert known in {None, whole} or (finding.blank_is_no and known is False)


@given(some(BOUNDED, whole_sheets), st.data())
def test_a_screen_with_blanks_is_decided_only_as_the_whole_sheet_is(
    sheet: tuple[Instrument, Answers], data: st.DataObject
) -> None:
    of, answers = sheet
    whole = decided(of, score(of, answers))
    assert decided(of, score(of, blanked(answers, data))) in {None, whole}


def decided(of: Instrument, result: Score) -> bool | None:
    if "screen_positive" in result.flags:
        return True
    return None if "screen_indeterminate" in result.flags or of.score.screen_from is None else False
