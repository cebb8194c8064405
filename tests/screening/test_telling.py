"""What a person reads: plain, nothing private, no level of risk, and never a promise."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from screening.people import NOW, facts, given, healthy
from screening.reading import HARDEST_GRADE, grade, syllables, too_hard

from kapstone.screening import (
    Finding,
    Recognised,
    Screening,
    Waiting,
    interactions,
    recognise,
    rules,
    screen,
)
from kapstone.screening.board import needs
from kapstone.screening.conditions import Value
from kapstone.screening.judge import finding_of
from kapstone.screening.outcome import Missing
from kapstone.screening.telling import (
    ASK_MEDICINES,
    in_words,
    news_to_them,
    other_paths,
    private_facts,
    told,
    told_going_on,
    told_of_another_path,
    urgent_facts,
)
from kapstone.screening.vocabulary import MEDICINES, Domain, Origin, Reason, vocabulary


def found(**otherwise: Value) -> Screening:
    return screen(healthy(**otherwise), medicines=[], now=NOW)


@pytest.mark.parametrize(
    ("word", "count"), [("cat", 1), ("asked", 1), ("needed", 2), ("medicine", 3), ("table", 2)]
)
def test_syllables_are_counted_as_they_are_heard(word: str, count: int) -> None:
    assert syllables(word) == count


def test_a_plain_sentence_is_easier_than_a_heavy_one() -> None:
    assert grade("We will call you the next day and ask how you are.") < HARDEST_GRADE
    heavy = "Cardiovascular contraindications necessitate multidisciplinary evaluation beforehand."
    assert grade(heavy) > HARDEST_GRADE


def test_other_paths_read_at_eighth_grade_or_below() -> None:
    assert too_hard([path.words for path in other_paths()]) == {}


def test_what_rules_tell_a_person_reads_at_eighth_grade_or_below() -> None:
    said = {row.id: row.tell_person for row in rules()}
    said |= {row.id: row.tell_person for row in interactions()}
    assert {name for name, words in said.items() if too_hard([words])} == set()


def test_other_paths_give_no_dose_and_no_promise() -> None:
    words = " ".join(path.words for path in other_paths()).lower()
    assert re.findall(r"\d+ ?(?:mg|ml|g)\b|will help|cure|always works|guarantee", words) == []
    assert len({path.id for path in other_paths()}) == len(other_paths())


def test_a_finding_is_told_in_the_persons_words() -> None:
    said = told(found(chest_pain_recent=True))
    (row,) = (rule for rule in rules() if rule.id == "SCR-CAR-09")
    assert said.findings == (row.tell_person,)
    assert not said.dark


def test_a_private_finding_is_not_told_and_neither_is_what_it_waits_for() -> None:
    screening = found(partner_violence=True)
    assert "SCR-SOC-03" in {one.id for one in screening.findings}
    assert told(screening).findings == ()
    known = {name: one for name, one in healthy().items() if name != "partner_violence"}
    assert told(screen(known, medicines=[], now=NOW)).questions == ()


@pytest.mark.parametrize(
    ("answer", "stop"),
    [
        ("aneurysm", True),
        ("chest_pain_recent", False),
        ("cssrs_plan_or_intent_month", False),
        ("partner_violence", False),
    ],
)
def test_only_a_stop_that_is_told_and_that_two_sign_is_spoken_of(
    answer: str, *, stop: bool
) -> None:
    said = told(found(**{answer: True, "couples_session_planned": True}))
    assert said.stop_for_two is stop


def test_a_finding_of_a_rule_that_is_no_more_is_not_told() -> None:
    screening = found(chest_pain_recent=True)
    gone = tuple(replace(one, id="SCR-OLD-01") for one in screening.findings)
    assert told(replace(screening, findings=gone)).findings == ()


@pytest.mark.parametrize(
    "answers",
    [
        {"cssrs_plan_or_intent_month": True},
        {"cssrs_behaviour_3_months": True},
        {"cssrs_method_month": True},
        {"cssrs_behaviour_lifetime": True},
        {"phq9_item9": 1},
        {"phq9_item9": 2},
        {"phq9_item9": 3},
        {"phq9_item9": 1, "phq9_item9_rise": 1},
    ],
)
def test_every_level_of_suicide_risk_reads_the_same(answers: dict[str, Value]) -> None:
    known = healthy(**{"phq9_item9_rise": 0, **answers})
    unfollowed = {name: one for name, one in known.items() if name != "cssrs_after_item9"}
    for one in (known, unfollowed):
        said = told(screen(one, medicines=[], now=NOW))
        assert (said.findings, said.dark) == ((), True)


def test_an_item_nine_of_zero_or_one_that_was_followed_asks_for_no_help_first() -> None:
    assert not told(found(phq9_item9=0)).dark
    assert not told(found(phq9_item9=1, phq9_item9_rise=1, cssrs_after_item9=True)).dark
    assert told(found(phq9_item9=2, phq9_item9_rise=1, cssrs_after_item9=True)).dark


def test_every_rule_that_reads_of_suicide_is_marked_and_no_other() -> None:
    """Its words would tell the level, whatever else it reads."""
    of_suicide = {name for name in vocabulary() if name.startswith(("cssrs_", "phq9_item9"))}
    assert len(of_suicide) == 10
    reading = {row.id for row in rules() if of_suicide & needs(row.id)}
    assert {row.id for row in rules() if row.about_suicide} == reading
    assert [row.id for row in interactions() if of_suicide & needs(row.id)] == []


def test_a_level_is_not_read_from_what_is_said_of_means_at_home() -> None:
    assert told(found(cssrs_method_month=True, means_at_home=True)).findings == ()


def test_what_is_missing_is_asked_of_the_person_or_checked_by_others() -> None:
    lacks = {"aneurysm", "capacity_confirmed"}
    known = {name: one for name, one in healthy().items() if name not in lacks}
    said = told(screen(known, medicines=None, now=NOW))
    assert ASK_MEDICINES in said.questions
    assert vocabulary()["aneurysm"].ask_person in said.questions
    assert said.checked_by_others


def test_what_is_told_of_a_medicine_names_it() -> None:
    screening = screen(healthy(), medicines=[recognise("Bupropion XL 150 mg")], now=NOW)
    (one,) = (each for each in screening.findings if each.id == "MED-BUP")
    assert f"Bupropion XL 150 mg: {one.tell_person}" in told(screening).findings


def finding(id: str, domain: Domain, *named: str) -> Finding:
    """A stored finding of that rule, which rests on these medicines."""
    (row,) = (rule for rule in rules() if rule.id == "SCR-CAR-09")
    taken = tuple((MEDICINES, given(name)) for name in named)
    return replace(finding_of(row, taken), id=id, domain=domain, tell_person="Keep taking it.")


@pytest.mark.parametrize(
    ("domain", "named", "words"),
    [
        ("medicines", ("Nardil", "Ativan"), "Nardil, Ativan: Keep taking it."),
        ("medicines", (), "Keep taking it."),
        ("endocrine", ("Nardil",), "Keep taking it."),
    ],
)
def test_only_what_is_said_of_medicines_names_them(
    domain: Domain, named: tuple[str, ...], words: str
) -> None:
    assert in_words(finding("SCR-CAR-09", domain, *named)) == words


def test_what_a_medicine_rests_on_besides_is_not_named() -> None:
    one = finding("MED-BUP", "medicines", "Nardil")
    route = ("planned_route", given("oral"))
    assert in_words(replace(one, because=(route, *one.because))) == "Nardil: Keep taking it."


def test_two_findings_in_the_same_words_are_told_once() -> None:
    same = (finding("SCR-CAR-09", "cardiac"), finding("SCR-CAR-01", "cardiac"))
    assert told(replace(found(), findings=same)).findings == ("Keep taking it.",)


def waiting(*missing: str) -> Screening:
    lacks = tuple(Missing(name, Reason.MISSING) for name in missing)
    return replace(found(), waiting=(Waiting("SCR-CAR-09", "cardiac", "Pain", lacks),))


def test_each_question_is_said_once_and_what_others_check_has_no_area() -> None:
    said = told(waiting("aneurysm", "aneurysm", "capacity_confirmed", "indication_clear"))
    assert said.questions == (vocabulary()["aneurysm"].ask_person,)
    assert said.checked_by_others


def test_a_fact_that_is_no_more_is_not_asked_and_left_to_the_team() -> None:
    said = told(waiting("gone"))
    assert (said.questions, said.checked_by_others) == ((), True)


@pytest.mark.parametrize("medicines", [None, [recognise("Foozol")]])
def test_medicines_not_asked_or_not_read_are_asked_of_the_person(
    medicines: list[Recognised] | None,
) -> None:
    """Also where no rule but the list itself waits for them."""
    whole = screen(healthy(), medicines=medicines, now=NOW)
    alone = tuple(one for one in whole.waiting if one.id in {"MED-UNASKED", "MED-UNREAD"})
    said = told(replace(whole, waiting=alone))
    assert said.questions == ("Which medicines do you take?",)
    assert not said.checked_by_others


def test_with_nothing_found_nothing_is_told() -> None:
    said = told(found())
    assert (said.findings, said.questions, said.urgent_questions) == ((), (), ())
    assert not said.checked_by_others
    assert told(screen(facts(), medicines=None, now=NOW)).questions


def without(*names: str, **otherwise: Value) -> Screening:
    known = {name: one for name, one in healthy(**otherwise).items() if name not in names}
    return screen(known, medicines=[], now=NOW)


def test_going_on_over_a_rule_tells_its_area_and_not_that_it_is_not_safe() -> None:
    screening = found(aneurysm=True)
    assert told(screening).closely == ()
    assert any("not safe" in words for words in told(screening).findings)
    said = told_going_on(screening)
    assert said.closely == ("cardiac",)
    assert said.findings == ()


def test_going_on_keeps_what_is_told_of_oversight_and_of_medicines() -> None:
    known, taken = healthy(ever_smoked=True), [recognise("Bupropion XL 150 mg")]
    screening = screen(known, medicines=taken, now=NOW)
    mild = {one.id for one in screening.findings if one.action in {"oversight", "note"}}
    assert mild
    assert told_going_on(screening).findings == told(screening).findings
    strong = screen(healthy(), medicines=[recognise("Theophylline 300 mg")], now=NOW)
    assert "review" in {one.action for one in strong.findings}
    assert any("Do not stop it" in words for words in told_going_on(strong).findings)


def test_going_on_names_no_area_of_a_private_rule_nor_of_a_risk_of_suicide() -> None:
    for hidden in ("partner_violence", "cssrs_behaviour_lifetime", "cssrs_method_month"):
        assert told_going_on(found(**{hidden: True})).closely == ()


def test_what_only_staff_can_look_up_is_told_without_its_topic() -> None:
    row = vocabulary()["capacity_confirmed"]
    assert "person" not in row.from_
    said = told(without("capacity_confirmed"))
    assert (said.questions, said.checked_by_others) == ((), True)


def test_after_another_path_nothing_is_asked() -> None:
    screening = without("aneurysm", "capacity_confirmed", "chest_pain_recent")
    assert told(screening).questions
    assert told(screening).urgent_questions
    said = told_of_another_path(screening)
    assert (said.questions, said.urgent_questions, said.checked_by_others) == ((), (), False)


def test_only_what_matters_for_deciding_is_asked() -> None:
    assert told(without("family_psychosis")).questions
    assert told(without("family_psychosis", aneurysm=True)).questions == ()


def test_a_hidden_stop_makes_no_question_come_or_go() -> None:
    hidden = {"partner_violence": True, "couples_session_planned": True}
    asked = told(without("family_psychosis")).questions
    assert told(without("family_psychosis", **hidden)).questions == asked
    assert told(without("family_psychosis", cssrs_plan_or_intent_month=True)).questions == asked


def test_a_sign_of_an_emergency_is_asked_apart() -> None:
    assert {"bp_symptoms", "chest_pain_recent"} <= urgent_facts()
    assert not {"aneurysm", "age_years"} & urgent_facts()
    said = told(without("chest_pain_recent"))
    assert said.urgent_questions == (vocabulary()["chest_pain_recent"].ask_person,)
    assert said.questions == ()


def test_private_facts_are_those_of_private_rules_and_what_they_are_worked_out_from() -> None:
    violence = {"partner_violence", "hits_score", "e_hits_score", "couples_session_planned"}
    assert violence | {"violence_at_home", "unsafe_at_home"} <= private_facts()
    assert not {"aneurysm", "alcohol_withdrawal_risk"} & private_facts()


def by(origin: Origin, **otherwise: Value) -> Screening:
    """A screening of somebody well, but for what this one said of them."""
    said = {name: replace(given(value), origin=origin) for name, value in otherwise.items()}
    known = {**healthy(), **said}
    return screen(known, medicines=[], now=NOW)


@pytest.mark.parametrize(
    ("screened", "news"),
    [
        (by("clinician", porphyria=True), True),
        (by("person", porphyria=True), False),
        (by("clinician", migraine_with_aura=True), False),
        (by("clinician"), False),
    ],
)
def test_only_what_others_found_and_what_is_grave_is_news(screened: Screening, news: bool) -> None:
    assert news_to_them(screened) is news
