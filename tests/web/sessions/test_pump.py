"""The rate of the pump is changed while it runs: a fact with a time, in the room and on paper."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import cut_short, doses, giving_now, room, session_facts, session_paper
from kapstone.web.records.actions import dosing, pump, sessions, treatment
from kapstone.web.records.models import DoseGiven, Entry, Notice, PumpRate, Session
from kapstone.web.records.refusals import Refused

from .test_before import at

D = Decimal
WHY = "Anxious: slowed down with the prescriber."


def lines(session: Session) -> list[str]:
    return [each.words for each in room.lines(session, list(room.taken(session)))]


def now_of(session: Session, now: datetime) -> giving_now.GivingNow:
    found = giving_now.giving_now(session_facts.told(session), now=now)
    assert found is not None
    return found


def said(page: str) -> str:
    """The words of the medicine as it stands, without their markup."""
    part = page.split('<ul class="plainlist giving')[1].split("</ul>", maxsplit=1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


def test_a_changed_rate_is_charted_and_moves_the_end(
    started: Session, abara: User, now: datetime
) -> None:
    """34 mg over 40 min: 17 are in after 20, and the rest takes 40 at 25.5 mg/h."""
    begun = now - timedelta(minutes=2)
    half = begun + timedelta(minutes=20)
    pump.set_pump(started, D("25.5"), words=WHY, at=half, by=abara)
    found = now_of(started, half + timedelta(minutes=8)).pump
    assert found is not None
    assert (found.rate, found.in_mg, found.of_mg) == ("25.5 mg/h", "20.4", "34")
    assert found.ends_at == begun + timedelta(minutes=60)
    assert f"Pump set to 25.5 mg/h: {WHY}" in lines(started)
    assert Entry.objects.get(did="set pump").detail["mg_h"] == "25.5"


def test_the_end_that_moved_is_the_end_that_a_stop_is_held_against(
    started: Session, abara: User, now: datetime
) -> None:
    begun = now - timedelta(minutes=2)
    pump.set_pump(started, D("25.5"), at=begun + timedelta(minutes=20), by=abara)
    as_ordered = begun + timedelta(minutes=40)
    treatment.stop_session(started, at=as_ordered, by=abara)
    assert Notice.objects.filter(session=started, kind="stop-reason-owed").exists()


def test_at_the_end_that_moved_a_stop_owes_nothing(
    started: Session, abara: User, now: datetime
) -> None:
    begun = now - timedelta(minutes=2)
    pump.set_pump(started, D("25.5"), at=begun + timedelta(minutes=20), by=abara)
    treatment.stop_session(started, at=begun + timedelta(minutes=58), by=abara)
    assert not Notice.objects.filter(session=started, kind="stop-reason-owed").exists()


def test_a_pause_moves_the_end_too(started: Session, abara: User, now: datetime) -> None:
    begun = now - timedelta(minutes=2)
    for phase, minutes in (("paused", 10), ("resumed", 18)):
        sessions.move_on(started, phase, at=begun + timedelta(minutes=minutes), by=abara)
    end = session_facts.giving(started).infusion_end
    assert end == begun + timedelta(minutes=48)


def test_while_it_is_paused_no_end_is_said(started: Session, abara: User, now: datetime) -> None:
    sessions.move_on(started, "paused", at=now, by=abara)
    found = now_of(started, now + timedelta(minutes=5)).pump
    assert found is not None
    assert (found.paused, found.rate, found.ends_at, found.in_mg) == (True, "", None, "1.7")


@pytest.mark.parametrize(
    ("mg_h", "asks"),
    [("51", False), ("51.01", True), ("68", True), ("136", True), ("136.01", True)],
)
def test_a_rate_above_those_ordered_needs_its_reason(
    mg_h: str, asks: bool, started: Session, abara: User, now: datetime
) -> None:
    if asks:
        with pytest.raises(Refused, check=lambda each: each.code == "fast-rate"):
            pump.set_pump(started, D(mg_h), at=now, by=abara)
    assert pump.set_pump(started, D(mg_h), words=WHY if asks else "", at=now, by=abara).pk


@pytest.mark.parametrize(
    ("mg_h", "sign"), [("68", None), ("68.01", "!"), ("136", "!"), ("136.01", "\u25a0")]
)
def test_a_rate_beyond_the_limits_says_so_in_the_story(
    mg_h: str, sign: str | None, started: Session, abara: User, now: datetime
) -> None:
    """68 kg: DCK-02 warns above 68 mg/h, and its limit is 136."""
    pump.set_pump(started, D(mg_h), words=WHY, at=now, by=abara)
    line = next(each for each in room.pump_lines(started))
    assert [words[0] for _, words in line.chips] == ([sign] if sign else [])


@pytest.mark.parametrize("rate", ["0", "-1"])
def test_a_pump_that_stands_still_is_paused_or_stopped(
    rate: str, started: Session, abara: User, now: datetime
) -> None:
    with pytest.raises(Refused, match="paused or stopped"):
        pump.set_pump(started, D(rate), words=WHY, at=now, by=abara)


def test_a_rate_that_cannot_be_kept_is_refused(
    started: Session, abara: User, now: datetime
) -> None:
    with pytest.raises(Refused, match="mg can be written"):
        pump.set_pump(started, D(100_000), words=WHY, at=now, by=abara)


def test_a_paused_pump_goes_on_first(started: Session, abara: User, now: datetime) -> None:
    sessions.move_on(started, "paused", at=now, by=abara)
    with pytest.raises(Refused, match="go on first"):
        pump.set_pump(started, D(40), at=now, by=abara)
    later = now + timedelta(minutes=1)
    sessions.move_on(started, "resumed", at=later, by=abara)
    assert pump.set_pump(started, D(40), at=later, by=abara).pk


def test_neither_before_the_start_nor_after_the_end(
    stopped: Session, abara: User, now: datetime
) -> None:
    with pytest.raises(Refused, match="before the medicine was started"):
        pump.set_pump(stopped, D(40), at=now - timedelta(minutes=3), by=abara)
    with pytest.raises(Refused, match="already stopped"):
        pump.set_pump(stopped, D(40), at=now + timedelta(minutes=40), by=abara)


def test_a_session_that_has_not_begun_has_no_pump(
    ready: Session, abara: User, now: datetime
) -> None:
    with pytest.raises(Refused, match="no running infusion"):
        pump.set_pump(ready, D(40), at=now, by=abara)


def test_a_therapist_sets_no_pump(
    started: Session, lind: User, now: datetime, enter: Enter
) -> None:
    with pytest.raises(Refused):
        pump.set_pump(started, D(40), at=now, by=lind)
    assert enter(lind).post(at(started, "pump/"), {"rate": "40"}).status_code == 403


def test_the_room_takes_a_rate_once_and_shows_it(
    started: Session, abara: User, enter: Enter, now: datetime
) -> None:
    browser, form = enter(abara), {"rate": "40", "client_id": str(uuid4())}
    for _ in range(2):
        assert browser.post(at(started, "pump/"), form)["Location"].endswith("#doses")
    assert PumpRate.objects.get().mg_h == 40
    with clock.at(now + timedelta(minutes=1)):
        page = browser.get(at(started, "room/")).content.decode()
    assert "Pump 40 mg/h" in said(page)
    assert "Pump set to 40 mg/h" in page


def test_a_fast_rate_is_asked_about_in_the_room(
    started: Session, abara: User, enter: Enter
) -> None:
    answer = enter(abara).post(at(started, "pump/"), {"rate": "60", "words": ""})
    assert answer.status_code == 422
    assert "At most 51.0 mg/h was ordered. Say why" in answer.content.decode()


def test_a_rate_in_millilitres_is_kept_in_milligrams(
    ready: Session, osei: User, abara: User, now: datetime, enter: Enter
) -> None:
    dose = treatment.Dose(mg=D(34), over_min=40, weight_kg=68.0, weight_at=now, pump_mg_ml=D("1.7"))
    treatment.sign_order(ready, dose, reason=WHY, at=now, by=osei)
    treatment.start_session(ready, at=now, by=abara)
    enter(abara).post(at(ready, "pump/"), {"rate": "20.5"})
    assert PumpRate.objects.get().mg_h == D("34.85")
    assert "Pump set to 34.9 mg/h, 20.5 mL/h" in lines(ready)


def test_the_paper_says_how_it_was_given(started: Session, abara: User, now: datetime) -> None:
    pump.set_pump(started, D(40), at=now, by=abara)
    told = session_facts.told(started)
    how = dict(session_paper.facts(told))["How"]
    assert how == "51 mg/h; Stays at least 60 min after the end (DIS-01-IV \u00b7 S95)"
    assert session_paper.pdf(told).startswith(b"%PDF")


def test_an_infusion_stopped_early_is_never_silently_all_given(
    started: Session, abara: User, enter: Enter
) -> None:
    """34 mg over 40 min, stopped after 20: about 17 mg went in, and 34 are charted."""
    began = treatment.phase_at(started, "started")
    assert began
    dose = DoseGiven.objects.create(
        session=started,
        kind="infusion",
        client_id=uuid4(),
        amount_mg=34,
        source="own",
        at=began,
        by=abara,
    )
    treatment.stop_session(
        started, at=began + timedelta(minutes=20), words="Asked us to stop.", by=abara
    )
    with clock.at(began + timedelta(minutes=21)):
        page = enter(abara).get(f"/sessions/{started.pk}/room/").content.decode()
    assert "about 17 mg went in by the pump&#x27;s rates (calculated)" in page
    assert "34 mg of 34 mg ordered" not in page
    assert "correct the dose to what was really given" in page
    (line,) = room.dose_lines(started)
    assert "34 mg charted; stopped early: about 17 mg went in" in line.words, "and so on paper"
    dosing.correct_dose(dose, mg=Decimal(17), words="Stopped after 20 minutes.", at=began, by=abara)
    assert cut_short.of(started) is None
    (line,) = room.dose_lines(started)
    assert line.words.startswith("Infusion 17 mg; ")


def charted(session: Session, mg: int, kind: str, at: datetime, by: User) -> None:
    told: dict[str, object] = {"client_id": uuid4(), "source": "own", "at": at, "by": by}
    DoseGiven.objects.create(session=session, kind=kind, amount_mg=mg, **told)


def test_what_was_given_besides_is_not_lost_when_the_infusion_stops_early(
    started: Session, abara: User
) -> None:
    """34 mg over 40 min stopped after 20, and 20 mg besides: about 37 mg went in."""
    began = treatment.phase_at(started, "started")
    assert began
    order = started.order_set.get()
    charted(started, 34, "infusion", began, abara)
    charted(started, 20, "booster", began + timedelta(minutes=15), abara)
    early = began + timedelta(minutes=20)
    treatment.stop_session(started, at=early, words="Asked us to stop.", by=abara)
    says, over = doses.beside_order(started, order, now=early)
    assert "about 17 mg went in" in says
    assert says.endswith("; besides it: 20 mg; about 37 mg in all")
    assert over


def test_while_the_infusion_runs_nothing_says_that_it_is_all_in(
    started: Session, abara: User
) -> None:
    began = treatment.phase_at(started, "started")
    assert began
    order = started.order_set.get()
    charted(started, 34, "infusion", began, abara)
    says, _ = doses.beside_order(started, order, now=began + timedelta(minutes=24))
    assert says.startswith("34 mg of 34 mg ordered, charted; the infusion still runs")
    assert "about 20.4 mg of it are in" in says
    after, _ = doses.beside_order(started, order, now=began + timedelta(minutes=40))
    assert after == "34 mg of 34 mg ordered"
