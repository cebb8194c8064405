"""What points to suicide is kept and acted on when its form is over, and never told untruly."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from web.logging_in import logged_in

from kapstone import instruments
from kapstone.knowledge.helplines import pauses
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import corrected
from kapstone.web.records.actions import breaking_off, following, questionnaires
from kapstone.web.records.models import Notice, Sheet, SheetAnswer, SheetScore
from kapstone.web.records.refusals import Refused

PHQ9 = [item.id for item in instruments.instrument("phq9").item]
ITEM_9 = next(item.id for item in instruments.instrument("phq9").item if item.risk)
PAUSE = timedelta(minutes=pauses()["broken_off"].minutes)
Ends = Callable[[Sheet], datetime]


@pytest.fixture
def as_ade(ade_user: User) -> Client:
    return logged_in(ade_user)


@pytest.fixture(params=["finished", "gone", "closed"])
def over(
    request: pytest.FixtureRequest, phq9: Sheet, ade_user: User, lind: User, now: datetime
) -> tuple[str, datetime]:
    """The form is over in each way there is; gives which, and the moment after."""
    way: str = request.param
    later = phq9.closes_at if way == "closed" else now + timedelta(hours=1)
    if way == "finished":
        for item in PHQ9:
            questionnaires.answer_item(phq9, item, 0, at=now, by=ade_user)
        questionnaires.finish_sheet(phq9, at=now, by=ade_user)
    if way == "gone":
        following.take_back(phq9, at=now, by=lind)
    return way, later


SAYS = {
    "finished": "It came after the form was sent: it stands beside its score, not in it.",
    "gone": "It came after the form was taken back or had moved.",
    "closed": "It was given after the form had closed.",
}


def tap(item: str, value: float, *, ago_s: float = 0) -> dict[str, Any]:
    return {"id": str(uuid4()), "item": item, "value": value, "ago_s": ago_s}


def send(client: Client, sheet: Sheet, *taps: dict[str, Any]) -> Any:
    address = f"/me/sheets/{sheet.pk}/taps/"
    return client.post(address, json.dumps({"taps": taps}), content_type="application/json").json()


def test_a_tap_that_points_to_risk_is_kept_and_opens_a_notice(
    over: tuple[str, datetime], as_ade: Client, phq9: Sheet
) -> None:
    way, later = over
    risky = tap(ITEM_9, 3)
    with clock.at(later):
        for _ in range(2):
            said = send(as_ade, phq9, risky)
            assert (said["kept"], said["refused"], said["over"]) == ([risky["id"]], {}, True)
    notice = Notice.objects.get()
    assert notice.level == "si_urgent"
    assert SAYS[way] in notice.says


def test_any_other_tap_is_refused(over: tuple[str, datetime], as_ade: Client, phq9: Sheet) -> None:
    answers = SheetAnswer.objects.count()
    with clock.at(over[1]):
        said = send(as_ade, phq9, tap(ITEM_9, 0), tap(PHQ9[0], 3), tap("shoe_size", 3))
    assert (said["kept"], len(said["refused"]), said["risk"]) == ([], 3, None)
    assert SheetAnswer.objects.count() == answers
    assert not Notice.objects.exists()


def test_without_scripts_the_same_is_kept_and_leads_to_help(
    over: tuple[str, datetime], as_ade: Client, phq9: Sheet
) -> None:
    address = f"/me/sheets/{phq9.pk}/"
    with clock.at(over[1]):
        answer = as_ade.post(address, {"item": ITEM_9, "value": "2"})
        assert answer["Location"].startswith(f"{address}help/")
        page = as_ade.get(address).content.decode()
    assert Notice.objects.get().level == "si_urgent"
    assert "points to danger" in page
    assert "stands on your practice" in page


def test_without_scripts_another_answer_is_said_not_to_be_added(
    over: tuple[str, datetime], as_ade: Client, phq9: Sheet
) -> None:
    address = f"/me/sheets/{phq9.pk}/"
    with clock.at(over[1]):
        assert "was not added" not in as_ade.get(address).content.decode()
        answer = as_ade.post(address, {"item": PHQ9[0], "value": "2"})
        led = as_ade.get(f"{address}?not-added=1").content.decode()
    assert answer.status_code == 409
    for page in (answer.content.decode(), led):
        assert "Your last answer was not added." in page
        assert "points to danger" not in page


def test_the_score_stays_as_it_was_sent(
    as_ade: Client, phq9: Sheet, ade_user: User, lind: User, now: datetime
) -> None:
    for item in PHQ9:
        questionnaires.answer_item(phq9, item, 0, at=now, by=ade_user)
    sent = questionnaires.finish_sheet(phq9, at=now, by=ade_user)
    send(as_ade, phq9, tap(ITEM_9, 3))
    assert SheetScore.objects.get() == sent
    assert questionnaires.answers_of(phq9)[ITEM_9] == 0
    anew = questionnaires.correct_answer(
        phq9, PHQ9[0], 1, reason="Misread, they said.", at=now, by=lind
    )
    assert anew.total == 1, "what came late is in no score"
    page = logged_in(lind).get(f"/sheets/{phq9.pk}/").content.decode()
    assert "Said when the form was over" in page
    assert "Nearly every day" in page


def test_what_takes_a_late_yes_back_is_kept_beside_it(
    as_ade: Client, phq9: Sheet, ade_user: User, now: datetime
) -> None:
    questionnaires.answer_item(phq9, PHQ9[0], 0, at=now, by=ade_user)
    questionnaires.finish_sheet(phq9, at=now, by=ade_user)
    said = send(as_ade, phq9, tap(ITEM_9, 2), tap(ITEM_9, 0))
    assert (len(said["kept"]), said["risk"]) == (2, "si_urgent")
    (notice,) = corrected.noted(Notice.objects.filter(level="si_urgent"))
    assert "Later corrected to “Not at all”" in notice.corrected  # type: ignore[attr-defined]


def test_a_late_yes_without_the_graver_answers_is_broken_off(
    as_ade: Client, cssrs: Sheet, ade_user: User, now: datetime
) -> None:
    for item in ("wish_dead", "thoughts", "behavior"):
        questionnaires.answer_item(cssrs, item, 0, at=now, by=ade_user)
    questionnaires.finish_sheet(cssrs, at=now, by=ade_user)
    assert breaking_off.raise_broken_off(at=now + PAUSE) == 0
    send(as_ade, cssrs, tap("thoughts", 1))
    assert breaking_off.raise_broken_off(at=now + PAUSE) == 1
    assert "Not answered: method, intent, plan" in Notice.objects.get(level="si_urgent").says
    assert breaking_off.raise_broken_off(at=now + PAUSE) == 0


def test_staff_correct_a_form_that_was_sent_and_add_nothing_late(
    phq9: Sheet, ade_user: User, lind: User, now: datetime
) -> None:
    questionnaires.answer_item(phq9, PHQ9[0], 0, at=now, by=ade_user)
    questionnaires.finish_sheet(phq9, at=now, by=ade_user)
    with pytest.raises(Refused, match="finished"):
        questionnaires.answer_item(phq9, ITEM_9, 3, at=now, by=lind)
