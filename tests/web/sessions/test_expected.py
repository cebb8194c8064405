"""What the models expect of a session: from what was given, and new at once when that changes."""

from __future__ import annotations

import html
import re
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from web.logging_in import Enter

from kapstone.pharmacokinetics.effects import dissociation, pressure
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.accounts.templatetags.demo_people import with_an_order_ahead
from kapstone.web.records import expected, likely, near_baseline, reckoned, session_facts
from kapstone.web.records.actions import readings, sessions, treatment
from kapstone.web.records.models import Course, Order, Session

from .conftest import CALM


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
    near = near_baseline.of(started, now=now)
    assert near is not None
    assert near.latest is not None
    assert at < near.earliest < near.latest


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


def test_what_likely_goes_with_it_stands_with_its_caveats(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    with clock.at(now + timedelta(minutes=18)):
        page = enter(abara).get(f"/sessions/{started.pk}/room/").content.decode()
        found = expected.of(started, now=clock.now())
    assert found is not None
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Likely with it · calibrated, not validated" in words
    rise, heart, chance = found.likely.rows
    assert " ".join(f"{rise.now} {rise.now_range}".split()) in words
    assert " ".join(f"{chance.most} about".split()) in words
    assert "nine people in ten" in words
    for row in (pressure(), dissociation()):
        assert all(each in html.unescape(words) for each in row.cautions)
    # Half way through 0.5 mg/kg over 40 minutes; the whole of it raises a typical person by 12.
    low, high = (int(each.split("/")[0]) for each in (rise.now, rise.most))
    assert 5 <= low <= high == pytest.approx(12, abs=1)
    assert rise.most_at == now + timedelta(minutes=38)
    assert heart.most == "+4/min"
    assert "Likely felt strongest later, about 08:38 · likely near baseline" in words


def test_after_the_peak_it_was_strongest(started: Session, now: datetime) -> None:
    before, after = (
        expected.of(started, now=now + timedelta(minutes=minutes)) for minutes in (20, 60)
    )
    assert before is not None
    assert after is not None
    assert before.likely.felt_at == after.likely.felt_at
    assert before.likely.felt.startswith("Likely felt strongest later")
    assert after.likely.felt.startswith("Was likely felt strongest")
    late = expected.of(started, now=now + timedelta(hours=11))
    assert late is not None
    assert late.likely.rows == (), "beyond the hours that were looked at"


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "under 5 %"),
        (0.049, "under 5 %"),
        (0.05, "10 %"),
        (0.44, "40 %"),
        (0.95, "90 %"),
        (1.0, "over 95 %"),
    ],
)
def test_a_chance_is_told_in_tens_and_never_as_sure(share: float, words: str) -> None:
    assert likely.percent(share).replace(likely.SPACE, " ") == words


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


def test_a_second_dose_ordered_in_advance_is_told_as_an_offer(
    course: Course, osei: User, ade_user: User, now: datetime, enter: Enter
) -> None:
    begins = now + timedelta(hours=3)
    session = sessions.plan_session(course, route="im", planned_for=begins, at=now, by=osei)
    ordered(session, osei, now, dose_mg=40, booster_mg=20, booster_after_min=12)
    day = expected.day_of(session, now=now)
    assert day is not None
    assert day.near is not None
    assert day.near[0] >= begins + timedelta(minutes=90), "the shortest stay"
    assert day.second_at == begins + timedelta(minutes=10), "to five minutes"
    page = enter(ade_user).get(f"/me/sessions/{session.pk}/").content.decode()
    assert "you may be offered a second, smaller dose. You can say no." in page


@pytest.mark.parametrize(("days", "title"), [(0, "today"), (1, "that day")])
def test_the_title_says_which_day_it_is(
    *,
    days: int,
    title: str,
    course: Course,
    osei: User,
    ade_user: User,
    now: datetime,
    enter: Enter,
) -> None:
    begins = now + timedelta(days=days, hours=3)
    session = sessions.plan_session(course, route="im", planned_for=begins, at=now, by=osei)
    ordered(session, osei, now, dose_mg=40)
    page = enter(ade_user).get(f"/me/sessions/{session.pk}/").content.decode()
    assert f"<h2>What to expect {title}</h2>" in page


def test_the_demonstration_has_a_way_in_for_whoever_has_such_a_day(
    course: Course, osei: User, ade_user: User, now: datetime
) -> None:
    begins = now + timedelta(hours=3)
    session = sessions.plan_session(course, route="im", planned_for=begins, at=now, by=osei)
    assert with_an_order_ahead() == []
    ordered(session, osei, now, dose_mg=40)
    assert with_an_order_ahead() == [ade_user]
    sessions.move_on(session, "arrived", at=now, by=osei)
    assert with_an_order_ahead() == []


@pytest.mark.parametrize("spit", [True, False, None])
def test_a_lozenge_is_planned_as_it_is_ordered(
    spit: bool | None, course: Course, osei: User, now: datetime
) -> None:
    session = sessions.plan_session(
        course, route="lozenge_clinic", planned_for=now, at=now, by=osei
    )
    order = ordered(session, osei, now, dose_mg=100, hold_min=12, spit=spit)
    found = reckoned.as_ordered(session, order, now, now)
    assert found is not None
    assert [dose.spit for dose in found.doses] == [bool(spit)]
    day = expected.day_of(session, now=now)
    assert day is not None
    assert day.strongest == now + timedelta(minutes=45)


def ordered(session: Session, by: User, at: datetime, **said: Any) -> Order:
    route = session_facts.story_of(session.pk)["route"]
    signed = {"signed_name": by.signed_name, "meaning": "ordered", "at": at, "by": by}
    told = {"route": route, "weight_kg": 68.0, "weight_at": at}
    row: Order = Order.objects.create(session=session, **told, **signed, **said)
    return row


def test_without_an_order_no_day_is_drawn(
    planned: Session, ade_user: User, now: datetime, enter: Enter
) -> None:
    assert expected.day_of(planned, now=now) is None
    assert (
        "What to expect" not in enter(ade_user).get(f"/me/sessions/{planned.pk}/").content.decode()
    )


def test_a_poll_asks_once_for_what_all_its_rows_are_drawn_on(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    """The lanes and what is expected lie on the same hours, by the same readings."""
    readings.record_reading(started, CALM, at=now + timedelta(minutes=4), by=abara)
    browser = enter(abara)
    with clock.at(now + timedelta(minutes=5)), CaptureQueriesContext(connection) as asked:
        page = browser.get(f"/sessions/{started.pk}/board/").content.decode()
    assert page.count("f-expected") == 3
    tables = ('FROM "records_reading"', 'FROM "records_bedsidereading"')
    about = [each["sql"] for each in asked if any(table in each["sql"] for table in tables)]
    twice = [sql for sql, times in Counter(about).items() if times > 1]
    assert twice == []
