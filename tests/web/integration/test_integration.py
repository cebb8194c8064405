"""From insight to habit, by the person and by their therapist."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from web.logging_in import logged_in

from kapstone.web.accounts.models import User
from kapstone.web.records import integrating
from kapstone.web.records.actions import integration, sessions
from kapstone.web.records.models import (
    CheckIn,
    Commitment,
    Course,
    Discharge,
    Insight,
    IntegrationContact,
    Note,
    Phase,
    Session,
)
from kapstone.web.records.refusals import Refused

HOUR = timedelta(hours=1)


@pytest.fixture
def as_ade(ade_user: User) -> Client:
    return logged_in(ade_user)


@pytest.fixture
def as_lind(lind: User) -> Client:
    return logged_in(lind)


def home(course: Course, at: datetime, by: User) -> Session:
    """A session that the person went home from at `at`."""
    session = sessions.plan_session(course, route="iv", planned_for=at, at=at, by=by)
    Phase.objects.create(session=session, phase="started", at=at - 2 * HOUR, by=by)
    Discharge.objects.create(
        session=session, escort_name="Rio", criteria=[], signed_name=by.name, at=at, by=by
    )
    return session


@pytest.mark.parametrize(
    ("hours", "state"),
    [(23, "early"), (24, "due"), (72, "due"), (73, "late")],
)
def test_the_first_contact_is_due_from_one_to_three_days_after_home(
    hours: int, state: str, course: Course, lind: User, now: datetime
) -> None:
    home(course, now, lind)
    [line] = integrating.first_contacts(course, now + hours * HOUR)
    assert line.state == state


@pytest.mark.parametrize(("hours", "state"), [(72, "held"), (73, "held_late")])
def test_a_contact_that_came_late_is_shown_as_late(
    hours: int, state: str, course: Course, lind: User, now: datetime
) -> None:
    session = home(course, now, lind)
    at = now + hours * HOUR
    integration.hold_integration(course, how="phone", session=session, at=at, by=lind)
    [line] = integrating.first_contacts(course, at + 24 * HOUR)
    assert line.state == state


def test_a_contact_without_a_session_counts_for_the_last_one_only(
    course: Course, lind: User, now: datetime
) -> None:
    home(course, now, lind)
    home(course, now + 240 * HOUR, lind)
    integration.hold_integration(course, how="video", at=now + 270 * HOUR, by=lind)
    states = [line.state for line in integrating.first_contacts(course, now + 300 * HOUR)]
    assert states == ["held", "late"]


def test_a_session_of_another_course_is_refused(
    course: Course, bo: Any, lind: User, marsh: User, now: datetime
) -> None:
    strange = home(bo.courses.get(), now, marsh)
    with pytest.raises(Refused, match="another course"):
        integration.hold_integration(course, how="phone", session=strange, at=now, by=lind)


def test_holding_integration_keeps_its_note_in_the_chart(
    as_lind: Client, course: Course, lind: User, now: datetime
) -> None:
    session = home(course, now - 30 * HOUR, lind)
    form = {"session": session.pk, "how": "video", "note": "Calm; slept well."}
    as_lind.post(f"/courses/{course.pk}/integration/held/", form)
    assert IntegrationContact.objects.get().session == session
    assert (Note.objects.get().kind, Note.objects.get().text) == ("integration", form["note"])
    page = as_lind.get(f"/courses/{course.pk}/integration/").content.decode()
    assert "Calm; slept well." in page
    assert "held" in page


def test_a_strange_way_of_meeting_is_refused_and_the_note_is_not_lost(
    as_lind: Client, course: Course
) -> None:
    answer = as_lind.post(
        f"/courses/{course.pk}/integration/held/", {"how": "telepathy", "note": "Long note."}
    )
    assert answer.status_code == 422
    assert "Long note." in answer.content.decode()
    assert not IntegrationContact.objects.exists()


def test_a_person_goes_from_insight_by_meaning_to_commitment_to_check_in(
    as_ade: Client, as_lind: Client, course: Course
) -> None:
    to = as_ade.post("/me/insights/", {"words": "I can rest.", "domain": "body"})["Location"]
    to = as_ade.post(to, {"words": "I am allowed to be tired."})["Location"]
    as_ade.post(to, {"words": "Ten minutes on the bench", "due_on": "2026-11-05"})
    commitment = Commitment.objects.get()
    assert commitment.due_on == date(2026, 11, 5)
    as_ade.post(
        f"/me/commitments/{commitment.pk}/", {"how": "changed", "words": "Five were enough"}
    )
    assert CheckIn.objects.get().how == "changed"
    page = as_lind.get(f"/courses/{course.pk}/integration/").content.decode()
    told = ("I can rest.", "I am allowed to be tired.", "Ten minutes on the bench", "Body")
    for words in (*told, "changed", "Five were enough"):
        assert words in page


@pytest.mark.parametrize("how", ["kept", "changed", "let_go", "not_now"])
def test_each_of_the_four_answers_is_kept(
    how: str, as_ade: Client, course: Course, ade_user: User, now: datetime
) -> None:
    insight = integration.record_insight(course, words="Rest", at=now, by=ade_user)
    commitment = integration.make_commitment(insight, words="Sit", due_on=None, at=now, by=ade_user)
    assert as_ade.post(f"/me/commitments/{commitment.pk}/", {"how": how}).status_code == 302
    assert CheckIn.objects.get().how == how


def test_a_check_in_without_an_answer_says_so_and_keeps_the_words(
    as_ade: Client, course: Course, ade_user: User, now: datetime
) -> None:
    insight = integration.record_insight(course, words="Rest", at=now, by=ade_user)
    commitment = integration.make_commitment(insight, words="Sit", due_on=None, at=now, by=ade_user)
    answer = as_ade.post(f"/me/commitments/{commitment.pk}/", {"words": "It rained"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Choose one of the four." in page
    assert "It rained" in page


@pytest.mark.parametrize(("days", "kept"), [(-1, 0), (0, 1)])
def test_a_commitment_is_for_today_or_later(
    *, days: int, kept: int, as_ade: Client, course: Course, ade_user: User, now: datetime
) -> None:
    insight = integration.record_insight(course, words="Rest", at=now, by=ade_user)
    due_on = now.date() + timedelta(days=days)
    as_ade.post(f"/me/insights/{insight.pk}/commitment/", {"words": "Sit", "due_on": due_on})
    assert Commitment.objects.count() == kept


def test_empty_words_are_no_insight(as_ade: Client, course: Course) -> None:
    assert as_ade.post("/me/insights/", {"words": "   "}).status_code == 422
    assert not Insight.objects.exists()


def test_a_therapist_writes_down_what_the_person_says_aloud(
    as_lind: Client, course: Course, lind: User
) -> None:
    as_lind.post(f"/courses/{course.pk}/insights/", {"words": "My father was tired."})
    insight = Insight.objects.get()
    as_lind.post(f"/insights/{insight.pk}/commitments/", {"words": "Call him"})
    commitment = Commitment.objects.get()
    as_lind.post(f"/commitments/{commitment.pk}/check-ins/", {"how": "kept"})
    assert CheckIn.objects.get().by == lind


def test_a_session_monitor_reads_integration_and_cannot_write_it(
    abara: User, course: Course
) -> None:
    client = logged_in(abara)
    page = client.get(f"/courses/{course.pk}/integration/").content.decode()
    assert "An integration session was held" not in page
    answer = client.post(f"/courses/{course.pk}/integration/held/", {"how": "phone"})
    assert answer.status_code == 403


def test_nobody_reaches_into_the_insights_of_another(
    bo_user: User, marsh: User, course: Course, ade_user: User, now: datetime
) -> None:
    insight = integration.record_insight(course, words="Rest", at=now, by=ade_user)
    assert logged_in(bo_user).get(f"/me/insights/{insight.pk}/commitment/").status_code == 404
    assert logged_in(marsh).get(f"/courses/{course.pk}/integration/").status_code == 404
    answer = logged_in(marsh).post(f"/insights/{insight.pk}/commitments/", {"words": "x"})
    assert answer.status_code == 404
