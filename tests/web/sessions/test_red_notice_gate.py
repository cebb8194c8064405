"""A red notice before the medicine keeps it shut until a prescriber answers it, or it is closed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import notices, readings, treatment
from kapstone.web.records.models import Notice, NoticeAnswer, Session
from kapstone.web.records.refusals import Refused

from .conftest import CALM, Team
from .test_before import at


@pytest.fixture
def red(ready: Session, abara: User, now: datetime) -> Notice:
    """A racing heart at rest, before the two calm readings whose mean counts."""
    racing = CALM | {"heart_rate": 136.0}
    readings.record_reading(ready, racing, resting=True, at=now - timedelta(minutes=9), by=abara)
    return Notice.objects.get(session=ready, level="red")


@pytest.mark.parametrize("answer", ["prescriber", "closed"])
def test_it_shuts_the_start_until_it_is_answered(
    answer: str, red: Notice, team: Team, now: datetime
) -> None:
    osei, abara, _ = team
    ready = Session.objects.get()
    told: dict[str, Any] = {"words": "They had run up the stairs.", "at": now}
    notices.answer_notice(red, **told, closes=False, by=abara)
    with pytest.raises(Refused, match="No red notice unanswered"):
        treatment.start_session(ready, at=now, by=abara)
    with pytest.raises(Refused, match="nobody may pass this"):
        treatment.override_gate(
            ready, "red_notice", reason="Seen, and it is fine again now.", at=now, by=osei
        )
    by = osei if answer == "prescriber" else abara
    notices.answer_notice(red, **told, closes=answer == "closed", by=by)
    treatment.start_session(ready, at=now, by=abara)


def test_it_stands_on_the_page_with_the_way_to_answer(
    red: Notice, ready: Session, abara: User, now: datetime, enter: Enter
) -> None:
    browser = enter(abara)
    page = browser.get(at(ready)).content.decode()
    assert "Do not start." in page
    assert f'href="/notices/{red.pk}/"' in page
    assert "Starting now names each of them" in page
    notices.answer_notice(red, words="They had run.", closes=True, at=now, by=abara)
    page = browser.get(at(ready)).content.decode()
    assert "Do not start." not in page
    assert "Everything that must hold holds" in page


@pytest.mark.parametrize(
    ("settled", "waits"),
    [
        ("nobody", True),
        ("monitor", True),
        ("not reached", True),
        ("later", True),
        ("prescriber", False),
        ("closed", False),
    ],
)
def test_one_rule_says_which_red_notices_wait(
    settled: str, waits: bool, red: Notice, team: Team, now: datetime
) -> None:
    osei, abara, _ = team
    if settled != "nobody":
        NoticeAnswer.objects.create(
            notice=red,
            words="Seen.",
            closes=settled == "closed",
            reached=False if settled == "not reached" else None,
            at=now + timedelta(seconds=1 if settled == "later" else 0),
            by=abara if settled in {"monitor", "closed"} else osei,
        )
    assert Notice.objects.holding_back(at=now).exists() is waits
    assert Notice.objects.holding_back().exists() is (waits and settled != "later")
    assert not Notice.objects.holding_back(at=red.at - timedelta(seconds=1)).exists()
