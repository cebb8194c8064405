"""The owner sees how screening goes: numbers, and no names."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from web.logging_in import Enter
from web.well import all_is_well

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import screening_counts
from kapstone.web.records.actions import intake, looking
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.models import Course, ScreeningDecision

REASON = "Breastfeeding at night; milk is discarded for a day after each dose."
HOLD, OVER, SECOND, AGAIN, RUN_OUT, GATES = range(6)


@pytest.fixture
def over(course: Course, osei: User, now: datetime) -> ScreeningDecision:
    all_is_well(course, at=now, by=osei, breastfeeding=True)
    return deeds.decide_screening(course, decision="suitable", reason=REASON, at=now, by=osei)


def numbers(user: User, now: datetime) -> list[int]:
    return [number for _, number in screening_counts.counted(user, now=now)]


def test_a_decision_over_a_stop_and_its_missing_signature_are_counted(
    over: ScreeningDecision, owen: User, vale: User, now: datetime
) -> None:
    assert numbers(owen, now) == [1, 1, 1, 0, 0, 0]
    deeds.countersign(over, at=now, by=vale)
    assert numbers(owen, now) == [1, 1, 0, 0, 0, 0]


def test_one_that_ran_out_and_one_that_would_differ_are_counted(
    over: ScreeningDecision, owen: User, ade_user: User, now: datetime
) -> None:
    later = now + timedelta(days=1)
    with clock.at(later):
        intake.answer_intake(over.course, "aneurysm", "yes", at=later, by=ade_user)
        looking.look_again(at=later)
        assert numbers(owen, later)[AGAIN] == 1
    assert numbers(owen, over.valid_until + timedelta(days=1))[RUN_OUT] == 1
    assert numbers(owen, over.valid_until + timedelta(days=1))[HOLD] == 0


def test_another_practice_counts_its_own(
    over: ScreeningDecision, marsh: User, now: datetime
) -> None:
    assert numbers(marsh, now) == [0] * 6


def test_the_owners_page_has_the_numbers_and_no_name(
    over: ScreeningDecision, owen: User, enter: Enter
) -> None:
    page = enter(owen).get("/practice/").content.decode()
    part = page[page.index('id="screening"') :].split("</section>", maxsplit=1)[0]
    assert '<th scope="row">Wait for a second signature</th><td class="num">1</td>' in part
    assert over.course.person.family not in part
