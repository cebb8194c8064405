"""Therapy tracks on their pages: a note, what it asks for, and the person's own side."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import copies, outbox, track_notes
from kapstone.web.records import pathway as course_pathway
from kapstone.web.records.actions import courses, emdr, following, notices, sessions
from kapstone.web.records.actions import track_notes as deeds
from kapstone.web.records.models import Course, DoseGiven, Notice, TrackNote
from kapstone.web.records.refusals import Refused
from kapstone.web.records.timeline import timeline

DAY = timedelta(days=1)
QUIET = {"spiritual-sleepless": "no", "spiritual-fixed": "no", "spiritual-risk": "no"}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def at(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def write(course: Course, by: User, when: datetime, track: str, **told: Any) -> TrackNote:
    told = {"answers": {}, "words": "", **told}
    return deeds.write_track_note(course, track, **told, at=when, by=by)


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


# a note


def test_a_scale_is_one_row_of_taps_and_no_number_is_chosen(
    enter: Enter, lind: User, course: Course
) -> None:
    page = text(enter(lind).get(at("track", course.pk, "substance")))
    taps = re.findall(r'<input type="radio"[^>]*name="substance-craving-before"[^>]*>', page)
    assert [*re.findall(r'value="(\d*)"', "".join(taps))] == [*map(str, range(11)), ""]
    assert [each.endswith(" checked>") for each in taps] == [False] * 11 + [True]
    assert 'type="number" name="substance-craving' not in page


@pytest.mark.parametrize(("value", "kept"), [("0", 0), ("10", 10), ("", None)])
def test_both_ends_of_a_scale_are_kept_and_none_is_not_zero(
    value: str, kept: int | None, enter: Enter, lind: User, course: Course
) -> None:
    told = {"substance-craving-before": value, "words": "A quiet hour"}
    client = enter(lind)
    assert client.post(at("write_track_note", course.pk, "substance"), told).status_code == 302
    row = TrackNote.objects.get()
    assert row.answers.get("substance-craving-before") == kept
    page = text(client.get(at("track", course.pk, "substance") + f"?corrects={row.pk}"))
    assert f'value="{value}" checked' in page


@pytest.mark.parametrize("value", ["-1", "11", "3.5", "x"])
def test_what_is_on_no_scale_is_refused(
    value: str, enter: Enter, lind: User, course: Course
) -> None:
    told = {"substance-craving-before": value, "words": "A quiet hour"}
    answer = enter(lind).post(at("write_track_note", course.pk, "substance"), told)
    assert answer.status_code == 422
    assert "Choose one of 0 to 10, or none." in text(answer)
    assert not TrackNote.objects.exists()


def test_a_session_is_written_down_and_corrected(enter: Enter, lind: User, course: Course) -> None:
    client = enter(lind)
    address = at("write_track_note", course.pk, "substance")
    told = {
        "substance-triggers": "Fridays\n\nQuarrels ",
        "substance-craving-before": "3",
        "substance-craving-after": "",
        "substance-use": "no",
        "words": "Left a party early",
    }
    assert client.post(address, told).status_code == 302
    row = TrackNote.objects.get()
    assert row.answers == {
        "substance-triggers": ["Fridays", "Quarrels"],
        "substance-craving-before": 3,
        "substance-use": "no",
    }
    page = text(client.get(at("track", course.pk, "substance")))
    for words in ("Fridays; Quarrels", "3 of 10", "Left a party early", "Lind"):
        assert words in page
    form = text(client.get(f"{at('track', course.pk, 'substance')}?corrects={row.pk}"))
    assert "Fridays\nQuarrels</textarea>" in form
    with clock.at(row.at + DAY):
        client.post(f"{address}?corrects={row.pk}", {**told, "words": "Left a party, late"})
    newer = TrackNote.objects.exclude(pk=row.pk).get()
    assert (newer.corrects, newer.at) == (row, row.at)
    page = text(client.get(at("track", course.pk, "substance")))
    assert "Left a party, late" in page
    assert "Before it was corrected" in page


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"words": " . "},
        {"substance-craving-before": "11"},
        {"substance-craving-before": "x"},
        {"substance-use": "perhaps"},
    ],
)
def test_what_is_no_note_is_refused(
    enter: Enter, lind: User, course: Course, told: dict[str, str]
) -> None:
    answer = enter(lind).post(at("write_track_note", course.pk, "substance"), told)
    assert answer.status_code == 422
    assert not TrackNote.objects.exists()


@pytest.mark.parametrize(
    ("track", "answers", "why"),
    [
        ("nothing", {"a": "b"}, "no-such-track"),
        ("pain", {"substance-use": "no"}, "no-such-question"),
        ("substance", {"substance-craving-day": 3}, "no-such-question"),
        ("pain", {"pain-average": 11}, "off-scale"),
        ("pain", {"pain-function": "a\0b"}, "unfit"),
        ("pain", {}, "empty"),
    ],
)
def test_the_deed_refuses_by_itself(
    course: Course, lind: User, now: datetime, *, track: str, answers: dict[str, Any], why: str
) -> None:
    with pytest.raises(Refused) as refused:
        write(course, lind, now, track, answers=answers)
    assert code(refused) == why


def test_only_therapists_and_prescribers_write(course: Course, abara: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        write(course, abara, now, "pain", words="Something")
    assert code(refused) == "not-your-deed"


def test_a_correction_stays_in_its_track(course: Course, lind: User, now: datetime) -> None:
    row = write(course, lind, now, "pain", words="One")
    with pytest.raises(Refused) as refused:
        write(course, lind, now, "substance", words="Other", corrects=row)
    assert code(refused) == "other-track"


def test_strangers_find_nothing(enter: Enter, marsh: User, course: Course) -> None:
    client = enter(marsh)
    assert client.get(at("tracks", course.pk)).status_code == 404
    assert client.get(at("track", course.pk, "pain")).status_code == 404


def test_a_track_that_there_is_not(enter: Enter, lind: User, course: Course) -> None:
    assert enter(lind).get(at("track", course.pk, "nothing")).status_code == 404


# what stays open


def test_an_unanswered_screen_is_shown_open(
    enter: Enter, lind: User, course: Course, now: datetime
) -> None:
    client = enter(lind)
    assert "Still open" in text(client.get(at("track", course.pk, "spiritual")))
    write(course, lind, now, "spiritual", answers={**QUIET, "spiritual-risk": ""})
    page = text(client.get(at("tracks", course.pk)))
    assert "? 1 open" in page
    assert "A risk to themselves or to others?" in page
    assert "1 open" in text(client.get(at("course", course.pk)))
    write(course, lind, now + DAY, "spiritual", answers=QUIET)
    assert "Still open" not in text(client.get(at("track", course.pk, "spiritual")))


def test_a_track_that_does_not_concern_the_course_has_nothing_open(course: Course) -> None:
    assert [each.open for each in track_notes.boards(course) if each.open] == []


def test_a_chosen_track_is_open_before_its_first_session(
    course: Course, lind: User, now: datetime
) -> None:
    following.choose_tracks(course, ["pain"], at=now, by=lind)
    (board,) = [each for each in track_notes.boards(course) if each.is_shown]
    assert (board.of.id, board.on, board.count) == ("pain", True, 0)
    assert "pain-consent" in {each.id for each in board.open}


# what answers ask for


def test_a_spiritual_emergency_is_red_at_once_and_told(
    enter: Enter, lind: User, osei: User, course: Course, now: datetime
) -> None:
    courses.choose_team(course, prescriber=osei, therapist=lind, at=now, by=osei)
    write(course, lind, now, "spiritual", answers={**QUIET, "spiritual-sleepless": "yes"})
    (notice,) = Notice.objects.all()
    assert (notice.level, notice.kind) == ("red", "track-spiritual-no-sleep")
    assert "psychiatric pathway" in notice.do
    outbox.deliver()
    assert [each.to for each in mail.outbox] == [[osei.email]]
    assert "Awake" not in f"{mail.outbox[0].subject} {mail.outbox[0].body}"
    client = enter(osei)
    for address in (at("course", course.pk), at("track", course.pk, "spiritual")):
        assert "Awake for more than 48 hours, in spiritual care." in text(client.get(address))


def test_the_same_again_is_one_notice_until_somebody_answers(
    course: Course, lind: User, osei: User, now: datetime
) -> None:
    awake = {**QUIET, "spiritual-fixed": "yes"}
    first = write(course, lind, now, "spiritual", answers=awake)
    write(course, lind, now + DAY, "spiritual", answers=awake)
    notice = Notice.objects.get()
    notices.answer_notice(notice, words="Seen today.", closes=False, at=now + DAY, by=osei)
    write(course, lind, now + 2 * DAY, "spiritual", answers=awake)
    assert Notice.objects.count() == 2
    write(course, lind, now + 3 * DAY, "spiritual", answers=awake, corrects=first)
    assert Notice.objects.count() == 2


def test_a_correction_tells_what_it_finds_and_takes_nothing_back(
    course: Course, lind: User, now: datetime
) -> None:
    first = write(course, lind, now, "spiritual", answers=QUIET)
    awake = {**QUIET, "spiritual-fixed": "yes"}
    second = write(course, lind, now + DAY, "spiritual", answers=awake, corrects=first)
    assert Notice.objects.get().at == now + DAY
    write(course, lind, now + 2 * DAY, "spiritual", answers=QUIET, corrects=second)
    assert Notice.objects.open().count() == 1


def test_a_red_line_holds_the_next_dose_until_a_prescriber_has_answered(
    course: Course, lind: User, osei: User, now: datetime
) -> None:
    sessions.plan_session(course, route="iv", planned_for=now + DAY, at=now, by=osei)
    assert red_of(course, now) == []
    write(course, lind, now, "spiritual", answers={**QUIET, "spiritual-risk": "yes"})
    assert len(red_of(course, now)) == 1
    notice = Notice.objects.get()
    notices.answer_notice(notice, words="I have read it.", closes=False, at=now, by=lind)
    assert len(red_of(course, now)) == 1
    notices.answer_notice(notice, words="Seen and well.", closes=False, at=now, by=osei)
    assert red_of(course, now) == []


def red_of(course: Course, now: datetime) -> list[Any]:
    (facts,) = course_pathway.facts_of(Course.objects.filter(pk=course.pk), now=now).values()
    return list(facts.sessions[0].red_notices or ())


@pytest.mark.parametrize(("craving", "count"), [(3, 0), (4, 1)])
def test_craving_from_four_waits_for_an_answer(
    course: Course, lind: User, now: datetime, craving: int, count: int
) -> None:
    write(course, lind, now, "substance", answers={"substance-craving-after": craving})
    assert Notice.objects.filter(level="yellow", do__contains="No session at home").count() == count


def test_work_on_a_memory_on_the_day_of_a_dose(
    course: Course, lind: User, osei: User, now: datetime
) -> None:
    session = sessions.plan_session(course, route="iv", planned_for=now, at=now, by=osei)
    given = {"kind": "infusion", "amount_mg": Decimal(34), "source": "none"}
    DoseGiven.objects.create(session=session, **given, client_id=uuid4(), at=now, by=osei)
    worked = {"trauma-target": "worked"}
    assert write(course, lind, now, "trauma", answers=worked).owed == ["trauma-worked-on-dose-day"]
    assert write(course, lind, now + 2 * DAY, "trauma", answers=worked).owed == []


# over the sessions


def test_a_scale_over_the_sessions_is_drawn_with_how_many(
    enter: Enter, lind: User, course: Course, now: datetime
) -> None:
    for days, pain in ((0, 7), (1, None), (2, 5)):
        answers = {"pain-average": pain, "pain-function": "Walks"}
        write(course, lind, now - (3 - days) * DAY, "pain", answers=answers)
    page = text(enter(lind).get(at("track", course.pk, "pain")))
    assert "n = 2 of 3" in page
    assert "<svg" in page


def test_opioids_are_drawn_to_the_next_ten(course: Course, lind: User, now: datetime) -> None:
    write(course, lind, now, "pain", answers={"pain-opioids": 22.5})
    notes = track_notes.of_track(course, "pain")
    (drawn,) = track_notes.drawn(course, "pain", notes, now)
    assert (drawn.n, drawn.of) == (1, 1)


# the timeline


def test_tracks_and_emdr_stand_on_the_timeline(
    enter: Enter, lind: User, course: Course, now: datetime
) -> None:
    write(course, lind, now, "spiritual", answers=QUIET, words="Asked what the light meant")
    emdr.take_target(
        course, {"picture": "The blue car", "negative": "Mine"}, sud=8, voc=2, at=now, by=lind
    )
    found = {each.kind: each.words for each in timeline(course, most=9)}
    assert found["Therapy"] == "Existential and spiritual care: Asked what the light meant"
    assert found["EMDR target"] == ""
    page = text(enter(lind).get(at("course", course.pk)))
    assert "The blue car" not in page


# the person's own side


def test_a_person_writes_down_craving_and_triggers_of_a_day(
    enter: Enter, ade_user: User, course: Course, lind: User, now: datetime
) -> None:
    client, address = enter(ade_user), at("portal:own_track", "substance")
    assert client.get(address).status_code == 404
    following.choose_tracks(course, ["substance"], at=now, by=lind)
    told = {"substance-triggers": "A quarrel", "substance-craving-day": "6"}
    assert client.post(address, told).status_code == 302
    row = TrackNote.objects.get()
    assert (row.own, row.by) == (True, ade_user)
    assert Notice.objects.get().level == "yellow"
    page = text(client.get(address))
    assert "A quarrel" not in page
    assert 'value="6" checked' not in page
    assert "on their own page" in text(enter(lind).get(at("track", course.pk, "substance")))


def test_a_tradition_is_theirs_to_change(
    enter: Enter, ade_user: User, course: Course, lind: User
) -> None:
    client, address = enter(ade_user), at("portal:own_track", "spiritual")
    assert "What matters to me" in text(client.get(at("portal:journey")))
    client.post(address, {"spiritual-tradition": "The sea"})
    assert "The sea</textarea>" in text(client.get(address))
    client.post(address, {"spiritual-tradition": "The sea, and my aunt"})
    staff = enter(lind)
    assert "The sea, and my aunt" in text(staff.get(at("track", course.pk, "spiritual")))
    board = next(each for each in track_notes.boards(course) if each.of.id == "spiritual")
    assert (board.is_shown, board.open) == (True, ())


def test_nobody_writes_anothers_own_page(course: Course, lind: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        deeds.write_own(course, "spiritual", {"spiritual-tradition": "X"}, at=now, by=lind)
    assert code(refused) == "not-yours"


def test_an_empty_page_is_not_kept(enter: Enter, ade_user: User) -> None:
    answer = enter(ade_user).post(at("portal:own_track", "spiritual"), {})
    assert answer.status_code == 422


def test_the_copy_for_a_phone_leaves_it_out_and_the_full_one_has_it(
    course: Course, lind: User, now: datetime
) -> None:
    write(course, lind, now, "substance", words="Left a party early")
    assert "Left a party early" not in str(copies.for_phone(course.person))
    assert "Left a party early" in str(copies.full(course.person))
