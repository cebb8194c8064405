"""Reading medicines, and what they mean for a session."""

from __future__ import annotations

import pytest
from screening.people import NOW, healthy

from kapstone.screening import Decision, Recognised, recognise, screen, what_would_change
from kapstone.screening.medicines import Medicine, medicines
from kapstone.screening.picture import Picture
from kapstone.screening.rules import Interaction, interactions, rules


def written(*texts: str) -> list[Recognised]:
    return [recognise(text) for text in texts]


@pytest.mark.parametrize("row", medicines().values(), ids=lambda row: row.id)
def test_a_medicine_is_read_by_each_of_its_names(row: Medicine) -> None:
    for name in (row.name, *row.brands, *row.also):
        read = recognise(f"{name.upper()} 20 MG Oral Tablet")
        assert read.recognised, name
        assert row.id in read.ingredients, name
        assert {*row.classes} <= {*read.classes}


@pytest.mark.parametrize(
    ("text", "ingredients"),
    [
        (
            "Acetaminophen 325 MG / HYDROcodone Bitartrate 7.5 MG Oral Tablet",
            ("acetaminophen", "hydrocodone"),
        ),
        ("Carbamazepine[Tegretol]", ("carbamazepine",)),
        ("Camila 28 Day Pack", ("norethindrone",)),
        ("Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet", ("amoxicillin", "clavulanate")),
        ("NDA020800 0.3 ML Epinephrine 1 MG/ML Auto-Injector", ("epinephrine",)),
        ("Losartan-hydrochlorothiazide 50-12.5", ("losartan", "hydrochlorothiazide")),
        ("Paxlovid", ("nirmatrelvir", "ritonavir")),
        ("St. John\u2019s Wort", ("st_johns_wort",)),
        ("Vivitrol", ("naltrexone_extended_release",)),
    ],
)
def test_labels_brands_and_combinations_are_read(text: str, ingredients: tuple[str, ...]) -> None:
    read = recognise(text)
    assert read.recognised
    assert set(read.ingredients) == set(ingredients)


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("Clonozepam", "clonazepam"), ("xanex 1 mg at night", "xanax"), ("sertralin", "sertraline")],
)
def test_a_misspelling_is_only_a_suggestion(text: str, suggestion: str) -> None:
    read = recognise(text)
    assert not read.recognised
    assert read.ingredients == ()
    assert suggestion in read.suggestions


@pytest.mark.parametrize(
    "text", ["", "none", "Foozol", "Foozol / alprazolam", "alprazolam и фенобарбитал", "Motrin PM"]
)
def test_words_left_over_keep_a_medicine_unrecognised(text: str) -> None:
    assert not recognise(text).recognised


def test_an_ingredient_code_reads_what_the_words_do_not() -> None:
    read = recognise("compounded troche 100", rxnorm="6130")
    assert read.recognised
    assert read.classes == ("MED-KET",)


def test_a_code_nobody_knows_adds_nothing() -> None:
    assert not recognise("Foozol", rxnorm="999999999").recognised


def test_an_unread_medicine_is_never_no_interaction() -> None:
    screening = screen(healthy(), medicines=written("Foozol"), now=NOW)
    assert screening.decision is Decision.INCOMPLETE
    assert "Medicines: not recognised (Foozol)" in {
        missing.words for waiting in screening.waiting for missing in waiting.missing
    }


def test_a_partly_read_line_still_shows_what_was_read() -> None:
    screening = screen(healthy(), medicines=written("Foozol / alprazolam"), now=NOW)
    assert "MED-BZD" in {finding.id for finding in screening.findings}
    assert screening.decision is Decision.INCOMPLETE


def test_nobody_asked_is_not_takes_none() -> None:
    assert screen(healthy(), medicines=None, now=NOW).decision is Decision.INCOMPLETE
    assert screen(healthy(), medicines=[], now=NOW).decision is Decision.CLEAR


@pytest.mark.parametrize("row", interactions(), ids=lambda row: row.id)
def test_a_medicine_of_the_class_brings_its_interaction(row: Interaction) -> None:
    taken = next(m for m in medicines().values() if {*m.classes} & {*row.classes})
    person = healthy(alcohol_withdrawal_risk=True, lorazepam_equivalent_mg=4)
    findings = screen(person, medicines=written(taken.name), now=NOW).findings
    (finding,) = (one for one in findings if one.id == row.id)
    assert finding.because[0][1].words == taken.name


@pytest.mark.parametrize(
    ("route", "action"),
    [("oral", "review"), ("sublingual", "review"), ("intravenous", "oversight")],
)
def test_the_route_sets_how_grave_a_strong_inhibitor_is(route: str, action: str) -> None:
    screening = screen(healthy(planned_route=route), medicines=written("ketoconazole"), now=NOW)
    (finding,) = (one for one in screening.findings if one.id == "MED-3A4S")
    assert finding.action == action


def test_an_unknown_route_counts_as_the_graver() -> None:
    person = {name: one for name, one in healthy().items() if name != "planned_route"}
    screening = screen(person, medicines=written("ketoconazole"), now=NOW)
    assert screening.decision is Decision.REVIEW


def test_a_taper_matters_only_in_withdrawal() -> None:
    calm = screen(healthy(), medicines=written("gabapentin"), now=NOW)
    ill = screen(healthy(alcohol_withdrawal_risk=True), medicines=written("gabapentin"), now=NOW)
    assert "MED-ALCW" not in {one.id for one in calm.findings}
    assert "MED-ALCW" in {one.id for one in ill.findings}


def test_what_an_interaction_speaks_from_has_the_dose_it_depends_on() -> None:
    person = healthy(lorazepam_equivalent_mg=4)
    screening = screen(person, medicines=written("lorazepam"), now=NOW)
    (finding,) = (one for one in screening.findings if one.id == "MED-BZD-HI")
    assert [name for name, _ in finding.because] == ["medicines", "lorazepam_equivalent_mg"]


def test_what_is_weighed_is_every_rule_and_every_interaction() -> None:
    assert screen({}, medicines=None, now=NOW).looked_at == len(rules()) + len(interactions())


def test_only_a_medicine_of_the_class_is_waited_for() -> None:
    person = {k: v for k, v in healthy().items() if k != "alcohol_withdrawal_risk"}
    screening = screen(person, medicines=written("sertraline"), now=NOW)
    assert not [one.id for one in screening.waiting if one.id.startswith("MED-")]


def test_an_interaction_in_doubt_says_how_grave_it_could_be_and_where() -> None:
    person = {k: v for k, v in healthy().items() if k != "alcohol_withdrawal_risk"}
    screening = screen(person, medicines=written("gabapentin"), now=NOW)
    (waiting,) = (one for one in screening.waiting if one.id == "MED-ALCW")
    known = screen(healthy(alcohol_withdrawal_risk=True), medicines=written("gabapentin"), now=NOW)
    (finding,) = (one for one in known.findings if one.id == "MED-ALCW")
    assert (waiting.domain, waiting.could_be) == ("medicines", finding.weight)
    assert [one.words for one in waiting.missing if "not recognised" in one.words] == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "It names no medicine."),
        ("foozol barzine", "Not read: foozol barzine."),
    ],
)
def test_why_a_line_is_open_is_said_in_words(text: str, reason: str) -> None:
    assert recognise(text).reason == reason


def test_words_that_were_not_read_are_kept_as_they_stand() -> None:
    assert recognise("foozol sertraline barzine").unread == ("foozol", "barzine")


def test_a_name_of_two_words_is_looked_for_whole() -> None:
    assert recognise("valproik acit").suggestions == ("valproic acid",)
    assert recognise("keta mine").suggestions == ("ketamine", "esketamine")


def test_one_sedative_under_two_names_is_one_sedative() -> None:
    same = screen(healthy(), medicines=written("Xanax", "alprazolam"), now=NOW)
    two = screen(healthy(), medicines=written("Xanax", "Ambien"), now=NOW)
    assert "MED-SED-2" not in {one.id for one in same.findings}
    assert "MED-SED-2" in {one.id for one in two.findings}


def test_an_interaction_in_doubt_is_waited_for() -> None:
    person = {k: v for k, v in healthy().items() if k != "alcohol_withdrawal_risk"}
    screening = screen(person, medicines=written("gabapentin"), now=NOW)
    (waiting,) = (one for one in screening.waiting if one.id == "MED-ALCW")
    assert "alcohol_withdrawal_risk" in {missing.fact for missing in waiting.missing}
    found = what_would_change(person, medicines=written("gabapentin"), now=NOW)
    assert found[0].decision is Decision.OVERSIGHT


def test_an_unasked_list_of_medicines_is_no_fact_that_could_be_otherwise() -> None:
    assert what_would_change(healthy(), medicines=None, now=NOW) == ()


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (["insulin glargine"], True),
        (["sertraline"], False),
        (["sertraline", "Foozol"], None),
        (["insulin glargine", "Foozol"], True),
    ],
)
def test_a_line_nobody_could_read_may_be_the_medicine_that_is_asked_about(
    lines: list[str], answer: bool | None
) -> None:
    picture = Picture.of(healthy(), written(*lines), NOW)
    assert picture.value("takes_insulin_or_sulfonylurea") is answer


def test_one_sedative_beside_an_unread_line_may_be_two() -> None:
    picture = Picture.of(healthy(), written("alprazolam", "Foozol"), NOW)
    assert picture.value("two_sedating_medicines") is None


def test_medicines_nobody_asked_about_are_not_none() -> None:
    assert Picture.of(healthy(), None, NOW).value("takes_insulin_or_sulfonylurea") is None
