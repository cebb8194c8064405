"""Going home: scores, criteria, escort, and a prescriber's decision."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from web.logging_in import Enter

from kapstone import monitoring
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.models import Discharge, DischargeScore, Session

from .conftest import REASON
from .test_before import at

ESCORT = {"escort_name": "Rio Bello", "escort_phone": "+1 555 0101"}
ASKED = {row.id: "yes" for row in monitoring.criteria() if row.asks}


def test_a_score_with_an_item_left_out_has_no_total(
    stopped: Session, abara: User, enter: Enter
) -> None:
    browser = enter(abara)
    browser.post(at(stopped, "score/"), {"tool": "aldrete", "DIS-ALD-1": "2", "DIS-ALD-2": "9"})
    kept = DischargeScore.objects.get()
    assert (kept.total, kept.answers) == (None, {"DIS-ALD-1": 2})
    page = browser.get(at(stopped, "leaving/")).content.decode()
    assert "Missing: Respiration, Circulation" in page


def test_a_second_score_corrects_the_first(stopped: Session, abara: User, enter: Enter) -> None:
    browser = enter(abara)
    for points in ("1", "2"):
        items = {f"DIS-ALD-{place}": points for place in range(1, 6)}
        browser.post(at(stopped, "score/"), {"tool": "aldrete"} | items)
    assert stopped.dischargescore_set.standing().get().total == 10
    assert DischargeScore.objects.count() == 2


def test_there_is_no_third_score(stopped: Session, abara: User, enter: Enter) -> None:
    assert enter(abara).post(at(stopped, "score/"), {"tool": "apgar"}).status_code == 422


def test_everything_met_goes_home(fit: tuple[Session, datetime], abara: User, enter: Enter) -> None:
    session, leaves = fit
    browser = enter(abara)
    with clock.at(leaves):
        answer = browser.post(at(session, "discharge/"), ASKED | ESCORT)
        assert answer.status_code == 302, answer.content.decode()
        page = browser.get(at(session, "leaving/")).content.decode()
    home = Discharge.objects.get()
    assert (home.escort_name, home.escort_phone) == ("Rio Bello", "+1 555 0101")
    assert all(each["met"] is True for each in home.criteria)
    assert "150 min" in page, "door to door, from arrival twenty minutes before"
    assert "122/78" in page


def test_nobody_goes_home_without_an_escort(
    fit: tuple[Session, datetime], abara: User, enter: Enter
) -> None:
    session, leaves = fit
    with clock.at(leaves):
        answer = enter(abara).post(at(session, "discharge/"), ASKED | {"escort_name": " "})
    assert answer.status_code == 422
    assert "Name the adult" in answer.content.decode()
    assert not Discharge.objects.exists()


@pytest.mark.parametrize("said", ["no", "unknown", ""])
def test_a_criterion_not_met_or_not_known_refuses(
    said: str, fit: tuple[Session, datetime], abara: User, enter: Enter
) -> None:
    session, leaves = fit
    with clock.at(leaves):
        answer = enter(abara).post(at(session, "discharge/"), ASKED | ESCORT | {"DIS-06": said})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Walks safely" in page
    assert 'value="Rio Bello"' in page, "what was typed stays"
    assert not Discharge.objects.exists()


def test_a_prescriber_may_decide_and_the_reason_stays(
    fit: tuple[Session, datetime], osei: User, abara: User, enter: Enter
) -> None:
    session, leaves = fit
    told = ASKED | ESCORT | {"DIS-06": "no", "override_reason": REASON}
    with clock.at(leaves):
        assert enter(abara).post(at(session, "discharge/"), told).status_code == 422
        browser = enter(osei)
        assert browser.post(at(session, "discharge/"), told).status_code == 302
        assert REASON in browser.get(at(session, "leaving/")).content.decode()
    home = Discharge.objects.get()
    assert home.override_reason == REASON
    assert {each["id"]: each["met"] for each in home.criteria}["DIS-06"] is False


def test_too_early_is_refused(stopped: Session, abara: User, now: datetime, enter: Enter) -> None:
    with clock.at(now + timedelta(minutes=41)):
        answer = enter(abara).post(at(stopped, "discharge/"), ASKED | ESCORT)
    assert "Long enough since the medicine" in answer.content.decode()


def test_the_medicine_is_stopped_first(started: Session, abara: User, enter: Enter) -> None:
    answer = enter(abara).post(at(started, "discharge/"), ASKED | ESCORT)
    assert "Stop the medicine first" in answer.content.decode()


def test_going_home_happens_once(fit: tuple[Session, datetime], abara: User, enter: Enter) -> None:
    session, leaves = fit
    browser = enter(abara)
    with clock.at(leaves):
        browser.post(at(session, "discharge/"), ASKED | ESCORT)
        assert browser.post(at(session, "discharge/"), ASKED | ESCORT).status_code == 422
        late = browser.post(at(session, "score/"), {"tool": "aldrete"})
    assert late.status_code == 422
    assert Discharge.objects.count() == 1


def test_seeing_where_it_stands_sends_nobody_home(
    fit: tuple[Session, datetime], lind: User, enter: Enter
) -> None:
    session, leaves = fit
    with clock.at(leaves):
        answer = enter(lind).post(at(session, "weigh/"), ASKED)
    assert answer.status_code == 200
    assert "✓ all met" in answer.content.decode()
    assert not Discharge.objects.exists()


def test_a_therapist_does_not_sign_the_way_home(
    fit: tuple[Session, datetime], lind: User, enter: Enter
) -> None:
    session, _ = fit
    assert enter(lind).post(at(session, "discharge/"), ASKED | ESCORT).status_code == 403


def test_the_escort_named_before_stands_ready(
    fit: tuple[Session, datetime], abara: User, enter: Enter
) -> None:
    session, leaves = fit
    with clock.at(leaves):
        page = enter(abara).get(at(session, "leaving/")).content.decode()
    assert 'value="Rio Bello, +1 555 0101"' in page
