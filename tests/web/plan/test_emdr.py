"""EMDR on its pages: a target, a tap a set, a closing, and what is owed after it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from web.logging_in import Enter

from kapstone.pathway import emdr as rules
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import copies, emdr
from kapstone.web.records.actions import emdr as deeds
from kapstone.web.records.actions import integration, sessions
from kapstone.web.records.models import (
    Course,
    DoseGiven,
    EmdrClosing,
    EmdrSet,
    EmdrTarget,
    Entry,
)
from kapstone.web.records.refusals import Refused

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WORDS = {"picture": "The blue car", "negative": "I am not safe", "positive": "It is over"}
SUD, VOC = rules.DESENSITISATION, rules.INSTALLATION


@pytest.fixture
def target(course: Course, lind: User, now: datetime) -> EmdrTarget:
    return deeds.take_target(course, WORDS, sud=8, voc=2, at=now, by=lind)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def at(name: str, pk: int) -> str:
    return reverse(name, args=[pk])


def rate(target: EmdrTarget, *told: tuple[str, int | None], by: User, after: int = 1) -> None:
    """Sets a minute apart."""
    for number, (phase, value) in enumerate(told):
        when = target.at + (after + number) * MINUTE
        deeds.note_set(target, phase, value, client_id=uuid4(), at=when, by=by)


def close(target: EmdrTarget, clear: bool | None, when: datetime, by: User) -> EmdrClosing:
    return deeds.close_sitting(
        target, body_clear=clear, exercises=["container"], words="", at=when, by=by
    )


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


# targets


def test_a_target_is_written_down_and_corrected(enter: Enter, lind: User, course: Course) -> None:
    client = enter(lind)
    client.post(at("take_emdr_target", course.pk), {**WORDS, "sud": "8", "voc": ""})
    first = EmdrTarget.objects.get()
    assert (first.picture, first.sud, first.voc) == ("The blue car", 8, None)
    page = text(client.get(at("emdr_target", first.pk)))
    assert "SUD 8 · VOC not asked" in page
    address = f"{at('emdr_targets', course.pk)}?corrects={first.pk}"
    assert "I am not safe" in text(client.get(address))
    address = f"{at('take_emdr_target', course.pk)}?corrects={first.pk}"
    client.post(address, {**WORDS, "picture": "The red car"})
    page = text(client.get(at("emdr_targets", course.pk)))
    assert "The red car" in page
    assert "The blue car" not in page
    assert EmdrTarget.objects.count() == 2


@pytest.mark.parametrize("left_out", ["picture", "negative"])
def test_a_target_needs_its_picture_and_its_words(
    enter: Enter, lind: User, course: Course, now: datetime, left_out: str
) -> None:
    words = {**WORDS, left_out: " "}
    assert enter(lind).post(at("take_emdr_target", course.pk), words).status_code == 422
    with pytest.raises(Refused) as refused:
        deeds.take_target(course, words, sud=None, voc=None, at=now, by=lind)
    assert code(refused) == "no-target"


@pytest.mark.parametrize(("sud", "voc"), [(11, None), (-1, None), (None, 0), (None, 8)])
def test_numbers_off_the_scales_are_refused(
    course: Course, lind: User, now: datetime, sud: int | None, voc: int | None
) -> None:
    with pytest.raises(Refused) as refused:
        deeds.take_target(course, WORDS, sud=sud, voc=voc, at=now, by=lind)
    assert code(refused) == "off-scale"


# sets


def test_one_tap_is_one_set(enter: Enter, lind: User, target: EmdrTarget) -> None:
    client, address = enter(lind), at("note_emdr_set", target.pk)
    tap = {"phase": SUD, "value": "7", "client_id": str(uuid4())}
    for _ in range(2):
        assert client.post(address, tap).status_code == 302
    row = EmdrSet.objects.get()
    assert (row.phase, row.value, row.by) == (SUD, 7, lind)
    page = text(client.get(at("emdr_target", target.pk)))
    assert "<td>SUD 7</td>" in page
    assert '<meter min="0" max="10" value="7">' in page
    client.post(address, {"phase": SUD, "value": "", "client_id": str(uuid4())})
    assert EmdrSet.objects.order_by("pk").last().value is None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "tap", [{"phase": SUD, "value": "11"}, {"phase": VOC, "value": "0"}, {"phase": "closure"}]
)
def test_a_tap_that_is_no_rating_is_refused(
    enter: Enter, lind: User, target: EmdrTarget, tap: dict[str, str]
) -> None:
    tap = {**tap, "client_id": str(uuid4())}
    answer = enter(lind).post(at("note_emdr_set", target.pk), tap)
    assert answer.status_code == 422
    assert 'role="alert"' in text(answer)
    assert not EmdrSet.objects.exists()


def test_a_slip_is_corrected_where_it_stands(
    enter: Enter, lind: User, target: EmdrTarget, now: datetime
) -> None:
    rate(target, (SUD, 1), (SUD, 6), by=lind)
    first = EmdrSet.objects.order_by("pk")[0]
    with clock.at(now + HOUR):
        address = f"{at('note_emdr_set', target.pk)}?corrects={first.pk}"
        tap = {"phase": SUD, "value": "7", "client_id": str(uuid4())}
        assert enter(lind).post(address, tap).status_code == 302
    running = emdr.of_target(target, now + HOUR).running
    assert running is not None
    assert [each.value for each in running.sets] == [7, 6]
    assert EmdrSet.objects.count() == 3


def test_a_closed_sitting_is_not_corrected(lind: User, target: EmdrTarget, now: datetime) -> None:
    rate(target, (SUD, 1), by=lind)
    close(target, None, now + HOUR, lind)
    with pytest.raises(Refused) as refused:
        deeds.note_set(
            target,
            SUD,
            7,
            client_id=uuid4(),
            at=now + 2 * HOUR,
            by=lind,
            corrects=EmdrSet.objects.get(),
        )
    assert code(refused) == "closed"


@pytest.mark.parametrize(("sud", "slow"), [(8, False), (9, True)])
def test_a_high_number_is_a_reason_to_slow_down(
    enter: Enter, lind: User, target: EmdrTarget, sud: int, slow: bool
) -> None:
    rate(target, (SUD, sud), by=lind)
    page = text(enter(lind).get(at("emdr_target", target.pk)))
    assert ("A reason to slow down" in page) is slow


# closing


def test_a_target_that_is_closed_owes_no_call(
    enter: Enter, lind: User, target: EmdrTarget, now: datetime
) -> None:
    rate(target, (SUD, 8), (SUD, 1), (VOC, 6), by=lind)
    with clock.at(now + HOUR):
        client = enter(lind)
        client.post(at("close_emdr", target.pk), {"body_clear": "clear"})
        row = EmdrClosing.objects.get()
        assert (row.state, row.sud, row.voc, row.body_clear) == ("complete", 1, 6, True)
        assert row.call_by is None
        assert "✓ complete" in text(client.get(at("emdr_target", target.pk)))


def test_one_that_is_not_closed_names_the_call(
    enter: Enter, lind: User, target: EmdrTarget, now: datetime
) -> None:
    rate(target, (SUD, 8), (SUD, 4), by=lind)
    client, address = enter(lind), at("emdr_target", target.pk)
    page = text(client.get(address))
    assert "SUD 4, closed at 1 or less" in page
    assert "a call within 48 hours" in page
    with clock.at(now + HOUR):
        client.post(at("close_emdr", target.pk), {"body_clear": "", "exercises": ["container"]})
        row = EmdrClosing.objects.get()
        assert (row.state, row.voc, row.body_clear) == ("incomplete", None, None)
        assert row.call_by == now + 49 * HOUR
        assert row.exercises == ["container"]
        page = text(client.get(address))
        assert "! incomplete" in page
        assert "! call by" in page


def test_what_was_not_asked_is_said_as_not_known(
    enter: Enter, lind: User, target: EmdrTarget, now: datetime
) -> None:
    rate(target, (SUD, 1), (VOC, 7), by=lind)
    assert close(target, None, now + HOUR, lind).state == "unknown"
    assert "? not known" in text(enter(lind).get(at("emdr_target", target.pk)))


@pytest.mark.parametrize(
    ("hours", "call"), [(48, "due"), (48.1, "overdue")], ids=["just in time", "late"]
)
def test_the_call_is_due_for_two_days(
    *, lind: User, target: EmdrTarget, course: Course, now: datetime, hours: float, call: str
) -> None:
    rate(target, (SUD, 5), by=lind)
    end = now + HOUR
    close(target, None, end, lind)
    later = end + timedelta(hours=hours)
    assert emdr.of_target(target, later).call == call
    integration.hold_integration(course, how="phone", at=end + MINUTE, by=lind)
    assert emdr.of_target(target, later).call == "held"


def test_without_a_set_there_is_nothing_to_close(
    lind: User, target: EmdrTarget, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        close(target, True, now, lind)
    assert code(refused) == "no-sets"


def test_the_next_sitting_is_judged_by_its_own_sets(
    lind: User, target: EmdrTarget, now: datetime
) -> None:
    rate(target, (SUD, 0), (VOC, 7), by=lind)
    assert close(target, True, now + HOUR, lind).state == "complete"
    rate(target, (SUD, 3), by=lind, after=120)
    assert close(target, True, now + 3 * HOUR, lind).state == "incomplete"


def test_the_sets_stay_with_a_target_that_was_corrected(
    course: Course, lind: User, target: EmdrTarget, now: datetime
) -> None:
    rate(target, (SUD, 6), by=lind)
    new = deeds.take_target(
        course, {**WORDS, "body": "Chest"}, sud=8, voc=2, at=now + HOUR, by=lind, corrects=target
    )
    for row in (target, new):
        found = emdr.of_target(row, now + HOUR)
        assert found.row == new
        assert found.running is not None
        assert [each.value for each in found.running.sets] == [6]


# doses


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (23, "exploratory"),
        (24, "inside the usual time"),
        (72, "inside the usual time"),
        (73, "Later after the dose than usual"),
    ],
)
def test_a_time_outside_the_window_is_said_and_stops_nobody(
    *,
    enter: Enter,
    lind: User,
    osei: User,
    course: Course,
    target: EmdrTarget,
    now: datetime,
    hours: int,
    words: str,
) -> None:
    session = sessions.plan_session(course, route="iv", planned_for=now, at=now, by=osei)
    given = {"kind": "infusion", "amount_mg": Decimal(34), "source": "none"}
    DoseGiven.objects.create(session=session, **given, client_id=uuid4(), at=now, by=osei)
    with clock.at(now + hours * HOUR):
        client = enter(lind)
        for name, pk in (("emdr_targets", course.pk), ("emdr_target", target.pk)):
            assert words in text(client.get(at(name, pk)))
        tap = {"phase": SUD, "value": "7", "client_id": str(uuid4())}
        assert client.post(at("note_emdr_set", target.pk), tap).status_code == 302


def test_without_a_dose_that_is_said(enter: Enter, lind: User, course: Course) -> None:
    page = text(enter(lind).get(at("emdr_targets", course.pk)))
    assert "No dose is charted in this course." in page
    assert "It informs; you decide." not in page


# who


def test_a_session_monitor_reads_and_does_not_write(
    enter: Enter, abara: User, target: EmdrTarget, now: datetime
) -> None:
    client = enter(abara)
    page = text(client.get(at("emdr_target", target.pk)))
    assert "One tap is one set" not in page
    assert client.post(at("note_emdr_set", target.pk)).status_code == 403
    with pytest.raises(Refused) as refused:
        deeds.note_set(target, SUD, 1, client_id=uuid4(), at=now, by=abara)
    assert code(refused) == "not-your-deed"


def test_another_practice_finds_nothing(enter: Enter, marsh: User, target: EmdrTarget) -> None:
    client = enter(marsh)
    assert client.get(at("emdr_target", target.pk)).status_code == 404
    assert client.get(at("emdr_targets", target.course_id)).status_code == 404
    assert client.post(at("note_emdr_set", target.pk), {"phase": SUD}).status_code == 404
    assert client.post(at("close_emdr", target.pk), {}).status_code == 404


def test_each_deed_is_on_the_trail(lind: User, target: EmdrTarget, now: datetime) -> None:
    rate(target, (SUD, 1), by=lind)
    close(target, None, now + HOUR, lind)
    did = set(Entry.objects.filter(by=lind).values_list("did", flat=True))
    assert {"write emdr target", "note emdr set", "close emdr"} <= did


def test_a_phone_does_not_show_the_picture(target: EmdrTarget) -> None:
    person = target.course.person
    assert "The blue car" in copies.as_file(copies.full(person)).decode()
    assert "The blue car" not in copies.as_file(copies.for_phone(person)).decode()
