"""When the plan changes, what nobody has begun moves with it; nothing is lost in silence."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kapstone import instruments
from kapstone.web.accounts.models import User
from kapstone.web.records import schedule, sheets, worker
from kapstone.web.records.actions import appointments, courses, following, questionnaires, sessions
from kapstone.web.records.models import (
    Course,
    CourseTracks,
    Entry,
    FormLicence,
    Session,
    Sheet,
    SheetWithdrawal,
)
from kapstone.web.records.refusals import Refused

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def fit(course: Course, desk: User, now: datetime) -> Course:
    told = {"minutes": 20, "brings": "Low mood", "fit": True, "why": "They want to come."}
    courses.hold_consultation(course, told, at=now - 60 * DAY, by=desk)
    return course


@pytest.fixture
def planned(fit: Course, lind: User, now: datetime) -> Session:
    """A first dose in three days; its baseline has been asked."""
    session = sessions.plan_session(fit, route="iv", planned_for=now + 3 * DAY, at=now, by=lind)
    questionnaires.schedule_due(fit, at=now, by=lind)
    return session


def standing(course: Course, instrument: str) -> Sheet:
    found: Sheet = Sheet.objects.standing().get(course=course, instrument=instrument)
    return found


def move(session: Session, to: datetime, at: datetime, by: User) -> None:
    sessions.move_session(session, route="iv", planned_for=to, at=at, by=by)


def test_a_moved_dose_moves_the_sheets_that_nobody_has_begun(
    planned: Session, fit: Course, lind: User, now: datetime
) -> None:
    before = standing(fit, "phq9")
    move(planned, now + 10 * DAY, now, lind)
    after = standing(fit, "phq9")
    assert after.corrects == before
    assert (after.anchor, after.again) == (before.anchor, 1)
    assert (after.opens_at, after.closes_at) == (now + 3 * DAY, now + 10 * DAY)
    assert Sheet.objects.filter(pk=before.pk).exists()


def test_a_begun_sheet_stays_where_it_is(
    planned: Session, fit: Course, ade_user: User, lind: User, now: datetime
) -> None:
    begun = standing(fit, "phq9")
    questionnaires.answer_item(begun, "interest", 1, at=now, by=ade_user)
    move(planned, now + 4 * DAY, now, lind)
    assert standing(fit, "phq9") == begun
    assert standing(fit, "gad7").corrects is not None


def test_a_session_that_is_called_off_withdraws_what_hung_on_it_and_says_so(
    planned: Session, fit: Course, lind: User, now: datetime
) -> None:
    sheet = standing(fit, "phq9")
    appointments.move_session(
        planned, route="iv", planned_for=now + 3 * DAY, cancelled=True, at=now, by=lind
    )
    assert not Sheet.objects.standing().filter(course=fit).exists()
    assert SheetWithdrawal.objects.get(sheet=sheet).reason == "the plan has changed"
    assert Entry.objects.filter(did="withdraw sheet", about=f"sheet:{sheet.pk}").exists()
    assert {row.state for row in sheets.listed(fit, now)} == {"withdrawn"}


def test_a_session_planned_anew_asks_anew(
    planned: Session, fit: Course, lind: User, now: datetime
) -> None:
    sessions.move_session(
        planned, route="iv", planned_for=now + 3 * DAY, cancelled=True, at=now, by=lind
    )
    sessions.plan_session(fit, route="iv", planned_for=now + 5 * DAY, at=now, by=lind)
    questionnaires.schedule_due(fit, at=now, by=lind)
    assert standing(fit, "phq9").again == 1


def test_moving_back_and_forth_keeps_every_row(
    planned: Session, fit: Course, lind: User, now: datetime
) -> None:
    for days in (10, 3, 10):
        move(planned, now + days * DAY, now, lind)
    rows = Sheet.objects.filter(course=fit, instrument="phq9").order_by("again")
    assert [row.again for row in rows] == [0, 1, 2, 3]
    assert standing(fit, "phq9").opens_at == now + 3 * DAY


def test_nothing_moves_when_a_session_moves_by_minutes(
    planned: Session, fit: Course, lind: User, now: datetime
) -> None:
    before = standing(fit, "phq9")
    move(planned, now + 3 * DAY + timedelta(minutes=30), now, lind)
    assert standing(fit, "phq9") == before


def test_risk_answered_for_a_dose_is_asked_again_when_the_dose_moves_on(
    fit: Course, ade_user: User, lind: User, now: datetime
) -> None:
    session = sessions.plan_session(fit, route="iv", planned_for=now + HOUR, at=now, by=lind)
    questionnaires.schedule_due(fit, at=now, by=lind)
    first = standing(fit, "cssrs-since")
    for item in ("wish_dead", "thoughts", "behavior"):
        questionnaires.answer_item(first, item, 0, at=now, by=ade_user)
    questionnaires.finish_sheet(first, at=now, by=ade_user)
    later = now + 3 * DAY
    move(session, later, now, lind)
    made = questionnaires.schedule_due(fit, at=later - HOUR, by=lind)
    assert "cssrs-since" in {sheet.instrument for sheet in made}
    assert first.sheetscore_set.exists()


def test_a_risk_check_that_closed_unanswered_is_asked_for_the_new_day(
    fit: Course, lind: User, now: datetime
) -> None:
    session = sessions.plan_session(fit, route="iv", planned_for=now + HOUR, at=now, by=lind)
    questionnaires.schedule_due(fit, at=now, by=lind)
    missed = standing(fit, "cssrs-since")
    move(session, now + 3 * DAY, now + 2 * HOUR, lind)
    assert standing(fit, "cssrs-since").corrects == missed


def test_answers_on_a_sheet_that_has_moved_are_sent_to_the_one_that_stands(
    planned: Session, fit: Course, ade_user: User, lind: User, now: datetime
) -> None:
    before = standing(fit, "phq9")
    move(planned, now + 10 * DAY, now, lind)
    with pytest.raises(Refused) as refused:
        questionnaires.answer_item(before, "interest", 1, at=now, by=ade_user)
    assert refused.value.code == "gone"


def test_what_was_asked_by_hand_is_never_withdrawn(fit: Course, lind: User, now: datetime) -> None:
    by_hand = questionnaires.ask_now(fit, "phq9", at=now, by=lind)
    following.follow_plan(fit, at=now, by=lind)
    assert standing(fit, "phq9") == by_hand


def test_asking_by_hand_withdraws_the_sheet_that_would_ask_the_same_again(
    planned: Session, fit: Course, lind: User, now: datetime
) -> None:
    sheet = standing(fit, "gad7")
    Sheet.objects.create(
        course=fit,
        instrument="gad7",
        version="2006",
        anchor="asked-by-hand",
        opens_at=now,
        due_at=now,
        closes_at=now + DAY,
        at=now,
        by=lind,
    )
    questionnaires.schedule_due(fit, at=now, by=lind)
    assert "asked on 3 Nov" in SheetWithdrawal.objects.get(sheet=sheet).reason


def test_the_worker_follows_a_plan_that_a_gap_left_behind(
    planned: Session, fit: Course, lind: User, now: datetime
) -> None:
    sessions.write_plan(
        planned,
        route="iv",
        planned_for=now + 9 * DAY,
        corrects=planned.sessionplan_set.standing().get(),
        at=now,
        by=lind,
    )
    assert worker.ask_due(now) == 0
    assert standing(fit, "phq9").again == 1
    assert not schedule.changes(Course.objects.all(), now=now)


def test_a_longer_road_asks_on_week_by_week(
    fit: Course, lind: User, osei: User, now: datetime
) -> None:
    given = sessions.plan_session(fit, route="iv", planned_for=now - 14 * DAY, at=now, by=lind)
    given.phase_set.create(phase="started", at=now - 14 * DAY, by=lind)
    plan = {
        "preparation": 2,
        "integration": 2,
        "route": "iv",
        "days_between": 21,
        "review_after": 1,
    }
    courses.plan_roadmap(fit, {**plan, "medicine": 1}, at=now, by=osei)
    assert questionnaires.schedule_due(fit, at=now, by=lind) == []
    courses.plan_roadmap(fit, {**plan, "medicine": 4}, at=now, by=osei)
    made = questionnaires.schedule_due(fit, at=now, by=lind)
    assert {sheet.anchor for sheet in made} == {"dose-1+14d"}


def test_tracks_are_chosen_and_chosen_again(course: Course, lind: User, now: datetime) -> None:
    first = following.choose_tracks(course, ["trauma", "pain", "trauma"], at=now, by=lind)
    assert first.tracks == ["pain", "trauma"]
    assert following.choose_tracks(course, ["trauma", "pain"], at=now, by=lind) == first
    second = following.choose_tracks(course, [], at=now, by=lind)
    assert (second.corrects, second.tracks) == (first, [])
    assert CourseTracks.objects.count() == 2


def test_a_track_that_is_not_there_is_refused(course: Course, lind: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        following.choose_tracks(course, ["moon"], at=now, by=lind)
    assert refused.value.code == "no-such-track"


def test_visits_held_and_agreed_reach_the_plan(fit: Course, lind: User, now: datetime) -> None:
    courses.book(fit, kind="integration", starts_at=now + 2 * DAY, at=now, by=lind)
    plan, _ = schedule.laid_out(fit, now=now)
    assert plan.visits == (now + 2 * DAY,)
    fit.integrationcontact_set.create(how="room", at=now + 2 * DAY, by=lind)
    plan, _ = schedule.laid_out(fit, now=now + 2 * DAY)
    assert plan.visits == (now + 2 * DAY,)


def test_a_session_that_never_began_hides_no_follow_up(
    fit: Course, lind: User, now: datetime
) -> None:
    given = sessions.plan_session(fit, route="iv", planned_for=now - 30 * DAY, at=now, by=lind)
    given.phase_set.create(phase="started", at=now - 30 * DAY, by=lind)
    sessions.plan_session(fit, route="iv", planned_for=now - 20 * DAY, at=now, by=lind)
    made = questionnaires.schedule_due(fit, at=now, by=lind)
    assert {sheet.anchor for sheet in made} == {"dose-1+30d"}


def test_only_what_the_practice_may_show_is_asked(
    fit: Course, lind: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if GAD-7 were free for non-commercial use only."""
    of = instruments.instrument("gad7")
    terms = of.licence.model_copy(update={"commercial": False})
    others = [each for each in instruments.instruments() if each.id != "gad7"]
    changed = (*others, of.model_copy(update={"licence": terms}))
    monkeypatch.setattr(instruments, "instruments", lambda: changed)
    _, laid = schedule.laid_out(fit, now=now)
    assert {each.why for each in laid.left_out if each.instrument == "gad7"} == {"no-text"}
    FormLicence.objects.create(
        practice=fit.person.practice,
        instrument="gad7",
        licensor="The authors",
        scope="This practice",
        signed_name="Lind",
        at=now,
        by=lind,
    )
    _, laid = schedule.laid_out(fit, now=now)
    assert "gad7" in {each.instrument for each in laid.due}
