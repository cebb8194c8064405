"""Whom a story waits for: a line on Today for who may approve, a mail for the person."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import stories as told
from kapstone.web.records.actions import approving_stories as team
from kapstone.web.records.actions import stories as deeds
from kapstone.web.records.models import Course, Outgoing, PersonStory, StoryText

from .conftest import Sign, approve

LINE = 'id="stories"'


def waits_for(user: User, now: datetime) -> list[int]:
    return [row.pk for row in told.for_clinicians(user, now)]


@pytest.fixture
def case(course: Course, ade_user: User, sign: Sign, now: datetime) -> PersonStory:
    """A summary that Ade asked for and authorised, which nobody has made yet."""
    story = deeds.open_story(course, "summary", at=now, by=ade_user)
    sign(story)
    return story


def test_own_words_wait_once_signed_and_approved_by_their_person(
    written: StoryText, sign: Sign, ade_user: User, lind: User, now: datetime
) -> None:
    assert waits_for(lind, now) == []
    deeds.approve_own(written, digest_read=written.digest, at=now, by=ade_user)
    assert waits_for(lind, now) == [], "not authorised yet"
    sign(written.story)
    assert waits_for(lind, now) == [written.story_id]
    team.approve_as_clinician(written, digest_read=written.digest, at=now, by=lind)
    assert waits_for(lind, now) == []


def test_a_draft_in_own_words_waits_for_nobody_else(
    written: StoryText, sign: Sign, lind: User, now: datetime
) -> None:
    sign(written.story)
    assert waits_for(lind, now) == []


def test_changed_words_wait_anew(
    written: StoryText, sign: Sign, ade_user: User, lind: User, now: datetime
) -> None:
    sign(written.story)
    approve(written, ade_user, lind, now)
    words = "It took three months, and then I slept."
    newer = deeds.write_own_words(written.story, words, of_partner=False, at=now, by=ade_user)
    assert waits_for(lind, now) == []
    deeds.approve_own(newer, digest_read=newer.digest, at=now, by=ade_user)
    assert waits_for(lind, now) == [written.story_id]


def test_a_summary_waits_to_be_made_then_to_be_approved_until_it_ends(
    case: PersonStory, lind: User, now: datetime
) -> None:
    assert waits_for(lind, now) == [case.pk]
    text = team.build_summary(case, at=now, by=lind)
    assert waits_for(lind, now) == [case.pk]
    assert waits_for(lind, now + timedelta(days=400)) == [], "the authorisation has ended"
    team.approve_as_clinician(text, digest_read=text.digest, at=now, by=lind)
    assert waits_for(lind, now) == []


def test_the_line_is_for_those_who_may_approve_of_this_practice(
    *, case: PersonStory, lind: User, desk: User, marsh: User, enter: Enter, now: datetime
) -> None:
    with clock.at(now):
        for user, shown in ((lind, True), (desk, False), (marsh, False)):
            page = enter(user).get("/").content.decode()
            assert (LINE in page) is shown, user
            assert (f'href="/told/{case.pk}/"' in page) is shown


def test_the_person_is_told_once_that_something_waits_and_not_what(
    case: PersonStory, lind: User, now: datetime
) -> None:
    before = Outgoing.objects.count()
    text = team.build_summary(case, at=now, by=lind)
    for _ in range(2):
        team.approve_as_clinician(text, digest_read=text.digest, at=now, by=lind)
    (mail,) = Outgoing.objects.order_by("pk")[before:]
    assert mail.to == "ade@example.org"
    assert "/stories/" in mail.text
    for word in ("ketamine", "story for", "summary", "treatment"):
        assert word not in f"{mail.subject} {mail.text}".lower()


def test_who_approved_already_gets_no_mail(
    written: StoryText, sign: Sign, ade_user: User, lind: User, now: datetime
) -> None:
    sign(written.story)
    before = Outgoing.objects.count()
    approve(written, ade_user, lind, now)
    assert Outgoing.objects.count() == before
