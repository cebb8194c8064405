"""Staff write down the list of medicines as the person says it, in their own name."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.utils.html import strip_tags
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records import facts
from kapstone.web.records.actions import intake
from kapstone.web.records.actions.medicines import write_medicines
from kapstone.web.records.models import Course, Entry, IntakeAnswer
from kapstone.web.records.refusals import Refused

TYPED = ["Sertraline", "50 mg", "mornings", "Foozol", "", ""]


def named(course: Course) -> list[str] | None:
    found = facts.medicines(course)
    return None if found is None else [each.text for each in found]


@pytest.fixture
def page(course: Course, lind: User, enter: Enter) -> tuple[Client, str]:
    return enter(lind), f"/courses/{course.pk}/medicines/"


def test_the_list_counts_and_is_written_in_the_name_of_who_wrote_it(
    page: tuple[Client, str], course: Course, lind: User
) -> None:
    client, address = page
    assert named(course) is None
    answer = client.post(f"{address}list/", {"takes": "yes", "line": TYPED}, follow=True)
    assert named(course) == ["Sertraline, 50 mg, mornings", "Foozol"]
    assert {row.by for row in IntakeAnswer.objects.all()} == {lind}
    assert Entry.objects.filter(did="answer intake", by=lind).count() == 2
    said = " ".join(strip_tags(answer.content.decode()).split())
    assert f"Written down for them by {lind.signed_name}, Today" in said
    shown = client.get(f"/courses/{course.pk}/intake/").content.decode()
    assert f"written down by {lind.signed_name}" in shown


def test_a_no_takes_the_list_back(page: tuple[Client, str], course: Course) -> None:
    client, address = page
    client.post(f"{address}list/", {"takes": "yes", "line": TYPED})
    client.post(f"{address}list/", {"takes": "no", "line": ["", "", ""]})
    assert named(course) == []


def test_the_form_holds_the_persons_list_of_now(
    page: tuple[Client, str], course: Course, ade_user: User, now: datetime
) -> None:
    for question, raw in {"takes_medicines": "yes", "medicines": TYPED}.items():
        intake.answer_intake(course, question, raw, at=now, by=ade_user)
    client, address = page
    words = client.get(address).content.decode()
    assert 'value="Sertraline"' in words
    assert 'value="mornings"' in words
    assert words.count('name="line"') == 6 + 4 * 3


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"line": TYPED}, "Say whether they take any"),
        ({"takes": "no", "line": TYPED}, "Leave one out"),
        ({"takes": "yes", "line": ["", "", ""]}, "Please write an answer"),
        ({"takes": "yes", "line": ["", "50 mg", ""]}, "on each line"),
        ({"takes": "yes", "line": ["Sertraline", "50 mg"]}, "did not reach us whole"),
    ],
)
def test_what_cannot_be_a_list_is_refused_and_stays_typed(
    page: tuple[Client, str], course: Course, sent: dict[str, list[str]], says: str
) -> None:
    client, address = page
    answer = client.post(f"{address}list/", sent)
    assert answer.status_code == 422
    words = answer.content.decode()
    assert says in words
    assert all(f'value="{box}"' in words for box in sent["line"] if box)
    assert not IntakeAnswer.objects.exists()


def test_only_those_who_give_facts_write_it(course: Course, desk: User, now: datetime) -> None:
    with pytest.raises(Refused, match="give facts"):
        write_medicines(course, False, [], at=now, by=desk)


def test_a_missing_list_leads_to_the_form_and_an_unread_one_to_its_line(
    page: tuple[Client, str], course: Course
) -> None:
    client, address = page
    review = f"/courses/{course.pk}/screening/"

    def links(words: str) -> str:
        return words[words.index("What to ask next") :].split("</section>", maxsplit=1)[0]

    assert f'href="{address}#list"' in links(client.get(review).content.decode())
    client.post(f"{address}list/", {"takes": "yes", "line": TYPED})
    assert 'href="#medicines"' in links(client.get(review).content.decode())
