"""The page of what is asked when and why, the tracks on it, and the minutes on a person's Today."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from web.logging_in import Enter

from kapstone.instruments import TrackRow
from kapstone.web.accounts.models import User
from kapstone.web.records import copies, tracks
from kapstone.web.records.actions import courses, following, questionnaires, sessions
from kapstone.web.records.models import Couple, Course, CourseTracks, Person, Session, Sheet

DAY = timedelta(days=1)
MOOD = TrackRow(id="mood", title="Mood", words="-", suggested_by=("phq9",), basis="DEFAULT")


CALL = {"minutes": 20, "brings": "Low mood", "fit": True, "why": "They want to come."}


@pytest.fixture
def called(course: Course, desk: User, now: datetime) -> Course:
    """Their first call was today."""
    courses.hold_consultation(course, CALL, at=now, by=desk)
    return course


@pytest.fixture
def planned(course: Course, lind: User, now: datetime) -> Session:
    """Their first call was long ago, and their first dose is in four days."""
    courses.hold_consultation(course, CALL, at=now - 60 * DAY, by=lind)
    session = sessions.plan_session(course, route="iv", planned_for=now + 4 * DAY, at=now, by=lind)
    questionnaires.schedule_due(course, at=now, by=lind)
    return session


def page(enter: Enter, user: User, course: Course) -> str:
    answer = enter(user).get(reverse("asking", args=[course.pk]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def visit(text: str, day: str) -> str:
    """The part of the page about one day."""
    return text.partition(f'aria-labelledby="v-{day}"')[2].partition("</section>")[0]


def test_the_page_says_what_is_due_when_and_why(
    enter: Enter, lind: User, called: Course, now: datetime
) -> None:
    sessions.plan_session(called, route="iv", planned_for=now + 20 * DAY, at=now, by=lind)
    questionnaires.schedule_due(called, at=now, by=lind)
    text = page(enter, lind, called)
    assert "with the first call" in visit(text, "2026-11-03")
    assert "Baseline, in the week before the first dose" in visit(text, "2026-11-20")
    after = visit(text, "2026-11-24")
    assert "24 hours after a dose" in after
    assert "once the dose is given" in after
    assert "min" in visit(text, "2026-11-03")


def test_what_is_left_out_is_named_with_the_reason(
    enter: Enter, lind: User, called: Course, now: datetime
) -> None:
    questionnaires.ask_now(called, "phq9", at=now, by=lind)
    assert "PHQ-9 left out: asked on 3 Nov" in visit(page(enter, lind, called), "2026-11-03")


def test_what_closed_before_anybody_was_asked_stands_as_missed(
    enter: Enter, lind: User, course: Course, now: datetime
) -> None:
    courses.hold_consultation(course, CALL, at=now - 60 * DAY, by=lind)
    text = page(enter, lind, course)
    assert "nobody was asked in time" in visit(text, "2026-09-04")
    assert "? missed" in visit(text, "2026-09-04")


def test_a_form_whose_terms_wait_is_not_called_one_without_its_text(
    enter: Enter, lind: User, course: Course, planned: Session
) -> None:
    text = page(enter, lind, course)
    lines = [each.partition("</li>")[0] for each in text.split("<li>")[1:]]
    about = [each for each in lines if "WHO-5" in each and "left out" in each]
    assert about
    assert all("its terms are not agreed, see Forms" in each for each in about)


@pytest.mark.parametrize(
    ("concern", "track"),
    [
        ("Post-traumatic stress disorder", "trauma"),
        ("PTSD", "trauma"),
        ("Chronic pain", "pain"),
        ("Depression", None),
        ("", None),
    ],
)
def test_the_reason_for_the_course_suggests_its_track(
    concern: str, track: str | None, course: Course
) -> None:
    course.concern = concern
    found = [each.track.id for each in tracks.suggested(course, [])]
    assert found == ([track] if track else [])


def test_what_is_further_ahead_than_three_days_is_folded(
    enter: Enter, lind: User, course: Course, planned: Session
) -> None:
    text = page(enter, lind, course)
    assert text.partition("<b>Later</b>")[0].count('class="visit"') == 3


def test_a_sheet_that_moved_says_from_when(
    enter: Enter, lind: User, course: Course, planned: Session, now: datetime
) -> None:
    sessions.move_session(planned, route="iv", planned_for=now + 20 * DAY, at=now, by=lind)
    assert "moved from 4 Nov" in page(enter, lind, course)


def test_a_withdrawn_sheet_says_so_on_both_pages(
    enter: Enter, lind: User, course: Course, planned: Session, now: datetime
) -> None:
    sessions.move_session(
        planned, route="iv", planned_for=now + 4 * DAY, cancelled=True, at=now, by=lind
    )
    assert "the plan has changed" in page(enter, lind, course)
    followup = enter(lind).get(reverse("followup", args=[course.pk])).content.decode()
    assert "withdrawn" in followup


def test_tracks_are_chosen_on_the_page(enter: Enter, lind: User, course: Course) -> None:
    to = reverse("choose_tracks", args=[course.pk])
    assert enter(lind).post(to, {"tracks": ["trauma", "pain"]}).status_code == 302
    assert CourseTracks.objects.get().tracks == ["pain", "trauma"]
    ticked = [row for row in page(enter, lind, course).split("<input") if " checked" in row]
    assert ["trauma" in ticked[0], "pain" in ticked[1], len(ticked)] == [True, True, 2]
    assert enter(lind).post(to, {"tracks": ["moon"]}).status_code == 422


def test_who_may_not_plan_reads_the_tracks_and_has_no_form(
    enter: Enter, abara: User, lind: User, course: Course, now: datetime
) -> None:
    following.choose_tracks(course, ["pain"], at=now, by=lind)
    text = page(enter, abara, course)
    assert "<b>Pain</b>" in text
    assert "Save the tracks" not in text


def answered(course: Course, by: User, value: float, now: datetime) -> None:
    sheet = questionnaires.ask_now(course, "phq9", at=now, by=by)
    for item in ("interest", "mood", "sleep", "energy", "appetite", "failure"):
        questionnaires.answer_item(sheet, item, value, at=now, by=by)
    questionnaires.take_down(
        sheet, {"concentration": 0, "movement": 0, "self_harm": 0}, finish=True, at=now, by=by
    )


@pytest.mark.parametrize(("value", "suggests"), [(2, True), (1, False)])
def test_a_positive_screen_suggests_a_track_and_chooses_none(
    course: Course, lind: User, now: datetime, value: float, suggests: bool
) -> None:
    answered(course, lind, value, now)
    found = [each.words for each in tracks.suggested(course, [], [MOOD])]
    assert found == (["PHQ-9 positive on 3 Nov"] if suggests else [])
    assert tracks.suggested(course, ["mood"], [MOOD]) == []
    assert not CourseTracks.objects.exists()


def test_a_partner_on_the_road_suggests_the_couples_track(
    course: Course, ade: Person, bo: Person, lind: User, now: datetime
) -> None:
    assert tracks.suggested(course, []) == []
    Couple.objects.create(person=ade, partner=bo, at=now, by=lind)
    [only] = tracks.suggested(course, [])
    assert only.track.id == "couples"


def test_the_person_reads_how_many_minutes_it_takes(
    enter: Enter, ade_user: User, called: Course, now: datetime
) -> None:
    today = reverse("portal:today")
    assert "Your questions today take" not in enter(ade_user).get(today).content.decode()
    questionnaires.schedule_due(called, at=now, by=called.by)
    assert Sheet.objects.exists()
    text = enter(ade_user).get(today).content.decode()
    assert "Your questions today take about" in text


def test_a_sheet_that_has_moved_is_shut(
    enter: Enter, ade_user: User, lind: User, planned: Session, now: datetime
) -> None:
    old = Sheet.objects.get(instrument="phq9", anchor="baseline-3d")
    sessions.move_session(planned, route="iv", planned_for=now + 20 * DAY, at=now, by=lind)
    shut = enter(ade_user).get(reverse("portal:sheet", args=[old.pk])).content.decode()
    assert "These questions have closed" in shut


def test_tracks_are_no_part_of_the_copy_on_a_phone(
    course: Course, lind: User, now: datetime
) -> None:
    following.choose_tracks(course, ["substance"], at=now, by=lind)
    assert "substance" not in copies.as_file(copies.for_phone(course.person)).decode()
    assert "substance" in copies.as_file(copies.full(course.person)).decode()


def test_the_page_costs_the_same_however_many_sheets(
    enter: Enter, lind: User, course: Course, planned: Session, now: datetime
) -> None:
    client, to = enter(lind), reverse("asking", args=[course.pk])
    with CaptureQueriesContext(connection) as few:
        client.get(to)
    for name in ("phq2", "cssrs-since", "cssrs-screener"):
        questionnaires.ask_now(course, name, at=now, by=lind)
    with CaptureQueriesContext(connection) as many:
        client.get(to)
    assert len(many) <= len(few)
