"""What the learning page tells students is what the models do; a row that is wrong fails here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import isclose
from operator import gt, lt

import numpy as np
import pytest

from kapstone.knowledge import KnowledgeError
from kapstone.pharmacokinetics import OutOfScope, learning, models, routes, simulate
from kapstone.pharmacokinetics.learning import (
    Drawn,
    Lesson,
    Setting,
    by_every_model,
    changes,
    drawn,
    examples,
    lessons,
    lessons_of,
    minutes_of,
    seen_in,
    setting_of,
    silences_of,
)

FEW = 3
# As near as the steps of the drawing, and as rounding, let "same" be.
SAME = {"peak": 1e-6, "time": 1e-9, "area": 1e-6}


def same(measure: str) -> Callable[[float, float], bool]:
    return lambda one, other: isclose(one, other, rel_tol=SAME[measure], abs_tol=SAME[measure])


def holds(claim: str, after: Drawn, before: Drawn) -> bool:
    analyte, measure, how = claim.split()
    ways: dict[str, Callable[[float, float], bool]] = {
        "higher": gt,
        "lower": lt,
        "later": gt,
        "earlier": lt,
        "same": same(measure),
    }
    return ways[how](measured(after, analyte, measure), measured(before, analyte, measure))


def measured(one: Drawn, analyte: str, measure: str) -> float:
    if measure == "area":
        return one.area_ng_h_per_ml[analyte]
    peak = one.peak(analyte)
    assert peak is not None
    return float(one.times_min[peak] if measure == "time" else one.typical[analyte][peak])


def shown_by(row: Lesson) -> Iterator[tuple[Setting, Setting]]:
    """Each example the row is about, and the same with its change, where the route has it."""
    for example in examples().values():
        before = setting_of(example)
        way = routes()[example.id]
        after = replace(before, **row.shown_by)
        possible = (
            (way.infused or not after.over_min)
            and (way.can_spit or not after.spit)
            and (not after.second_mg or example.least_mg <= after.second_mg)
            and (after.site in way.models and after.drug in way.drugs)
        )
        named = row.shown_by.get("route", example.id) == example.id
        if possible and named and after != before and row.is_about(after):
            yield before, after


@pytest.mark.parametrize("row", [row for row in lessons() if row.claims], ids=lambda row: row.id)
def test_what_a_lesson_claims_is_what_the_models_do(row: Lesson) -> None:
    found = list(shown_by(row))
    assert found
    wrong = [
        f"{before.route}: {claim}"
        for before, after in found
        for claim in row.claims
        if not holds(claim, drawn(after, people=FEW), drawn(before, people=FEW))
    ]
    assert wrong == []
    assert all(row in lessons_of(after, before) for before, after in found)


def test_every_change_that_can_be_made_has_a_lesson() -> None:
    told = {row.change for row in lessons()}
    assert told == set(Setting.__dataclass_fields__) - {"second_at_min"}


@pytest.mark.parametrize("route", [name for name in routes() if name != "intranasal-device"])
def test_a_larger_dose_is_the_same_curve_grown(route: str) -> None:
    before = setting_of(examples()[route])
    one, other = (drawn(replace(before, mg=mg), people=FEW) for mg in (20, 30))
    for name in learning.SHOWN:
        assert other.typical[name] == pytest.approx(1.5 * one.typical[name], rel=1e-9)


@pytest.mark.parametrize("route", [name for name in routes() if name != "intranasal-device"])
def test_a_second_dose_adds_up_more_in_norketamine(route: str) -> None:
    one = setting_of(examples()[route])
    two = replace(one, second_mg=one.mg, second_at_min=90.0)
    grown = {
        name: max(drawn(two, people=FEW).typical[name]) / max(drawn(one, people=FEW).typical[name])
        for name in learning.SHOWN
    }
    assert 1 < grown["ketamine"] < grown["norketamine"] < 2


@pytest.mark.parametrize("apart", [30.0, 90.0])
@pytest.mark.parametrize("route", list(routes()))
def test_where_the_page_says_that_doses_add_up_they_do(route: str, apart: float) -> None:
    one = setting_of(examples()[route])
    two = replace(one, second_mg=one.mg, second_at_min=max(apart, one.over_min))
    (row,) = [row for row in lessons_of(two, one) if row.change == "second_mg"]
    alone, both = drawn(one, people=FEW), drawn(two, people=FEW)
    ratio = both.area_ng_h_per_ml["ketamine"] / alone.area_ng_h_per_ml["ketamine"]
    less = row.id == "LRN-SECOND-DEVICE" and apart < 60
    assert ratio < 1.95 if less else isclose(ratio, 2.0, rel_tol=1e-9)
    assert ("the sum of the curves of each" in row.why) == (row.id == "LRN-SECOND")


@pytest.mark.parametrize("route", ["lozenge", "film"])
def test_spat_out_there_is_less_norketamine_than_ketamine_and_the_words_say_so(route: str) -> None:
    kept = setting_of(examples()[route])
    spat = replace(kept, spit=True)
    found = drawn(spat, people=FEW)
    assert max(found.typical["norketamine"]) < max(found.typical["ketamine"])
    seen = seen_in(spat, examples()[route])
    assert "less norketamine than ketamine" in seen.see
    assert "swallowed, and" not in seen.why
    assert seen_in(kept, examples()[route]).see == examples()[route].see


def test_a_push_is_told_no_word_of_a_pump() -> None:
    pump = setting_of(examples()["iv"])
    pushed = replace(pump, over_min=0.0, site="arterial")
    seen = seen_in(pushed, examples()["iv"])
    told = [seen.see, seen.why]
    for row in lessons_of(pushed, pump):
        told += [row.see, row.why]
    assert "LRN-PUSH" in [row.id for row in lessons_of(pushed, pump)]
    assert not any("pump" in words for words in told)


def test_the_band_of_a_compounded_spray_is_a_little_wider_and_no_more() -> None:
    widths = {}
    for route in ("intranasal", "intranasal-device"):
        found = drawn(setting_of(examples()[route]))
        peak = found.peak("ketamine")
        low, high = found.band["ketamine"][:, peak]
        widths[route] = (high - low) / found.typical["ketamine"][peak]
    assert 1 < widths["intranasal"] / widths["intranasal-device"] < 1.5
    assert "a little wider" in examples()["intranasal"].see


def test_a_further_device_adds_less() -> None:
    spray = setting_of(examples()["intranasal-device"])
    peaks = [
        float(drawn(replace(spray, mg=mg), people=FEW).typical["ketamine"].max())
        for mg in (28, 56, 84)
    ]
    assert peaks[1] - peaks[0] > peaks[2] - peaks[1] > 0


def test_models_of_one_dose_are_as_far_apart_as_the_evidence_has_them() -> None:
    """0.5 mg/kg over 40 min: at its end 160 and 177 in veins, 253 and 295 in arteries."""
    infusion = setting_of(examples()["iv"])
    found = by_every_model(infusion)
    at = minutes_of(infusion).tolist().index(40.0)
    assert {name: round(float(each[at])) for name, each in found.items()} == {
        "otto-2021": 160,
        "simons-2022": 295,
        "clements-1981": 177,
        "kamp-2020": 253,
    }
    late = minutes_of(infusion).tolist().index(60.0)
    values = [float(each[late]) for each in found.values()]
    assert max(values) / min(values) < 1.35
    assert list(by_every_model(setting_of(examples()["film"]))) == ["simons-2022"]


def test_a_model_is_asked_only_for_what_it_has() -> None:
    infusion = setting_of(examples()["iv"])
    rng = np.random.default_rng(1)
    asked = (infusion.doses, infusion.person, [40.0])
    for analytes, model, words in (
        (("norketamine",), "kamp-2020", "kamp-2020 has it not"),
        (("ketamine",), "perez-ruixo-2021", "there are otto-2021, simons-2022, clements"),
    ):
        with pytest.raises(OutOfScope, match=words):
            simulate(*asked, rng=rng, people=1, analytes=analytes, model=model)  # type: ignore[arg-type]  # of the literal
    found = simulate(*asked, rng=rng, people=1, site="arterial", model="kamp-2020")
    assert (found.models, found.site) == (("kamp-2020",), "arterial")


def test_the_minutes_of_a_push_are_not_told() -> None:
    pushed = replace(setting_of(examples()["iv"]), over_min=0.0)
    found = drawn(pushed, people=FEW)
    untold = np.isnan(found.typical["ketamine"])
    assert found.times_min[untold].tolist() == [0.0, 2.0, 4.0]
    assert np.isnan(found.band["ketamine"][:, untold]).all()
    assert found.peak("ketamine") is None
    assert found.peak("norketamine") is not None
    assert "SIL-PUSH" in [row.id for row in silences_of(pushed)]
    assert all(np.isnan(each[untold]).all() for each in by_every_model(pushed).values())


def test_the_edge_of_the_graph_is_no_peak() -> None:
    late = replace(setting_of(examples()["iv"]), mg=5.0, second_mg=35.0, second_at_min=450.0)
    found = drawn(replace(late, over_min=60.0), people=FEW)
    assert found.typical["ketamine"].argmax() == len(found.times_min) - 1
    assert found.peak("ketamine") is None


def test_what_a_route_cannot_answer_is_said_of_that_route() -> None:
    said = {
        name: [row.id for row in silences_of(setting_of(examples()[name]))] for name in routes()
    }
    assert "SIL-HOLD" in said["lozenge"]
    assert "SIL-HOLD" not in said["film"]
    assert "SIL-ARTERY" in said["im"]
    assert not {"SIL-ARTERY", "SIL-VEIN", "SIL-PUSH", "SIL-ONE-MODEL"} & set(said["iv"])


def test_another_route_is_one_change_and_not_five() -> None:
    one, other = (setting_of(examples()[name]) for name in ("lozenge", "iv"))
    assert changes(one, other) == ("route",)
    assert changes(replace(one, spit=True), other) == ("route", "spit")
    assert changes(one, one) == ()


def test_a_row_that_names_what_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    row = lessons()[0].model_dump()
    for spoilt, words in (
        ({"change": "colour"}, "no such change"),
        ({"of": ("kamp-1999",)}, "not here"),
        ({"sources": ("PK-NOBODY",)}, "no such source"),
    ):
        bad = Lesson.model_validate(row | spoilt)
        monkeypatch.setattr(learning, "rows", lambda *_, bad=bad: [bad])
        with pytest.raises(KnowledgeError, match=words):
            lessons.__wrapped__()
    monkeypatch.setattr(learning, "rows", lambda *_: [])
    with pytest.raises(KnowledgeError, match="an example for each of iv"):
        examples.__wrapped__()


def test_the_models_of_the_page_have_samples_from_where_the_curve_says() -> None:
    for example in examples().values():
        found = drawn(setting_of(example), people=FEW).found
        assert {models()[name].site for name in found.models} == {found.site}
