"""A stop of the medicine is kept at once; its reason is asked afterwards, and shown as missing."""

from __future__ import annotations

from datetime import datetime, timedelta

from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import room
from kapstone.web.records.actions import notices, treatment
from kapstone.web.records.models import Notice, Phase, Session

from .test_before import at
from .test_sent import Tablet

MISSING = "the reason and the amount are still missing"


def stop_marks(session: Session) -> str:
    rows = room.lines(session, list(room.taken(session)))
    (line,) = [each for each in rows if each.words.startswith("Medicine ended")]
    return "; ".join(words for _, words in line.chips)


def test_a_stop_without_words_is_kept_and_asks_for_them_afterwards(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    """34 mg over 40 min, begun two minutes ago: after 20 about 17 mg are in."""
    browser, early = enter(abara), now + timedelta(minutes=18)
    with clock.at(early):
        assert browser.post(at(started, "stop/"), {"confirm": "on"}).status_code == 302
        page = browser.get(at(started, "room/")).content.decode()
    assert Phase.objects.get(phase="stopped").at == early
    assert MISSING in page
    notice = Notice.objects.get(kind="stop-reason-owed")
    assert "before its time: the reason is still missing" in notice.says
    assert "about 17 mg" in notice.do


def test_the_reason_is_missing_until_somebody_writes_it(
    started: Session, abara: User, now: datetime
) -> None:
    early = now + timedelta(minutes=5)
    treatment.stop_session(started, at=early, by=abara)
    notice = Notice.objects.get(kind="stop-reason-owed")
    notices.answer_notice(notice, words="", closes=False, at=early, by=abara)
    assert MISSING in stop_marks(started), "seen is no reason"
    words = "She asked to stop; 6 mg went in"
    notices.answer_notice(notice, words=words, closes=True, at=early, by=abara)
    assert MISSING not in stop_marks(started)


def test_a_stop_at_its_time_owes_nothing(started: Session, abara: User, now: datetime) -> None:
    treatment.stop_session(started, at=now + timedelta(minutes=38), by=abara)
    assert not Notice.objects.exists()
    assert MISSING not in stop_marks(started)


def test_a_stop_that_waited_on_a_tablet_is_kept_at_its_own_time(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    tablet, stopped = Tablet(enter(abara), started), now + timedelta(minutes=7)
    with clock.at(now + timedelta(minutes=90)):
        mine = tablet.enter("stop", stopped, confirm="on")
        told = tablet.send().json()
    assert told["kept"] == [mine]
    assert Phase.objects.get(phase="stopped").at == stopped
    assert Notice.objects.get(kind="stop-reason-owed").at == now + timedelta(minutes=90)


def test_the_stop_stands_at_the_top_while_medicine_runs(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    """One tap opens it, one confirms: nothing is typed or ticked."""
    browser = enter(abara)
    page = browser.get(at(started, "room/")).content.decode()
    top = page[: page.index('id="now"')]
    form = top[top.index('id="stop-now"') :].split("</details>")[0]
    assert 'type="hidden" name="confirm" value="on"' in form
    assert 'data-kept="stop"' in form
    assert form.count("<input") - form.count('type="hidden"') == 0
    treatment.stop_session(started, at=now, by=abara)
    assert "stop-now" not in browser.get(at(started, "room/")).content.decode()
