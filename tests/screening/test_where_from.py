"""What is answered or suggested says of what, from where and as of when it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from screening.people import NOW

from kapstone.knowledge import KnowledgeError
from kapstone.screening import Screener, cssrs, recognise
from kapstone.screening.board import reach
from kapstone.screening.candidates import readiness_score
from kapstone.screening.diagnoses import (
    ENDED_LONG_AGO,
    ICD_10_CM,
    LIKE_ICD_10_CM,
    OTHER_SYSTEM,
    SNOMED,
    TURNED_WORDS,
    UNDATED_EVENT,
    WHY,
    WORDS_ONLY,
    Recorded,
    Suggestion,
    by_codes,
    diagnoses,
    dotted,
    index,
    plain,
    said,
)
from kapstone.screening.medicines import confirmed
from kapstone.screening.medicines import worded as words_of
from kapstone.screening.resting import Pressure, resting
from kapstone.screening.rules import (
    INTERACTIONS,
    interactions_in,
    refuse_doubles,
    rules,
    ruleset,
    worked_out_by,
)
from kapstone.screening.tables import medicine, near
from kapstone.screening.tables import worded as by_words
from kapstone.screening.telling import read_by
from kapstone.screening.vocabulary import Given, vocabulary, who_may_say


def condition(*codes: tuple[str | None, str], text: str = "As written", **more: object) -> Recorded:
    whole = {"status": "active", "seen": NOW, "codes": codes, "text": text} | more
    return Recorded(**whole)  # type: ignore[arg-type]


def suggestions(of: Recorded) -> set[Suggestion]:
    return {*said(of, NOW).suggested}


def test_a_dated_event_answers_since_when_from_the_same_record() -> None:
    seen = NOW - timedelta(days=2)
    heart = condition((ICD_10_CM, "I21"), onset=NOW - timedelta(days=30), seen=seen)
    since = dict(said(heart, NOW).answers)["days_since_heart_event"]
    began = NOW - timedelta(days=30)
    assert since == Given(30.0, seen, "import", f"As written (from {began:%Y-%m-%d})")


def test_an_event_without_a_day_asks_for_it_in_the_words_of_the_record() -> None:
    asked = Suggestion("days_since_heart_event", None, "As written", UNDATED_EVENT)
    assert suggestions(condition((ICD_10_CM, "I21"))) == {asked}


def test_a_code_in_doubt_suggests_what_it_would_answer_and_what_it_suggests() -> None:
    doubted = condition((ICD_10_CM, "I24.8"), verification="provisional")
    assert suggestions(doubted) == {
        Suggestion("coronary_disease", True, "As written", WHY["maybe"]),
        Suggestion("heart_event_ever", True, "As written", WHY["maybe"]),
    }


def test_what_a_code_only_asks_is_asked_with_the_reason() -> None:
    asked = suggestions(condition((ICD_10_CM, "I50.21"), onset=NOW - timedelta(days=400)))
    assert Suggestion("heart_failure_class", None, "As written", WHY["yes"]) in asked


def test_what_was_recorded_long_ago_is_asked_again_and_not_suggested() -> None:
    pregnancy = condition((SNOMED, "72892002"), onset=NOW - timedelta(days=295))
    assert suggestions(pregnancy) == {Suggestion("pregnant", None, "As written", WHY["long ago"])}
    eclampsia = condition((SNOMED, "398254007"), onset=NOW - timedelta(days=295))
    assert suggestions(eclampsia) == set()


def test_what_ended_long_ago_is_not_said_to_be_without_an_end() -> None:
    began = NOW - timedelta(days=295)
    injury = replace(condition((SNOMED, "110030002"), onset=began), over=True)
    assert {one.why for one in suggestions(injury)} == {ENDED_LONG_AGO}


@pytest.mark.parametrize(
    ("text", "value", "why"),
    [
        ("Atrial fibrillation", None, WORDS_ONLY),
        ("Marfan syndrome", True, WORDS_ONLY),
        ("Mother has Marfan syndrome", None, TURNED_WORDS),
    ],
)
def test_words_suggest_in_the_words_of_the_record(text: str, value: bool | None, why: str) -> None:
    found = suggestions(condition(text=text))
    assert {(one.words, one.why) for one in found} == {(text, why)}
    if value is not None:
        assert Suggestion("aortic_risk", value, text, why) in found
    elif why == TURNED_WORDS:
        assert {one.value for one in found} == {None}


def test_a_code_of_another_system_only_suggests_and_says_so() -> None:
    system = next(each for each in LIKE_ICD_10_CM if each is not None)
    found = suggestions(condition((system, "I71.4"), text="AAA"))
    assert Suggestion("aneurysm", True, "AAA", OTHER_SYSTEM) in found


def test_codes_of_several_systems_are_read_together_and_once_each() -> None:
    both = by_codes([(SNOMED, "22298006"), (ICD_10_CM, "I50.21"), (ICD_10_CM, "I21.9")])
    assert [row.id for row in both] == ["heart-attack", "heart-failure-acute", "heart-failure"]
    turned = by_codes([(ICD_10_CM, "I21"), (SNOMED, "10633002")])
    assert [row.id for row in turned] == ["heart-attack", "heart-failure-acute"]
    assert by_codes([]) == ()
    assert by_codes([(SNOMED, ""), ("urn:nobody", "22298006")]) == ()


def test_a_code_that_two_rows_share_finds_both() -> None:
    one, other = diagnoses()[:2]
    assert index([("a", one), ("b", other), ("a", other)]) == {"a": (one, other), "b": (other,)}


@pytest.mark.parametrize(
    ("code", "read"),
    [("I71", "I71"), ("I714", "I71.4"), ("I71.4", "I71.4"), ("G40803", "G40.803")],
)
def test_a_dot_that_was_left_out_is_put_back(code: str, read: str) -> None:
    assert dotted(code) == read


def test_a_screener_says_when_it_was_answered_and_where() -> None:
    at = NOW - timedelta(hours=3)
    found = cssrs([Screener(at=at, answers={"thoughts": 0}, origin="clinician")])
    assert found["cssrs_method_month"] == Given(False, at, "clinician", "C-SSRS screener")


def test_a_pressure_says_who_took_it_and_how() -> None:
    def taken(minutes: float, systolic: float) -> Pressure:
        at = NOW - timedelta(minutes=minutes)
        pressure = Pressure(at=at, systolic=systolic, diastolic=80)
        return replace(pressure, origin="import", words="Cuff, left arm")

    pair = resting([taken(9, 120), taken(5, 130)], NOW)["systolic_bp_mmhg"]
    assert pair == Given(125.0, NOW - timedelta(minutes=5), "import", "Cuff, left arm")
    alone = resting([taken(5, 130)], NOW)["systolic_single_mmhg"]
    assert alone == Given(130, NOW - timedelta(minutes=5), "import", "Cuff, left arm")


def test_a_reading_of_this_very_moment_counts() -> None:
    now = Pressure(at=NOW, systolic=120, diastolic=80)
    assert resting([now], NOW)["systolic_single_mmhg"].value == 120


def test_a_score_worked_out_here_is_an_instruments() -> None:
    items = {one.id for one in vocabulary().values() if one.id.startswith("readiness_")}
    asked = {name for name in items if vocabulary()[name].from_}
    facts = {name: Given(vocabulary()[name].plausible[1], NOW, "person", "") for name in asked}  # type: ignore[index]
    found = readiness_score(facts, NOW)["readiness_total"]
    assert (found.origin, found.words, found.at) == ("instrument", "Readiness form", NOW)


def test_a_medicine_of_a_table_is_an_import_known_by_its_code_or_its_text() -> None:
    by_code = medicine({"rxnorm": "6470"}, NOW)
    assert (by_code.text, by_code.ingredients) == ("6470", ("lorazepam",))
    assert (by_code.origin, by_code.at) == ("import", NOW)
    both = medicine({"text": "the small blue one", "rxnorm": "6470"}, NOW)
    assert (both.text, both.ingredients) == ("the small blue one", ("lorazepam",))


def test_a_confirmed_line_that_names_what_was_read_is_the_clinicians_word() -> None:
    line = recognise("lorazepam")
    assert confirmed(line, ["lorazepam"], at=NOW).origin == "clinician"
    assert confirmed(line, [], at=NOW) == line


def test_the_words_around_a_medicine_are_read_from_their_rows() -> None:
    assert {"allergy", "ceased"} <= words_of("doubt")
    assert "allergy" not in words_of("units")
    assert words_of() > words_of("doubt") | words_of("units")
    assert words_of("doubt", "units") == words_of("doubt") | words_of("units")


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("chest pain", "chest_pain_recent"),
        ("systolic_bp", "systolic_bp_mmhg"),
        ("drinking alcohol every day", "alcohol_withdrawal_risk"),
        ("abdominal aortic aneurysm", "aneurysm"),
    ],
)
def test_a_name_that_is_no_fact_is_told_three_that_are_near(name: str, first: str) -> None:
    assert near(name)[0] == first
    assert len(near(name)) == 3


def test_numbers_and_filling_words_find_no_question() -> None:
    assert by_words(plain("do you 12 in the")) == []
    most = by_words(plain("chest pain today"))
    assert most[0] == "chest_pain_recent"
    assert "alcohol_withdrawal_risk" not in most


def test_a_fact_leads_to_its_gate_and_to_what_it_is_worked_out_from() -> None:
    assert {*reach("heart_failure_class")} == {"heart_failure_class", "heart_failure"}
    assert {"systolic_bp_mmhg", "age_years"} <= {*reach("resting_bp_high")}


def test_what_rules_read_is_followed_to_the_questions() -> None:
    some = [rule for rule in rules() if "resting_bp_high" in {x.fact for x in rule.every_line()}]
    read = read_by(some)
    assert {"resting_bp_high", "systolic_bp_mmhg", "age_years"} <= read
    assert "aneurysm" not in read
    assert read_by([]) == frozenset()


def test_the_code_that_works_facts_out_is_kept_as_it_is_written() -> None:
    assert "def resting_bp_high(" in worked_out_by()


def test_two_ids_alike_are_named_with_their_file() -> None:
    with pytest.raises(KnowledgeError, match=r"^here\.toml: given twice: A-1, B-2$"):
        refuse_doubles("here.toml", ["A-1", "B-2", "A-1", "C-3", "B-2"])


def test_an_interaction_of_unknown_things_is_named() -> None:
    today = ruleset()
    row = next(each for each in today.interactions if each.routes)
    started = today.texts[INTERACTIONS].index(f'id = "{row.id}"')
    for old, new, complaint in (
        ('classes = ["', 'classes = ["MED-Y", "MED-X", "', "no medicine of class MED-X, MED-Y$"),
        ('routes = ["', 'routes = ["nose", "ear", "', "no such route: ear, nose$"),
    ):
        whole = today.texts[INTERACTIONS]
        text = whole[:started] + whole[started:].replace(old, new, 1)
        words = f"^{INTERACTIONS}: interaction {row.id}: {complaint}"
        with pytest.raises(KnowledgeError, match=words):
            interactions_in({**today.texts, INTERACTIONS: text}, today.facts, today.classes)


def test_who_may_say_is_put_in_words() -> None:
    several = next(one for one in vocabulary().values() if len(one.from_) == 2)
    assert who_may_say(several).endswith(" or ".join(several.from_))
