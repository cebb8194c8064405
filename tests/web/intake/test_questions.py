"""The question pages on the phone: what stands in the boxes when one comes back."""

from __future__ import annotations

from datetime import datetime
from html.parser import HTMLParser

from django.test import Client
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import intake as deeds
from kapstone.web.records.models import Course


class Boxes(HTMLParser):
    """The values of the answer boxes of a page, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("name") == "answer":
            self.values.append(given.get("value") or "")


def boxes(client: Client, question: str) -> list[str]:
    page = client.get(f"/me/intake/{question}/")
    assert page.status_code == 200
    reader = Boxes()
    reader.feed(page.content.decode())
    return reader.values


def test_a_list_comes_back_in_the_boxes_it_was_written_in(
    course: Course, ade_user: User, enter: Enter, now: datetime
) -> None:
    deeds.answer_intake(course, "takes_medicines", "yes", at=now, by=ade_user)
    line = ["Sertraline", "50 mg", "mornings"]
    deeds.answer_intake(course, "medicines", line, at=now, by=ade_user)
    assert boxes(enter(ade_user), "medicines")[:3] == line


def test_a_box_left_empty_comes_back_empty(
    course: Course, ade_user: User, enter: Enter, now: datetime
) -> None:
    deeds.answer_intake(course, "takes_medicines", "yes", at=now, by=ade_user)
    deeds.answer_intake(course, "medicines", ["Sertraline", "", ""], at=now, by=ade_user)
    assert boxes(enter(ade_user), "medicines")[:3] == ["Sertraline", "", ""]
