"""The person lets a therapist outside in; a note comes back, and is asked for politely."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import copies, outbox, outside
from kapstone.web.records.actions import integration
from kapstone.web.records.actions import outside as deeds
from kapstone.web.records.models import (
    Commitment,
    Entry,
    Notice,
    Outgoing,
    OutsideAllowed,
    OutsideAsked,
    OutsideNote,
    OutsideTherapist,
    Person,
)
from kapstone.web.records.refusals import Refused

from .conftest import EMAIL, LAST_DAY, LetIn, address, opened

PAGE = reverse("portal:outside")
TOLD = {
    "name": "Dr. Weiss",
    "licence": "NY 1234",
    "email": EMAIL,
    "allowed": ["dates"],
    "purpose": "To work together",
    "until": "2026-12-31",
    "asks_note": "on",
}
WHO = ("Ade", "Bello", "ketamine", "therapy", "treatment", "patient", "depression", "medicine")


def test_the_person_lets_somebody_in_by_their_own_page(
    enter: Enter, ade_user: User, client: Client
) -> None:
    browser = enter(ade_user)
    answer = browser.post(PAGE, TOLD)
    row = OutsideTherapist.objects.get()
    assert answer["Location"] == reverse("portal:outside_therapist", args=[row.pk])
    page = browser.get(answer["Location"]).content.decode()
    assert "Planned" in page
    assert "Take it back at once" in page
    outbox.deliver()
    (sent,) = mail.outbox
    assert sent.to == [EMAIL]
    assert address(row) in sent.body
    assert [word for word in WHO if word.lower() in f"{sent.subject} {sent.body}".lower()] == []
    shut = reverse("portal:shut_outside", args=[row.pk])
    browser.post(shut)
    assert "They read nothing any more" in browser.get(answer["Location"]).content.decode()
    assert client.get(address(row)).status_code == 404


@pytest.mark.parametrize(
    "told",
    [
        {"name": " "},
        {"email": "nobody"},
        {"allowed": []},
        {"allowed": ["everything"]},
        {"purpose": ""},
        {"until": "2026-11-02"},
        {"until": "2028-01-01"},
        {"email": "lind@example.org"},
    ],
)
def test_what_cannot_be_meant_is_refused(
    told: dict[str, object], enter: Enter, ade_user: User, lind: User
) -> None:
    assert enter(ade_user).post(PAGE, {**TOLD, **told}).status_code == 422
    assert not OutsideTherapist.objects.exists()
    assert not Outgoing.objects.filter(to=EMAIL).exists()


def test_the_same_words_taken_on_twice_are_told_apart_by_their_day(
    walk_daily: Commitment, ade: Person, ade_user: User, now: datetime
) -> None:
    again: Any = {"words": walk_daily.words, "due_on": date(2026, 12, 5), "at": now, "by": ade_user}
    integration.make_commitment(walk_daily.insight, **again)
    titles = [each.title for each in outside.available(ade) if walk_daily.words in each.title]
    assert titles == [
        "A small thing, 5 December 2026: Walk each day",
        f"A small thing, {outside.in_full(outside.day(walk_daily.at))}: Walk each day",
    ]


def test_only_the_person_lets_in_and_changes(
    *,
    let_in: LetIn,
    ade: Person,
    lind: User,
    bo_user: User,
    marsh: User,
    enter: Enter,
    now: datetime,
) -> None:
    therapist = let_in("dates")
    allows = deeds.Allows(allowed=("dates",), purpose="x", until=LAST_DAY, asks_note=False)
    for by in (lind, bo_user):
        with pytest.raises(Refused):
            deeds.change_outside(therapist, allows, at=now, by=by)
        with pytest.raises(Refused):
            who = {"name": "x", "licence": "", "email": EMAIL}
            deeds.let_outside_in(ade, allows, **who, at=now, by=by)
    for by in (bo_user, marsh):
        with pytest.raises(Refused):
            deeds.shut_outside(therapist, at=now, by=by)
    mine = reverse("portal:outside_therapist", args=[therapist.pk])
    assert enter(bo_user).get(mine).status_code == 404
    theirs = reverse("outside_therapists", args=[ade.pk])
    assert enter(marsh).get(theirs).status_code == 404
    assert OutsideAllowed.objects.count() == 1


def test_the_team_takes_it_back_when_asked_to(
    let_in: LetIn, enter: Enter, lind: User, abara: User, client: Client
) -> None:
    therapist = let_in("dates")
    shut = reverse("shut_outside", args=[therapist.pk])
    assert enter(abara).post(shut).status_code == 403
    for _twice in range(2):
        enter(lind).post(shut)
    assert client.get(address(therapist)).status_code == 404
    assert Entry.objects.filter(did="shut out outside therapist", by=lind).count() == 1


def test_at_most_three_at_a_time(let_in: LetIn, ade_user: User, now: datetime) -> None:
    rows = [let_in("dates") for _ in range(deeds.MOST_AT_ONCE)]
    with pytest.raises(Refused) as why:
        let_in("dates")
    assert why.value.code == "too-many"
    deeds.shut_outside(rows[0], at=now, by=ade_user)
    let_in("dates")


# the note


def test_a_note_goes_to_the_chart_as_from_outside_and_not_verified(
    *, client: Client, let_in: LetIn, enter: Enter, lind: User, ade_user: User, ade: Person
) -> None:
    therapist = let_in("dates")
    opened(client, therapist).post(address(therapist), {"text": "She sleeps <b>better</b>"})
    page = enter(lind).get(reverse("outside_therapists", args=[ade.pk])).content.decode()
    assert "from outside, not verified" in page
    assert "She sleeps &lt;b&gt;better" in page
    assert "Dr. Weiss" in page
    notice = Notice.objects.get()
    assert (notice.level, "sleeps" in notice.says) == ("yellow", False)
    mine = enter(ade_user).get(reverse("portal:outside_therapist", args=[therapist.pk]))
    assert "sleeps" not in mine.content.decode()
    assert "sleeps" in str(copies.full(ade))
    assert "sleeps" not in str(copies.for_phone(ade))
    assert "code_hash" not in str(copies.full(ade))


def test_a_refused_note_stays_in_the_box(client: Client, let_in: LetIn) -> None:
    therapist = let_in("dates")
    long = "a" * (deeds.LONGEST_NOTE + 1)
    answer = opened(client, therapist).post(address(therapist), {"text": long})
    assert answer.status_code == 422
    assert long in answer.content.decode()
    assert client.post(address(therapist), {"text": " "}).status_code == 422
    assert not OutsideNote.objects.exists()


# asked politely


def asked(at: datetime) -> int:
    with clock.at(at):
        deeds.ask_outside_due(at=at)
        outbox.deliver()
    return OutsideAsked.objects.count()


def test_they_are_asked_three_times_at_most_and_nobody_is_named(
    let_in: LetIn, now: datetime
) -> None:
    let_in("dates", asks_note=True, until=date(2027, 3, 1))
    # Noon in New York, each day of ten weeks.
    for day in range(70):
        asked(now.replace(hour=17) + timedelta(days=day))
    rows = list(OutsideAsked.objects.order_by("number"))
    assert [row.number for row in rows] == [1, 2, 3]
    assert [(row.at - now).days for row in rows] == [7, 14, 28]
    bodies = [f"{each.subject} {each.body}" for each in mail.outbox[1:]]
    assert len(bodies) == 3
    for body in bodies:
        assert [word for word in WHO if word.lower() in body.lower()] == []


def test_not_at_night_and_not_at_the_weekend(let_in: LetIn, now: datetime) -> None:
    let_in("dates", asks_note=True)
    tuesday = now + timedelta(days=7)
    for hour, count in ((13, 0), (14, 1)):
        # 8:00 and 9:00 in New York.
        assert asked(tuesday.replace(hour=hour)) == count
    saturday = (now + timedelta(days=18)).replace(hour=17)
    assert saturday.weekday() == 5
    assert asked(saturday) == 1
    assert asked(saturday + timedelta(days=2)) == 2


def test_never_once_it_was_taken_back_even_when_it_waits_to_be_sent(
    let_in: LetIn, ade_user: User, now: datetime
) -> None:
    therapist = let_in("dates", asks_note=True)
    with clock.at(now):
        outbox.deliver()
    later = (now + timedelta(days=7)).replace(hour=17)
    with clock.at(later):
        assert deeds.ask_outside_due(at=later) == 1
        deeds.shut_outside(therapist, at=later, by=ade_user)
        outbox.deliver()
    assert len(mail.outbox) == 1, "the address alone, of the first day"
    assert Outgoing.objects.get(outside__therapist=therapist).withdrawn_at == later
    assert asked((now + timedelta(days=14)).replace(hour=17)) == 1


def test_the_address_is_not_sent_once_it_was_taken_back(
    let_in: LetIn, ade_user: User, now: datetime
) -> None:
    deeds.shut_outside(let_in("dates"), at=now, by=ade_user)
    outbox.deliver()
    assert mail.outbox == []


@pytest.mark.parametrize("said", [{"text": "All well"}, {"action": "decline"}])
def test_who_has_answered_is_not_asked(
    said: dict[str, str], client: Client, let_in: LetIn, now: datetime
) -> None:
    therapist = let_in("dates", asks_note=True)
    opened(client, therapist).post(address(therapist), said)
    assert asked((now + timedelta(days=7)).replace(hour=17)) == 0
    assert Notice.objects.exists() is ("text" in said)


def test_who_was_not_to_send_one_is_not_asked(let_in: LetIn, now: datetime) -> None:
    let_in("dates", asks_note=False)
    assert asked((now + timedelta(days=7)).replace(hour=17)) == 0


def test_a_note_that_was_sent_twice_at_once_is_one_note_and_one_notice(
    let_in: LetIn, now: datetime
) -> None:
    therapist = let_in("dates")
    for seconds in (0, 20):
        at = now + timedelta(seconds=seconds)
        deeds.write_from_outside(therapist, text="She sleeps better.", declines=False, at=at)
    assert OutsideNote.objects.count() == 1
    later = now + timedelta(minutes=2)
    deeds.write_from_outside(therapist, text="She sleeps better.", declines=False, at=later)
    assert OutsideNote.objects.count() == 2
