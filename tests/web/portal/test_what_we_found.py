"""After a decision the person reads what was found, also when it is no; nobody else's page."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from screening.reading import too_hard
from web.logging_in import Enter
from web.well import all_is_well

from kapstone import consent, screening
from kapstone import intake as asking
from kapstone.screening.telling import other_paths
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import road_ahead, telling
from kapstone.web.records.actions import consents, intake
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.models import (
    FAVOURABLE,
    Course,
    Entry,
    GivenFact,
    Person,
    PersonTold,
    ScreeningDecision,
)

REASON = "Seen together; the reason of the team, with words that are not for the person."
TODAY, FOUND = reverse("portal:today"), reverse("portal:what_we_found")
TEMPLATES = Path(telling.__file__).parents[1] / "templates"


@pytest.fixture
def browser(enter: Enter, ade_user: User) -> Client:
    return enter(ade_user)


@pytest.fixture
def chest_pain(ade: Person, osei: User, now: datetime) -> str:
    deeds.give_fact(ade, "chest_pain_recent", True, origin="clinician", at=now, by=osei)
    (row,) = (rule for rule in screening.rules() if rule.id == "SCR-CAR-09")
    return row.tell_person


def decide(
    course: Course,
    osei: User,
    decision: str = "not_yet",
    words: str = "",
    *,
    told: bool = True,
) -> ScreeningDecision:
    if decision in FAVOURABLE and not GivenFact.objects.filter(fact="capacity_confirmed").exists():
        all_is_well(course, at=clock.now() - timedelta(minutes=1), by=osei)
    return deeds.decide_screening(
        course,
        decision=decision,
        reason=REASON,
        words_for_person=words,
        at=clock.now(),
        by=osei,
        person_told=told,
    )


def read(browser: Client, address: str = FOUND) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_before_a_decision_there_is_nothing_to_read(browser: Client, course: Course) -> None:
    assert browser.get(FOUND).status_code == 404
    assert FOUND not in read(browser, TODAY)


@pytest.mark.parametrize(
    ("decision", "says", "paths"),
    [
        ("suitable", "This treatment may suit you<", False),
        ("extra_oversight", "with extra care", False),
        ("not_yet", "Not yet: some things come first", True),
        ("another_path", "Another path is better for you now", True),
    ],
)
def test_each_decision_is_said_plainly_and_a_no_comes_with_other_paths(
    decision: str, says: str, *, paths: bool, course: Course, osei: User, browser: Client
) -> None:
    decide(course, osei, decision)
    page = read(browser)
    assert says in page
    assert all((path.title in page) is paths for path in other_paths())
    assert "Swainson" not in page
    assert ("Sanacora" in page) is paths


def test_the_reason_of_the_team_is_not_shown_and_the_words_for_the_person_are(
    course: Course, osei: User, browser: Client
) -> None:
    decide(course, osei, words="Your heart comes first. We call you on Monday.")
    page = read(browser)
    assert "Your heart comes first. We call you on Monday." in page
    assert REASON not in page


def test_a_finding_is_told_as_it_stood_when_it_was_signed(
    chest_pain: str, course: Course, osei: User, browser: Client, now: datetime
) -> None:
    decide(course, osei)
    later = now + timedelta(days=1)
    deeds.give_fact(
        course.person, "chest_pain_recent", False, origin="clinician", at=later, by=osei
    )
    with clock.at(later):
        assert chest_pain in read(browser)


def test_violence_at_home_never_stands_on_the_persons_page(
    course: Course, ade: Person, osei: User, browser: Client, now: datetime
) -> None:
    deeds.give_fact(ade, "partner_violence", True, origin="clinician", at=now, by=osei)
    row = decide(course, osei)
    assert "SCR-SOC-03" in {each["id"] for each in row.screening["findings"]}
    page = read(browser)
    assert "Your safety comes first" not in page
    assert "make you afraid" not in page


@pytest.mark.parametrize("answer", ["cssrs_plan_or_intent_month", "cssrs_behaviour_lifetime"])
def test_thoughts_of_suicide_bring_help_first_and_no_level(
    answer: str, course: Course, osei: User, browser: Client, now: datetime
) -> None:
    deeds.give_fact(course.person, answer, True, origin="clinician", at=now, by=osei)
    decide(course, osei)
    page = read(browser)
    assert page.index("You do not have to carry it alone") < page.index("Not yet")
    assert page.index("tel:911") < page.index("Not yet") < page.rindex("tel:911")
    for level in ("high", "moderate", "uicid", "talk with you today", "safety plan with you."):
        told = page.split("What we looked at")[1].split("What we still want to know")[0]
        assert level not in told


@pytest.mark.parametrize("answer", [1, 2, 3])
def test_an_item_nine_brings_help_first_and_no_level(
    answer: int, course: Course, osei: User, browser: Client, now: datetime
) -> None:
    deeds.give_fact(course.person, "phq9_item9", answer, origin="clinician", at=now, by=osei)
    row = decide(course, osei)
    assert f"SUI-P{answer}" in {each["id"] for each in row.screening["findings"]}
    page = read(browser)
    assert page.index("You do not have to carry it alone") < page.index("Not yet")
    assert "a few more questions" not in page
    assert "talk with you today" not in page


def test_help_stands_at_the_end_where_nothing_asks_for_it_first(
    course: Course, osei: User, browser: Client
) -> None:
    decide(course, osei)
    page = read(browser)
    assert page.index("Not yet") < page.index("Whom to call") < page.rindex("tel:911")
    assert "You do not have to carry it alone" not in page


def test_help_stands_first_for_thirty_days_and_at_the_end_always(
    course: Course, osei: User, browser: Client, now: datetime
) -> None:
    answer = "cssrs_behaviour_lifetime"
    deeds.give_fact(course.person, answer, True, origin="clinician", at=now, by=osei)
    row = decide(course, osei)
    for passed, first in (
        (telling.HELP_FIRST_FOR - timedelta(minutes=1), True),
        (telling.HELP_FIRST_FOR, False),
    ):
        with clock.at(now + passed):
            page = read(browser)
        assert ("You do not have to carry it alone" in page) is first
        assert page.index("Whom to call") < page.rindex("tel:911")
    with clock.at(now + timedelta(days=1)):
        decide(course, osei)
        assert not telling.of_decision(row, now=clock.now()).help_first


def test_going_on_over_a_stop_never_reads_as_its_opposite(
    course: Course, osei: User, browser: Client, enter: Enter, now: datetime
) -> None:
    deeds.give_fact(course.person, "aneurysm", True, origin="clinician", at=now, by=osei)
    beforehand = reverse("person_will_read", args=[course.pk])
    warned = "You would go on over a stop or a review"
    assert warned in read(enter(osei), f"{beforehand}?decision=suitable")
    assert warned not in read(enter(osei), f"{beforehand}?decision=not_yet")
    decide(course, osei, "suitable")
    page = read(browser)
    assert "We looked closely at: your heart and blood pressure. Your prescriber" in page
    assert "not safe" not in page
    with clock.at(now + timedelta(hours=1)):
        decide(course, osei, "not_yet")
        assert "Ketamine is not safe for you while you have an aneurysm" in read(browser)


def test_after_another_path_nothing_is_asked_and_before_it_911_stands_beside_a_sign(
    course: Course, osei: User, browser: Client, now: datetime
) -> None:
    decide(course, osei)
    page = read(browser)
    sign = screening.fact("chest_pain_recent").ask_person or ""
    assert sign in page
    assert page.index("do not wait for us") < page.index("tel:911") < page.index(sign)
    assert "Some checks by your team are still to come." in page
    assert "alcohol and drugs" not in page
    with clock.at(now + timedelta(hours=1)):
        decide(course, osei, "another_path")
        page = read(browser)
        assert "What we still want to know" not in page
        assert sign not in page


def test_what_comes_next_follows_the_road(
    course: Course, osei: User, ade_user: User, browser: Client
) -> None:
    decide(course, osei, "suitable")
    assert "You read what you agree to" in read(browser)
    document = consent.document(route="iv", practice=str(course.person.practice))
    right = {each.id: each.right for each in consent.read_back_questions("iv")}
    signed: Any = {"name": "Ade Bello", "read_back": right, "choices": {}}
    consents.sign_consent(course, document, **signed, at=clock.now(), by=ade_user)
    assert "You read what you agree to" not in read(browser)
    assert str(road_ahead.MEANWHILE["roadmap"]) in read(browser)


def test_it_is_news_on_the_first_page_until_it_is_read(
    course: Course, osei: User, browser: Client
) -> None:
    row = decide(course, osei)
    assert "Read it" in read(browser, TODAY)
    read(browser)
    read(browser)
    after = read(browser, TODAY)
    assert "Read it" not in after
    assert FOUND in after
    seen = Entry.objects.filter(did=telling.READ)
    assert [entry.about for entry in seen] == [f"screening_decision:{row.pk}"]


def test_a_newer_decision_is_news_again(
    course: Course, osei: User, browser: Client, now: datetime
) -> None:
    decide(course, osei)
    read(browser)
    with clock.at(now + timedelta(days=1)):
        decide(course, osei, "another_path")
        assert "Read it" in read(browser, TODAY)
        assert "Another path is better" in read(browser)


def test_it_is_news_for_fourteen_days(
    course: Course, osei: User, browser: Client, now: datetime
) -> None:
    decide(course, osei)
    for passed, is_news in ((telling.NEWS_FOR, True), (telling.NEWS_FOR + timedelta(1), False)):
        with clock.at(now + passed):
            assert ("Read it" in read(browser, TODAY)) is is_news


def test_a_decision_that_has_run_out_says_that_it_is_looked_at_again(
    course: Course, osei: User, browser: Client
) -> None:
    row = decide(course, osei)
    for moment, ended in ((row.valid_until, False), (row.valid_until + timedelta(hours=1), True)):
        with clock.at(moment):
            assert ("look again before a session" in read(browser)) is ended


def test_a_decision_over_a_stop_waits_for_a_second_doctor(
    course: Course, osei: User, vale: User, browser: Client, now: datetime
) -> None:
    deeds.give_fact(course.person, "aneurysm", True, origin="clinician", at=now, by=osei)
    row = decide(course, osei, "suitable")
    assert "One more doctor" in read(browser)
    deeds.countersign(row, at=now, by=vale)
    assert "One more doctor" not in read(browser)


@pytest.mark.parametrize("fact", ["partner_violence", "cssrs_plan_or_intent_month"])
def test_a_stop_that_is_not_told_does_not_show_in_who_has_to_sign(
    fact: str, course: Course, osei: User, browser: Client, now: datetime
) -> None:
    for name in (fact, "couples_session_planned"):
        deeds.give_fact(course.person, name, True, origin="clinician", at=now, by=osei)
    decide(course, osei, "suitable")
    assert ScreeningDecision.objects.lacking_second(now).exists()
    assert "One more doctor" not in read(browser)


def test_a_companion_and_the_staff_have_no_such_page(
    course: Course, osei: User, rio: User, enter: Enter
) -> None:
    decide(course, osei)
    for user in (rio, osei):
        assert enter(user).get(FOUND).status_code == 403


def test_another_person_reads_only_their_own(
    course: Course, osei: User, bo: Person, enter: Enter
) -> None:
    decide(course, osei)
    assert bo.user is not None
    assert enter(bo.user).get(FOUND).status_code == 404


def test_the_words_of_the_page_read_at_eighth_grade_or_below() -> None:
    page = (TEMPLATES / "parts/what_we_found.html").read_text(encoding="utf-8")
    texts = re.findall(r'translate "([^"]+)"', page)
    assert len(texts) > 15
    assert too_hard(texts) == {}


# what the clinician sees of it


def test_a_clinician_sees_beforehand_what_the_person_will_read(
    chest_pain: str, course: Course, lind: User, enter: Enter
) -> None:
    client, address = enter(lind), reverse("person_will_read", args=[course.pk])
    assert "This treatment may suit you<" in read(client, address)
    page = read(client, f"{address}?decision=another_path")
    assert chest_pain in page
    assert "Not signed yet" in page
    assert client.get(f"{address}?decision=maybe").status_code == 404
    assert not ScreeningDecision.objects.exists()


def test_a_clinician_sees_what_the_person_reads_and_that_is_not_the_persons_reading(
    course: Course, osei: User, marsh: User, enter: Enter
) -> None:
    row = decide(course, osei, words="We call you on Monday.")
    address = reverse("person_reads", args=[row.pk])
    assert "We call you on Monday." in read(enter(osei), address)
    assert not Entry.objects.filter(did=telling.READ).exists()
    assert enter(marsh).get(address).status_code == 404


def test_the_words_are_written_where_the_decision_is_signed(
    course: Course, osei: User, enter: Enter
) -> None:
    client, address = enter(osei), reverse("screening", args=[course.pk])
    assert "Words for the person (they will read this)" in read(client, address)
    told = {"decision": "not_yet", "reason": REASON, "words_for_person": " We call you. "}
    assert client.post(address, told).status_code == 302
    assert ScreeningDecision.objects.get().words_for_person == "We call you."


def test_what_the_person_can_tell_leads_to_where_it_is_answered(
    browser: Client, course: Course, osei: User, enter: Enter
) -> None:
    row = decide(course, osei)
    page = read(browser)
    part = page[page.index("You can tell us") :].split("</details>", maxsplit=1)[0]
    asked = telling.of_decision(row, now=clock.now()).told.questions
    links = re.findall(r'<a href="([^"]+)">', part)
    assert len(links) == len(asked) > 0
    assert [link for link in links if link.startswith("/me/intake/")]
    for link in {*links}:
        assert browser.get(link).status_code == 200
    preview = enter(osei).get(f"/decisions/{row.pk}/person/")
    assert preview.status_code == 200
    assert "/me/intake/" not in preview.content.decode()


def test_every_question_of_the_person_that_intake_asks_has_its_page() -> None:
    for words, name in telling.intake_questions().items():
        assert asking.question(name).id == name
        assert words


@pytest.fixture
def team(osei: User, lind: User) -> tuple[User, User]:
    return osei, lind


def test_bad_news_that_they_did_not_bring_waits_until_a_clinician_has_told_them(
    chest_pain: str, course: Course, team: tuple[User, User], browser: Client, enter: Enter
) -> None:
    osei, lind = team
    row = decide(course, osei, told=False)
    assert FOUND not in read(browser, TODAY)
    page = read(browser)
    assert "Your team wants to talk with you first" in page
    assert chest_pain not in page
    assert "Not yet: some things come first" not in page
    assert not Entry.objects.filter(did=telling.READ).exists()
    assert "does not see this decision yet" in read(enter(osei), f"/decisions/{row.pk}/")
    enter(lind).post(reverse("person_told", args=[row.pk]))
    assert chest_pain in read(browser)
    assert Entry.objects.filter(did="say the person was told", by=lind).count() == 1


def test_what_they_told_us_themselves_is_no_news_to_them(
    course: Course, osei: User, ade_user: User, browser: Client, now: datetime
) -> None:
    intake.answer_intake(course, "aneurysm", "yes", at=now, by=ade_user)
    decide(course, osei, told=False)
    assert "Not yet: some things come first" in read(browser)


@pytest.mark.parametrize("decision", FAVOURABLE)
def test_that_somebody_can_go_on_is_told_at_once(
    decision: str, course: Course, osei: User, browser: Client
) -> None:
    decide(course, osei, decision, told=False)
    assert "This treatment may suit you" in read(browser)


def test_to_say_it_twice_notes_it_once(chest_pain: str, course: Course, osei: User) -> None:
    row = decide(course, osei)
    first = PersonTold.objects.get(decision=row)
    assert deeds.say_told(row, at=clock.now() + timedelta(hours=1), by=osei) == first


JOURNEY = reverse("portal:journey")


@pytest.mark.parametrize("decision", [*road_ahead.DECIDED])
def test_the_road_says_that_it_is_not_yet_or_another_path(
    decision: str, course: Course, osei: User, browser: Client, enter: Enter
) -> None:
    row = decide(course, osei, decision)
    words = str(road_ahead.DECIDED[decision])
    assert course.person.user is not None
    telling.note_reading(row, course.person.user)
    for address in (TODAY, JOURNEY):
        page = read(browser, address)
        assert words in page
        assert str(road_ahead.MEANWHILE["screening"]) not in page
    assert ("Getting ready" in read(browser, TODAY)) is (decision == "not_yet")
    chart = read(enter(osei), reverse("course", args=[course.pk]))
    assert ("Plan a medicine session" in chart) is (decision == "not_yet")


def test_the_road_does_not_tell_what_somebody_has_to_tell_first(
    chest_pain: str, course: Course, osei: User, browser: Client
) -> None:
    decide(course, osei, told=False)
    for address in (TODAY, JOURNEY):
        assert str(road_ahead.DECIDED["not_yet"]) not in read(browser, address)


def test_a_decision_that_is_held_is_not_in_the_copy_of_one_tap(
    team: tuple[User, User], chest_pain: str, course: Course, browser: Client, enter: Enter
) -> None:
    osei, lind = team
    row = decide(course, osei, "another_path", words="We call you on Monday.", told=False)
    copy = read(browser, reverse("portal:export"))
    assert "We call you on Monday." not in copy
    assert "another_path" not in copy
    enter(lind).post(reverse("person_told", args=[row.pk]))
    assert "We call you on Monday." in read(browser, reverse("portal:export"))
