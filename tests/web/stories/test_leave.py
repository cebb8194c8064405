"""A story is shown only under a live authorisation and two approvals of exactly these words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kapstone.web.accounts import roles
from kapstone.web.accounts.models import User
from kapstone.web.records import copies
from kapstone.web.records import stories as told
from kapstone.web.records.actions import approving_stories as team
from kapstone.web.records.actions import couples
from kapstone.web.records.actions import stories as deeds
from kapstone.web.records.models import (
    Couple,
    Course,
    Entry,
    Person,
    PersonStory,
    StoryAuthorisation,
    StoryText,
    StoryWithdrawal,
)
from kapstone.web.records.refusals import Refused

from .conftest import WORDS, Sign, approve, terms

SECOND = timedelta(seconds=1)
SPEAKS = "My wife saw it first."


def live(at: datetime, audience: str = "public") -> list[str]:
    return [text.words for text in told.live(at, audience)]


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def test_all_four_together_show_it(shown: StoryAuthorisation, now: datetime) -> None:
    assert live(now) == [WORDS]
    assert live(now, "practice") == []
    did = list(Entry.objects.filter(about=f"story:{shown.story_id}").values_list("did", flat=True))
    assert did == [
        *("open story", "write story", "authorise story", "approve story", "approve story")
    ]


@pytest.mark.parametrize("without", ["authorisation", "person", "clinician"])
def test_without_any_one_of_them_it_is_not_shown(
    without: str, written: StoryText, sign: Sign, *, ade_user: User, lind: User, now: datetime
) -> None:
    read: Any = {"digest_read": written.digest, "at": now}
    if without != "authorisation":
        sign(written.story)
    if without != "person":
        deeds.approve_own(written, by=ade_user, **read)
        if without != "clinician":
            team.approve_as_clinician(written, by=lind, **read)
    assert live(now) == []
    waits = " ".join(told.state(written.story, now).waits)
    assert without in waits


def test_taking_it_back_takes_it_down_with_the_deed(
    shown: StoryAuthorisation, ade_user: User, now: datetime
) -> None:
    first = deeds.withdraw(shown, at=now, by=ade_user)
    assert live(now) == []
    assert deeds.withdraw(shown, at=now, by=ade_user) == first
    assert StoryWithdrawal.objects.count() == 1
    assert told.state(shown.story, now).ended == "taken back"


def test_after_the_last_day_on_the_practices_clock_it_is_gone(
    shown: StoryAuthorisation, ade: Person
) -> None:
    end = datetime(2027, 4, 1, tzinfo=ade.practice.zone)
    assert live(end - SECOND) == [WORDS]
    assert live(end) == []
    assert told.state(shown.story, end).ended == "past its day"


def test_a_changed_word_needs_both_approvals_anew(
    shown: StoryAuthorisation, ade_user: User, lind: User, now: datetime
) -> None:
    other = deeds.write_own_words(
        shown.story, f"{WORDS} Well.", of_partner=False, at=now, by=ade_user
    )
    assert live(now) == []
    approve(other, ade_user, lind, now)
    assert live(now) == [f"{WORDS} Well."]


def test_the_same_words_again_change_nothing(
    shown: StoryAuthorisation, written: StoryText, ade_user: User, now: datetime
) -> None:
    again = deeds.write_own_words(shown.story, WORDS, of_partner=False, at=now, by=ade_user)
    assert again == written
    assert live(now) == [WORDS]


def test_nobody_approves_words_that_they_did_not_read(
    written: StoryText, ade_user: User, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        deeds.approve_own(written, digest_read="0" * 64, at=now, by=ade_user)
    assert code(refused) == "text-changed"
    deeds.write_own_words(written.story, "Other words", of_partner=False, at=now, by=ade_user)
    with pytest.raises(Refused) as refused:
        deeds.approve_own(written, digest_read=written.digest, at=now, by=ade_user)
    assert code(refused) == "text-changed"


def test_a_newer_authorisation_stands_in_for_the_one_before(
    shown: StoryAuthorisation, sign: Sign, ade_user: User, now: datetime
) -> None:
    other = sign(shown.story, audience="practice")
    assert (live(now), live(now, "practice")) == ([], [WORDS])
    deeds.withdraw(other, at=now, by=ade_user)
    assert (live(now), live(now, "practice")) == ([], [])


# nobody for them


def test_staff_never_open_write_approve_sign_or_withdraw_for_somebody(
    shown: StoryAuthorisation, written: StoryText, course: Course, *, osei: User, now: datetime
) -> None:
    osei.roles = sorted(roles.STAFF)
    osei.save()
    signed = deeds.Signed(terms=terms(), name="Ade Bello")
    mine: Any = {"at": now, "by": osei}
    for deed in (
        lambda: deeds.open_story(course, "own_words", **mine),
        lambda: deeds.write_own_words(shown.story, "No", of_partner=False, **mine),
        lambda: deeds.approve_own(written, digest_read=written.digest, **mine),
        lambda: deeds.authorise(shown.story, signed, **mine),
        lambda: deeds.withdraw(shown, **mine),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert code(refused) == "not-yours"
    assert live(now) == [WORDS]


def test_a_clinician_who_is_the_person_does_not_approve_it(
    written: StoryText, ade_user: User, now: datetime
) -> None:
    deeds.approve_own(written, digest_read=written.digest, at=now, by=ade_user)
    ade_user.roles = [roles.PATIENT, roles.PRESCRIBER]
    ade_user.save()
    with pytest.raises(Refused) as refused:
        team.approve_as_clinician(written, digest_read=written.digest, at=now, by=ade_user)
    assert code(refused) == "own-story"


def test_a_draft_is_approved_by_no_clinician_before_its_person(
    written: StoryText, lind: User, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        team.approve_as_clinician(written, digest_read=written.digest, at=now, by=lind)
    assert code(refused) == "draft"


def test_session_monitors_do_not_approve_and_the_owner_takes_down(
    shown: StoryAuthorisation, written: StoryText, abara: User, owen: User, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        team.approve_as_clinician(written, digest_read=written.digest, at=now, by=abara)
    assert code(refused) == "not-your-deed"
    with pytest.raises(Refused):
        team.take_down(written, at=now, by=abara)
    team.take_down(written, at=now, by=owen)
    assert live(now) == []
    with pytest.raises(Refused) as refused:
        team.take_down(written, at=now, by=owen)
    assert code(refused) == "not-approved"


# what is signed


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"audience": "somebody"}, "no-such-terms"),
        ({"purpose": ""}, "no-such-terms"),
        ({"audience": "recipient"}, "no-recipient"),
        ({"paid": None}, "paid-not-said"),
        ({"paid": True}, "paid-how"),
        ({"paid": True, "paid_words": "x" * 401}, "too-long"),
        ({"expires_on": date(2026, 11, 3)}, "end"),
        ({"expires_on": date(2028, 11, 3)}, "end"),
    ],
)
def test_an_element_that_is_missing_is_refused(
    changed: dict[str, Any], why: str, story: PersonStory, sign: Sign
) -> None:
    with pytest.raises(Refused) as refused:
        sign(story, **changed)
    assert code(refused) == why


@pytest.mark.parametrize("end", [date(2026, 11, 4), date(2028, 11, 2)])
def test_the_first_and_the_last_day_that_can_be_chosen(
    end: date, story: PersonStory, sign: Sign
) -> None:
    assert sign(story, expires_on=end).last_day == end


def test_only_their_own_name_signs_and_only_what_was_read(
    story: PersonStory, ade_user: User, now: datetime
) -> None:
    for signed, why in (
        (deeds.Signed(terms=terms(), name=" "), "no-name"),
        (deeds.Signed(terms=terms(), name="Noor Haddad"), "other-name"),
        (deeds.Signed(terms=terms(), name="Ade Bello", digest_read="0"), "text-changed"),
    ):
        with pytest.raises(Refused) as refused:
            deeds.authorise(story, signed, at=now, by=ade_user)
        assert code(refused) == why


@pytest.mark.parametrize(
    "words",
    ["Osei held my hand.", "Ask ade@example.org.", "Call 555 010 0199.", "Rio waited outside."],
)
def test_own_words_name_nobody_and_give_no_way_to_reach(
    words: str, story: PersonStory, *, ade_user: User, osei: User, rio: User, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        deeds.write_own_words(story, words, of_partner=False, at=now, by=ade_user)
    assert code(refused) == "names-somebody"
    assert refused.value.lines


def test_a_name_that_is_new_is_found_at_the_approval(
    written: StoryText, ade_user: User, osei: User, now: datetime
) -> None:
    osei.name = "Slept"
    osei.save()
    with pytest.raises(Refused) as refused:
        deeds.approve_own(written, digest_read=written.digest, at=now, by=ade_user)
    assert code(refused) == "names-somebody"


# a partner


def test_whoever_speaks_of_a_partner_has_to_say_so(
    story: PersonStory, ade_user: User, now: datetime
) -> None:
    for said, why in ((None, "not-said"), (False, "speaks-of-partner"), (True, "no-partner")):
        with pytest.raises(Refused) as refused:
            deeds.write_own_words(story, SPEAKS, of_partner=said, at=now, by=ade_user)
        assert code(refused) == why


def test_a_partners_name_is_refused_unless_the_story_speaks_of_them(
    story: PersonStory, couple: Couple, ade_user: User, noor: Person, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        deeds.write_own_words(story, "Noor saw it.", of_partner=False, at=now, by=ade_user)
    assert code(refused) == "names-somebody"
    row = deeds.write_own_words(story, "Noor saw it.", of_partner=True, at=now, by=ade_user)
    assert row.speaks_of == noor


@pytest.fixture
def of_both(
    story: PersonStory, couple: Couple, sign: Sign, *, ade_user: User, lind: User, now: datetime
) -> StoryText:
    """A story of Ade's that speaks of Noor, with everything but Noor's word."""
    text = deeds.write_own_words(story, SPEAKS, of_partner=True, at=now, by=ade_user)
    sign(story)
    approve(text, ade_user, lind, now)
    return text


def agree(text: StoryText, noor: Person, noor_user: User, now: datetime) -> StoryAuthorisation:
    signed = deeds.Signed(terms=terms(), name="Noor Haddad")
    return deeds.authorise_beside(text, noor, signed, text_read=text.digest, at=now, by=noor_user)


def test_it_waits_for_the_partners_own_word(
    of_both: StoryText, noor: Person, noor_user: User, ade_user: User, now: datetime
) -> None:
    assert live(now) == []
    assert told.state(of_both.story, now).waits == ("the partner's own authorisation",)
    with pytest.raises(Refused):
        agree(of_both, noor, ade_user, now)
    given = agree(of_both, noor, noor_user, now)
    assert live(now) == [SPEAKS]
    assert told.state(of_both.story, now).is_shown
    deeds.withdraw(given, at=now, by=noor_user)
    assert live(now) == []
    assert not told.state(of_both.story, now).is_shown


def test_the_partner_agrees_to_these_words_and_terms_alone(
    of_both: StoryText, sign: Sign, *, noor: Person, noor_user: User, ade_user: User, now: datetime
) -> None:
    agree(of_both, noor, noor_user, now)
    sign(of_both.story)
    assert live(now) == []
    agree(of_both, noor, noor_user, now)
    assert live(now) == [SPEAKS]
    deeds.write_own_words(of_both.story, "My wife slept.", of_partner=True, at=now, by=ade_user)
    assert live(now) == []
    assert list(told.asked_of(noor, now)) == []


def test_a_partner_reads_no_draft_and_nobody_reads_it_once_it_is_over(
    story: PersonStory, couple: Couple, sign: Sign, *, ade_user: User, noor: Person, now: datetime
) -> None:
    text = deeds.write_own_words(story, SPEAKS, of_partner=True, at=now, by=ade_user)
    assert list(told.asked_of(noor, now)) == []
    sign(story)
    assert list(told.asked_of(noor, now)) == []
    deeds.approve_own(text, digest_read=text.digest, at=now, by=ade_user)
    assert list(told.asked_of(noor, now)) == [text]
    couples.end_couple(couple, at=now, by=ade_user)
    assert list(told.asked_of(noor, now)) == []


def test_whoever_agreed_can_still_end_it_after_the_couple_ended(
    of_both: StoryText, couple: Couple, noor: Person, noor_user: User, now: datetime
) -> None:
    given = agree(of_both, noor, noor_user, now)
    couples.end_couple(couple, at=now, by=noor_user)
    assert list(told.asked_of(noor, now)) == [of_both]
    deeds.withdraw(given, at=now, by=noor_user)
    assert live(now) == []


# copies


def test_the_copy_holds_ones_own_words_and_not_a_partners(
    of_both: StoryText, ade: Person, noor: Person, noor_user: User, now: datetime
) -> None:
    agree(of_both, noor, noor_user, now)
    assert SPEAKS in str(copies.for_phone(ade))
    for copy in (copies.full(noor), copies.for_phone(noor)):
        assert SPEAKS not in str(copy)
        assert len(copy["story authorisations"]) == 1
