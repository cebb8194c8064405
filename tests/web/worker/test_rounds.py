"""One fault stops neither the other work of a round nor the rounds after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import InterfaceError, OperationalError

from kapstone.web import clock, safety
from kapstone.web.records import outbox, worker
from kapstone.web.records.actions import readings, watching

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_finished(settings: Any, tmp_path: Path) -> None:
    """A folder of its own: workers of a test run share one, and note their rounds there."""
    settings.DATA = tmp_path


def lost(*_: object, **__: object) -> int:
    raise OperationalError("server closed the connection unexpectedly")


def test_a_job_that_fails_keeps_no_other_from_being_done(
    monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    outbox.put("ade@example.org", subject="A note", text="Words")
    monkeypatch.setattr(readings, "judge_unjudged", lost)
    done: list[str] = []

    def noting(name: str) -> Callable[..., int]:
        def job(*_: object, **__: object) -> int:
            done.append(name)
            return 0

        return job

    monkeypatch.setattr(watching, "call_for_those_alone", noting("alone"))
    monkeypatch.setattr(worker, "ask_due", noting("asked"))
    assert worker.one_round() is False
    assert done == ["alone", "asked"]
    assert len(mail.outbox) == 1


def test_a_round_with_a_failed_job_is_not_noted_as_finished(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "deliver", lost)
    worker.one_round()
    assert worker.last_finished() is None


def test_a_lost_connection_is_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[int] = []

    def first_lost() -> int:
        rounds.append(1)
        if len(rounds) == 1:
            raise InterfaceError("connection already closed")
        return 0

    monkeypatch.setattr(outbox, "deliver", first_lost)
    assert worker.one_round() is False
    assert worker.one_round() is True


def test_check_says_when_the_worker_has_not_gone_round(now: datetime) -> None:
    assert safety.worker_rounds().ok is False
    with clock.at(now):
        worker.one_round()
        assert worker.last_finished() == now
        assert safety.worker_rounds().ok is True
    with clock.at(now + timedelta(minutes=6)):
        answer = safety.worker_rounds()
    assert answer.ok is False
    assert "2026-11-03 13:00" in answer.says


def test_the_beat_of_the_demonstration_stops_no_round(monkeypatch: pytest.MonkeyPatch) -> None:
    def beat(at: datetime) -> int:
        return lost()

    assert worker.done("beat", lambda: beat(clock.now())) is False
