"""The pages of the plan: who reads, who writes, and whose notes are whose."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import courses, drafts, people
from kapstone.web.records.models import (
    CareTeam,
    Course,
    Draft,
    Note,
    Preparation,
    Roadmap,
    SafetyPlan,
)

PLAN = {
    "preparation": 2,
    "medicine": 6,
    "integration": 6,
    "route": "iv",
    "days_between": 4,
    "review_after": 6,
    "words": "Slowly, and with breaks.",
}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def at(name: str, course: Course) -> str:
    return reverse(name, args=[course.pk])


def test_a_template_fills_the_form_and_saves_nothing(
    enter: Enter, osei: User, course: Course
) -> None:
    page = text(enter(osei).get(at("roadmap", course) + "?begin=im_kap"))
    assert '<option value="im" selected>' in page
    assert "Begun from" in page
    assert not Roadmap.objects.exists()


def test_a_plan_is_saved_shown_as_walked_and_kept_in_versions(
    enter: Enter, lind: User, course: Course
) -> None:
    client = enter(lind)
    client.post(at("roadmap", course), PLAN)
    client.post(at("roadmap", course), {**PLAN, "medicine": 8, "review_after": 4})
    page = text(client.get(at("roadmap", course)))
    assert "<b>Medicine 8</b>" in page
    assert "6 medicine" in page
    assert "Slowly, and with breaks." in page
    assert Roadmap.objects.count() == 2


def test_a_refused_plan_keeps_what_was_typed(enter: Enter, osei: User, course: Course) -> None:
    page = enter(osei).post(at("roadmap", course), {**PLAN, "review_after": 9})
    assert page.status_code == 422
    assert "Review after medicine session 1 to 6." in text(page)
    assert "Slowly, and with breaks." in text(page)


@pytest.mark.parametrize("name", ["roadmap", "preparation", "safety_plan"])
def test_a_session_monitor_reads_the_plan_and_does_not_write_it(
    enter: Enter, abara: User, course: Course, name: str
) -> None:
    client = enter(abara)
    page = client.get(at(name, course))
    assert page.status_code == 200
    assert "Save" not in text(page)
    assert client.post(at(name, course), PLAN).status_code == 403


def test_the_team_is_chosen_from_those_who_do_the_work(
    enter: Enter, osei: User, lind: User, abara: User, course: Course
) -> None:
    client = enter(osei)
    chosen = {"prescriber": osei.pk, "therapist": lind.pk}
    assert client.post(at("team", course), chosen).status_code == 302
    assert client.post(at("team", course), {"therapist": abara.pk}).status_code == 422
    team = CareTeam.objects.standing().get()
    assert (team.prescriber, team.therapist) == (osei, lind)


def test_what_the_person_wrote_at_home_waits_for_the_therapist(
    enter: Enter, ade_user: User, lind: User, course: Course
) -> None:
    mine = reverse("portal:preparation")
    client = enter(ade_user)
    assert "checked>" not in text(client.get(mine))
    client.post(mine, {"music": "calm", "touch": ["hand"]})
    client.post(reverse("portal:own_answer", args=["intention"]), {"answer": "To stop bracing"})
    row = Preparation.objects.get()
    assert (row.held, row.comforts) == (False, {"music": "calm", "touch": ["hand"]})
    page = text(enter(lind).get(at("preparation", course)))
    assert "written at home" in page
    assert "To stop bracing" in page
    assert "Music: Calm, without words" in page
    assert "Touch: A hand to hold" in page


def test_a_held_session_says_whether_expectations_were_gone_through(
    enter: Enter, lind: User, course: Course
) -> None:
    client = enter(lind)
    client.post(at("preparation", course), {"worries": "Losing control"})
    assert "expectations still to go through" in text(client.get(at("preparation", course)))
    client.post(at("preparation", course), {"expectations_read": "on"})
    assert "expectations gone through" in text(client.get(at("preparation", course)))
    assert [row.held for row in Preparation.objects.all()] == [True, True]


def test_a_choice_that_is_not_offered_is_refused(
    enter: Enter, ade_user: User, course: Course
) -> None:
    mine = reverse("portal:preparation")
    answer = enter(ade_user).post(mine, {"music": "drums", "voice_how": "Stay"})
    assert answer.status_code == 422
    assert "Stay" in text(answer)
    assert not Preparation.objects.exists()


def test_what_to_expect_is_of_the_planned_route(
    enter: Enter, ade_user: User, osei: User, course: Course, now: datetime
) -> None:
    mine = reverse("portal:preparation")
    client = enter(ade_user)
    assert "The drip runs" not in text(client.get(mine))
    courses.plan_roadmap(course, PLAN, at=now, by=osei)
    page = text(client.get(mine))
    assert "The drip runs for 40 to 60 minutes." in page
    assert "You feel the spray" not in page


def test_a_safety_plan_always_names_where_to_call(enter: Enter, lind: User, course: Course) -> None:
    client = enter(lind)
    client.post(at("safety_plan", course), {"sign_1": "I go quiet", "medicines_by": "2026-11-09"})
    page = text(client.get(at("safety_plan", course)))
    assert "I go quiet" in page
    assert "988 Suicide and Crisis Lifeline" in page
    assert SafetyPlan.objects.get().fields["medicines_by"] == "2026-11-09"


def test_an_empty_safety_plan_is_refused(enter: Enter, lind: User, course: Course) -> None:
    answer = enter(lind).post(at("safety_plan", course), {"sign_1": " "})
    assert answer.status_code == 422
    assert "begin with one line" in text(answer)


def test_a_draft_of_a_note_is_kept_and_gone_when_it_is_saved(
    enter: Enter, osei: User, course: Course, now: datetime
) -> None:
    client = enter(osei)
    drafts.keep_draft(osei, f"note-{course.pk}", "Half a sent", at=now)
    page = text(client.get(at("notes", course)))
    assert "Half a sent" in page
    assert f'data-draft="note-{course.pk}"' in page
    client.post(at("notes", course), {"kind": "clinical", "text": "A whole sentence."})
    assert not Draft.objects.exists()
    assert Note.objects.get().text == "A whole sentence."


def test_a_correction_shows_both(enter: Enter, osei: User, course: Course) -> None:
    client = enter(osei)
    client.post(at("notes", course), {"kind": "clinical", "text": "Slept wel"})
    first = Note.objects.get()
    address = f"{at('notes', course)}?corrects={first.pk}"
    assert "Slept wel" in text(client.get(address))
    client.post(address, {"kind": "clinical", "text": "Slept well"})
    page = text(client.get(at("notes", course)))
    assert "Slept well</p>" in page
    assert "Slept wel</p>" in page
    assert client.post(address, {"kind": "clinical", "text": "Third"}).status_code == 422


def test_a_note_without_words_keeps_its_kind(enter: Enter, osei: User, course: Course) -> None:
    answer = enter(osei).post(at("notes", course), {"kind": "call", "text": ""})
    assert answer.status_code == 422
    assert '<option value="call" selected>' in text(answer)


@pytest.mark.parametrize("name", ["roadmap", "preparation", "safety_plan", "notes"])
def test_another_practice_finds_nothing(
    enter: Enter, marsh: User, course: Course, name: str
) -> None:
    assert enter(marsh).get(at(name, course)).status_code == 404


def test_a_safety_plan_names_where_to_call_in_the_persons_own_country(
    enter: Enter, lind: User, course: Course, now: datetime
) -> None:
    people.correct_details(course.person, {"country": "NZ"}, by=lind)
    courses.make_safety_plan(course.person, {"sign_1": "No sleep"}, at=now, by=lind)
    page = enter(lind).get(reverse("safety_plan", args=[course.pk])).content.decode()
    assert "call or text 1737" in page
    assert "In danger right now: call 111" in page
    assert not re.search(r"\b988\b", re.sub(r'data-now="[^"]*"', "", page))
