"""A dose beyond its order keeps its mark and its reason wherever it is read, and is told of."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import room, session_facts, session_paper
from kapstone.web.records.actions import dosing
from kapstone.web.records.models import Course, DoseGiven, Holding, Notice, Session

from .conftest import running
from .test_second_dose import high, injection

D = Decimal
WHY = "The prescriber asked for more by telephone."


@pytest.fixture
def fifty(course: Course, osei: User, now: datetime) -> Session:
    return running(course, "im", "50", by=osei, at=now)


@pytest.fixture
def above(fifty: Session, singles: Holding, abara: User, now: datetime) -> DoseGiven:
    """50 mg as ordered, and 20 on top of them with a reason."""
    dosing.give_dose(fifty, injection(singles), at=now, by=abara)
    more = injection(singles, "20", words=WHY)
    return dosing.give_dose(fifty, more, at=now + timedelta(minutes=20), by=abara)


def log(session: Session) -> list[str]:
    rows = room.lines(session, list(room.taken(session)))
    return [session_paper.words_of(line) for line in rows]


def test_the_log_and_the_paper_say_the_mark_and_the_reason(
    above: DoseGiven, fifty: Session
) -> None:
    (line,) = [each for each in log(fifty) if WHY in each]
    assert "above what was ordered" in line
    first = [each for each in log(fifty) if "50 mg" in each]
    assert first
    assert not any("above what was ordered" in each for each in first)
    assert session_paper.pdf(session_facts.told(fifty)).startswith(b"%PDF")


def test_the_prescriber_is_told(above: DoseGiven, abara: User) -> None:
    notice = Notice.objects.get(kind=f"dose-beyond:{above.pk}")
    assert "20 mg at " in notice.says
    assert notice.says.endswith(": above what was ordered")
    assert notice.do == f"The reason given by {abara.signed_name}: {WHY}"
    assert Notice.objects.filter(kind__startswith="dose-beyond").count() == 1, "not of the first"


def test_the_room_and_the_page_of_the_dose_show_both(
    above: DoseGiven, fifty: Session, abara: User, now: datetime, enter: Enter
) -> None:
    browser = enter(abara)
    with clock.at(now + timedelta(minutes=21)):
        for address in (f"/sessions/{fifty.pk}/room/", f"/doses/{above.pk}/correct/"):
            page = browser.get(address).content.decode()
            assert "above what was ordered" in page
            assert WHY in page


def test_a_dose_given_while_held_back_says_so(
    fifty: Session, singles: Holding, abara: User, now: datetime
) -> None:
    dosing.give_dose(fifty, injection(singles, "30"), at=now, by=abara)
    high(fifty, abara, now + timedelta(minutes=10))
    told = injection(singles, "20", words=WHY)
    dose = dosing.give_dose(fifty, told, at=now + timedelta(minutes=11), by=abara)
    assert Notice.objects.get(kind=f"dose-beyond:{dose.pk}").says.endswith(": held back")
    more = replace(told, mg=D(5))
    again = dosing.give_dose(fifty, more, at=now + timedelta(minutes=12), by=abara)
    says = Notice.objects.get(kind=f"dose-beyond:{again.pk}").says
    assert says.endswith(": above what was ordered, held back")


def test_a_correction_keeps_the_mark(above: DoseGiven, fifty: Session, abara: User) -> None:
    later = above.at + timedelta(minutes=5)
    dosing.correct_dose(
        above, mg=D(18), words="It was 18 mg in truth, and not 20 mg.", at=later, by=abara
    )
    (line,) = [each for each in log(fifty) if "18 mg" in each]
    assert "above what was ordered" in line
