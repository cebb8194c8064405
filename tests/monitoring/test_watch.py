from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.monitoring import Reading, Watch, implausible, resting_values, signs, watch
from kapstone.monitoring.rows import Sign

START = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)
REST = {
    "systolic_bp": 130.0,
    "diastolic_bp": 80.0,
    "heart_rate": 70.0,
    "oxygen_saturation": 98.0,
}
CALM = {
    "systolic_bp": 132.0,
    "diastolic_bp": 84.0,
    "heart_rate": 72.0,
    "oxygen_saturation": 97.0,
    "respiratory_rate": 14.0,
    "sedation_moaas": 5.0,
}


def at(minute: float, **values: float) -> Reading:
    return Reading(START + timedelta(minutes=minute), values, "K. Abara")


def board(
    *readings: Reading,
    minute: float = 20,
    route: str = "iv",
    resting: dict[str, float] | None = None,
) -> Watch:
    return watch(
        readings,
        route=route,
        started=START,
        now=START + timedelta(minutes=minute),
        resting=REST if resting is None else resting,
    )


def levels(found: Watch) -> dict[str, str]:
    return {each.limit_id: each.level for each in found.crossed}


def test_calm_readings_cross_nothing() -> None:
    found = board(at(10, **CALM))
    assert (found.crossed, found.missing, found.not_compared) == ((), (), ())


def test_sedation_that_is_yellow_in_the_practice_is_red_at_home() -> None:
    drowsy = at(10, sedation_moaas=3)
    assert levels(board(drowsy)) == {"ALM-MOAA": "yellow"}
    assert levels(board(drowsy, route="lozenge_home")) == {"ALM-MOAA": "red"}
    assert levels(board(at(10, sedation_moaas=4), route="lozenge_home")) == {}


def test_dissociation_counts_only_with_distress() -> None:
    assert levels(board(at(10, dissociation=10, anxiety=6))) == {}
    assert "ALM-DIS" in levels(board(at(10, dissociation=10, anxiety=7)))
    assert "ALM-DIS" in levels(board(at(10, dissociation=10))), "distress not asked is not calm"


def test_dissociation_two_hours_on_is_red() -> None:
    assert levels(board(at(119, dissociation=2, anxiety=0))) == {}
    assert levels(board(at(120, dissociation=2, anxiety=0))) == {"ALM-DIS": "red"}
    assert levels(board(at(120, dissociation=1, anxiety=0))) == {}


@pytest.mark.parametrize(("figure", "words"), [(161, "watch 160"), (180, "limit 180")])
def test_only_what_is_red_is_called_a_limit(figure: int, words: str) -> None:
    (one,) = board(at(10, systolic_bp=figure)).crossed
    assert one.says.startswith(f"Systolic blood pressure {figure} mmHg: {words}")


def test_a_pressure_is_shown_at_once_and_confirmed_by_a_second() -> None:
    one = board(at(10, systolic_bp=182)).crossed[0]
    assert (one.level, one.confirmed) == ("red", False)
    assert one.says.startswith("Systolic blood pressure 182 mmHg: limit 180")
    two = board(at(10, systolic_bp=182), at(12, systolic_bp=184)).crossed[0]
    assert (two.level, two.confirmed, two.value) == ("red", True, 184)
    fallen = board(at(10, systolic_bp=182), at(12, systolic_bp=165)).crossed[0]
    assert (fallen.level, fallen.confirmed) == ("yellow", True)


def test_the_change_from_rest_is_said() -> None:
    assert "up 42 from 130 at rest" in board(at(10, systolic_bp=172)).crossed[0].says


def test_a_figure_stands_until_a_newer_one_of_the_same_sign() -> None:
    low = at(10, **CALM | {"oxygen_saturation": 90})
    assert levels(board(low, at(12, systolic_bp=130))) == {"ALM-SPO2": "red"}
    assert levels(board(low, at(12, oxygen_saturation=97))) == {}


@pytest.mark.parametrize(
    ("percent", "counts"),
    [(91, "; counts when it lasts 15 s"), (90, "; counts when it lasts 15 s"), (89, " any time")],
)
def test_below_ninety_counts_at_any_time(percent: float, counts: str) -> None:
    """ALM-SPO2: below 92 for 15 s or more, or below 90 at any time."""
    (found,) = board(at(10, oxygen_saturation=percent)).crossed
    assert found.level == "red"
    assert found.says.endswith(counts)
    assert ("lasts" in found.says) is (percent >= 90)


def test_red_comes_first() -> None:
    found = board(at(10, systolic_bp=165, oxygen_saturation=88))
    assert [each.level for each in found.crossed] == ["red", "yellow"]


def test_without_a_resting_value_the_change_is_not_judged_and_that_is_said() -> None:
    found = board(at(10, **CALM), resting={})
    assert "Systolic blood pressure: no resting value, change not judged" in found.not_compared


def test_what_was_never_recorded_is_missing_not_fine() -> None:
    assert board(at(10, systolic_bp=120, diastolic_bp=80)).missing == (
        "heart_rate",
        "oxygen_saturation",
        "respiratory_rate",
        "sedation_moaas",
    )


def test_the_order_in_which_readings_arrive_does_not_matter() -> None:
    readings = [at(10, oxygen_saturation=90), at(12, oxygen_saturation=97)]
    assert levels(board(*readings)) == levels(board(*reversed(readings))) == {}


def test_a_crossed_limit_asks_for_an_earlier_check() -> None:
    assert board(at(10, **CALM), minute=12).next_due == START + timedelta(minutes=20)
    high = board(at(10, **CALM | {"systolic_bp": 165}), minute=12)
    assert high.next_due == START + timedelta(minutes=15)


def test_a_check_is_late_only_after_its_time() -> None:
    assert board(at(10, **CALM), minute=20).overdue_min is None
    assert board(at(10, **CALM), minute=26).overdue_min == pytest.approx(6)


values = st.dictionaries(
    st.sampled_from(sorted(signs())), st.floats(0, 250, allow_nan=False), min_size=1
)
readings_made = st.lists(
    st.tuples(st.integers(0, 180), values).map(lambda pair: at(pair[0], **pair[1])), max_size=6
)


@given(readings_made, values, st.sampled_from(["iv", "lozenge_home"]))
def test_a_reading_of_other_signs_takes_no_crossing_away(
    earlier: list[Reading], more: dict[str, float], route: str
) -> None:
    before = board(*earlier, route=route, minute=200)
    others = {s: v for s, v in more.items() if s not in {each.sign for each in before.crossed}}
    others.pop("anxiety", None)  # A calm answer rightly ends "dissociated and distressed".
    after = board(*earlier, at(190, **others), route=route, minute=200)
    assert levels(before).items() <= levels(after).items()


@given(readings_made, st.sampled_from(["systolic_bp", "heart_rate", "oxygen_saturation"]))
def test_forgetting_a_resting_value_is_always_said(earlier: list[Reading], sign: str) -> None:
    taken = any(sign in each.signs for each in earlier)
    found = board(*earlier, resting={s: v for s, v in REST.items() if s != sign})
    told = any(said.startswith(signs()[sign].label) for said in found.not_compared)
    assert told == (taken and sign != "heart_rate"), "only signs with a limit on change"


def test_resting_values_are_the_mean_of_the_last_two() -> None:
    taken = [at(-9, systolic_bp=150), at(-6, systolic_bp=132), at(-3, systolic_bp=128)]
    assert resting_values(taken) == {"systolic_bp": 130}
    assert resting_values([at(-3, heart_rate=71)]) == {"heart_rate": 71}
    assert resting_values([]) == {}


@pytest.mark.parametrize("sign", signs().values(), ids=lambda sign: sign.id)
def test_both_sides_of_every_plausible_range(sign: Sign) -> None:
    least, most = sign.plausible
    assert implausible({sign.id: least}) == implausible({sign.id: most}) == ()
    assert len(implausible({sign.id: least - 1})) == len(implausible({sign.id: most + 1})) == 1


def test_swapped_pressures_are_noticed() -> None:
    assert implausible({"systolic_bp": 120, "diastolic_bp": 119}) == ()
    assert implausible({"systolic_bp": 80, "diastolic_bp": 120}) == (
        "Diastolic 120 is not below systolic 80. Swapped?",
    )
