"""What the worker watches for many is watched for each by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from kapstone.web.accounts.models import User
from kapstone.web.records import presence
from kapstone.web.records.actions import checking_in, escalating, notices, sitting, watching
from kapstone.web.records.actions.one_by_one import one_by_one
from kapstone.web.records.models import Course, Notice, Session
from kapstone.web.records.models.notices import RISK_KIND

pytestmark = pytest.mark.django_db
ROWS = [Session(pk=1), Session(pk=2)]


def rows(*_: object, **__: object) -> list[Session]:
    return ROWS


def first_fails(had: list[int]) -> Callable[..., int]:
    def deed(row: Session | int, *, at: datetime) -> int:
        had.append(row if isinstance(row, int) else row.pk)
        if len(had) == 1:
            raise LookupError("a row that the knowledge no longer has")
        return 1

    return deed


@pytest.mark.parametrize(
    ("module", "job", "deed", "source", "found"),
    [
        (sitting, "call_for_missed_looks", "call_for", "home", {"running": rows}),
        (checking_in, "call_for_missed_check_ins", "call_for", "check_ins", {"lately_begun": rows}),
        (checking_in, "ask_check_ins", "ask", "check_ins", {"lately_begun": rows}),
        (watching, "call_for_those_alone", "call_for", "counts", {"under_way": rows}),
    ],
)
def test_a_session_that_faults_ends_the_watch_of_no_other(
    *,
    module: ModuleType,
    job: str,
    deed: str,
    source: str,
    found: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> None:
    had: list[int] = []
    monkeypatch.setattr(module, source, SimpleNamespace(**found))
    monkeypatch.setattr(presence, "attended", lambda _: set())
    monkeypatch.setattr(module, deed, first_fails(had))
    with pytest.raises(LookupError):
        getattr(module, job)(at=now)
    assert had == [1, 2]


def test_a_notice_that_faults_keeps_no_other_from_being_passed_on(
    monkeypatch: pytest.MonkeyPatch, course: Course, osei: User, now: datetime
) -> None:
    for words in ("One.", "Another."):
        of: dict[str, Any] = {"level": "red", "says": words, "do": "Call.", "at": now, "by": osei}
        notices.new_notice(course.person, kind=RISK_KIND, **of)
    had: list[int] = []
    monkeypatch.setattr(escalating, "escalate", first_fails(had))
    with pytest.raises(LookupError):
        escalating.escalate_unanswered(at=now)
    assert had == list(Notice.objects.order_by("pk").values_list("pk", flat=True))


def test_what_was_done_is_added_up() -> None:
    assert one_by_one(ROWS, lambda row: row.pk) == 3
