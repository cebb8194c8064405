"""The public page: what holds now, the usual result beside it, and nothing of anybody else."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import typical
from kapstone.web.records.actions import people, sessions
from kapstone.web.records.actions import stories as deeds
from kapstone.web.records.models import (
    Course,
    DoseGiven,
    Person,
    PersonStory,
    Sheet,
    SheetScore,
    StoryAuthorisation,
    StoryText,
)

from .conftest import WORDS, Sign, approve

PAGE = "/stories/"
DAY = timedelta(days=1)


def page(client: Client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def dosed(number: int, desk: User, at: datetime, mg: str = "40") -> Course:
    told = {"given": f"P{number}", "family": "Q", "email": "", "phone": ""}
    course = people.add_person(told | {"birth_date": None}, at=at, by=desk)
    session = sessions.plan_session(course, route="im", planned_for=at, at=at, by=desk)
    given = {"kind": "injection", "amount_mg": Decimal(mg), "source": "none"}
    DoseGiven.objects.create(session=session, client_id=uuid4(), at=at, by=desk, **given)
    return course


def scored(course: Course, total: float | None, at: datetime, by: User) -> SheetScore:
    times = {"opens_at": at, "due_at": at, "closes_at": at + DAY}
    sheet = Sheet.objects.create(
        course=course, instrument="phq9", version="1", anchor=str(at), at=at, by=by, **times
    )
    kept: dict[str, Any] = {"total": total, "missing": [], "answers": {}, "knowledge_digest": ""}
    return SheetScore.objects.create(sheet=sheet, at=at, by=by, **kept)


def measured(numbers: range, desk: User, now: datetime, change: float = -8.0) -> None:
    for number in numbers:
        course = dosed(number, desk, now)
        scored(course, 18.0, now - DAY, desk)
        scored(course, 18.0 + change + number % 3, now + 7 * DAY, desk)


def test_it_is_open_without_a_log_in_a_cookie_a_script_or_a_cache(
    shown: StoryAuthorisation, client: Client
) -> None:
    answer = client.get(PAGE)
    assert WORDS in answer.content.decode()
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
    assert "<script" not in answer.content.decode()
    assert "csrf" not in answer.content.decode()


def test_it_names_nobody(shown: StoryAuthorisation, ade: Person, client: Client) -> None:
    text = page(client)
    for each in (ade.given, ade.family, ade.number, ade.email, "Lind"):
        assert each not in text


def test_withdrawn_it_is_gone_with_the_next_look(
    shown: StoryAuthorisation, ade_user: User, client: Client, enter: Enter
) -> None:
    assert WORDS in page(client)
    answer = enter(ade_user).post(reverse("portal:withdraw_story", args=[shown.pk]))
    assert answer.status_code == 302
    assert WORDS not in page(client)


def test_it_is_gone_after_its_last_day(
    shown: StoryAuthorisation, client: Client, ade: Person
) -> None:
    with clock.at(shown.expires_at):
        assert WORDS not in page(client)


def test_it_is_the_same_page_for_whoever_is_logged_in_or_locked_out(
    shown: StoryAuthorisation, osei: User, client: Client, enter: Enter
) -> None:
    inside = enter(osei)
    session = inside.session
    session["locked"] = True
    session.save()
    assert page(inside) == page(client)


def test_no_address_names_a_single_story() -> None:
    public = [str(each.pattern) for each in get_resolver().url_patterns]
    assert [each for each in public if each.startswith("stories")] == ["stories/"]


def test_a_story_that_is_not_shown_is_reached_by_no_guess(
    written: StoryText, client: Client, enter: Enter, rio: User, bo_user: User
) -> None:
    """Neither a stranger, a companion nor another person gets at a draft by its number."""
    for number in range(1, 4):
        for guess in (f"{PAGE}{number}/", f"{PAGE}?page={number}", f"{PAGE}?id={number}"):
            assert WORDS not in client.get(guess).content.decode()
        for user in (rio, bo_user):
            for place in ("portal:story", "portal:story_of_me", "portal:authorise_story"):
                answer = enter(user).get(reverse(place, args=[number]))
                assert WORDS not in answer.content.decode()


def test_marsh_of_another_practice_sees_nothing(
    shown: StoryAuthorisation, marsh: User, enter: Enter
) -> None:
    client = enter(marsh)
    assert client.get(reverse("practice_story", args=[shown.story_id])).status_code == 404
    for place in ("practice_stories", "said_where"):
        assert "Ade" not in client.get(reverse(place)).content.decode()


# the usual result


def test_too_few_are_told_as_too_few(
    shown: StoryAuthorisation, desk: User, now: datetime, client: Client
) -> None:
    measured(range(10), desk, now)
    text = page(client)
    assert "Too few to say." in text
    assert "the middle change" not in text


def test_eleven_measured_of_twelve_treated(
    shown: StoryAuthorisation, desk: User, now: datetime, client: Client
) -> None:
    measured(range(11), desk, now)
    dosed(99, desk, now)
    text = " ".join(page(client).split())
    assert "<dt>Treated</dt><dd>12</dd>" in text
    assert "<dt>Measured</dt><dd>11</dd>" in text
    assert "<dt>Not known</dt><dd>1</dd>" in text
    assert 'In PHQ-9 the middle change was <b class="num">7 points lower' in text
    assert "There is nobody to compare with." in text


def test_what_counts_as_treated_and_measured(
    practice: Practice, elsewhere: Practice, desk: User, marsh: User, now: datetime
) -> None:
    """A dose taken back is none; before is at or before the first dose; no total is no score."""
    measured(range(2), desk, now)
    dosed(50, desk, now, mg="0")
    late = dosed(51, desk, now)
    scored(late, 18.0, now + DAY, desk)
    scored(late, 9.0, now + 2 * DAY, desk)
    open_ = dosed(52, desk, now)
    scored(open_, 18.0, now, desk)
    scored(open_, None, now + DAY, desk)
    measured(range(60, 61), marsh, now)
    treated, pairs = typical.counted(practice, "phq9")
    assert treated == 4
    assert sorted(pairs) == [(18.0, 10.0), (18.0, 11.0)]
    assert typical.counted(elsewhere, "phq9")[0] == 1


def test_the_last_score_on_each_side_counts(practice: Practice, desk: User, now: datetime) -> None:
    course = dosed(1, desk, now)
    for total, days in ((20.0, -9), (17.0, -1), (5.0, 3), (12.0, 30)):
        scored(course, total, now + days * DAY, desk)
    assert typical.counted(practice, "phq9") == (1, [(17.0, 12.0)])


def test_what_is_paid_stands_beside_it(
    written: StoryText, sign: Sign, *, ade_user: User, lind: User, now: datetime, client: Client
) -> None:
    sign(written.story, paid=True, paid_words="A free session.")
    approve(written, ade_user, lind, now)
    assert "A free session." in page(client)


def test_many_stories_are_a_page_at_a_time_and_cost_the_same(
    course: Course, sign: Sign, *, ade_user: User, lind: User, now: datetime, client: Client
) -> None:
    def tell(numbers: range) -> None:
        for number in numbers:
            story = deeds.open_story(course, "own_words", at=now, by=ade_user)
            text = deeds.write_own_words(
                story, f"Number {number}.", of_partner=False, at=now, by=ade_user
            )
            sign(story)
            approve(text, ade_user, lind, now)

    tell(range(2))
    with CaptureQueriesContext(connection) as few:
        page(client)
    tell(range(2, 25))
    with CaptureQueriesContext(connection) as many:
        text = page(client)
    assert len(many) == len(few)
    assert text.count("Number ") == 20
    assert page(client, f"{PAGE}?page=2").count("Number ") == 5


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_can_be_done_there(method: str, client: Client, db: None) -> None:
    assert getattr(client, method)(PAGE).status_code == 405


def test_a_story_of_nobody_is_an_empty_page(client: Client, db: None) -> None:
    assert PersonStory.objects.count() == 0
    assert "No story now" in page(client)
