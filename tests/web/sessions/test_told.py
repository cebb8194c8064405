"""What other screens are told: exactly what the deeds did, in their order, and never more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import audit, live, worker
from kapstone.web.records.actions import dosing, notices, pump, readings, sessions, treatment
from kapstone.web.records.actions.dosing import Given
from kapstone.web.records.models import Change, Notice, Session
from kapstone.web.records.refusals import Refused

Deed = Callable[[], Any]


class BrokenOff(Exception):
    """Stands for a fault in the middle of a deed."""


def told_by(deed: Deed) -> list[Change]:
    before = live.newest()
    deed()
    return list(Change.objects.filter(pk__gt=before).order_by("pk"))


def read(session: Session, by: User, at: datetime, **signs: float) -> Deed:
    return lambda: readings.record_reading(session, signs, at=at, by=by)


def test_a_reading_is_told_with_its_figures_and_then_with_what_it_crossed(
    started: Session, abara: User, now: datetime
) -> None:
    high = read(started, abara, now, systolic_bp=186.0, diastolic_bp=112.0, heart_rate=70.0)
    first, *between, last = told_by(high)
    assert [first.kind, last.kind] == ["reading", "judged"]
    assert {each.kind for each in between} == {"notice"}
    pressure = first.what["tiles"][0]
    assert (pressure["id"], pressure["value"]) == ("systolic_bp", "186/112")
    assert pressure["hour"] == "08:00"
    assert "compared" in pressure["mark"]
    levels = {tile["id"]: (tile["level"], tile["mark"]) for tile in last.what["tiles"]}
    assert levels == {"systolic_bp": ("red", "\u25a0 limit crossed"), "heart_rate": ("", "")}


def test_a_reading_at_rest_puts_no_figure_on_a_screen(
    ready: Session, abara: User, now: datetime
) -> None:
    deed = lambda: readings.record_reading(  # noqa: E731
        ready, {"heart_rate": 66.0}, resting=True, at=now, by=abara
    )
    assert [(each.kind, each.what["tiles"]) for each in told_by(deed)] == [
        ("reading", []),
        ("judged", []),
    ]


def test_a_reading_sent_twice_is_told_once(started: Session, abara: User, now: datetime) -> None:
    row = readings.record_reading(started, {"heart_rate": 80.0}, at=now, by=abara)
    again: dict[str, Any] = {"client_id": row.client_id, "at": now, "by": abara}
    assert told_by(lambda: readings.record_reading(started, {"heart_rate": 80.0}, **again)) == []


def test_a_fault_in_judging_leaves_the_reading_told_as_not_compared(
    started: Session, abara: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise LookupError("a limit without a row")

    monkeypatch.setattr(readings, "crossed_at", broken)
    assert [each.kind for each in told_by(read(started, abara, now, heart_rate=80.0))] == [
        "reading"
    ]


DOSE = Given(kind="infusion", mg=Decimal(10), source="none")


def test_every_deed_of_a_session_is_told(started: Session, abara: User, now: datetime) -> None:
    row = readings.record_reading(started, {"systolic_bp": 186.0}, at=now, by=abara)
    notice = Notice.objects.filter(session=started).earliest("pk")
    by: dict[str, Any] = {"at": now, "by": abara}
    deeds: dict[str, Deed] = {
        "corrected": lambda: readings.correct_reading(row, {"systolic_bp": 126.0}, **by),
        "dose": lambda: dosing.give_dose(started, DOSE, **by),
        "pump": lambda: pump.set_pump(started, Decimal(40), **by),
        "mark": lambda: sessions.mark(started, kind="state", mark="looked_in", **by),
        "presence": lambda: sessions.leave_room(started, abara, **by),
        "phase": lambda: sessions.move_on(started, "paused", **by),
        "notice": lambda: notices.answer_notice(notice, words="Seen", closes=False, **by),
    }
    assert {name: told_by(deed)[0].kind for name, deed in deeds.items()} == {
        name: name for name in deeds
    }
    stop = lambda: treatment.stop_session(started, words="Enough", **by)  # noqa: E731
    assert [each.kind for each in told_by(stop)] == ["phase"]


def test_a_planned_session_is_told_and_one_that_moves(
    planned: Session, osei: User, now: datetime
) -> None:
    later: dict[str, Any] = {
        "route": "iv",
        "planned_for": now + timedelta(hours=2),
        "at": now,
        "by": osei,
    }
    assert [each.kind for each in Change.objects.filter(session=planned)] == ["plan"]
    assert [each.kind for each in told_by(lambda: sessions.move_session(planned, **later))] == [
        "plan"
    ]


def test_a_deed_that_is_undone_tells_nothing(started: Session, abara: User, now: datetime) -> None:
    def undone() -> None:
        with pytest.raises(BrokenOff), transaction.atomic():
            read(started, abara, now, heart_rate=80.0)()
            raise BrokenOff

    assert told_by(undone) == []


def test_a_deed_that_is_refused_tells_nothing(started: Session, abara: User, now: datetime) -> None:
    def refused() -> None:
        with pytest.raises(Refused):
            sessions.move_on(started, "resumed", at=now, by=abara)

    assert told_by(refused) == []


def test_a_deed_whose_screens_cannot_be_told_does_not_stand(
    started: Session, abara: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise BrokenOff

    entries = audit.end_of_chain()
    monkeypatch.setattr(live, "wake", broken)
    with pytest.raises(BrokenOff), transaction.atomic():
        sessions.mark(started, kind="state", mark="looked_in", at=now, by=abara)
    assert audit.end_of_chain() == entries
    assert not started.mark_set.exists()


def test_a_change_belongs_to_the_practice_of_its_person(
    started: Session, practice: Practice, abara: User, now: datetime
) -> None:
    changes = told_by(read(started, abara, now, heart_rate=80.0))
    assert {(each.practice, each.session) for each in changes} == {(practice, started)}


def test_changes_are_forgotten_after_an_hour_but_for_the_newest(
    started: Session, abara: User, now: datetime
) -> None:
    read(started, abara, now, heart_rate=80.0)()
    last = live.newest()
    live.forget(before=now + live.KEPT)
    assert Change.objects.count() > 1
    live.forget(before=now + live.KEPT + timedelta(seconds=1))
    assert [each.pk for each in Change.objects.all()] == [last]


def test_the_worker_forgets_them(started: Session, now: datetime) -> None:
    Change.objects.update(at=now - 2 * live.KEPT)
    worker.one_round()
    assert Change.objects.count() == 1
