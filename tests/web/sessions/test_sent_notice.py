"""An answer to a notice given without a network: it comes in once, after its reading, in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from web.logging_in import Enter
from web.register.conftest import text_of

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import notices, readings
from kapstone.web.records.models import Notice, NoticeAnswer, Reading, Session
from kapstone.web.records.models.audit import Entry
from kapstone.web.records.refusals import Refused

from .test_before import at
from .test_sent import HIGH, Tablet, back, minutes, tablet

__all__ = ["back", "tablet"]
LIMIT = "ALM-SBP-H"
DID = "Stopped the pump, stayed with Ade"


@pytest.fixture
def high(started: Session, abara: User, now: datetime) -> Notice:
    """A notice that the server had before the network went."""
    readings.record_reading(started, {"systolic_bp": 186.0}, at=minutes(now, 3), by=abara)
    found: Notice = Notice.objects.get(kind=LIMIT, level="red")
    return found


def answer(tablet: Tablet, when: datetime, of: Notice | str, *, closes: bool = False) -> str:
    """Answered on the tablet: a notice that the server had, or the crossing of a reading here."""
    named = {"notice": str(of.pk)} if isinstance(of, Notice) else {"reading": of, "limit": LIMIT}
    action = "close" if closes else "answer"
    return tablet.enter("notice_answer", when, words=DID, action=action, **named)


def told(tablet: Tablet) -> dict[str, Any]:
    found: dict[str, Any] = tablet.send().json()
    return found


@pytest.mark.parametrize("closes", [False, True])
def test_an_answer_comes_in_once_at_its_own_time(
    closes: bool, tablet: Tablet, high: Notice, now: datetime, back: datetime
) -> None:
    mine = answer(tablet, minutes(now, 7), high, closes=closes)
    for later_s in (0, 1):
        with clock.at(back + timedelta(seconds=later_s)):
            assert told(tablet)["kept"] == [mine]
    row = NoticeAnswer.objects.get()
    assert (row.notice, row.words, row.closes) == (high, DID, closes)
    assert (row.at, row.recorded_at, row.client_id) == (minutes(now, 7), back, UUID(mine))
    did = "close notice" if closes else "answer notice"
    assert Entry.objects.filter(did=did).count() == 1
    assert Notice.objects.open().filter(pk=high.pk).exists() is not closes
    page = text_of(tablet.client.get(at(tablet.session, "room/")))
    assert f"Notice answered: {DID} entered offline, arrived 11:00" in page
    episode = text_of(tablet.client.get(reverse("notice", args=[high.pk])))
    assert f"{DID} (entered offline, arrived 11:00)" in episode


def test_the_answer_to_a_crossing_finds_the_notice_that_its_reading_opens(
    tablet: Tablet, now: datetime, back: datetime
) -> None:
    """Sent the wrong way round: each is put where its own time says."""
    reading = str(uuid4())
    mine = answer(tablet, minutes(now, 12), reading, closes=True)
    tablet.enter("reading", minutes(now, 10), **HIGH)
    tablet.waiting[-1]["id"] = reading
    for _ in range(2):
        assert set(told(tablet)["kept"]) == {mine, reading}
    notice = Notice.objects.get(kind=LIMIT, level="red")
    row = NoticeAnswer.objects.get()
    assert (row.notice, row.at, notice.at) == (notice, minutes(now, 12), minutes(now, 10))
    assert row.closes
    assert not Notice.objects.open().filter(pk=notice.pk).exists()


def test_each_answer_finds_the_notice_of_its_own_reading(
    tablet: Tablet, now: datetime, back: datetime
) -> None:
    """A red figure that gets worse opens a second notice; one that does not tells of no new one."""
    of = {}
    for minute, pressure in ((5, "182"), (10, "181"), (15, "190")):
        of[pressure] = tablet.enter("reading", minutes(now, minute), systolic_bp=pressure)
        answer(tablet, minutes(now, minute + 1), of[pressure])
    told(tablet)
    rows = NoticeAnswer.objects.order_by("at").values_list("notice__at", flat=True)
    assert list(rows) == [minutes(now, 5), minutes(now, 5), minutes(now, 15)]


def test_a_crossing_closed_and_crossed_again_are_two_notices(
    tablet: Tablet, now: datetime, back: datetime
) -> None:
    first = tablet.enter("reading", minutes(now, 5), systolic_bp="186")
    answer(tablet, minutes(now, 6), first, closes=True)
    again = tablet.enter("reading", minutes(now, 20), systolic_bp="184")
    answer(tablet, minutes(now, 21), again)
    for _ in range(2):
        assert len(told(tablet)["kept"]) == 4
    rows = NoticeAnswer.objects.order_by("at").values_list("notice__at", "closes")
    assert list(rows) == [(minutes(now, 5), True), (minutes(now, 20), False)]
    assert Notice.objects.filter(kind=LIMIT).open().count() == 1


def test_an_answer_goes_to_the_notice_that_another_tablet_had_opened(
    tablet: Tablet, started: Session, lind: User, now: datetime, back: datetime
) -> None:
    """A milder figure from before it opens no notice of its own."""
    readings.record_reading(started, {"systolic_bp": 196.0}, at=minutes(now, 30), by=lind)
    mine = tablet.enter("reading", minutes(now, 10), systolic_bp="181")
    answer(tablet, minutes(now, 11), mine)
    told(tablet)
    assert NoticeAnswer.objects.get().notice == Notice.objects.get(kind=LIMIT, level="red")


@pytest.mark.usefixtures("back")
def test_two_tablets_answering_the_same_notice_both_stand(
    tablet: Tablet, high: Notice, lind: User, enter: Enter, now: datetime
) -> None:
    """The one that comes first was given later; each closes, as was so at its own time."""
    other = Tablet(enter(lind), tablet.session, wrong_s=3600)
    answer(other, minutes(now, 9), high, closes=True)
    answer(tablet, minutes(now, 7), high, closes=True)
    for one in (other, tablet, other):
        assert told(one)["refused"] == {}
    rows = NoticeAnswer.objects.order_by("at").values_list("at", "by__name", "closes")
    assert list(rows) == [(minutes(now, 7), "Abara", True), (minutes(now, 9), "Lind", True)]


@pytest.mark.usefixtures("back")
@pytest.mark.parametrize("closes", [False, True])
def test_a_notice_that_another_closed_meanwhile_keeps_the_words_beside_it(
    closes: bool, tablet: Tablet, high: Notice, osei: User, now: datetime
) -> None:
    notices.answer_notice(high, words="Seen to it.", closes=True, at=minutes(now, 5), by=osei)
    mine = answer(tablet, minutes(now, 7), high, closes=closes)
    for _ in range(2):
        said = told(tablet)
        assert said["kept"] == [mine]
        assert said["beside"] == {
            mine: f"{osei.signed_name} had closed this at 08:05. Your words stand beside it."
        }
    row = NoticeAnswer.objects.get(client_id=mine)
    assert (row.words, row.closes) == (DID, False)
    page = text_of(tablet.client.get(at(tablet.session, "room/")))
    assert f"closed before by {osei.signed_name}" in page


def test_a_page_that_asks_to_answer_a_closed_notice_is_refused(
    high: Notice, abara: User, osei: User, now: datetime
) -> None:
    notices.answer_notice(high, words="Seen to it.", closes=True, at=minutes(now, 5), by=osei)
    with pytest.raises(Refused, match="already closed"):
        notices.answer_notice(high, words=DID, closes=False, at=minutes(now, 7), by=abara)


@pytest.mark.parametrize("changed", ["words", "closes", "by", "notice"])
def test_the_same_id_with_another_answer_is_refused(
    changed: str, high: Notice, abara: User, lind: User, now: datetime
) -> None:
    told = {"kind": "ALM-HR", "level": "red", "says": "Heart", "session": high.session}
    other = notices.new_notice(high.person, at=now, by=abara, **told)  # type: ignore[arg-type]
    once: dict[str, Any] = {"words": DID, "closes": True, "client_id": uuid4(), "by": abara}
    first = notices.answer_notice(high, at=now, **once)
    another = {"words": "Something else", "closes": False, "by": lind}
    where = other if changed == "notice" else high
    if changed in another:
        once[changed] = another[changed]
    with pytest.raises(Refused, match="Another answer"):
        notices.answer_notice(where, at=now, **once)
    assert list(NoticeAnswer.objects.all()) == [first]


def test_what_answers_nothing_is_refused_with_what_to_do(
    tablet: Tablet, high: Notice, now: datetime, back: datetime
) -> None:
    calm = tablet.enter("reading", minutes(now, 2), heart_rate="80")
    lost = answer(tablet, minutes(now, 11), str(uuid4()))
    none = answer(tablet, minutes(now, 11), calm)
    odd = [
        tablet.enter("notice_answer", minutes(now, 12), words=DID, notice=number)
        for number in ("9" * 40, "-1", "x", "0")
    ]
    blank = tablet.enter("notice_answer", minutes(now, 13), action="close", notice=str(high.pk))
    refused = told(tablet)["refused"]
    assert "not on the server" in refused[lost]
    assert all("Write your words into a note" in refused[each] for each in (none, *odd))
    assert "Say what was done" in refused[blank]
    assert not NoticeAnswer.objects.exists()


@pytest.mark.usefixtures("back")
def test_a_notice_of_another_room_is_not_answered_from_here(
    tablet: Tablet, course: Any, abara: User, now: datetime
) -> None:
    away = notices.new_notice(
        course.person, kind=LIMIT, level="red", says="High", at=now, by=abara, session=None
    )
    mine = answer(tablet, minutes(now, 7), away)
    assert mine in told(tablet)["refused"]


def fail(_: Reading) -> None:
    raise LookupError("no such limit")


def test_a_reading_that_is_not_compared_yet_says_to_try_again(
    tablet: Tablet, now: datetime, back: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault in comparing costs neither: the reading is kept, and the answer stays and is sent."""
    reading = tablet.enter("reading", minutes(now, 10), **HIGH)
    mine = answer(tablet, minutes(now, 11), reading)
    with monkeypatch.context() as broken:
        broken.setattr(readings, "judge", fail)
        assert "try again" in told(tablet)["refused"][mine]
    assert Reading.objects.filter(client_id=reading).exists()
    assert readings.judge_unjudged() == 0
    assert mine in told(tablet)["kept"]
    assert NoticeAnswer.objects.get().notice == Notice.objects.get(kind=LIMIT, level="red")


def test_the_room_shows_who_answered_and_sends_the_strip_again(
    tablet: Tablet, high: Notice, lind: User, now: datetime
) -> None:
    board = at(tablet.session, "board/")
    shown = {"notices_shown": str(high.pk)}
    assert 'id="notices"' not in tablet.client.get(board, shown).content.decode()
    notices.answer_notice(high, words="On my way", closes=False, at=minutes(now, 4), by=lind)
    page = tablet.client.get(board, shown).content.decode()
    assert f"answered 08:04 {lind.signed_name}: On my way" in page
