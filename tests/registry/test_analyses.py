"""The registry's figures are those of `kapstone.outcomes`, from the same scores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import fmean, stdev

import numpy as np
import pytest
from registry import made

from kapstone import outcomes
from kapstone.instruments import Instrument, instrument
from kapstone.outcomes.cohort import Cohort
from kapstone.registry import report
from kapstone.registry.analyses import NoThresholds
from kapstone.registry.engines import NoRegistry, opened

INSTRUMENTS = {"phq9": 27, "gad7": 21, "pcl5": 80}


def counted(folder: Path, of: str = "phq9") -> report.Counted:
    with opened(folder) as found:
        return report.counted(found, instrument(of), made.SEEN)


def last_of_weeks(of: Cohort, week: int) -> Iterator[tuple[float, float]]:
    for person in of.people:
        scores = [score for day, score in person.later if day // 7 == week]
        if scores:
            yield person.baseline, scores[-1]


@pytest.mark.parametrize("of", INSTRUMENTS)
def test_the_curve_and_the_weeks_are_those_of_the_outcomes(tmp_path: Path, of: str) -> None:
    scores = made.many(400, most=INSTRUMENTS[of])
    ours = counted(made.registry(tmp_path, scores, of), of)
    theirs = outcomes.cohort(scores, instrument(of))
    assert ours.treated == 400
    assert ours.eligible == theirs.eligible
    assert ours.treated - ours.with_baseline == theirs.no_baseline
    same_weeks(ours, theirs, instrument(of))
    curve = theirs.durability().curve
    assert curve is not None and ours.durability is not None
    for part in ("times", "at_risk", "events", "share", "variance"):
        np.testing.assert_allclose(getattr(ours.durability, part), getattr(curve, part))


def same_weeks(ours: report.Counted, theirs: Cohort, of: Instrument) -> None:
    assert {each.week for each in ours.weeks} == {0, 1, 3, 4, 8, 12, 17, 28}
    for each in ours.weeks:
        pairs = list(last_of_weeks(theirs, each.week))
        after = [score for _, score in pairs]
        assert each.n == len(pairs)
        assert each.mean == pytest.approx(fmean(after))
        assert each.sd == pytest.approx(stdev(after))
        assert each.response == sum(outcomes.response(*pair, of) or 0 for pair in pairs)
        remitted = [outcomes.remission(*pair, of) for pair in pairs]
        known = [yes for yes in remitted if yes is not None]
        assert each.remission == (sum(known) if known else None)


def test_the_toy_cohort_comes_out_as_by_hand(tmp_path: Path) -> None:
    found = counted(made.registry(tmp_path, made.TOY))
    assert (found.treated, found.with_baseline, found.eligible) == (8, 8, 7)
    assert found.durability is not None
    assert found.durability.times.tolist() == [28, 35, 49, 63, 84]
    assert found.durability.at([28, 63]).tolist() == pytest.approx([0.8, 0.4])
    month = next(week for week in found.weeks if week.week == 4)
    assert (month.n, month.response, month.remission) == (6, 3, 1)


def test_ever_responding_counts_from_the_first_dose(tmp_path: Path) -> None:
    found = counted(made.registry(tmp_path, made.TOY)).first_response
    assert found is not None
    assert found.events.sum() == 5
    assert found.times.tolist() == [7, 28, 56]


def test_a_score_in_either_table_is_found(tmp_path: Path) -> None:
    """The domain of a questionnaire moved between releases of the vocabulary."""
    as_measured = {
        name.replace("observation", "measurement"): value
        for name, value in made.observed(9, 1, 0, 20).items()
    }
    later = as_measured | {"measurement_id": 2, "measurement_date": made.FIRST.replace(month=4)}
    folder = made.registry(
        tmp_path,
        made.TOY,
        measurement=[as_measured, later | {"value_as_number": 4.0}],
        drug_exposure=[made.dose(number) for number in range(1, 10)],
    )
    assert counted(folder).eligible == 8


def test_other_medicines_are_no_first_dose(tmp_path: Path) -> None:
    other = made.dose(9) | {"drug_concept_id": 1, "drug_source_value": "sertraline"}
    folder = made.registry(
        tmp_path, made.TOY, drug_exposure=[*(made.dose(int(name)) for name in made.TOY), other]
    )
    assert counted(folder).treated == 8


def test_without_thresholds_nobody_is_followed(tmp_path: Path) -> None:
    with pytest.raises(NoThresholds, match="C-SSRS"):
        counted(made.registry(tmp_path, made.TOY), "cssrs-screener")


def test_a_folder_without_tables_is_no_registry(tmp_path: Path) -> None:
    with pytest.raises(NoRegistry), opened(tmp_path):
        pass


def test_a_registry_that_lacks_a_table_says_which(tmp_path: Path) -> None:
    folder = made.registry(tmp_path, made.TOY)
    (folder / "observation.parquet").unlink()
    with pytest.raises(NoRegistry, match="lacks observation"):
        counted(folder)


def test_small_cells_are_not_told(tmp_path: Path) -> None:
    found = counted(made.registry(tmp_path, made.TOY))
    shown = report.told(found)
    assert shown["eligible"] is None
    assert shown["weeks"] == []
    assert report.told(found, fewest=1)["eligible"] == 7


def test_a_week_never_gives_back_what_it_hides(tmp_path: Path) -> None:
    found = counted(made.registry(tmp_path, made.many(400)))
    for week in report.told(found)["weeks"]:
        for name in ("n", "missing"):
            assert week[name] is None or week[name] == 0 or week[name] >= report.FEWEST
        for name in ("response", "remission"):
            if (share := week.get(name)) is not None:
                no = week["n"] - share["yes"]
                assert min(each for each in (share["yes"], no) if each) >= report.FEWEST
                assert share["as_missing"] == pytest.approx(share["yes"] / found.eligible)
