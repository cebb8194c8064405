"""The thirty seconds before the door: only what was said or recorded, and what was not told."""

from __future__ import annotations

from datetime import datetime, timedelta

from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records import brief, earlier, session_facts
from kapstone.web.records.actions import courses, preparing, sessions
from kapstone.web.records.models import Notice, Session
from kapstone.web.records.models.notices import RISK_KIND, URGENT

from .test_before import at

DAY = timedelta(days=1)


def lines(session: Session, user: User, now: datetime) -> dict[str, brief.Line]:
    found = session_facts.told(session)
    last = earlier.last_doses(found, user, before=now)
    return {line.title: line for line in brief.of(found, last)}


def test_what_nobody_told_is_said_to_be_so(
    planned: Session, lind: User, now: datetime, enter: Enter
) -> None:
    found = lines(planned, lind, now)
    assert found.pop("Last session").words == "none on record here"
    assert {title for title, line in found.items() if line.words is not None} == set()
    page = enter(lind).get(at(planned)).content.decode()
    assert page.count("? not told") == len(found)


def test_it_is_made_from_what_was_said(
    planned: Session, ade_user: User, lind: User, now: datetime
) -> None:
    def say(name: str, given: str | list[str] | None, words: str = "") -> None:
        preparing.answer_preparation(planned.course, name, given, words=words, at=now, by=ade_user)

    say("intention", "To rest")
    say("worries", None)
    say("helps", ["feet"])
    say("altered_states", "before", "A bad trip at nineteen")
    say("track_order", "works")
    say("music_list", "Rain\nSea")
    comforts = {"touch": ["hand"], "voice": "first", "voice_how": "Call me Ade", "music": "own"}
    courses.hold_preparation(planned.course, {"comforts": comforts}, at=now - DAY, by=lind)
    found = {title: line.words for title, line in lines(planned, lind, now).items()}
    assert found == {
        "Intention": "To rest",
        "Worry": "asked, not answered",
        "Steadies": "Feel your feet",
        "Touch": "A hand to hold",
        "Voice": "Only when I speak first; Call me Ade",
        "Music": "A list of my own; Old works without words, 50 min; own list of 2 titles",
        "Changed states before": "Yes: A bad trip at nineteen",
        "Last session": "none on record here",
        "Open risk": None,
    }


def test_the_last_session_is_one_line(
    stopped: Session, osei: User, abara: User, lind: User, now: datetime
) -> None:
    later = sessions.plan_session(
        stopped.course, route="iv", planned_for=now + 7 * DAY, room="", at=now, by=osei
    )
    known = "3 Nov 2026: IV 34 mg ordered, given not charted; "
    last = lines(later, lind, now + DAY)["Last session"].words
    assert last == f"{known}no side effect charted"
    sessions.mark(stopped, kind="side_effect", mark="nausea", severity="moderate", at=now, by=abara)
    assert lines(later, lind, now + DAY)["Last session"].words == f"{known}Nausea (moderate)"


def test_a_long_answer_is_cut_and_the_whole_is_one_link_away(
    planned: Session, ade_user: User, lind: User, now: datetime, enter: Enter
) -> None:
    words = "I want to be with my brother again. " * 20
    preparing.answer_preparation(planned.course, "intention", words, at=now, by=ade_user)
    line = lines(planned, lind, now)["Intention"].words
    assert line is not None
    assert len(line) <= brief.MOST_WORDS
    page = enter(lind).get(at(planned)).content.decode()
    assert f'href="/courses/{planned.course_id}/preparation/">All of it' in page


def test_the_voice_that_is_agreed_is_that_of_before_the_medicine(
    started: Session, lind: User, now: datetime
) -> None:
    for voice, when in (("no", now - DAY), ("now_and_then", now)):
        told = {"comforts": {"touch": [], "voice": voice}}
        courses.hold_preparation(started.course, told, at=when, by=lind)
    assert lines(started, lind, now)["Voice"].words == "No, please stay quiet"


def test_an_open_risk_stands_on_it_and_else_the_day_it_was_asked(
    ready: Session, lind: User, now: datetime
) -> None:
    assert lines(ready, lind, now)["Open risk"].words == "no notice open; C-SSRS asked 3 Nov 2026"
    Notice.objects.create(
        person=ready.course.person,
        kind=RISK_KIND,
        level=URGENT,
        says="Item 9: nearly every day",
        at=now,
        by=lind,
    )
    line = lines(ready, lind, now)["Open risk"]
    assert line.words == "Item 9: nearly every day 3 Nov 2026"
    assert line.tone == "stop"


def test_the_room_shows_the_brief_and_the_music_that_was_chosen(
    started: Session, abara: User, ade_user: User, now: datetime, enter: Enter
) -> None:
    browser = enter(abara)
    page = browser.get(at(started, "room/")).content.decode()
    assert 'id="brief"' in page
    assert "Their own list" not in page
    for name, given in (("track_order", "works"), ("music_list", "Slow Rain")):
        preparing.answer_preparation(started.course, name, given, at=now, by=ade_user)
    page = browser.get(at(started, "room/")).content.decode()
    assert "Their own list: 1" in page
    assert "Chosen: Old works without words, 50 min" in page
    assert '<option value="Slow Rain">' in page
    assert '<option value="Bach, Prelude in C major (BWV 846)">' in page
