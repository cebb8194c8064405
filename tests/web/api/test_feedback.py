"""Feedback is checked and not kept."""

from __future__ import annotations

from typing import Any

import pytest
from web.api.calls import VIEW, ask, why

pytestmark = pytest.mark.usefixtures("demo")

OVERRIDDEN = {
    "card": "9368d37b-283f-44a0-93ea-547cebab93ed",
    "outcome": "overridden",
    "overrideReason": {"reason": {"code": "weighed"}, "userComment": "Mrs Bello knows."},
    "outcomeTimestamp": "2026-11-03T13:00:00Z",
}


def test_feedback_is_taken() -> None:
    answer = ask(f"{VIEW}/feedback", {"feedback": [OVERRIDDEN]})
    assert answer.status_code == 200
    assert not answer.cookies


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"outcome": "ignored"}, "feedback.0.outcome"),
        ({"outcomeTimestamp": "2026-11-03T13:00:00"}, "feedback.0.outcomeTimestamp"),
        ({"card": None}, "feedback.0.card"),
    ],
)
def test_feedback_of_the_wrong_shape_is_told_where(change: dict[str, Any], where: str) -> None:
    answer = ask(f"{VIEW}/feedback", {"feedback": [OVERRIDDEN | change]})
    assert answer.status_code == 400
    assert f"{where}: " in why(answer)
    assert b"Bello" not in answer.content


def test_feedback_about_no_service_of_ours_is_not_found() -> None:
    assert ask("/cds-services/other/feedback", {"feedback": [OVERRIDDEN]}).status_code == 404
