"""Roads to begin from can be walked, and a road laid out loses no stop."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kapstone import pathway

counts = st.integers(min_value=0, max_value=30)
TEMPLATE = {
    "id": "x",
    "title": "x",
    "words": "x",
    "route": "iv",
    "preparation": 1,
    "medicine": 3,
    "integration": 3,
    "days_between": 7,
    "review_after": 3,
    "basis": "DEFAULT",
    "evidence": (),
    "sources": (),
}


def lay_out(
    preparation: int = 2, medicine: int = 6, integration: int = 6, days_between: int = 7
) -> tuple[pathway.Stop, ...]:
    return pathway.lay_out(
        preparation=preparation,
        medicine=medicine,
        integration=integration,
        days_between=days_between,
        review_after=2,
    )


@given(preparation=counts, medicine=counts, integration=counts)
def test_every_stop_that_was_planned_is_on_the_road_once(
    preparation: int, medicine: int, integration: int
) -> None:
    road = lay_out(preparation, medicine, integration)
    planned = {"preparation": preparation, "medicine": medicine, "integration": integration}
    for movement, count in planned.items():
        assert [s.number for s in road if s.movement == movement] == list(range(1, count + 1))


@given(medicine=st.integers(min_value=1, max_value=30), integration=counts)
def test_integration_is_spread_evenly_and_the_last_comes_last(
    medicine: int, integration: int
) -> None:
    road = lay_out(0, medicine, integration)
    starts = [i for i, stop in enumerate(road) if stop.movement == "medicine"]
    ends = [*starts[1:], len(road)]
    between = [end - start - 1 for start, end in zip(starts, ends, strict=True)]
    assert max(between) - min(between) <= 1
    assert integration == 0 or road[-1].movement == "integration"


def test_days_count_from_the_first_medicine_session_and_review_follows_once() -> None:
    medicine = [stop for stop in lay_out(days_between=4) if stop.movement == "medicine"]
    assert [stop.day for stop in medicine] == [0, 4, 8, 12, 16, 20]
    assert [stop.number for stop in medicine if stop.review_follows] == [2]


def test_six_infusions_fit_into_three_weeks() -> None:
    template = next(t for t in pathway.roadmap_templates() if t.id == "iv_induction")
    assert (template.medicine - 1) * template.days_between <= 21


@pytest.mark.parametrize("changed", [{"review_after": 4}, {"review_after": 0}, {"days_between": 0}])
def test_a_template_that_cannot_be_walked_is_refused(changed: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        pathway.RoadmapTemplate.model_validate({**TEMPLATE, **changed})
    pathway.RoadmapTemplate.model_validate(TEMPLATE)
