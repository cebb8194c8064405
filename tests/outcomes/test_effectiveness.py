"""The figures of the pages: reckoned by hand, hidden where few, never without their loss."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from outcomes.cohort_a import panel

from kapstone import instruments
from kapstone.outcomes import mmrm
from kapstone.outcomes.counting import VISITS, Seen
from kapstone.outcomes.effectiveness import effectiveness
from kapstone.outcomes.figures import Figure
from kapstone.outcomes.harms import harms
from kapstone.outcomes.ledger import HIDDEN
from kapstone.outcomes.panel import Given, Panel, Treated
from kapstone.outcomes.plain_result import OF, icons, plain_result
from kapstone.outcomes.visits import mean_changes

PHQ9 = instruments.instrument("phq9")
FEWEST = 11


def told(of: Panel, fewest: int) -> dict[str, Figure]:
    return {each.id: each for each in effectiveness(of, PHQ9, fewest=fewest)}


def row(of: Figure, name: str) -> tuple[object, ...]:
    return next(each for each in of.rows if each[0] == name)


def test_the_figures_of_cohort_a_are_those_reckoned_by_hand() -> None:
    found = told(panel(), 1)
    assert [each[1] for each in found["who"].rows[:4]] == [8, 0, 1, 7]
    week = row(found["response"], "week 4")
    assert week[1:6] == (7, 6, 1, 3, 50)
    assert week[7] == 43, "missing counts as no: 3 of 7"
    assert week[9] == "43 to 57", "what one who is missing leaves open"
    assert row(found["remission"], "week 4")[4:6] == (1, 17)
    assert row(found["mean"], "week 4")[2] == -6.3
    assert row(found["reliable"], "Reliably worse")[1:3] == (1, 17)
    lasting = found["durability"]
    assert (row(lasting, "4 weeks")[2], row(lasting, "12 weeks")[2]) == (80, 40)
    assert row(found["competing"], "12 weeks")[1:] == (60, 0, 40)


def test_each_visit_is_what_the_cohort_itself_says() -> None:
    seen, found = Seen(panel(), PHQ9), told(panel(), 1)
    for (day, window), shown in zip(VISITS.items(), found["response"].rows, strict=True):
        visit = seen.cohort.at(day, window_days=window)
        assert shown[2] == visit.measured
        assert shown[4] == visit.response.yes


def test_eight_people_are_hidden_in_every_figure() -> None:
    found = told(panel(), FEWEST)
    for each in found.values():
        for line in each.rows:
            assert not [cell for cell in line[1:] if isinstance(cell, int) and cell > 0], each.id
    assert found["who"].rows[0][1] == HIDDEN


def test_a_hundred_and_sixty_are_told_with_their_loss() -> None:
    week = row(told(panel(20), FEWEST)["response"], "week 4")
    assert week[1:6] == (140, 120, 20, 60, 50)


def test_whoever_is_not_due_yet_is_not_missing() -> None:
    found = told(panel(20, since_days=40), FEWEST)
    assert row(found["response"], "week 4")[1:4] == (140, 120, 20)
    assert row(found["response"], "week 8")[1:4] == (0, 0, 0)


def test_the_groups_of_a_split_add_up_to_everybody() -> None:
    found = told(panel(20), FEWEST)
    week, groups = row(found["response"], "week 4"), found["route"].rows
    for split, whole in ((1, 1), (2, 2), (3, 3), (4, 4)):
        assert sum(int(str(each[split])) for each in groups) == week[whole]


def test_a_hidden_group_is_not_the_rest_of_two_told_ones() -> None:
    of = panel(20)
    odd = tuple(
        replace(each, sessions=(replace(each.sessions[0], route="sublingual"),))
        if place in {0, 9, 18}
        else each
        for place, each in enumerate(of.people)
    )
    groups = told(replace(of, people=odd), FEWEST)["route"].rows
    for column in (1, 2, 4):
        hidden = [each[0] for each in groups if each[column] == HIDDEN]
        assert "sublingual" in hidden
        assert len(hidden) > 1, column


def test_the_model_agrees_with_reml_where_people_are_missing_by_what_was_seen() -> None:
    rng = np.random.default_rng(1)
    first = rng.normal(16, 4, 150)
    scores = np.c_[
        first, first[:, None] - 6 + rng.normal(0, 4, (150, 1)) + rng.normal(0, 3, (150, 3))
    ]
    scores[:, 1:][rng.random((150, 3)) < 0.25] = np.nan
    found = mean_changes(scores)
    assert found is not None
    rows = [
        {"who": who, "visit": f"{visit}", "b": first[who] - first.mean(), "c": c}
        for who in range(150)
        for visit in (1, 2, 3)
        if not np.isnan(c := scores[who, visit] - first[who])
    ]
    for visit in (1, 2, 3):
        terms = ["visit", "b", "b:visit"]
        reml = mmrm(
            rows,
            response="c",
            subject="who",
            visit="visit",
            terms=terms,
            references={"visit": str(visit)},
        )
        assert found.value[visit] == pytest.approx(reml.effects[0].value, abs=0.02)
        assert found.standard_error[visit] == pytest.approx(
            reml.effects[0].standard_error, rel=0.06
        )


def test_the_model_mends_a_loss_that_goes_with_what_was_seen_and_the_mean_does_not() -> None:
    rng = np.random.default_rng(7)
    first = rng.normal(18, 3, 4000)
    week = first - 6 + rng.normal(0, 4, 4000)
    later = week + rng.normal(0, 2, 4000)
    gone = rng.random(4000) < 1 / (1 + np.exp(-(week - 12) / 2))
    seen = np.where(gone, np.nan, later)
    found = mean_changes(np.c_[first, week, seen])
    truth = (later - first).mean()
    assert found is not None
    assert abs(found.value[2] - truth) < 0.25
    assert np.nanmean(seen - first) < truth - 1


def hurt(harmed: int, quiet: int, *, severe: int = 0) -> Panel:
    people = []
    for place in range(harmed + quiet):
        given = Given(
            day=0,
            on=date(2024, 1, 1) + timedelta(place),
            route="im",
            harms=("nausea",) if place < harmed else (),
            severe=place < severe,
        )
        people.append(Treated(name=str(place), since_days=400, sessions=(given,)))
    empty: dict[str, dict[float, float]] = {each.name: {} for each in people}
    return Panel(people=tuple(people), scores=empty, ideation=empty)


def test_harms_are_told_per_session_and_per_person_with_exact_intervals() -> None:
    found = harms(hurt(59, 2532 - 59), fewest=FEWEST)[0]
    assert row(found, "nausea")[1:4] == (59, 2.3, "1.8 to 3.0")
    assert row(found, "nausea")[4] == 59


def test_of_a_rare_harm_only_how_many_it_is_at_most() -> None:
    found = harms(hurt(40, 160, severe=3), fewest=FEWEST)[0]
    assert row(found, "Any severe")[1:4] == (HIDDEN, None, "at most 9.0")
    assert row(found, "Emergency")[1:4] == (0, 0.0, "0.0 to 1.8")


def test_rare_harms_are_not_drawn_in_their_order_while_they_are_few() -> None:
    few = {each.id: each for each in harms(hurt(60, 100, severe=11), fewest=FEWEST)}
    more = {each.id: each for each in harms(hurt(60, 100, severe=12), fewest=FEWEST)}
    assert few["g-chart"].rows == few["t-chart"].rows == ()
    assert len(more["g-chart"].rows) == len(more["t-chart"].rows) == 11


def test_a_table_is_taken_away_with_its_query_and_what_is_hidden_stays_hidden() -> None:
    figure = told(panel(), FEWEST)["response"]
    csv, data = figure.as_csv({"digest": "abc"}), figure.as_data({"digest": "abc"})
    assert csv.startswith("# figure: How many have responded?\n")
    assert "'digest': 'abc'" in csv
    assert HIDDEN in csv
    assert json.loads(json.dumps(data))["rows"][0]["Due"] == HIDDEN


def test_twenty_small_people_stand_for_everybody_due() -> None:
    assert icons(60, 120, 140) == (9, 8, 3)
    assert icons(None, 120, 140) is None
    shown = plain_result(
        effectiveness(panel(20), PHQ9, fewest=FEWEST), harms(panel(20), fewest=FEWEST)
    )
    assert (shown.treated, shown.measured, shown.lost, shown.better) == (160, 120, 20, 60)
    assert len(shown.people) == OF
