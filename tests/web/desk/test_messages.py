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
from kapstone.web.records.models import Entry, Message, Person, Thread
from kapstone.web.records.refusals import Refused

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


def read_to() -> int:
    """The number of the last message, as the page carries it."""
    last: Message = Message.objects.latest("pk")
    return last.pk


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
    enter(desk).post(thread, {"text": "Nothing after midnight.", "read_to": read_to()})
    assert "! new" not in page(enter(lind), LIST)
    assert counts.for_rail(lind)["messages"] == 0


def test_dealt_with_closes_it_under_a_name(
    thread: str, enter: Enter, desk: User, ade: Person, now: datetime
) -> None:
    told = {"action": "dealt", "read_to": read_to()}
    for _twice in range(2):
        assert enter(desk).post(thread, told).status_code == 302
    assert counts.for_rail(desk)["messages"] == 0
    assert "dealt with by Desk" in page(enter(desk), thread)
    assert Entry.objects.filter(did="deal with messages", by=desk, person=ade).count() == 1
    assert ade.user is not None
    messages.send_message(ade, text="And after?", at=now, by=ade.user)
    assert counts.for_rail(desk)["messages"] == 1


def said_meanwhile(ade: Person, now: datetime) -> None:
    assert ade.user is not None
    thread = Thread.objects.filter(person=ade).first()
    messages.send_message(ade, text="I cannot go on.", thread=thread, at=now, by=ade.user)


def test_an_answer_does_not_close_what_came_while_it_was_written(
    thread: str, enter: Enter, desk: User, ade: Person, now: datetime
) -> None:
    answer = {"text": "Nothing after midnight.", "read_to": read_to()}
    said_meanwhile(ade, now)
    refused = enter(desk).post(thread, answer)
    words = str(refused.content.decode())
    assert refused.status_code == 422
    assert "They wrote more meanwhile" in words
    assert "I cannot go on." in words
    assert "Nothing after midnight." in words
    assert Message.objects.open().count() == 2
    again = {**answer, "read_to": refused.context["read_to"]}
    assert enter(desk).post(thread, again).status_code == 302
    assert not Message.objects.open().exists()


def test_dealt_with_leaves_open_what_came_since_the_page_was_opened(
    thread: str, enter: Enter, desk: User, ade: Person, now: datetime
) -> None:
    told = {"action": "dealt", "read_to": read_to()}
    said_meanwhile(ade, now)
    enter(desk).post(thread, told)
    assert [each.text for each in Message.objects.open()] == ["I cannot go on."]


def test_a_page_that_says_not_how_far_it_was_read_closes_nothing(
    thread: str, enter: Enter, desk: User
) -> None:
    for told in ({"text": "Nothing after midnight."}, {"action": "dealt"}):
        enter(desk).post(thread, {**told, "read_to": "some"})
    assert Message.objects.open().count() == 1


def test_only_who_answers_messages_here_deals_with_them(
    thread: str, ade: Person, owen: User, now: datetime
) -> None:
    where = Thread.objects.filter(person=ade).first()
    with pytest.raises(Refused):
        messages.deal_with_messages(ade, where, read_to=read_to(), at=now, by=owen)
    assert Message.objects.open().count() == 1
