"""A later answer does not silence a graver one; age, a new measurement or a prescriber does."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from screening.people import NOW

from kapstone.screening import Given, counted, fact, graver, may_speak, same, stands_over
from kapstone.screening.conditions import Value
from kapstone.screening.vocabulary import vocabulary

DAY = timedelta(days=1)


def said(value: Value, origin: str, days_ago: float = 0, words: str | None = None) -> Given:
    return Given(value, NOW - timedelta(days=days_ago), origin, words)


def counts(name: str, *answers: Given) -> Value | None:
    """The same whatever the order that they are told in."""
    found = {
        (each.value if (each := counted((name, one) for one in order).get(name)) else None)
        for order in permutations(answers)
    }
    (value,) = found
    return value


@pytest.mark.parametrize("held", ["clinician", "import", "person"])
@pytest.mark.parametrize("later", ["clinician", "import", "person"])
def test_a_stop_stands_whoever_says_less_later(held: str, later: str) -> None:
    assert counts("aneurysm", said(True, held, 1), said(False, later)) is True


@pytest.mark.parametrize("held", ["clinician", "import", "person"])
def test_a_later_graver_answer_counts(held: str) -> None:
    assert counts("aneurysm", said(False, held, 1), said(True, "person")) is True


@pytest.mark.parametrize(
    ("name", "grave", "less"),
    [
        ("capacity_confirmed", False, True),
        ("indication_clear", False, True),
        ("seizures", "active", "controlled"),
        ("asa_class", "four", "three"),
        ("bipolar_type", "one", "two"),
        ("coronary_disease", True, False),
        ("heart_event_ever", True, False),
        ("aortic_risk", True, False),
    ],
)
def test_what_is_graver_is_what_the_rules_make_of_it(name: str, grave: Value, less: Value) -> None:
    assert graver(fact(name), grave, less)
    assert not graver(fact(name), less, grave)
    assert not graver(fact(name), grave, grave)
    assert counts(name, said(grave, "clinician", 1), said(less, "clinician")) == grave
    assert counts(name, said(less, "clinician", 1), said(grave, "clinician")) == grave


@pytest.mark.parametrize("name", ["ever_smoked", "migraine_with_aura", "communication_support"])
def test_where_no_stop_and_no_review_hangs_on_it_the_newest_counts(name: str) -> None:
    assert not may_speak(fact(name), value=True)
    assert counts(name, said(True, "clinician", 1), said(False, "person")) is False


@pytest.mark.parametrize(("days", "value"), [(29, True), (30, True), (30.01, False), (31, False)])
def test_it_stands_as_long_as_it_holds(days: float, value: bool) -> None:
    """Chest pain of the last 30 days: after them it is a new question."""
    assert fact("chest_pain_recent").fresh_days == 30
    told = said(True, "clinician", days), said(False, "person")
    assert counts("chest_pain_recent", *told) is value


def test_a_no_of_then_does_not_count_once_the_graver_answer_has_aged() -> None:
    """Nobody has been asked since: it is unknown, not silent."""
    told = [said(True, "clinician", 40), said(False, "person", 20)]
    assert counts("chest_pain_recent", *told) is True
    assert counts("chest_pain_recent", *told, said(False, "person")) is False


@pytest.mark.parametrize(("later", "value"), [("instrument", False), ("import", True)])
def test_a_screener_answered_again_is_news(later: str, value: bool) -> None:
    told = said(True, "instrument", 7), said(False, later)
    assert counts("cssrs_plan_or_intent_month", *told) is value


def test_of_two_dated_records_on_what_ages_the_newer_counts() -> None:
    assert counts("pregnant", said(True, "import", 7), said(False, "import")) is False


@pytest.mark.parametrize(
    ("name", "held", "later", "value"),
    [
        ("escort_named", "person", "person", True),
        ("escort_named", "person", "clinician", True),
        ("escort_named", "clinician", "clinician", True),
        ("escort_named", "clinician", "person", False),
        ("agrees_no_driving", "clinician", "person", False),
        ("integration_booked", "clinician", "clinician", True),
    ],
)
def test_what_is_arranged_changes_with_staff(
    name: str, held: str, later: str, *, value: bool
) -> None:
    assert counts(name, said(False, held, 1), said(True, later)) is value


@pytest.mark.parametrize(
    ("held", "later", "value"),
    [
        ("clinician", "clinician", 2.0),
        ("reading", "reading", 2.0),
        ("person", "person", 2.0),
        ("clinician", "person", 17.0),
        ("import", "person", 17.0),
    ],
)
def test_a_figure_is_news_but_not_theirs_over_what_was_found(
    held: str, later: str, value: float
) -> None:
    """An age under 18, and how often the night is broken."""
    name = "age_years" if value == 17.0 else "nocturia_times"
    first, then = (17.0, 40.0) if name == "age_years" else (9.0, 2.0)
    assert counts(name, said(first, held, 1), said(then, later)) == value


def test_what_a_prescriber_settled_counts_no_more_and_the_same_said_anew_does() -> None:
    yes, no = said(True, "clinician", 3), said(False, "clinician", 1)
    told, settled = [("aneurysm", yes), ("aneurysm", no)], [("aneurysm", yes)]
    assert counted(told, settled)["aneurysm"] == no
    assert counted(told, [("porphyria", yes)])["aneurysm"] == yes
    for anew in (said(True, "import", 3), said(True, "clinician", 2), said(True, "person", 5)):
        assert counted([*told, ("aneurysm", anew)], settled)["aneurysm"] == anew


def test_an_answer_is_the_same_by_value_moment_and_origin() -> None:
    one = ("aneurysm", said(True, "import", 1, "Aneurysm"))
    assert same(one, ("aneurysm", said(True, "import", 1, "Aortic aneurysm")))
    for other in (said(False, "import", 1), said(True, "person", 1), said(True, "import")):
        assert not same(one, ("aneurysm", other))
    assert not same(one, ("porphyria", one[1]))


def test_two_of_one_moment_that_nobody_can_order_leave_it_unknown() -> None:
    told = said(66.0, "reading", 1), said(44.0, "reading"), said(80.0, "reading")
    assert counts("heart_rate_bpm", *told) is None


def test_an_undated_answer_is_the_oldest_and_holds_only_where_it_does_not_age() -> None:
    for name, value in (("aneurysm", True), ("chest_pain_recent", False)):
        undated = Given(True, None, "clinician", None)
        assert counts(name, undated, said(False, "person")) is value


def test_a_record_that_says_less_later_does_not_undo_what_was_said_here() -> None:
    """Of a matter without a stop or a review too."""
    of = fact("migraine_with_aura")
    assert stands_over(said(True, "person", 1), said(False, "import"), of)
    assert not stands_over(said(False, "person", 1), said(True, "import"), of)
    assert stands_over(said(True, "import", 1), said(False, "person"), of)
    assert not stands_over(said(True, "import", 1), said(False, "clinician"), of)


def test_only_what_is_asked_is_arranged() -> None:
    """What is worked out has nobody to arrange it."""
    rows = [row for row in vocabulary().values() if row.arranged]
    assert rows
    assert all("clinician" in row.from_ for row in rows)


def test_times_of_other_zones_are_the_same_moment() -> None:
    at = datetime.fromisoformat("2026-03-01T10:00:00+01:00")
    yes = Given(True, at, "clinician", None)
    again = Given(True, datetime.fromisoformat("2026-03-01T09:00:00+00:00"), "clinician", None)
    assert counted([("aneurysm", yes)], [("aneurysm", again)]) == {}


@pytest.mark.parametrize("value", [True, False])
def test_the_same_said_again_counts_from_the_newer_moment(value: Value) -> None:
    """Its age is counted from when it was last said."""
    for name in ("aneurysm", "migraine_with_aura", "chest_infection_recent"):
        told = [said(value, "person", 3), said(value, "import", 1)]
        assert counted((name, one) for one in told)[name] == told[1]


@pytest.mark.parametrize(("days", "stands"), [(14, True), (15, False)])
def test_a_record_of_less_undoes_it_only_once_it_has_aged(days: int, *, stands: bool) -> None:
    of = fact("chest_infection_recent")
    assert of.fresh_days == 14
    assert stands_over(said(True, "person", days), said(False, "import"), of) is stands
    undated = Given(True, None, "person", None)
    assert not stands_over(undated, said(False, "import"), of)


def test_that_something_was_done_or_measured_is_news_from_a_record_too() -> None:
    """An image of the aorta that a record has now; a figure that it gives."""
    done = fact("abdominal_aorta_imaged")
    assert done.gravest == "no"
    assert not stands_over(said(False, "person", 1), said(True, "import"), done)
    figure = fact("readiness_total")
    assert not stands_over(said(40.0, "person", 1), said(12.0, "import"), figure)
    assert not stands_over(said(12.0, "person", 1), said(40.0, "import"), figure)


@pytest.mark.parametrize(
    ("name", "value", "speaks"),
    [
        ("aneurysm", True, True),
        ("aneurysm", None, True),
        ("aneurysm", False, False),
        ("capacity_confirmed", False, True),
        ("capacity_confirmed", True, False),
        ("seizures", "active", True),
        ("seizures", "none", False),
        ("asa_class", "four", True),
        ("asa_class", "one", False),
    ],
)
def test_a_stop_or_a_review_hangs_on_some_answers(name: str, value: Value, *, speaks: bool) -> None:
    assert may_speak(fact(name), value) is speaks


@pytest.mark.parametrize(("one", "other"), [("two", "one"), ("one", "two")])
def test_of_two_answers_that_no_rule_stops_neither_is_the_graver(one: str, other: str) -> None:
    assert not graver(fact("asa_class"), one, other)
