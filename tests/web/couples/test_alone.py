"""Each is asked alone; who reads it says what holds; until then only a session together waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import alone as deeds
from kapstone.web.records.actions import couples, people, sessions, treatment
from kapstone.web.records.models import (
    AskedAlone,
    AskedAloneReview,
    Couple,
    Course,
    Discharge,
    Entry,
    Notice,
    Outgoing,
    Person,
    Session,
)
from kapstone.web.records.refusals import Refused

from .conftest import NOTHING_TO_FEAR

PAGE = "/me/questions/"
AFRAID = NOTHING_TO_FEAR | {"afraid": "yes"}
SPOKE = "Spoke with Ade alone for an hour; wants to go on, and has a plan."
NEUTRAL = "Not settled yet: each is asked alone first. Until then plan them apart"


@pytest.fixture
def both(
    couple: Couple, course: Course, noors: Course, osei: User, now: datetime
) -> tuple[Session, Session]:
    """A session of each tomorrow, in one room at one time."""
    when = now + timedelta(days=1)
    first, second = (
        sessions.plan_session(each, route="iv", planned_for=when, room="Birch", at=now, by=osei)
        for each in (course, noors)
    )
    return first, second


def say(person: Person, at: datetime, given: dict[str, str] | None = None) -> AskedAlone:
    assert person.user is not None
    told = NOTHING_TO_FEAR if given is None else given
    return deeds.answer_alone(person, told, reach="", reach_words="", at=at, by=person.user)


def together(session: Session, now: datetime) -> list[tuple[str, str]]:
    found = treatment.gates_of(session, now=now)
    return [(each.state, each.says) for each in found if each.id == "together"]


def test_a_session_together_waits_until_both_have_said_no_to_all(
    both: tuple[Session, Session], ade: Person, noor: Person, now: datetime
) -> None:
    assert [together(each, now) for each in both] == [[("open", NEUTRAL)]] * 2
    say(ade, now)
    assert [together(each, now) for each in both] == [[("open", NEUTRAL)]] * 2
    say(noor, now)
    assert [together(each, now)[0][0] for each in both] == ["ok", "ok"]


def test_one_yes_holds_both_in_the_same_words_and_care_of_each_alone_goes_on(
    both: tuple[Session, Session],
    ade: Person,
    noor: Person,
    noors: Course,
    course: Course,
    *,
    osei: User,
    now: datetime,
) -> None:
    say(noor, now)
    say(ade, now, AFRAID)
    assert [together(each, now) for each in both] == [[("open", NEUTRAL)]] * 2
    for other in (course, noors):
        days = 3 if other == course else 5
        apart = sessions.plan_session(
            other, route="iv", planned_for=now + timedelta(days=days), room="Birch", at=now, by=osei
        )
        assert together(apart, now) == []


def test_a_later_no_to_all_does_not_undo_it_and_only_a_review_settles(
    both: tuple[Session, Session], ade: Person, noor: Person, lind: User, now: datetime
) -> None:
    say(noor, now)
    asked = say(ade, now, AFRAID)
    say(ade, now + timedelta(hours=1))
    assert together(both[0], now) == [("open", NEUTRAL)]
    deeds.review_alone(asked, together=False, words=SPOKE, at=now, by=lind)
    assert together(both[1], now) == [("open", NEUTRAL)]
    deeds.review_alone(asked, together=True, words=SPOKE, at=now, by=lind)
    assert [together(each, now)[0][0] for each in both] == ["ok", "ok"]


def test_ending_the_couple_or_linking_it_anew_does_not_open_the_gate(
    both: tuple[Session, Session],
    couple: Couple,
    ade: Person,
    noor: Person,
    noor_user: User,
    *,
    lind: User,
    now: datetime,
) -> None:
    say(ade, now, AFRAID)
    say(noor, now)
    couples.end_couple(couple, at=now, by=noor_user)
    assert [together(each, now) for each in both] == [[("open", NEUTRAL)]] * 2
    people.link_couple(noor, ade, at=now, by=lind)
    say(noor, now)
    say(ade, now)
    assert [together(each, now) for each in both] == [[("open", NEUTRAL)]] * 2


@pytest.mark.parametrize(
    ("room", "minutes", "held"), [("", 0, 1), ("birch ", 15, 1), ("Oak", 0, 0), ("Birch", 16, 0)]
)
def test_together_is_one_time_and_not_plainly_another_room(
    room: str,
    minutes: int,
    held: int,
    couple: Couple,
    course: Course,
    *,
    noors: Course,
    osei: User,
    now: datetime,
) -> None:
    when = now + timedelta(days=1)
    told: Any = {"route": "iv", "at": now, "by": osei}
    mine = sessions.plan_session(course, planned_for=when, room="Birch", **told)
    sessions.plan_session(noors, planned_for=when + timedelta(minutes=minutes), room=room, **told)
    assert len(together(mine, now)) == held


def test_the_notice_says_nothing_and_no_mail_goes_out(
    couple: Couple,
    ade: Person,
    ade_user: User,
    lind: User,
    abara: User,
    *,
    now: datetime,
    enter: Enter,
) -> None:
    mails = Outgoing.objects.count()
    enter(ade_user).post(PAGE, AFRAID | {"reach": "call", "reach_words": "Mondays at work"})
    notice = Notice.objects.get()
    assert notice.says == "Something private to read about Ade."
    assert (notice.level, notice.session) == ("yellow", None)
    assert Outgoing.objects.count() == mails
    address = f"/people/{ade.pk}/alone/"
    assert address in enter(lind).get(f"/notices/{notice.pk}/").content.decode()
    assert address not in enter(abara).get(f"/notices/{notice.pk}/").content.decode()
    say(ade, now, AFRAID)
    assert Notice.objects.count() == 1


def test_no_to_all_opens_no_notice(couple: Couple, ade: Person, now: datetime) -> None:
    say(ade, now)
    assert not Notice.objects.exists()
    say(ade, now, {})
    assert Notice.objects.exists()


def test_only_prescribers_and_therapists_read_it_and_say_what_holds(
    couple: Couple,
    ade: Person,
    *,
    osei: User,
    lind: User,
    abara: User,
    desk: User,
    owen: User,
    marsh: User,
    ade_user: User,
    now: datetime,
    enter: Enter,
) -> None:
    deeds.answer_alone(
        ade, AFRAID, reach="call", reach_words="Mondays at work", at=now, by=ade_user
    )
    asked, address = AskedAlone.objects.get(), f"/people/{ade.pk}/alone/"
    for user in (abara, desk, owen, ade_user):
        assert enter(user).get(address).status_code == 403
        with pytest.raises(Refused):
            deeds.review_alone(asked, together=True, words=SPOKE, at=now, by=user)
    assert enter(marsh).get(address).status_code == 404
    assert enter(marsh).post(f"/alone/{asked.pk}/review/").status_code == 404
    page = enter(osei).get(address).content.decode()
    assert "Mondays at work" in page
    assert "Call me" in page
    assert "! Not read with them yet" in page
    client = enter(lind)
    short = client.post(f"/alone/{asked.pk}/review/", {"together": "yes", "words": "Fine"})
    assert short.status_code == 422
    client.post(f"/alone/{asked.pk}/review/", {"together": "no", "words": SPOKE})
    assert AskedAloneReview.objects.get().together is False
    assert "Read: not together" in client.get(address).content.decode()


def test_the_page_is_the_same_for_both_and_shows_nothing_that_was_answered(
    couple: Couple, ade_user: User, noor_user: User, enter: Enter, now: datetime
) -> None:
    ade, noors = enter(ade_user), enter(noor_user)
    first = ade.get(PAGE)
    assert first["Cache-Control"] == "no-store"
    page = first.content.decode()
    # A long text or a line that is kept would come back on the phone as a draft.
    for kept in ("<textarea", "data-keep", "data-draft", " checked"):
        assert kept not in page
    assert "988" in page
    assert page.count("data-leave") == len(["above", "below"])
    assert ade.post(PAGE, AFRAID | {"reach_words": "Mondays"})["Location"] == "/me/"
    for client in (ade, noors):
        again = client.get(PAGE).content.decode()
        assert " checked" not in again
        assert "Mondays" not in again
    ade.get("/me/")  # the thank you
    home = ade.get("/me/").content.decode()
    assert "A few questions for you alone" not in home
    assert "A few questions for you alone" in noors.get("/me/").content.decode()
    assert "A few questions for you alone" in ade.get("/me/together/").content.decode()


def test_it_is_asked_again_before_and_after_a_session_together(
    both: tuple[Session, Session],
    ade: Person,
    ade_user: User,
    abara: User,
    now: datetime,
    *,
    enter: Enter,
) -> None:
    say(ade, now - timedelta(days=9))
    asked = "A few questions for you alone"
    assert asked in enter(ade_user).get("/me/").content.decode()
    say(ade, now)
    assert asked not in enter(ade_user).get("/me/").content.decode()
    home = now + timedelta(days=1, hours=3)
    Discharge.objects.create(
        session=both[0],
        criteria={},
        escort_name="Rio",
        signed_name="Abara",
        at=home,
        by=abara,
    )
    for hours, shown in ((1, False), (25, True)):
        with clock.at(home + timedelta(hours=hours)):
            assert (asked in enter(ade_user).get("/me/").content.decode()) is shown


def test_who_has_no_partner_here_is_not_asked(
    course: Course, ade: Person, ade_user: User, now: datetime, enter: Enter
) -> None:
    assert enter(ade_user).get(PAGE).status_code == 404
    with pytest.raises(Refused):
        say(ade, now)


def test_the_persons_own_trail_and_copy_do_not_tell_it(
    couple: Couple, ade: Person, ade_user: User, lind: User, now: datetime, *, enter: Enter
) -> None:
    deeds.answer_alone(ade, AFRAID, reach="call", reach_words="Mondays", at=now, by=ade_user)
    enter(lind).get(f"/people/{ade.pk}/alone/")
    asked = AskedAlone.objects.get()
    deeds.review_alone(asked, together=False, words=SPOKE, at=now, by=lind)
    assert Entry.objects.filter(did="see answers alone", person=ade).count() == 1
    client = enter(ade_user)
    page, copy = client.get("/me/data/").content.decode(), client.get("/me/data/export/").json()
    assert "Lind: looked at your chart" in page
    assert "alone" not in page
    assert "asked alone" not in copy
    assert "Mondays" not in str(copy)


def test_a_page_shown_to_both_has_nothing_of_it(
    both: tuple[Session, Session],
    ade: Person,
    noor: Person,
    lind: User,
    now: datetime,
    *,
    enter: Enter,
) -> None:
    say(ade, now, AFRAID)
    client = enter(lind)
    for address in (f"/sessions/together/{both[0].pk}/", f"/people/{noor.pk}/couple/"):
        page = client.get(address).content.decode()
        assert "private" not in page.replace("private charts", "")
        assert "alone" not in page
    page = client.get(f"/courses/{both[1].course_id}/").content.decode()
    assert "Something private" not in page
