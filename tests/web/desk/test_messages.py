"""Messages at the practice: open until they are answered or dealt with, whoever looked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records import counts
from kapstone.web.records.actions import messages
from kapstone.web.records.models import Entry, Person

LIST = reverse("messages")


@pytest.fixture(params=["earlier", "thread"])
def thread(request: pytest.FixtureRequest, ade: Person, ade_user: User, now: datetime) -> str:
    """The page of what Ade wrote, in a thread or before there were any."""
    said: Any = {"text": "May I eat before?", "at": now, "by": ade_user}
    if request.param == "earlier":
        messages.send_message(ade, **said)
        return reverse("earlier_messages", args=[ade.pk])
    begun = messages.begin_thread(ade, messages.Heading("medicine"), **said)
    return reverse("thread", args=[begun.pk])


def page(client: Client, address: str) -> str:
    return str(client.get(address).content.decode())


def test_opening_by_one_leaves_it_open_and_new_to_the_others(
    thread: str, enter: Enter, desk: User, lind: User
) -> None:
    page(enter(desk), thread)
    assert "! open" in page(enter(desk), LIST)
    assert "! new" in page(enter(lind), LIST)
    assert counts.for_rail(desk)["messages"] == 1


def test_an_answer_closes_it_for_everybody(
    thread: str, enter: Enter, desk: User, lind: User
) -> None:
    enter(desk).post(thread, {"text": "Nothing after midnight."})
    assert "! new" not in page(enter(lind), LIST)
    assert counts.for_rail(lind)["messages"] == 0


def test_dealt_with_closes_it_under_a_name(
    thread: str, enter: Enter, desk: User, ade: Person, now: datetime
) -> None:
    for _twice in range(2):
        assert enter(desk).post(thread, {"action": "dealt"}).status_code == 302
    assert counts.for_rail(desk)["messages"] == 0
    assert "dealt with by Desk" in page(enter(desk), thread)
    assert Entry.objects.filter(did="deal with messages", by=desk, person=ade).count() == 1
    assert ade.user is not None
    messages.send_message(ade, text="And after?", at=now, by=ade.user)
    assert counts.for_rail(desk)["messages"] == 1
