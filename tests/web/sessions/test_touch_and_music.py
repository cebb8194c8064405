"""Touch and music in the room: written down with their time, beside what was agreed before."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import room, room_comforts, session_facts, session_paper
from kapstone.web.records.actions import courses, sessions, treatment
from kapstone.web.records.models import Mark, Session

from .test_before import at

HAND = {"kind": "touch", "mark": "touch_given", "area": "hand", "words": "Two minutes; Lind saw it"}
NOT_AGREED = ("caution", "! not agreed beforehand")
NOT_ASKED = ("caution", "? touch: not asked beforehand")


def agree(session: Session, touch: list[str], when: datetime, by: User) -> None:
    told = {"intentions": "", "comforts": {"touch": touch, "music": "own", "music_words": "Satie"}}
    courses.hold_preparation(session.course, told, at=when, by=by)


def lines(session: Session) -> dict[str, tuple[tuple[str, str], ...]]:
    found = room.lines(session_facts.told(session), [])
    return {line.words: line.chips for line in found}


def test_a_touch_is_kept_with_its_place_and_its_time(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    enter(abara).post(at(started, "marks/"), HAND)
    row = Mark.objects.get(kind="touch")
    assert (row.mark, row.area, row.by, row.at) == ("touch_given", "hand", abara, now)
    assert "Touch, given, A hand to hold, Two minutes; Lind saw it" in lines(started)


@pytest.mark.parametrize("missing", ["area", "mark"])
def test_a_touch_without_its_place_or_its_answer_is_not_kept(
    missing: str, started: Session, abara: User, enter: Enter
) -> None:
    told = {name: value for name, value in HAND.items() if name != missing}
    answer = enter(abara).post(at(started, "marks/"), told)
    assert answer.status_code == 422
    assert not Mark.objects.exists()
    assert "Two minutes; Lind saw it" in answer.content.decode()


@pytest.mark.parametrize(
    ("agreed", "area", "mark", "chips"),
    [
        (["hand"], "hand", "touch_given", ()),
        (["hand"], "shoulder", "touch_given", (NOT_AGREED,)),
        (["hand"], "elsewhere", "touch_given", (NOT_AGREED,)),
        (["hand"], "shoulder", "touch_declined", ()),
        ([], "hand", "touch_given", (NOT_AGREED,)),
        ([], "safety", "touch_given", ()),
        (None, "hand", "touch_given", (NOT_ASKED,)),
        (None, "hand", "touch_asked", (NOT_ASKED,)),
    ],
)
def test_a_touch_stands_beside_what_was_agreed(
    agreed: list[str] | None,
    area: str,
    mark: str,
    chips: tuple[tuple[str, str], ...],
    *,
    started: Session,
    team: tuple[User, User, User],
    now: datetime,
) -> None:
    if agreed is not None:
        agree(started, agreed, now - timedelta(days=1), team[2])
    sessions.mark(started, kind="touch", mark=mark, area=area, at=now, by=team[1])
    (found,) = (said for words, said in lines(started).items() if words.startswith("Touch"))
    assert found == chips


def test_no_touch_is_added_while_the_medicine_works(
    started: Session, lind: User, now: datetime
) -> None:
    agree(started, [], now - timedelta(days=1), lind)
    agree(started, ["hand"], now, lind)
    assert room_comforts.agreed(started)["touch"] == "No touch"


def test_the_room_shows_what_was_agreed_and_says_when_nobody_asked(
    started: Session, abara: User, lind: User, now: datetime, enter: Enter
) -> None:
    browser = enter(abara)
    page = browser.get(at(started, "room/")).content.decode()
    assert page.count("not asked yet") == 2
    assert "ask before any touch" in page
    agree(started, ["hand"], now - timedelta(days=1), lind)
    page = browser.get(at(started, "room/")).content.decode()
    assert "not asked yet" not in page
    assert "Satie" in page


def test_a_track_says_its_minute_and_its_phase(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    told = {"kind": "music", "words": "Slow Rain"}
    begun = now - timedelta(minutes=2)
    browser = enter(abara)
    for after_min in (12, 20, 50):
        if after_min == 20:
            sessions.move_on(started, "paused", at=begun + timedelta(minutes=19), by=abara)
        if after_min == 50:
            treatment.stop_session(started, at=begun + timedelta(minutes=45), by=abara)
        with clock.at(begun + timedelta(minutes=after_min)):
            browser.post(at(started, "marks/"), told)
    assert {words for words in lines(started) if words.startswith("Music")} == {
        "Music: Slow Rain (minute 12, while the medicine works)",
        "Music: Slow Rain (minute 20, paused)",
        "Music: Slow Rain (minute 50, after the medicine)",
    }


def test_both_stand_on_paper(started: Session, abara: User, now: datetime) -> None:
    sessions.mark(started, kind="touch", mark="touch_declined", area="hand", at=now, by=abara)
    sessions.mark(started, kind="music", mark="music", words="Slow Rain", at=now, by=abara)
    with clock.at(now):
        made = session_paper.pdf(session_facts.told(started))
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)
    assert "Touch, declined" in text
    assert "Slow Rain" in text
    assert "not asked yet" in text


def test_many_touches_and_tracks_cost_no_more_than_one(
    started: Session, abara: User, now: datetime
) -> None:
    asked = []
    for _ in range(2):
        for each in range(4):
            when = now + timedelta(seconds=each)
            sessions.mark(started, kind="touch", mark="touch_asked", area="hand", at=when, by=abara)
            sessions.mark(started, kind="music", mark="music", words="Rain", at=when, by=abara)
        with CaptureQueriesContext(connection) as queries:
            lines(started)
        asked.append(len(queries))
    assert asked[0] == asked[1]
