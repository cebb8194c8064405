"""The review page: each finding with its answers, its wording, its source, what would move it."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from typing import get_args

import pytest
from django.utils.html import strip_tags
from web.logging_in import Enter
from web.well import all_is_well

from kapstone import screening
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician.paper import on_paper
from kapstone.web.clinician.screening import GROUPS, SIGNS, review
from kapstone.web.records import facts
from kapstone.web.records.actions import intake, notices, questionnaires
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.models import Course, Notice, Statement


@pytest.fixture
def page(course: Course, osei: User, ade_user: User, enter: Enter, now: datetime) -> str:
    told = {"takes_medicines": "yes", "medicines": ["Phenelzine", "", ""], "aneurysm": "yes"}
    for question, raw in told.items():
        intake.answer_intake(course, question, raw, at=now, by=ade_user)
    deeds.give_fact(course.person, "systolic_bp_mmhg", 188.0, origin="reading", at=now, by=osei)
    return enter(osei).get(f"/courses/{course.pk}/screening/").content.decode()


def test_a_finding_shows_their_own_answer_who_said_it_and_when(page: str) -> None:
    assert "Aneurysm" in page
    assert "their own answer, Today" in strip_tags(page)
    assert "Medicines: Phenelzine" in page


def test_a_measured_fact_names_who_wrote_it(page: str, osei: User) -> None:
    assert f"measured here · {osei.signed_name}, Today" in strip_tags(page)


def test_each_finding_has_the_rules_wording_and_a_source(
    page: str, course: Course, now: datetime
) -> None:
    found = facts.screen(course, now=now).findings
    assert {"SCR-CAR-01", "SCR-CAR-07"} <= {each.id for each in found}
    assert all(each.sources for each in found)
    for each in found:
        assert f"/rules/{each.id}/" in page


def test_it_says_what_would_change_the_decision_of_each_finding(
    page: str, course: Course, now: datetime
) -> None:
    known, medicines = facts.collect(course, now=now), facts.medicines(course)
    for each in screening.what_would_change(known, medicines=medicines, now=now):
        assert each.words in page


def test_an_answer_can_be_said_to_be_otherwise(page: str, course: Course) -> None:
    assert f"/courses/{course.pk}/facts/?also=aneurysm" in page


def test_a_fact_that_has_aged_shows_what_it_was_and_that_it_no_longer_counts(
    page: str, course: Course, osei: User, enter: Enter, now: datetime
) -> None:
    """The pressure was 188; ten days later its rule is open again, and nobody forgets why."""
    with clock.at(now + timedelta(days=10)):
        later = enter(osei).get(f"/courses/{course.pk}/screening/").content.decode()
    assert "Systolic blood pressure 188 mmHg" in later
    assert "no longer weighed" in later
    assert "no longer weighed" not in page


def test_what_another_record_says_stands_above_the_findings(
    course: Course, osei: User, ade_user: User, enter: Enter, now: datetime
) -> None:
    """An imported stroke is no answer to the question about strokes, and is not to be missed."""
    rows = {"Stroke": "active", "Broken arm": "resolved"}
    for text, status in rows.items():
        Statement.objects.create(
            person=course.person, kind="condition", text=text, status=status, key=text, at=now,
            by=osei,
        )  # fmt: skip
    page = enter(osei).get(f"/courses/{course.pk}/screening/").content.decode()
    said = page[page.index("Other records say") : page.index("What was found")]
    assert "Stroke" in said
    assert "not asked yet" in said
    assert "Broken arm" not in said
    intake.confirm_statement(Statement.objects.get(text="Stroke"), answer=True, at=now, by=ade_user)
    page = enter(osei).get(f"/courses/{course.pk}/screening/").content.decode()
    assert "they say yes" in page[page.index("Other records say") : page.index("What was found")]


def part(page: str, heading: str) -> str:
    """The words of one card."""
    return strip_tags(page[page.index(f"<h2>{heading}") :].split("</section>", maxsplit=1)[0])


@pytest.fixture
def unknown(course: Course, osei: User, enter: Enter) -> str:
    """The page of somebody of whom nothing is known yet."""
    return enter(osei).get(f"/courses/{course.pk}/screening/").content.decode()


def test_the_parts_stand_in_the_order_in_which_one_decides(unknown: str) -> None:
    parts = ("What was found", "What is missing", "What to ask next", "Medicines", "Your decision")
    places = [unknown.index(f"<h2>{each}") for each in (*parts, "What would change this")]
    assert places == sorted(places)


def test_six_changes_are_shown_and_the_others_folded_and_counted(unknown: str) -> None:
    words = part(unknown, "What would change this")
    shown, counted, folded = words.partition("and 6 more")
    assert shown.count("stop") == 6
    assert counted
    assert folded.count("stop") == 6


def test_each_of_the_fifteen_domains_has_its_word(page: str, course: Course, now: datetime) -> None:
    found = facts.screen(course, now=now).by_domain
    assert len(found) == 15
    lines = dict(re.findall(r"<li[^>]*><a[^>]*>(\w+)</a>(.*?)</li>", page))
    said = {name.lower(): strip_tags(words).strip() for name, words in lines.items()}
    assert said.keys() == {*found}
    for name, word in found.items():
        assert SIGNS[word.name.lower()][1] in said[name].split(" \u00b7 ")


def test_what_is_unknown_does_not_hide_what_was_found(
    course: Course, osei: User, enter: Enter, now: datetime
) -> None:
    deeds.give_fact(course.person, "porphyria", True, origin="clinician", at=now, by=osei)
    assert facts.screen(course, now=now).decision is screening.Decision.INCOMPLETE
    shown = enter(osei).get(f"/courses/{course.pk}/screening/").content.decode()
    medical, psychiatric, _ = re.findall(
        r'<section class="card"><h2 class="eyebrow">.*?</h2>.*?</div>', shown
    )
    assert "\u25b2 review" in medical
    assert "? not all known" in medical
    assert "1 finding \u00b7" in medical
    assert re.search(r"\d+ rules open \(\d+ facts\)", medical)
    assert "\u25b2 review" not in psychiatric
    lines = [strip_tags(each).strip() for each in re.findall(r"<li class=.small.>.*?</li>", shown)]
    assert any("\u25b2 review \u00b7 ? not all known" in each for each in lines)


def test_every_domain_belongs_to_one_card() -> None:
    named = [domain for domains in GROUPS.values() for domain in domains]
    assert sorted(named) == sorted(get_args(screening.Domain))


def test_the_page_says_what_the_rules_say_together(page: str) -> None:
    assert "The rules together say ■ stop" in " ".join(strip_tags(page).split())


def test_what_is_not_read_is_said_plainly(
    course: Course, osei: User, ade_user: User, enter: Enter, now: datetime
) -> None:
    told = {"takes_medicines": "yes", "medicines": ["Foozolam", "", ""]}
    for question, raw in told.items():
        intake.answer_intake(course, question, raw, at=now, by=ade_user)
    shown = enter(osei).get(f"/courses/{course.pk}/screening/").content.decode()
    said = part(shown, "Medicines")
    assert "not recognised" in said
    assert "No interaction could be looked up for it" in said


def test_medicines_nobody_asked_for_are_not_none(unknown: str) -> None:
    assert "not known yet" in part(unknown, "Medicines")
    assert "They take none" not in part(unknown, "Medicines")


def test_where_something_stops_already_nothing_else_has_to_be_asked_today(page: str) -> None:
    assert "not needed to decide today" in part(page, "What is missing")
    assert "for deciding today" not in part(page, "What is missing")
    assert "What to ask next" not in page


def test_of_somebody_unknown_what_could_stop_has_to_be_asked_today(unknown: str) -> None:
    assert "for deciding today" in part(unknown, "What is missing")
    assert "could be ■ stop" in part(unknown, "What is missing")


def test_two_questions_with_the_same_first_words_are_told_apart(unknown: str) -> None:
    """Cut short, the C-SSRS's behaviour ever and in three months read alike."""
    said = part(unknown, "What is missing")
    for name in ("cssrs_behaviour_lifetime", "cssrs_behaviour_3_months"):
        assert said.count(screening.fact(name).ask) == 1


def test_a_question_to_ask_next_leads_to_where_it_is_answered(
    unknown: str, osei: User, enter: Enter
) -> None:
    asked = unknown[unknown.index("What to ask next") :].split("</section>", maxsplit=1)[0]
    links = re.findall(r'href="([^"]+)"', asked)
    assert 1 <= len(links) <= 5
    for link in links:
        assert enter(osei).get(link).status_code == 200


def row(words: str, *, matters: bool = True) -> dict[str, object]:
    return {"words": words, "matters": matters}


@pytest.mark.parametrize(
    ("findings", "whole"), [(0, 0), (10, 10), (11, 10), (20, 7), (41, 0), (80, 0)]
)
def test_paper_holds_as_many_findings_as_fit_and_names_the_rest(findings: int, whole: int) -> None:
    many = [row(str(number)) for number in range(200)]
    held = on_paper(many, findings=findings, lines=0)
    assert held["whole"] == whole
    assert len(held["lacks"]) >= 8
    assert len(held["lacks"]) + held["more"] == 200


def test_what_takes_lines_on_paper_leaves_fewer_for_the_rest() -> None:
    many = [row(str(number)) for number in range(200)]
    assert on_paper(many, findings=0, lines=0)["more"] == 200 - 132
    assert on_paper(many, findings=0, lines=10)["more"] == 200 - 112
    assert on_paper(many[:3], findings=0, lines=0)["more"] == 0


@pytest.mark.parametrize(
    ("past", "says"), [(timedelta(), "holds until"), (timedelta(seconds=1), "ran out:")]
)
def test_a_decision_says_until_when_it_holds_and_then_that_it_ran_out(
    course: Course, osei: User, enter: Enter, now: datetime, *, past: timedelta, says: str
) -> None:
    row = deeds.decide_screening(course, decision="not_yet", reason="x" * 40, at=now, by=osei)
    with clock.at(row.valid_until + past):
        for address in (f"/courses/{course.pk}/screening/", f"/decisions/{row.pk}/"):
            page = enter(osei).get(address).content.decode()
            assert [each for each in ("holds until", "ran out:") if each in page] == [says]


def test_after_signing_the_keyboard_is_on_the_message(
    course: Course, osei: User, enter: Enter
) -> None:
    sent = {"decision": "not_yet", "reason": "Blood pressure first; the GP is told."}
    page = enter(osei).post(f"/courses/{course.pk}/screening/", sent, follow=True).content.decode()
    said = f"Signed as {osei.signed_name}."
    assert re.search(rf'role="status" tabindex="-1" autofocus>{re.escape(said)}', page)
    assert page.count(" autofocus") == 1


def test_the_three_lists_of_domains_have_names_of_their_own(page: str) -> None:
    names = re.findall(r'<summary[^>]*aria-label="([^"]+ by domain)"', page)
    assert names == [f"{name} by domain" for name in GROUPS]


def test_nothing_missing_is_left_out_whether_it_matters_today_or_not(course: Course) -> None:
    shown = review(course)
    needed, later = ([each["fact"] for each in shown[of]] for of in ("needed", "not_needed"))
    waited = {lack.fact for rule in shown["found"].waiting for lack in rule.missing}
    assert waited
    assert sorted([*needed, *later]) == sorted(waited)
    assert [each["fact"] for each in shown["ask_next"]] == [
        each["fact"] for each in shown["needed"][: len(shown["ask_next"])]
    ]


def test_a_medicine_is_named_beside_the_words_it_was_written_in(
    course: Course, osei: User, ade_user: User, enter: Enter, now: datetime
) -> None:
    for question, raw in {"takes_medicines": "yes", "medicines": ["Nardil", "", ""]}.items():
        intake.answer_intake(course, question, raw, at=now, by=ade_user)
    shown = enter(osei).get(f"/courses/{course.pk}/screening/").content.decode()
    assert "Medicines: Nardil (phenelzine)" in part(shown, "What was found")


def test_a_line_nobody_could_read_stands_there_once(
    course: Course, osei: User, ade_user: User, enter: Enter, now: datetime
) -> None:
    for question, raw in {"takes_medicines": "yes", "medicines": ["Foozolam", "", ""]}.items():
        intake.answer_intake(course, question, raw, at=now, by=ade_user)
    shown = enter(osei).get(f"/courses/{course.pk}/screening/").content.decode()
    assert part(shown, "Medicines").count("? not recognised") == 1


def test_a_stop_has_a_sign_of_its_own() -> None:
    assert len({words.split()[0] for _, words in SIGNS.values()}) == len(SIGNS)


def test_where_nothing_open_matters_it_is_complete_enough(
    course: Course, osei: User, enter: Enter, now: datetime
) -> None:
    """One word: not `not all known` above, and `not needed to decide today` below."""
    unasked = ("adequate_treatments_tried",)
    all_is_well(course, at=now, by=osei, but=unasked, vestibular_disorder=True)
    found = facts.screen(course, now=now)
    assert found.decision is screening.Decision.INCOMPLETE
    shown = enter(osei).get(f"/courses/{course.pk}/screening/").content.decode()
    said = " ".join(strip_tags(shown).split())
    assert "The rules together say ✓ complete enough to decide" in said
    assert "not all known" not in said.split("Findings")[0]


def test_what_to_ask_next_is_in_the_clinicians_words_with_how_to_say_it(unknown: str) -> None:
    asked = unknown[unknown.index("What to ask next") :].split("</section>", maxsplit=1)[0]
    for line in re.findall(r'<li class="fact ask-line">.*?</li>', asked, re.S):
        name = re.search(r"also=(\w+)", line)
        if name is None:
            continue
        of = screening.fact(name[1])
        said = html.unescape(strip_tags(line))
        assert said.startswith(of.ask)
        assert (of.ask_person is None) or f"To the person: “{of.ask_person}”" in said


def test_a_finding_about_suicide_names_who_answered_its_notice(
    course: Course, osei: User, enter: Enter, now: datetime
) -> None:
    sheet = questionnaires.ask_now(course, "phq9", at=now, by=osei)
    questionnaires.answer_item(sheet, "self_harm", 2, at=now, by=osei)
    questionnaires.finish_sheet(sheet, at=now, by=osei)
    address = f"/courses/{course.pk}/screening/"
    assert "Last notice answered" not in enter(osei).get(address).content.decode()
    (notice,) = Notice.objects.filter(person=course.person, kind="suicide-risk")
    later = now + timedelta(minutes=5)
    notices.review_risk(notice, words="Called at once; safe today.", closes=True, at=later, by=osei)
    with clock.at(later):
        shown = enter(osei).get(address).content.decode()
    said = " ".join(part(shown, "What was found").split())
    assert f"Last notice answered: {osei.signed_name}, today “Called at once; safe today.”" in said


def test_what_was_too_old_already_when_it_was_signed_has_not_aged_since(
    course: Course, osei: User, enter: Enter, now: datetime
) -> None:
    long_ago = now - timedelta(days=9)
    name = "systolic_bp_mmhg"
    deeds.give_fact(course.person, name, 120.0, origin="reading", at=long_ago, by=osei)
    deeds.decide_screening(course, decision="not_yet", reason="A pressure first.", at=now, by=osei)
    page = enter(osei).get(f"/courses/{course.pk}/screening/").content.decode()
    assert "1 fact is too old now, 1 of them already when it was signed," in page
