"""Readiness and treatments tried: given at once, shown on the review, and deciding nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils.html import strip_tags
from web.logging_in import Enter

from kapstone.screening.candidates import READINESS
from kapstone.web.accounts.models import User
from kapstone.web.records import facts
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.models import Course, GivenFact

STAGED = {
    "msm_duration_months": "30",
    "msm_severity": "moderate",
    "msm_failed_antidepressants": "3",
    "msm_augmentation": "yes",
    "msm_ect": "no",
}


@pytest.fixture
def browser(lind: User, enter: Enter) -> Client:
    return enter(lind)


def form(course: Course, name: str) -> str:
    return f"/courses/{course.pk}/facts/{name}/"


def review(browser: Client, course: Course) -> str:
    return str(browser.get(f"/courses/{course.pk}/screening/").content.decode())


def all_items(value: int, **otherwise: str) -> dict[str, str]:
    return {**dict.fromkeys(READINESS, str(value)), "origin": "clinician", **otherwise}


def test_the_eight_items_are_given_at_once_and_the_rule_reads_them(
    browser: Client, course: Course, now: datetime
) -> None:
    assert browser.post(form(course, "readiness"), all_items(3)).status_code == 302
    assert {row.fact for row in GivenFact.objects.all()} == set(READINESS)
    known = facts.collect(course, now=now)
    assert known["readiness_lowest_item"].value == 3
    assert known["readiness_total"].value == 24
    assert "SCR-RDY-06" not in {each.id for each in facts.screen(course, now=now).waiting}


@pytest.mark.parametrize(
    ("given", "speaks"),
    [
        (all_items(4, readiness_hope="1"), True),
        (all_items(2), True),
        (all_items(2, readiness_hope="4", readiness_feel="4"), False),
    ],
)
def test_one_low_item_or_a_low_total_speaks(
    given: dict[str, str], *, speaks: bool, browser: Client, course: Course, now: datetime
) -> None:
    browser.post(form(course, "readiness"), given)
    found = {each.id for each in facts.screen(course, now=now).findings}
    assert ("SCR-RDY-06" in found) is speaks


def test_a_form_with_a_gap_keeps_the_rule_open(
    browser: Client, course: Course, now: datetime
) -> None:
    browser.post(form(course, "readiness"), all_items(3, readiness_time=""))
    assert "readiness_total" not in facts.collect(course, now=now)
    assert "SCR-RDY-06" in {each.id for each in facts.screen(course, now=now).waiting}


def test_a_scored_form_of_an_earlier_day_gives_way_to_newer_items(
    browser: Client, course: Course, osei: User, now: datetime
) -> None:
    for day, stands in ((now - timedelta(days=1), 24), (now + timedelta(minutes=1), 31)):
        deeds.give_fact(
            course.person, "readiness_total", 31.0, origin="instrument", at=day, by=osei
        )
        browser.post(form(course, "readiness"), all_items(3))
        assert facts.collect(course, now=now)["readiness_total"].value == stands


def test_the_card_says_readiness_in_words(browser: Client, course: Course) -> None:
    assert "openness not known · hopes not known · form not known" in review(browser, course)
    told = all_items(3, open_to_altered_states="yes", unrealistic_expectation="no")
    browser.post(form(course, "readiness"), told)
    assert "open · expectations realistic · form 24 of 32" in review(browser, course)


def test_a_low_form_says_which_item_and_who_rated_it(
    browser: Client, course: Course, lind: User
) -> None:
    browser.post(form(course, "readiness"), all_items(4, readiness_hope="1"))
    said = " ".join(strip_tags(review(browser, course)).split())
    assert "Hopes for what is realistic: 1 of 4" in said
    assert f"a questionnaire · {lind.signed_name}, Today" in said


def test_who_it_is_known_from_is_kept_where_that_one_may_give_it(
    browser: Client, course: Course
) -> None:
    told = all_items(3, unrealistic_expectation="no", origin="person")
    browser.post(form(course, "readiness"), told)
    origins = dict(GivenFact.objects.values_list("fact", "origin"))
    assert origins.pop("unrealistic_expectation") == "clinician"
    assert {*origins.values()} == {"person"}


@pytest.mark.parametrize(
    "told",
    [{"readiness_hope": "5"}, {"readiness_hope": "2.5"}, {"readiness_hope": "x"}, {}],
)
def test_what_cannot_be_and_an_empty_form_are_refused(
    told: dict[str, str], browser: Client, course: Course
) -> None:
    answer = browser.post(form(course, "readiness"), {"origin": "clinician", **told})
    assert answer.status_code == 422
    assert not GivenFact.objects.exists()


def test_an_answer_that_stands_is_written_over_with_a_reason_only(
    browser: Client, course: Course
) -> None:
    browser.post(form(course, "readiness"), all_items(3))
    other = {"readiness_hope": "2", "origin": "clinician"}
    answer = browser.post(form(course, "readiness"), other)
    assert answer.status_code == 422
    assert "Say why it is otherwise" in answer.content.decode()
    again = {**other, "why": "We talked about it again."}
    assert browser.post(form(course, "readiness"), again).status_code == 302
    newest = GivenFact.objects.filter(fact="readiness_hope").latest("pk")
    assert (newest.value, newest.words) == (2, "We talked about it again.")


def test_the_stage_is_shown_with_its_source_and_gates_nothing(
    browser: Client, course: Course, now: datetime
) -> None:
    before = facts.screen(course, now=now)
    assert browser.post(form(course, "treatments"), STAGED).status_code == 302
    page = review(browser, course)
    assert "9 of 15" in page
    assert ">moderate<" in page
    assert "Fekadu" in page
    after = facts.screen(course, now=now)
    assert (after.findings, after.waiting) == (before.findings, before.waiting)


def test_what_is_missing_leaves_no_stage(browser: Client, course: Course) -> None:
    told = {**STAGED, "msm_failed_antidepressants": "0"}
    browser.post(form(course, "treatments"), told)
    page = review(browser, course)
    assert "of 15" not in page
    assert "1 of 5 items of the staging not known" in page
    assert "not counted" in page


@pytest.mark.parametrize(("tried", "state"), [(None, "waits"), (0.0, "speaks"), (1.0, "silent")])
def test_the_rule_on_treatments_tried_stands_beside_the_stage(
    tried: float | None, state: str, browser: Client, course: Course, osei: User
) -> None:
    if tried is not None:
        name = "adequate_treatments_tried"
        deeds.give_fact(course.person, name, tried, origin="clinician", at=course.at, by=osei)
    card = review(browser, course).split('id="candidate"')[1].split("</section>")[0]
    line = next(each for each in card.split("<p") if "SCR-PSY-17" in each)
    assert state in line


def test_strangers_and_unknown_forms_find_nothing(
    marsh: User, browser: Client, course: Course, enter: Enter
) -> None:
    assert enter(marsh).get(form(course, "readiness")).status_code == 404
    assert browser.get(form(course, "weather")).status_code == 404


def test_a_rule_on_what_was_tried_shows_the_answer_it_goes_by(
    browser: Client, course: Course, osei: User, now: datetime
) -> None:
    """Silent above five items not known reads as a contradiction without it."""
    assert "Adequate treatments tried before: not known" in review(browser, course)
    deeds.give_fact(
        course.person, "adequate_treatments_tried", 2, origin="clinician", at=now, by=osei
    )
    assert f"Adequate treatments tried before 2 treatments, {now:%-d %b %Y}" in review(
        browser, course
    )
