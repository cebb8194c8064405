"""A number in an address or a form may be anything at all."""

from __future__ import annotations

import pytest
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.ids import number_in


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("0", 0), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("9" * 5000, None)]
    + [(text, None) for text in ("", None, "-1", "\u00b2", "\u0663", "7 ", "x")],
)
def test_only_what_a_row_can_be_called_is_a_number(text: str | None, number: int | None) -> None:
    assert number_in(text) == number


@pytest.mark.django_db
def test_a_screen_may_ask_for_any_number(enter: Enter, abara: User) -> None:
    asked = enter(abara).get(reverse("follow_rooms"), {"shown": "9" * 5000})
    assert asked.status_code == 204
