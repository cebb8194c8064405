"""What the models expect of a session: from what was given, and new at once when that changes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import expected
from kapstone.web.records.actions import sessions, treatment
from kapstone.web.records.models import Order, Session


def peak(session: Session, now: datetime) -> tuple[float, datetime]:
    found = expected.of(session, now=now)
    assert found is not None
    top = max(range(len(found.band.middle)), key=lambda i: found.band.middle[i])
    return found.band.middle[top], found.band.at[top]


def test_an_infusion_as_ordered_peaks_at_its_end(started: Session, now: datetime) -> None:
    order = Order.objects.get(session=started)
    begun = now - timedelta(minutes=2)
    level, at = peak(started, now)
    assert at == begun + timedelta(minutes=order.over_min or 0)
    # 0.5 mg/kg over 40 minutes comes to 160 ng/mL, and the models are linear.
    by_weight = float(order.dose_mg) / float(order.weight_kg or 1)
    assert level == pytest.approx(160 * by_weight / 0.5, rel=0.12)
    found = expected.of(started, now=now)
    assert found is not None
    assert found.typical is not None
    assert found.slow is not None
    assert at < found.typical < found.slow


def test_a_pause_and_a_stop_change_it_at_once(started: Session, abara: User, now: datetime) -> None:
    as_ordered, at = peak(started, now)
    sessions.move_on(started, "paused", at=now + timedelta(minutes=5), by=abara)
    later = now + timedelta(minutes=15)
    paused, paused_at = peak(started, later)
    assert paused_at == now + timedelta(minutes=6), "on a grid of two minutes"
    assert paused < 0.3 * as_ordered, "while it is paused no more is reckoned with"
    sessions.move_on(started, "resumed", at=later, by=abara)
    resumed, resumed_at = peak(started, later)
    assert resumed_at == at + timedelta(minutes=10), "it goes on where it stood"
    assert 0.8 * as_ordered < resumed < as_ordered
    soon = later + timedelta(minutes=1)
    treatment.stop_session(started, at=soon, by=abara, words="They asked for it to stop.")
    stopped, _ = peak(started, soon)
    assert stopped < 0.4 * as_ordered


def test_before_the_start_nothing_is_expected(ready: Session, now: datetime) -> None:
    assert expected.of(ready, now=now) is None


def test_the_room_shows_it_and_says_what_it_is_not(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    with clock.at(now + timedelta(minutes=5)):
        page = enter(abara).get(f"/sessions/{started.pk}/room/").content.decode()
    assert "Expected ketamine level, venous" in page
    assert "It expects; it measures nothing" in page
    assert "Calibrated on the means of studies, not validated on people." in page
    assert "otto-2021" in page
    assert page.count("f-expected") == 3, "one for each width"


def test_the_person_sees_the_day_by_the_clock_and_no_figure(
    ready: Session, ade_user: User, now: datetime, enter: Enter
) -> None:
    page = enter(ade_user).get(f"/me/sessions/{ready.pk}/").content.decode()
    day = expected.day_of(ready, now=now)
    assert day is not None
    assert day.felt_from is not None
    assert day.strongest is not None
    assert day.near is not None
    assert day.begins < day.felt_from < day.strongest < day.near[0] < day.near[1]
    assert day.strongest == day.begins + timedelta(minutes=40)
    assert "What to expect today" in page
    assert "How it may come and go" in page
    assert "ng/mL" not in page


def test_without_an_order_no_day_is_drawn(
    planned: Session, ade_user: User, now: datetime, enter: Enter
) -> None:
    assert expected.day_of(planned, now=now) is None
    assert (
        "What to expect" not in enter(ade_user).get(f"/me/sessions/{planned.pk}/").content.decode()
    )
