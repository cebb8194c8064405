"""Somebody of the team is away: who reads what is addressed to them, and that nothing is lost."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import away, threads
from kapstone.web.records.actions import messages, office
from kapstone.web.records.models import Absence, Entry, Person, Thread
from kapstone.web.records.refusals import Refused

TODAY, TOMORROW = date(2026, 11, 3), date(2026, 11, 4)
ABSENCES, LIST = reverse("absences"), reverse("messages")


def leaves(who: User, cover: User | None, *, by: User, until: date = TOMORROW) -> Absence:
    return office.note_absence(
        who, first_on=TODAY, last_on=until, covered_by=cover, at=clock.now(), by=by
    )


@pytest.fixture
def for_lind(ade: Person, ade_user: User, lind: User, now: datetime) -> Thread:
    heading = messages.Heading("worry", to=lind)
    return messages.begin_thread(ade, heading, text="I cannot sleep", at=now, by=ade_user)


def read_by(user: User, now: datetime) -> list[str]:
    rows = threads.waiting(user).filter(threads.mine(user, now))
    return [each.title for each in threads.shown(list(rows), user, now)]


def test_what_is_addressed_to_somebody_away_is_read_by_who_covers(
    for_lind: Thread, lind: User, osei: User, now: datetime
) -> None:
    assert (len(read_by(lind, now)), len(read_by(osei, now))) == (1, 0)
    leaves(lind, osei, by=lind)
    assert (len(read_by(lind, now)), len(read_by(osei, now))) == (0, 1)


@pytest.mark.parametrize(
    ("hours", "covers"),
    # Midnight of New York is 5:00 in UTC; the absence is of the third and the fourth.
    [(0, True), (39.9, True), (40, False)],
)
def test_the_days_are_those_of_the_practices_clock(
    hours: float, covers: bool, *, for_lind: Thread, lind: User, osei: User, now: datetime
) -> None:
    leaves(lind, osei, by=lind)
    assert bool(read_by(osei, now + timedelta(hours=hours))) is covers


def test_who_covers_may_be_away_too_and_nobody_goes_round_in_circles(
    *, for_lind: Thread, lind: User, osei: User, vale: User, desk: User, now: datetime
) -> None:
    leaves(lind, osei, by=lind)
    leaves(osei, vale, by=osei)
    assert len(read_by(vale, now)) == 1
    leaves(vale, lind, by=desk)
    assert [len(read_by(each, now)) for each in (lind, osei, vale)] == [0, 0, 0]
    (row,) = threads.shown(list(threads.waiting(desk)), desk, now)
    assert row.reader is None, "it is for whoever is there, and on everybody's list"


def test_nothing_is_lost_when_somebody_has_left(
    for_lind: Thread, lind: User, osei: User, now: datetime, enter: Enter
) -> None:
    lind.is_active = False
    lind.save()
    page = enter(osei).get(LIST).content.decode()
    assert "no longer answers messages: whoever is there" in page
    assert reverse("thread", args=[for_lind.pk]) in page


def test_the_person_is_told_as_they_write_and_on_the_thread(
    for_lind: Thread, ade_user: User, lind: User, osei: User, enter: Enter
) -> None:
    leaves(lind, osei, by=lind)
    browser = enter(ade_user)
    for address in (reverse("portal:messages"), reverse("portal:thread", args=[for_lind.pk])):
        page = browser.get(address).content.decode()
        assert "Lind: away until Wednesday 4 November, Osei reads it" in page


def test_taken_back_it_is_as_if_it_never_was(
    for_lind: Thread, lind: User, osei: User, now: datetime
) -> None:
    absence = leaves(lind, osei, by=lind)
    for _twice in range(2):
        office.take_absence_back(absence, at=now, by=lind)
    assert len(read_by(lind, now)) == 1
    assert Entry.objects.filter(did="take absence back").count() == 1
    leaves(lind, osei, by=lind)
    assert len(read_by(osei, now)) == 1


def test_oneself_and_others_only_where_one_may(
    lind: User, osei: User, desk: User, owen: User, now: datetime
) -> None:
    with pytest.raises(Refused) as why:
        leaves(osei, None, by=lind)
    assert why.value.code == "not-your-deed"
    absence = leaves(osei, None, by=desk)
    with pytest.raises(Refused):
        office.take_absence_back(absence, at=now, by=lind)
    office.take_absence_back(absence, at=now, by=owen)


def test_an_absence_that_cannot_be_meant_is_refused(
    *, lind: User, osei: User, owen: User, marsh: User, now: datetime
) -> None:
    yesterday = TODAY - timedelta(days=1)
    wrong = [
        (TOMORROW, TODAY, None, "backwards"),
        (yesterday, yesterday, None, "past"),
        (TODAY, TODAY + timedelta(days=400), None, "too-long"),
        (TODAY, TOMORROW, lind, "own-cover"),
        (TODAY, TOMORROW, marsh, "cannot-cover"),
        (TODAY, TOMORROW, owen, "cannot-cover"),
    ]
    for first, last, cover, code in wrong:
        with pytest.raises(Refused) as why:
            office.note_absence(
                lind, first_on=first, last_on=last, covered_by=cover, at=now, by=lind
            )
        assert why.value.code == code
    with pytest.raises(Refused) as why:
        leaves(marsh, None, by=owen)
    assert why.value.code == "not-on-staff"
    leaves(lind, osei, by=lind)
    with pytest.raises(Refused) as why:
        leaves(lind, None, by=lind)
    assert why.value.code == "twice"
    assert Absence.objects.count() == 1


def test_the_page_offers_oneself_and_to_the_desk_everybody(
    lind: User, osei: User, desk: User, marsh: User, enter: Enter
) -> None:
    said = {"first_on": TODAY, "last_on": TOMORROW, "covered_by": osei.pk}
    assert enter(lind).post(ABSENCES, {**said, "who": osei.pk}).status_code == 422
    assert enter(lind).post(ABSENCES, {**said, "who": lind.pk}).status_code == 302
    assert enter(desk).post(ABSENCES, {**said, "who": marsh.pk}).status_code == 422
    page = enter(osei).get(ABSENCES).content.decode()
    assert "away today" in page
    assert "Osei covers" in page
    end = reverse("end_absence", args=[Absence.objects.get().pk])
    assert end not in page
    enter(osei).post(end)
    assert Absence.objects.count() == 1
    enter(desk).post(end)
    assert "Everybody is there" in enter(osei).get(ABSENCES).content.decode()


def test_another_practice_is_not_to_be_written_to(
    ade: Person, ade_user: User, marsh: User, lind: User, now: datetime
) -> None:
    asked = [each.user for each in away.recipients(ade.practice, now)]
    assert lind in asked
    assert marsh not in asked
    with pytest.raises(Refused) as why:
        messages.begin_thread(
            ade, messages.Heading("other", to=marsh), text="Hello", at=now, by=ade_user
        )
    assert why.value.code == "not-on-staff"
    assert not Thread.objects.exists()
