"""What a rule says of itself: what it reads, in words, on what basis, and what it cannot say."""

from __future__ import annotations

import re
from datetime import date

import pytest

from kapstone.knowledge.citations import Citation, cited
from kapstone.screening import attributes, interactions, rules, vocabulary
from kapstone.screening.board import Row
from kapstone.screening.conditions import parse

EVERY: tuple[Row, ...] = (*rules(), *interactions())
ROWS = {each.id: each for each in EVERY}
LAW_NAMES = (
    *("Race", "Ethnicity", "Language", "Sexual orientation", "Gender identity", "Sex"),
    *("Date of birth", "Social determinants of health", "Health status assessments"),
)


def uses(id: str) -> dict[str, tuple[str, ...]]:
    return dict(attributes.attributes_of(ROWS[id]).uses)


@pytest.mark.parametrize("id", ROWS)
def test_every_row_answers_each_attribute_that_the_law_names(id: str) -> None:
    found = attributes.attributes_of(ROWS[id])
    assert tuple(found.uses) == LAW_NAMES
    assert found.citations
    assert all(one.citation for one in found.citations)
    assert found.release.developer
    assert found.release.released == date(2026, 11, 21)


def test_no_row_uses_race_ethnicity_orientation_or_gender() -> None:
    unused = ("Race", "Ethnicity", "Sexual orientation", "Gender identity")
    assert {one for one in ROWS for name in unused if uses(one)[name]} == set()


def test_a_rule_that_reads_the_age_says_so_and_one_that_does_not_says_no() -> None:
    read = {one: {of.id for of in attributes.inputs_of(row)} for one, row in ROWS.items()}
    aged = next(one for one in read if "age_years" in read[one])
    assert uses(aged)["Date of birth"] == ("age_years",)
    assert uses("SCR-CAR-01")["Date of birth"] == ()


def test_a_use_is_found_through_a_fact_that_is_worked_out() -> None:
    """Violence at home is worked out from an answer and from a questionnaire's score."""
    row = next(each for each in rules() if "violence_at_home" in (*each.when.any, *each.when.all))
    found = uses(row.id)
    assert "hits_score" in found["Social determinants of health"]
    assert "hits_score" in found["Health status assessments"]


def test_every_score_of_a_questionnaire_is_a_health_status_assessment() -> None:
    (kind,) = (one for one in attributes.attributes() if one.id == "health_status")
    scored = {of.id for of in vocabulary().values() if "instrument" in of.from_}
    assert scored
    assert all(kind.has(vocabulary()[name]) for name in scored)
    assert not kind.has(vocabulary()["aneurysm"])


@pytest.mark.parametrize("id", ROWS)
def test_every_condition_is_in_words(id: str) -> None:
    found = attributes.conditions_of(ROWS[id])
    assert found
    assert all("_" not in words for words in found)


def test_a_condition_has_the_whole_question_its_side_and_its_unit() -> None:
    """Cut short, "heart attack, stroke or TIA" would be a heart attack alone."""
    (days,) = attributes.conditions_of(ROWS["SCR-CAR-04"])
    assert "stroke or TIA" in days
    assert days.endswith(": up to 42 days")
    (ever,) = attributes.conditions_of(ROWS["SCR-NEU-02"])
    assert ever.endswith(": yes")


def test_what_a_row_is_bound_to_is_in_words_too() -> None:
    """Outside of its gate a row says nothing at all."""
    bound = [row for row in ROWS.values() if row.only_if is not None]
    assert bound
    assert all(attributes.applies_when(row) for row in bound)
    assert attributes.applies_when(ROWS["SCR-CAR-01"]) is None


def test_an_interaction_is_about_one_medicine_of_its_classes() -> None:
    assert attributes.conditions_of(ROWS["MED-BZD"]) == ("A medicine of class MED-BZD is taken",)
    two = ROWS["MED-BZD"].model_copy(update={"classes": ("MED-BZD", "MED-MAOI")})
    assert attributes.conditions_of(two) == ("A medicine of class MED-BZD, MED-MAOI is taken",)


def test_a_rule_names_the_medicines_that_one_of_its_facts_looks_for() -> None:
    assert attributes.medicines_of(ROWS["SCR-END-02"]) == (
        *("levothyroxine", "liothyronine", "thyroid desiccated"),
    )


def test_an_interaction_names_its_medicines() -> None:
    assert "alprazolam" in map(str.casefold, attributes.medicines_of(ROWS["MED-BZD"]))
    assert attributes.medicines_of(ROWS["SCR-CAR-01"]) == ()


def test_strengths_come_strongest_first_and_the_practices_own_last_but_for_law() -> None:
    order = [one.id for one in attributes.strengths()]
    assert order == ["LABEL", "GUIDELINE", "STUDY", "CLINIC", "DEFAULT", "LAW"]
    assert [one.id for one in attributes.strengths_of(ROWS["MED-BZD"])] == [
        *("LABEL", "STUDY", "CLINIC", "DEFAULT"),
    ]


@pytest.mark.parametrize("id", ROWS)
def test_every_basis_has_words(id: str) -> None:
    assert attributes.strengths_of(ROWS[id])


LAST = "It informs; what is not known keeps it open, and a clinician decides."


@pytest.mark.parametrize(
    ("id", "limits"),
    [
        ("SCR-CAR-01", []),
        (
            "SCR-CAR-15",
            [
                "No source fixes every part of it. "
                "Its basis: a guideline; the practice's own setting (age).",
                "Only the abstract was read of S11.",
                "It stays open when one of these is too old: Body mass index, "
                "ECG on file from the last 12 months.",
            ],
        ),
        (
            "SCR-PUL-01",
            [
                "No source fixes every part of it. Its basis: a product's label; "
                "the practice's own setting (details not in source).",
                "How far its evidence was read: the text itself was read (leaflet; REMS).",
                "It stays open when one of these is too old: "
                "Severe lung disease or active pneumonia, "
                "Oxygen saturation at rest.",
            ],
        ),
        (
            "HOM-02",
            [
                "It stays open when one of these is too old: Dose at home lawful.",
                "After 2026-12-31 nobody knows whether it still holds, and it stays open.",
            ],
        ),
        (
            "MED-BZD",
            [
                "No source fixes every part of it. Its basis: studies; a named clinic; "
                "a product's label; the practice's own setting (timing/dose steps).",
                "Only the abstract was read of S42, S43, S35.",
            ],
        ),
    ],
)
def test_what_a_row_cannot_say_is_said_each_in_a_sentence(id: str, limits: list[str]) -> None:
    assert [*attributes.limits_of(ROWS[id])] == [*limits, LAST]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("age_years >= 18 years", "from 18 years"),
        ("age_years <= 18 years", "up to 18 years"),
        ("age_years > 18 years", "above 18 years"),
        ("age_years < 18 years", "below 18 years"),
        ("bmi < 17.5 kg/m2", "below 17.5 kg/m2"),
        ("sex_at_birth is male", "Male"),
        ("aneurysm", "yes"),
        ("not aneurysm", "no"),
    ],
)
def test_a_line_is_the_question_and_the_answer_that_is_looked_for(line: str, says: str) -> None:
    parsed = parse(line)
    assert attributes.in_words(parsed) == f"{vocabulary()[parsed.fact].ask}: {says}"


def test_a_source_is_its_work_and_the_practices_own_says_so() -> None:
    assert attributes.citation("S01") is cited("S01")
    assert attributes.citation("PRACTICE-1") == Citation(
        id="PRACTICE-1",
        citation="The practice's own setting; the evidence raises the matter here.",
        access="n/a",
    )


def test_citations_come_in_the_order_of_the_row() -> None:
    found = attributes.attributes_of(ROWS["MED-BZD"])
    assert tuple(one.id for one in found.citations) == ROWS["MED-BZD"].sources


def test_a_row_tells_when_it_was_revised_and_an_interaction_never_is_by_itself() -> None:
    rule, day = ROWS["SCR-CAR-01"], date(2027, 1, 1)
    assert attributes.attributes_of(rule).revised is None
    assert attributes.attributes_of(rule.model_copy(update={"revised": day})).revised == day
    assert attributes.attributes_of(ROWS["MED-BZD"]).revised is None


def test_a_sources_access_is_searched_for_an_abstract_wherever_the_word_stands() -> None:
    """ "abstract and summary seen", "abstract seen; body known": neither was read whole."""
    for row in EVERY:
        part = [one.id for one in map(cited, row.sources) if "abstract" in one.access]
        said = [one for one in attributes.limits_of(row) if one.startswith("Only the abstract")]
        assert said == [f"Only the abstract was read of {', '.join(part)}." for _ in part[:1]]


def test_every_row_says_that_a_clinician_decides() -> None:
    assert all("a clinician decides" in [*attributes.limits_of(row)][-1] for row in ROWS.values())


CODES = {"LABEL", "GUIDELINE", "STUDY", "CLINIC", "LAW", "DEFAULT", "n/a", "seen", "known"}


def test_a_basis_and_how_far_it_was_read_stand_in_plain_words() -> None:
    for row in ROWS.values():
        for said in (attributes.basis_words(row), attributes.how_read(row)):
            assert not CODES & {*re.findall(r"[\w/]+", said.replace("well known", ""))}, row.id
    assert attributes.basis_words(ROWS["SCR-CAR-05"]) == (
        "the practice's own setting (window); a product's label (careful assessment of CV disease)"
    )
