"""A person's own pages: one next thing, help within reach, their own data in their hands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from web.imports.records import bundle, condition
from web.logging_in import Enter

from kapstone import fhir
from kapstone.web.accounts import roles
from kapstone.web.accounts.models import User
from kapstone.web.records import helping
from kapstone.web.records.actions import (
    courses,
    imports,
    messages,
    people,
    psychotherapy,
    questionnaires,
    sessions,
)
from kapstone.web.records.models import (
    Companion,
    Confirmation,
    Course,
    Entry,
    Message,
    Outgoing,
    Person,
    SafetyPlan,
    Session,
    Statement,
)

TODAY, DATA, PLAN = (reverse(f"portal:{name}") for name in ("today", "data", "safety_plan"))
HELP, MESSAGES, WITH = (reverse(f"portal:{name}") for name in ("help", "messages", "with"))


@pytest.fixture
def browser(enter: Enter, ade_user: User) -> Client:
    return enter(ade_user)


@pytest.fixture
def session(course: Course, osei: User, now: datetime) -> Session:
    return sessions.plan_session(
        course,
        route="im",
        planned_for=now + timedelta(hours=4),
        room="Room 2",
        at_home=False,
        at=now,
        by=osei,
    )


@pytest.fixture
def statement(ade: Person, desk: User, now: datetime) -> Statement:
    read = fhir.read_bundle(bundle(condition()), now=now)
    imports.import_record(ade, read, file_name="r.json", same=False, at=now, by=desk)
    return Statement.objects.get()


def text(answer: Any) -> str:
    return str(answer.content.decode())


# today and journey


def test_the_first_page_asks_for_nothing_that_others_carry(browser: Client) -> None:
    page = text(browser.get(TODAY))
    assert ">Go on<" not in page
    assert "We get to know each other in a first call." in page


def test_who_is_reminded_before_the_first_call_finds_the_intake(
    browser: Client, course: Course, desk: User, now: datetime
) -> None:
    page = text(browser.get(TODAY))
    assert reverse("portal:intake") in page
    assert "Nothing for you to do now" not in page
    courses.hold_consultation(
        course, {"minutes": 20, "brings": "x", "fit": False, "why": "y"}, at=now, by=desk
    )
    assert reverse("portal:intake") not in text(browser.get(TODAY))


def test_questionnaires_have_their_names_and_titles_of_their_own(
    browser: Client, course: Course, desk: User, now: datetime
) -> None:
    times = {"opens_at": now, "due_at": now, "closes_at": now + timedelta(days=2)}
    asked = {"phq9": "PHQ-9", "gad7": "GAD-7", "cssrs-screener": "C-SSRS screener"}
    for name in asked:
        questionnaires.assign_sheet(course, name, anchor="now", at=now, by=desk, **times)
    page = text(browser.get(TODAY))
    for name, short in asked.items():
        assert short in page
        assert name.upper() not in page
    assert page.count("How ") == page.count("?</h2>") == len(asked)


def test_after_the_first_call_the_one_next_thing_is_the_intake(
    browser: Client, course: Course, desk: User, now: datetime
) -> None:
    courses.hold_consultation(
        course, {"minutes": 20, "brings": "x", "fit": True, "why": "y"}, at=now, by=desk
    )
    page = text(browser.get(TODAY))
    assert page.count(">Go on<") == 1
    assert reverse("portal:intake") in page
    assert "stopped at" not in page


def test_the_day_of_the_medicine_shows_what_is_still_to_be_answered(
    browser: Client, session: Session
) -> None:
    page = text(browser.get(TODAY))
    assert ", 12:00" in page
    assert "Room 2" in page
    assert "not answered yet" in page
    assert reverse("portal:session", args=[session.pk]) in page


def test_a_later_session_does_not_ask_today(
    browser: Client, course: Course, osei: User, now: datetime
) -> None:
    sessions.plan_session(
        course,
        route="im",
        planned_for=now + timedelta(days=2),
        room="",
        at_home=False,
        at=now,
        by=osei,
    )
    assert "not answered yet" not in text(browser.get(TODAY))


def test_a_new_message_is_counted_until_it_is_read(
    browser: Client, ade: Person, lind: User, now: datetime
) -> None:
    messages.send_message(ade, text="See you soon", at=now, by=lind)
    assert "1 new" in text(browser.get(TODAY))
    earlier = reverse("portal:earlier_messages")
    assert earlier in text(browser.get(MESSAGES))
    assert "1 new" in text(browser.get(TODAY)), "the list alone reads nothing"
    assert "See you soon" in text(browser.get(earlier))
    assert "1 new" not in text(browser.get(TODAY))


def test_the_journey_says_where_the_person_is_in_plain_words(browser: Client) -> None:
    page = text(browser.get(reverse("portal:journey")))
    assert page.count('aria-current="step"') == 1
    assert "First call" in page
    assert "blocked" not in page


# messages, help, safety plan


def test_the_messages_say_that_nobody_watches_and_whom_to_call(
    browser: Client, ade: Person
) -> None:
    page = text(browser.get(MESSAGES))
    assert "Nobody watches them at night" in page
    assert ade.practice.crisis_line in page
    assert ade.practice.emergency_number in page


@pytest.mark.parametrize(("length", "status"), [(5_000, 302), (5_001, 422)])
def test_a_message_too_long_is_refused_whole_and_stays_on_the_page(
    length: int, status: int, browser: Client
) -> None:
    answer = browser.post(MESSAGES, {"text": "a" * length})
    assert answer.status_code == status
    assert Message.objects.count() == (status == 302)
    if status == 422:
        assert "a" * length in text(answer)


def test_an_empty_message_is_refused(browser: Client) -> None:
    answer = browser.post(MESSAGES, {"text": "  "})
    assert answer.status_code == 422
    assert "Write something first." in text(answer)


def test_help_gives_the_numbers_of_the_practice(browser: Client, ade: Person) -> None:
    ade.practice.crisis_line = "Night line 555 0199"
    ade.practice.emergency_number = "112"
    ade.practice.save()
    page = text(browser.get(HELP))
    assert "Night line 555 0199" in page
    assert 'href="tel:112"' in page


def test_a_safety_plan_is_kept_and_a_newer_one_stands_in_for_it(
    browser: Client, ade: Person
) -> None:
    first = {"sign_1": "I stop answering", "clinician_phone": "555 0111", "review_on": "2026-12-01"}
    assert browser.post(PLAN, first)["Location"] == HELP
    browser.post(PLAN, first | {"sign_1": "I stop sleeping"})
    page = text(browser.get(HELP))
    assert "I stop sleeping" in page
    assert "I stop answering" not in page
    assert 'href="tel:5550111"' in page
    assert SafetyPlan.objects.standing().get().fields["review_on"] == "2026-12-01"
    assert SafetyPlan.objects.filter(person=ade).count() == 2
    assert "I stop sleeping" in text(browser.get(PLAN))


def test_a_plan_that_a_clinician_wrote_can_be_kept_by_its_person(
    browser: Client, ade: Person, lind: User, now: datetime
) -> None:
    """A number with words beside it is as good on the phone as on the desk."""
    at_night = "+1 555 0100, then 2; the answering service calls back"
    written = {"sign_1": "I go quiet", "practice_after_hours_phone": at_night}
    courses.make_safety_plan(ade, written, at=now, by=lind)
    browser.post(PLAN, written | {"sign_1": "I stop sleeping"})
    kept = SafetyPlan.objects.standing().get().fields
    assert kept["sign_1"] == "I stop sleeping"
    assert kept["practice_after_hours_phone"] == at_night


@pytest.mark.parametrize("wrong", [{}, {"sign_1": " "}, {"review_on": "soon", "sign_1": "Mine"}])
def test_a_plan_that_cannot_be_kept_changes_nothing(wrong: dict[str, str], browser: Client) -> None:
    answer = browser.post(PLAN, wrong)
    assert answer.status_code == 422
    assert wrong.get("sign_1", "").strip() in text(answer)
    assert not SafetyPlan.objects.exists()


# my data


@pytest.mark.parametrize(("said", "kept"), [("yes", True), ("no", False), ("unsure", None)])
def test_the_word_of_the_person_stands_beside_the_record(
    said: str, kept: bool | None, browser: Client, statement: Statement
) -> None:
    browser.post(reverse("portal:confirm", args=[statement.pk]), {"answer": said})
    assert Confirmation.objects.get().answer is kept
    assert "to answer" not in text(browser.get(DATA))


def test_a_changed_mind_is_what_the_page_shows(browser: Client, statement: Statement) -> None:
    for said in ("yes", "no"):
        browser.post(reverse("portal:confirm", args=[statement.pk]), {"answer": said})
    page = text(browser.get(DATA))
    assert "you said no" in page
    assert "you said yes" not in page
    assert Confirmation.objects.count() == 2


def test_no_answer_is_not_an_answer(browser: Client, statement: Statement) -> None:
    browser.post(reverse("portal:confirm", args=[statement.pk]), {"answer": "maybe"})
    assert not Confirmation.objects.exists()
    assert "1 to answer" in text(browser.get(DATA))


def test_who_looked_is_shown_and_the_own_looks_are_not(
    browser: Client, enter: Enter, course: Course, osei: User
) -> None:
    enter(osei).get(reverse("course", args=[course.pk]))
    browser.get(DATA)
    page = text(browser.get(DATA))
    assert "Osei: looked at your chart" in page
    assert "Ade Bello:" not in page


GIVEN = {"name": "Rio Bello", "email": "rio@example.org", "relation": "partner"}


def test_somebody_is_let_in_and_let_go(browser: Client, ade: Person, enter: Enter) -> None:
    assert browser.post(reverse("portal:let_in"), GIVEN).status_code == 302
    companion = Companion.objects.get()
    door = enter(companion.user)
    page = reverse("portal:with_person", args=[ade.pk])
    assert door.get(page).status_code == 200
    assert browser.post(reverse("portal:let_go", args=[companion.pk])).status_code == 302
    assert door.get(page).status_code == 404
    assert "Nobody has let you in" in text(door.get(WITH))


@pytest.mark.parametrize(
    "wrong",
    [{"email": "rio"}, {"name": ""}, {"email": ""}, {"email": "Ade@example.org"}],
    ids=["no address", "no name", "no e-mail", "own e-mail"],
)
def test_letting_in_keeps_what_was_typed_when_it_is_refused(
    wrong: dict[str, str], browser: Client
) -> None:
    answer = browser.post(reverse("portal:let_in"), GIVEN | wrong)
    assert answer.status_code == 422
    assert 'value="partner"' in text(answer)
    assert not Companion.objects.exists()


def test_whom_one_lets_in_is_written_to_and_told_nothing_of_the_person(
    browser: Client, ade: Person
) -> None:
    told = {"name": "Kit", "email": "kit@example.org", "relation": "sister"}
    answer = browser.post("/me/data/companions/", told, follow=True)
    assert "We write to kit@example.org how to come in." in answer.content.decode()
    row = Outgoing.objects.get(to="kit@example.org")
    assert "/enter/" in row.text
    for word in (ade.given, ade.family, "ketamine", "medicine", "treat"):
        assert word not in row.subject + row.text


def test_nobody_is_let_in_twice(browser: Client) -> None:
    browser.post(reverse("portal:let_in"), GIVEN)
    assert browser.post(reverse("portal:let_in"), GIVEN).status_code == 422
    assert Companion.objects.count() == 1


@pytest.fixture
def a_full_chart(course: Course, bo: Person, lind: User, marsh: User, now: datetime) -> None:
    courses.write_note(course, kind="clinical", text="Sleeps better", at=now, by=lind)
    psychotherapy.write_psychotherapy_note(course, text="Only mine", at=now, by=lind)
    messages.send_message(bo, text="About Bo", at=now, by=marsh)
    kit = people.add_person({"given": "Kit", "family": "Moss"}, at=now, by=lind).person
    people.link_couple(course.person, kit, at=now, by=lind)


@pytest.mark.usefixtures("a_full_chart", "rio")
def test_the_export_leaves_out_what_is_not_theirs_and_what_staff_note(
    browser: Client, statement: Statement
) -> None:
    answer = browser.get(reverse("portal:export"))
    assert answer["Content-Disposition"].startswith("attachment")
    content = text(answer)
    assert "Only mine" not in content
    assert "About Bo" not in content
    tables = answer.json()
    assert tables["person"][0]["family"] == "Bello"
    assert "Sleeps better" not in content
    assert tables["statements"][0]["text"] == "Migraine"
    assert tables["statements"][0]["by"] == "Desk"
    assert tables["companions"][0]["user"] == "Rio Bello"
    assert "couples" not in tables
    assert Entry.objects.filter(did="export my data", person=statement.person).count() == 1


# companions


def test_a_companion_is_led_to_the_person_they_stand_beside(enter: Enter, rio: User) -> None:
    answer = enter(rio).get(TODAY)
    assert answer["Location"] == WITH


CRISIS_PAGES = ("portal/help_now.html", "portal/help.html", "portal/with_person.html")


@pytest.mark.parametrize("page", [*CRISIS_PAGES, "portal/messages.html"])
def test_the_crisis_line_is_one_tap_away(page: str, ade: Person) -> None:
    words = {"practice": ade.practice, "person": ade, "help": helping.at_hand(ade.practice, ade)}
    shown = render_to_string(page, words)
    assert '<a href="tel:988">988 Suicide and Crisis Lifeline</a>' in shown


def test_the_companion_reads_the_way_home_and_nothing_of_the_chart(
    enter: Enter, rio: User, ade: Person, session: Session, statement: Statement
) -> None:
    page = text(enter(rio).get(reverse("portal:with_person", args=[ade.pk])))
    assert ", 12:00" in page
    assert "No driving until the next day, after a night of sleep." in page
    assert ade.practice.emergency_number in page
    for clinical in ("Migraine", "muscle", "depression", " mg"):
        assert clinical not in page
    assert Entry.objects.filter(did="see companion page", person=ade).count() == 1


def test_a_companion_can_call_for_help_without_a_plan_of_their_own(enter: Enter, rio: User) -> None:
    page = text(enter(rio).get(HELP))
    assert "911" in page
    assert PLAN not in page


def test_two_people_in_care_can_stand_beside_each_other(
    enter: Enter, ade_user: User, ade: Person, desk: User, now: datetime
) -> None:
    """A patient who is let in sees the companion's page of the other, and nothing else of them."""
    other = people.add_person(
        {"given": "Cam", "family": "Bello", "email": "cam@example.org"}, at=now, by=desk
    ).person
    people.let_in(other, name="Ade", email="ade@example.org", relation="partner", at=now, by=desk)
    ade_user.refresh_from_db()
    assert set(ade_user.roles) == {roles.PATIENT, roles.COMPANION}
    browser = enter(ade_user)
    assert "Good morning, Ade" in text(browser.get(TODAY))
    assert browser.get(reverse("portal:with_person", args=[other.pk])).status_code == 200
    assert not Person.objects.visible_to(ade_user).filter(pk=other.pk).exists()
