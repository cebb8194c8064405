"""One thing at a time, visible to whom it was offered, and gone when it is taken back."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records import couples
from kapstone.web.records.actions import couples as deeds
from kapstone.web.records.actions import integration, people, preparing
from kapstone.web.records.models import Couple, Course, Insight, Person, SharedItem
from kapstone.web.records.refusals import Refused

SPACE = "/me/together/"
WORDS = "I want to be kinder at breakfast"


@pytest.fixture
def insight(course: Course, ade_user: User, now: datetime) -> Insight:
    return integration.record_insight(course, words=WORDS, at=now, by=ade_user)


@pytest.fixture
def shared(
    insight: Insight, ade: Person, couple: Couple, ade_user: User, now: datetime
) -> SharedItem:
    return deeds.share(ade, couples.INSIGHT, insight.pk, at=now, by=ade_user)


def text(enter: Enter, user: User, address: str = SPACE) -> str:
    return enter(user).get(address).content.decode()


def words_offered(user: User) -> list[str]:
    return [each.words for each in couples.offered(user)]


def test_nothing_is_seen_until_it_is_shared_and_nothing_after_it_is_taken_back(
    insight: Insight, couple: Couple, ade_user: User, noor_user: User, enter: Enter
) -> None:
    ade = enter(ade_user)
    assert "Noor does not see this" in ade.get(SPACE + "?kind=insight").content.decode()
    assert WORDS not in text(enter, noor_user)
    told = {"kind": "insight", "row": insight.pk}
    assert ade.post(SPACE + "share/", told)["Location"] == SPACE + "?kind=insight"
    page = ade.get(SPACE + "?kind=insight").content.decode()
    assert "Shared with Noor" in page
    assert "Noor does not see this" not in page
    assert WORDS in text(enter, noor_user)
    item = SharedItem.objects.get()
    ade.post(f"{SPACE}{item.pk}/back/")
    assert WORDS not in text(enter, noor_user)
    assert "You share nothing now" in text(enter, ade_user)
    assert SharedItem.objects.count() == 2


def test_the_words_are_kept_as_they_stood(
    course: Course, ade: Person, couple: Couple, ade_user: User, noor_user: User, *, now: datetime
) -> None:
    first = preparing.answer_preparation(course, "worries", "The dark", at=now, by=ade_user)
    deeds.share(ade, couples.WORDS, first.pk, at=now, by=ade_user)
    preparing.answer_preparation(course, "worries", "My father", at=now, by=ade_user)
    assert words_offered(noor_user) == ["The dark"]


def test_a_private_answer_is_never_among_what_can_be_shared(
    course: Course, ade: Person, couple: Couple, ade_user: User, now: datetime
) -> None:
    row = preparing.answer_preparation(
        course, "altered_states", "before", words="Once", at=now, by=ade_user
    )
    assert list(couples.own_rows(ade, couples.WORDS)) == []
    with pytest.raises(Refused):
        deeds.share(ade, couples.WORDS, row.pk, at=now, by=ade_user)


def test_a_journal_page_stays_shared_when_the_team_may_read_it_too(
    ade: Person, couple: Couple, ade_user: User, noor_user: User, now: datetime
) -> None:
    page = integration.write_journal(ade, text="A page", shared=False, at=now, by=ade_user)
    item = deeds.share(ade, couples.JOURNAL, page.pk, at=now, by=ade_user)
    integration.share_journal(page, shared=True, at=now, by=ade_user)
    (own,) = couples.own(ade, couple, couples.JOURNAL, list(couples.own_rows(ade, couples.JOURNAL)))
    assert own.shared == item
    assert deeds.share(ade, couples.JOURNAL, own.row, at=now, by=ade_user) == item
    deeds.take_back(item, at=now, by=ade_user)
    assert words_offered(noor_user) == []


def test_twice_is_once_and_what_was_taken_back_can_be_shared_again(
    shared: SharedItem,
    insight: Insight,
    ade: Person,
    ade_user: User,
    noor_user: User,
    *,
    now: datetime,
) -> None:
    assert deeds.share(ade, couples.INSIGHT, insight.pk, at=now, by=ade_user) == shared
    back = deeds.take_back(shared, at=now, by=ade_user)
    assert deeds.take_back(shared, at=now, by=ade_user) == back
    assert words_offered(noor_user) == []
    deeds.share(ade, couples.INSIGHT, insight.pk, at=now, by=ade_user)
    assert words_offered(noor_user) == [WORDS]


def test_nobody_shares_or_takes_back_for_another(
    shared: SharedItem,
    insight: Insight,
    ade: Person,
    noor: Person,
    noor_user: User,
    *,
    lind: User,
    now: datetime,
    enter: Enter,
) -> None:
    for by in (noor_user, lind):
        with pytest.raises(Refused):
            deeds.share(ade, couples.INSIGHT, insight.pk, at=now, by=by)
        with pytest.raises(Refused):
            deeds.take_back(shared, at=now, by=by)
    with pytest.raises(Refused):
        deeds.share(noor, couples.INSIGHT, insight.pk, at=now, by=noor_user)
    assert enter(noor_user).post(f"{SPACE}{shared.pk}/back/").status_code == 404
    assert words_offered(noor_user) == [WORDS]


def test_ending_it_hides_everything_at_once_and_linking_again_brings_nothing_back(
    shared: SharedItem,
    couple: Couple,
    ade: Person,
    noor: Person,
    noor_user: User,
    *,
    lind: User,
    now: datetime,
    enter: Enter,
) -> None:
    noors = enter(noor_user)
    assert WORDS in noors.get(SPACE).content.decode()
    noors.post(SPACE + "end/")
    assert WORDS not in noors.get(SPACE).content.decode()
    assert "Nobody shares this with you" in noors.get(SPACE).content.decode()
    people.link_couple(noor, ade, at=now, by=lind)
    assert WORDS not in noors.get(SPACE).content.decode()
    assert words_offered(noor_user) == []


def test_staff_and_strangers_read_none_of_it(
    shared: SharedItem, lind: User, osei: User, bo_user: User, rio: User, *, noor_user: User
) -> None:
    for user in (lind, osei, bo_user, rio):
        assert not SharedItem.objects.visible_to(user).exists()
        assert not couples.offered(user).exists()
    assert SharedItem.objects.visible_to(noor_user).get() == shared


def test_a_person_is_of_one_couple_in_their_own_practice(
    couple: Couple,
    ade: Person,
    bo: Person,
    course: Course,
    lind: User,
    *,
    desk: User,
    now: datetime,
) -> None:
    third = people.add_person({"given": "Kit", "family": "Moss"}, at=now, by=desk).person
    for one, other in ((ade, ade), (ade, third), (third, ade), (third, bo)):
        with pytest.raises(Refused):
            people.link_couple(one, other, at=now, by=lind)
    assert Couple.objects.get() == couple


def test_an_intention_of_both_needs_both_and_either_lets_it_go(
    couple: Couple, ade_user: User, noor_user: User, enter: Enter
) -> None:
    ade, noors = enter(ade_user), enter(noor_user)
    assert ade.post(SPACE + "intentions/", {"words": " "}).status_code == 422
    ade.post(SPACE + "intentions/", {"words": "To listen first"})
    assert "Waits for Noor" in ade.get(SPACE).content.decode()
    (place,) = set(re.findall(r"intentions/(\d+)/agree", noors.get(SPACE).content.decode()))
    own = f"{SPACE}intentions/{place}/agree/"
    ade.post(own)
    assert "Both agreed" not in ade.get(SPACE).content.decode()
    noors.post(own)
    for client in (ade, noors):
        assert "Both agreed" in client.get(SPACE).content.decode()
    (place,) = set(re.findall(r"intentions/(\d+)/let-go", ade.get(SPACE).content.decode()))
    ade.post(f"{SPACE}intentions/{place}/let-go/")
    for client in (ade, noors):
        assert "To listen first" not in client.get(SPACE).content.decode()
    assert noors.post(f"{SPACE}intentions/{place}/agree/").status_code == 404


def test_a_therapist_links_by_number_and_sees_what_both_intend(
    ade: Person,
    noor: Person,
    lind: User,
    ade_user: User,
    noor_user: User,
    *,
    now: datetime,
    enter: Enter,
) -> None:
    client, address = enter(lind), f"/people/{ade.pk}/couple/"
    for number in ("K-9999", ade.number):
        assert client.post(address, {"number": number}).status_code == 422
    client.post(address, {"number": noor.number})
    row = deeds.propose(ade, "To listen first", at=now, by=ade_user)
    assert "To listen first" not in client.get(address).content.decode()
    deeds.agree(row, noor, at=now, by=noor_user)
    assert "To listen first" in client.get(address).content.decode()
    client.post(f"/couples/{Couple.objects.get().pk}/end/")
    assert couples.couple_of(ade) is None


def test_the_desk_links_nobody(ade: Person, desk: User, enter: Enter) -> None:
    assert enter(desk).get(f"/people/{ade.pk}/couple/").status_code == 403
