"""The dose day on the person's phone: what they say shuts a gate, and never opens one."""

from __future__ import annotations

from datetime import datetime

import pytest
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import sessions, treatment
from kapstone.web.records.models import CheckAnswer, Person, Session


def page_of(session: Session) -> str:
    return f"/me/sessions/{session.pk}/"


@pytest.mark.parametrize(("said", "ok"), [("yes", None), ("unknown", None), ("no", False)])
def test_what_the_person_says_opens_no_gate(
    said: str, ok: bool | None, planned: Session, ade_user: User, enter: Enter
) -> None:
    browser = enter(ade_user)
    assert browser.post(page_of(planned), {"PRE-12": said}).status_code == 302
    kept = CheckAnswer.objects.get()
    assert (kept.check_id, kept.ok) == ("PRE-12", ok)
    assert kept.words.startswith("They say:")
    page = browser.get(page_of(planned)).content.decode()
    assert f'name="PRE-12" value="{said}" checked' in page


def test_a_line_that_staff_have_checked_is_reopened_only_by_a_no(
    ready: Session, ade_user: User, now: datetime, enter: Enter
) -> None:
    browser = enter(ade_user)
    assert "We have checked this with you" in browser.get(page_of(ready)).content.decode()
    browser.post(page_of(ready), {"PRE-12": "yes", "PRE-24": "unknown"})
    assert all(gate.lets_through for gate in treatment.gates_of(ready, now=now))
    browser.post(page_of(ready), {"PRE-12": "no"})
    shut = [gate.id for gate in treatment.gates_of(ready, now=now) if not gate.lets_through]
    assert shut == ["PRE-12"]


def test_a_line_that_is_not_theirs_is_not_kept(
    planned: Session, ade_user: User, enter: Enter
) -> None:
    enter(ade_user).post(page_of(planned), {"PRE-01": "yes", "PRE-12": "maybe"})
    assert not CheckAnswer.objects.exists()


def test_nothing_is_preselected(planned: Session, ade_user: User, enter: Enter) -> None:
    assert " checked" not in enter(ade_user).get(page_of(planned)).content.decode()


def test_another_person_does_not_see_the_day(
    planned: Session, bo_user: User, bo: Person, enter: Enter
) -> None:
    assert enter(bo_user).get(page_of(planned)).status_code == 404


def test_after_the_start_nothing_is_asked(started: Session, ade_user: User, enter: Enter) -> None:
    browser = enter(ade_user)
    assert "under way" in browser.get(page_of(started)).content.decode()
    answer = browser.post(page_of(started), {"PRE-12": "no"})
    assert answer.status_code == 422


def test_a_session_called_off_is_gone(
    planned: Session, osei: User, ade_user: User, now: datetime, enter: Enter
) -> None:
    plan = sessions.plan_of(planned)
    sessions.move_session(
        planned, route=plan.route, planned_for=plan.planned_for, cancelled=True, at=now, by=osei
    )
    assert enter(ade_user).get(page_of(planned)).status_code == 404
