"""The pages: a person from the first tap to the last, their partner, and the practice."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pytest
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import stories as deeds
from kapstone.web.records.models import (
    Couple,
    Entry,
    Person,
    PersonStory,
    StoryAuthorisation,
    StoryText,
)

from .conftest import WORDS, Sign, approve

TERMS = {"audience": "public", "purpose": "inform", "expires_on": "2027-03-31", "paid": "no"}
LIST = "/me/stories/"
DIGEST = re.compile(r'name="digest" value="(\w+)"')
TEXT = re.compile(r'name="text" value="(\w+)"')


def text(answer: Any) -> str:
    return str(answer.content.decode())


def at(name: str, pk: int) -> str:
    return reverse(name, args=[pk])


def test_a_person_finds_it_from_their_data(enter: Enter, ade_user: User) -> None:
    assert f'href="{LIST}"' in text(enter(ade_user).get("/me/data/"))


def test_from_the_first_tap_to_the_public_page_and_down_again(
    enter: Enter, ade_user: User, lind: User
) -> None:
    ade, clinic = enter(ade_user), enter(lind)
    here = ade.post(reverse("portal:open_story"), {"kind": "own_words"})["Location"]
    pk = PersonStory.objects.get().pk
    ade.post(at("portal:write_story", pk), {"words": WORDS, "of_partner": "no"})
    row = StoryText.objects.get()
    assert WORDS not in text(clinic.get(at("practice_story", pk)))
    digest = DIGEST.findall(text(ade.get(here)))[0]
    ade.post(at("portal:approve_story", row.pk), {"digest": digest})
    sign_here = at("portal:authorise_story", pk)
    assert "Show me what I sign" in text(ade.get(sign_here))
    page = text(ade.post(sign_here, TERMS))
    assert "The end of 31 March 2027." in page
    assert "My care does not depend on it" in page
    assert StoryAuthorisation.objects.count() == 0
    signed = {**TERMS, "name": "Ade Bello", "digest": DIGEST.findall(page)[0]}
    assert ade.post(sign_here, signed).status_code == 302
    page = text(clinic.get(at("practice_story", pk)))
    assert WORDS in page
    clinic.post(at("approve_as_clinician", row.pk), {"digest": DIGEST.findall(page)[0]})
    assert "✓ shown" in text(ade.get(here))
    assert WORDS in text(ade.get("/stories/"))
    assert "✓ may be shown" in text(clinic.get(reverse("said_where")))
    given = StoryAuthorisation.objects.get()
    ade.post(at("portal:withdraw_story", given.pk))
    assert WORDS not in text(ade.get("/stories/"))
    assert "No authorisation holds now." in text(clinic.get(reverse("said_where")))


def test_words_that_cannot_be_kept_come_back_with_why(
    enter: Enter, ade_user: User, story: PersonStory, osei: User
) -> None:
    told = {"words": "Osei held my hand.", "of_partner": "no"}
    answer = enter(ade_user).post(at("portal:write_story", story.pk), told)
    assert answer.status_code == 422
    assert "Line 1: “Osei” (a name)" in text(answer)
    assert "Osei held my hand." in text(answer)


def test_terms_that_lack_something_come_back(
    enter: Enter, ade_user: User, story: PersonStory
) -> None:
    here = at("portal:authorise_story", story.pk)
    client = enter(ade_user)
    assert client.post(here, {**TERMS, "paid": ""}).status_code == 422
    answer = client.post(here, {**TERMS, "audience": "recipient"})
    assert (answer.status_code, "Name the person" in text(answer)) == (422, True)
    page = text(client.post(here, TERMS))
    signed = {**TERMS, "digest": DIGEST.findall(page)[0]}
    answer = client.post(here, {**signed, "name": "Somebody Else"})
    assert (answer.status_code, "Type your name" in text(answer)) == (422, True)
    assert client.post(here, {**signed, "change": "1"}).status_code == 200
    other = {**signed, "expires_on": "2027-04-30", "name": "Ade Bello"}
    assert "Read them again" in text(client.post(here, other))
    assert StoryAuthorisation.objects.count() == 0


@pytest.mark.parametrize("name", ["portal:story", "portal:authorise_story"])
def test_another_person_finds_no_story_of_somebody_else(
    name: str, enter: Enter, written: StoryText, *, bo_user: User, rio: User, noor_user: User
) -> None:
    for user in (bo_user, noor_user):
        assert enter(user).get(at(name, written.story_id)).status_code == 404
    assert enter(rio).get(at(name, written.story_id)).status_code == 403


def test_nobody_takes_back_what_is_not_theirs(
    enter: Enter, shown: StoryAuthorisation, noor_user: User, osei: User
) -> None:
    place = at("portal:withdraw_story", shown.pk)
    assert enter(noor_user).post(place).status_code == 404
    assert enter(osei).post(place).status_code == 403
    assert not hasattr(StoryAuthorisation.objects.get(), "withdrawal")


def test_a_partner_reads_agrees_and_ends_it(
    enter: Enter,
    story: PersonStory,
    couple: Couple,
    sign: Sign,
    *,
    ade_user: User,
    noor_user: User,
    lind: User,
    now: datetime,
) -> None:
    words = "My wife saw it first."
    row = deeds.write_own_words(story, words, of_partner=True, at=now, by=ade_user)
    noor = enter(noor_user)
    place = at("portal:story_of_me", row.pk)
    assert noor.get(place).status_code == 404
    sign(story)
    approve(row, ade_user, lind, now)
    assert place in text(noor.get(LIST))
    assert words in text(noor.get(place))
    asked = {"expires_on": "2027-03-31", "paid": "no"}
    page = text(noor.post(place, asked))
    assert "What my partner&#x27;s story says of me" in page
    signed = {**asked, "name": "Noor Haddad", "digest": DIGEST.findall(page)[0]}
    noor.post(place, {**signed, "text": TEXT.findall(page)[0]})
    assert words in text(noor.get("/stories/"))
    given = StoryAuthorisation.objects.exclude(beside=None).get()
    assert "You agreed to a story" in text(noor.get(LIST))
    noor.post(at("portal:withdraw_story", given.pk))
    assert words not in text(noor.get("/stories/"))
    assert "The partner" not in text(enter(ade_user).get(at("portal:story", story.pk)))


def test_the_team_makes_and_changes_a_summary(
    enter: Enter, course: Any, sign: Sign, *, ade_user: User, lind: User, now: datetime
) -> None:
    case = deeds.open_story(course, "summary", at=now, by=ade_user)
    clinic = enter(lind)
    here = at("practice_story", case.pk)
    assert "once the person has signed" in text(clinic.get(here))
    sign(case)
    clinic.post(at("build_summary", case.pk))
    row = StoryText.objects.get()
    assert "No dose is on record." in text(clinic.get(here))
    change = {"words": "Ade slept.", "after": row.pk}
    answer = clinic.post(at("edit_summary", case.pk), change)
    assert (answer.status_code, "Line 1: “Ade” (a name)" in text(answer)) == (422, True)
    clinic.post(at("edit_summary", case.pk), {"words": "A person slept.", "after": row.pk})
    assert "A person slept." in text(enter(ade_user).get(at("portal:story", case.pk)))


def test_the_owner_sees_states_and_reads_what_is_shown_alone(
    enter: Enter,
    written: StoryText,
    sign: Sign,
    *,
    owen: User,
    ade_user: User,
    lind: User,
    now: Any,
) -> None:
    client = enter(owen)
    sign(written.story)
    deeds.approve_own(written, digest_read=written.digest, at=now, by=ade_user)
    assert "Ade Bello" in text(client.get(reverse("practice_stories")))
    here = at("practice_story", written.story_id)
    assert WORDS not in text(client.get(here))
    approve(written, ade_user, lind, now)
    assert WORDS in text(client.get(here))
    client.post(at("take_story_down", written.pk))
    assert WORDS not in text(client.get("/stories/"))


def test_a_look_is_on_the_trail(
    enter: Enter, written: StoryText, lind: User, ade: Person, ade_user: User
) -> None:
    enter(lind).get(at("practice_story", written.story_id))
    assert Entry.objects.filter(did="see story", person=ade).count() == 1
    assert "looked at your story" in text(enter(ade_user).get("/me/data/"))


def test_what_ends_within_a_month_is_marked(
    enter: Enter, story: PersonStory, sign: Sign, owen: User
) -> None:
    client = enter(owen)
    sign(story)
    assert "! soon" not in text(client.get(reverse("said_where")))
    sign(story, expires_on=date(2026, 11, 20))
    page = text(client.get(reverse("said_where")))
    assert "! soon" in page
    assert "Ends within 30 days" in page
