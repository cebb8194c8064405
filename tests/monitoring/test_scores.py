from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.knowledge import KnowledgeError
from kapstone.monitoring import score_discharge, tools

ALDRETE = {f"DIS-ALD-{number}": 2 for number in range(1, 6)}
PADSS = {f"DIS-PAD-{number}": 2 for number in (1, 2, 3, 5)}


def test_the_highest_scores_are_ten() -> None:
    assert score_discharge("aldrete", ALDRETE).total == 10
    assert score_discharge("padss", PADSS).total == 10, "bleeding does not apply and counts 2"


def test_nine_passes_and_eight_does_not() -> None:
    nine = score_discharge("aldrete", ALDRETE | {"DIS-ALD-1": 1})
    assert (nine.total, nine.passes) == (9, True)
    eight = score_discharge("aldrete", ALDRETE | {"DIS-ALD-1": 1, "DIS-ALD-2": 1})
    assert (eight.total, eight.passes) == (8, False)
    assert score_discharge("padss", PADSS | {"DIS-PAD-1": 1}).passes is True
    assert score_discharge("padss", PADSS | {"DIS-PAD-1": 0}).passes is False


def test_a_partial_score_has_no_total_but_may_already_fail() -> None:
    partial = {"DIS-ALD-1": 2, "DIS-ALD-2": 2, "DIS-ALD-3": None}
    score = score_discharge("aldrete", partial)
    assert (score.total, score.passes) == (None, None)
    assert score.missing == ("DIS-ALD-3", "DIS-ALD-4", "DIS-ALD-5")
    assert score_discharge("aldrete", {"DIS-ALD-1": 0}).passes is False


def test_the_version_is_stored_with_the_score() -> None:
    assert score_discharge("padss", {}).version == tools()["padss"].version


def test_a_wrong_item_number_or_tool_is_refused() -> None:
    with pytest.raises(ValueError, match="no such item: DIS-PAD-9"):
        score_discharge("padss", {"DIS-PAD-9": 2})
    with pytest.raises(ValueError, match="3 is not 0, 1 or 2"):
        score_discharge("padss", {"DIS-PAD-1": 3})
    with pytest.raises(KnowledgeError, match="no such discharge score: apgar"):
        score_discharge("apgar", {})


points = st.sampled_from([0, 1, 2])


@given(
    st.dictionaries(st.sampled_from(sorted(ALDRETE)), points),
    st.fixed_dictionaries(dict.fromkeys(ALDRETE, points)),
)
def test_what_a_partial_score_says_stays_true(part: dict[str, int], rest: dict[str, int]) -> None:
    whole = score_discharge("aldrete", rest | part)
    partial = score_discharge("aldrete", part)
    assert whole.total == sum((rest | part).values())
    if partial.passes is not None:
        assert whole.passes == partial.passes
