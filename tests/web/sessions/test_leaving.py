"""Going home: scores, criteria, escort, and a prescriber's decision."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from web.logging_in import Enter

from kapstone import monitoring
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import emergencies, leaving, readings
from kapstone.web.records.models import Discharge, DischargeScore, LeavingAnswer, Session
from kapstone.web.records.refusals import Refused

from .conftest import BACK, REASON, SEEN_BY_ME
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


def test_a_full_score_stands_beside_what_was_charted_and_in_the_summary(
    fit: tuple[Session, datetime], abara: User, osei: User, enter: Enter
) -> None:
    session, leaves = fit
    low = BACK | {"oxygen_saturation": 88.0}
    readings.record_reading(session, low, at=leaves - timedelta(minutes=2), by=abara)
    browser, told = enter(osei), ASKED | ESCORT | SEEN_BY_ME
    says = "Oxygen 2, “above 92 % on air”, but SpO₂ 88 %"
    with clock.at(leaves):
        page = browser.get(at(session, "leaving/")).content.decode()
        card = page.split('id="aldrete"')[1].split("</section>")[0]
        assert "10 of 10" in card
        assert f"! Charted otherwise: {says}" in card
        assert "otherwise" not in page.split('id="padss"')[1].split("</section>")[0]
        assert browser.post(at(session, "discharge/"), told).status_code == 302
        after = browser.get(at(session, "leaving/")).content.decode()
    assert f"Scored otherwise than charted: {says}" in after
    kept = {each["id"]: each["says"] for each in Discharge.objects.get().criteria}
    assert f"charted otherwise: {says} 2 min before" in kept["DIS-07"]


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


def test_the_highest_pressures_stand_as_they_were_read(
    fit: tuple[Session, datetime], osei: User, abara: User, now: datetime, enter: Enter
) -> None:
    session, leaves = fit
    for minutes, upper, lower in ((20, 168.0, 88.0), (35, 150.0, 104.0)):
        taken = BACK | {"systolic_bp": upper, "diastolic_bp": lower}
        readings.record_reading(session, taken, at=now + timedelta(minutes=minutes), by=abara)
    browser = enter(osei)
    with clock.at(leaves):
        browser.post(at(session, "discharge/"), ASKED | ESCORT | SEEN_BY_ME)
        page = browser.get(at(session, "leaving/")).content.decode()
    assert "168/88" in page
    assert "150/104" in page
    assert "highest diastolic, 08:35" in page
    assert "168/104" not in page


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
    told = ASKED | ESCORT | {"DIS-06": "no", "reason-DIS-06": REASON}
    with clock.at(leaves):
        assert enter(abara).post(at(session, "discharge/"), told).status_code == 422
        browser = enter(osei)
        assert browser.post(at(session, "discharge/"), told).status_code == 302
        assert REASON in browser.get(at(session, "leaving/")).content.decode()
    home = Discharge.objects.get()
    assert home.override_reason == f"Walks safely: {REASON}"
    assert {each["id"]: each["met"] for each in home.criteria}["DIS-06"] is False


def test_each_line_that_is_decided_against_has_a_reason_of_its_own(
    fit: tuple[Session, datetime], osei: User, enter: Enter
) -> None:
    session, leaves = fit
    told = ASKED | ESCORT | {"DIS-06": "no", "DIS-08": "unknown", "reason-DIS-06": REASON}
    browser = enter(osei)
    with clock.at(leaves):
        answer = browser.post(at(session, "discharge/"), told)
        page = answer.content.decode()
        assert answer.status_code == 422
        refused = page[page.index('role="alert"') :].split("</div>")[0]
        assert label("DIS-08") in refused
        assert label("DIS-06") not in refused, "that one has its reason"
        assert 'name="reason-DIS-08"' in page
        assert 'name="reason-DIS-19"' not in page, "a line that is met asks for none"
        reasons = {"reason-DIS-08": f"{REASON} And this one too."}
        assert browser.post(at(session, "discharge/"), told | reasons).status_code == 302
    kept = Discharge.objects.get().override_reason.splitlines()
    assert kept == [
        f"{label('DIS-06')}: {REASON}",
        f"{label('DIS-08')}: {REASON} And this one too.",
    ]


def label(criterion: str) -> str:
    return next(row.label for row in monitoring.criteria() if row.id == criterion)


def test_nobody_goes_home_in_an_emergency(
    fit: tuple[Session, datetime], osei: User, abara: User, enter: Enter
) -> None:
    session, leaves = fit
    event = emergencies.begin_emergency(session, "EMG-07", at=leaves, by=abara)
    told, browser = ASKED | ESCORT | SEEN_BY_ME, enter(osei)
    with clock.at(leaves + timedelta(minutes=1)):
        assert "■ EMERGENCY: Seizure" in browser.get(at(session, "leaving/")).content.decode()
        answer = browser.post(at(session, "discharge/"), told)
        assert answer.status_code == 422
        assert "An emergency still runs: Seizure" in answer.content.decode()
        emergencies.end_emergency(event, "It stopped.", at=clock.now(), by=abara)
        assert "EMERGENCY" not in browser.get(at(session, "leaving/")).content.decode()
        assert browser.post(at(session, "discharge/"), told).status_code == 302


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
    fit: tuple[Session, datetime], abara: User, lind: User, enter: Enter
) -> None:
    session, leaves = fit
    leaving.answer_leaving(session, {"DIS-19": True}, at=leaves, by=abara)
    with clock.at(leaves):
        answer = enter(lind).post(at(session, "weigh/"), ASKED, follow=True)
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


def test_what_was_answered_is_kept_when_the_discharge_is_refused(
    fit: tuple[Session, datetime], abara: User, enter: Enter
) -> None:
    session, leaves = fit
    browser = enter(abara)
    with clock.at(leaves):
        browser.post(at(session, "discharge/"), {"DIS-06": "yes", "DIS-08": "no"} | ESCORT)
        page = browser.get(at(session, "leaving/")).content.decode()
    kept = {row.criterion: row.ok for row in LeavingAnswer.objects.filter(by=abara)}
    assert kept == {"DIS-06": True, "DIS-08": False}
    assert f"yes by {abara.signed_name}" in page


def test_an_answer_is_corrected_and_both_stay(
    fit: tuple[Session, datetime], abara: User, lind: User, enter: Enter
) -> None:
    session, leaves = fit
    for ok in (True, True, False, None):
        leaving.answer_leaving(session, {"DIS-06": ok}, at=leaves, by=abara)
    rows = LeavingAnswer.objects.filter(criterion="DIS-06").order_by("pk")
    assert [row.ok for row in rows] == [True, False, None], "the same again is not written again"
    assert rows.get(corrected_by=None).ok is None


def test_two_sign_the_way_home_each_by_their_own_log_in(
    stopped: Session, abara: User, lind: User, osei: User, now: datetime
) -> None:
    def signed() -> bool | None:
        found = monitoring.ready_to_leave(leaving.leaving_of(stopped), now=now)
        return next(each.met for each in found if each.id == "DIS-19")

    assert signed() is None
    for by in (abara, abara, osei):
        leaving.answer_leaving(stopped, {"DIS-19": True}, at=now, by=by)
        assert signed() is None, "the therapist has still to sign"
    leaving.answer_leaving(stopped, {"DIS-19": True}, at=now, by=lind)
    assert signed() is True
    leaving.answer_leaving(stopped, {"DIS-19": False}, at=now, by=abara)
    assert signed() is False
    leaving.answer_leaving(stopped, {"DIS-19": True}, at=now, by=lind)
    assert signed() is None, "a no takes every signature back"


def test_what_is_not_asked_is_refused(stopped: Session, abara: User, now: datetime) -> None:
    with pytest.raises(Refused, match="DIS-01: nothing is asked there"):
        leaving.answer_leaving(stopped, {"DIS-01": True}, at=now, by=abara)


def test_after_going_home_no_line_is_answered(
    fit: tuple[Session, datetime], abara: User, enter: Enter
) -> None:
    session, leaves = fit
    with clock.at(leaves):
        enter(abara).post(at(session, "discharge/"), ASKED | ESCORT)
    with pytest.raises(Refused, match="already gone home"):
        leaving.answer_leaving(session, {"DIS-06": False}, at=leaves, by=abara)
