"""A release that was typed wrongly is taken back by a further row; the register follows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from web.at_home.test_release import refused
from web.logging_in import Enter

from kapstone import register
from kapstone.web.accounts.models import User
from kapstone.web.records import at_home as home
from kapstone.web.records import register as stock
from kapstone.web.records.actions import at_home
from kapstone.web.records.models import Entry, Holding, Phase, RegisterEntry, Release, Session

WHY = "Typed two of them, one was meant; both still lie in the cabinet."


def test_the_register_gets_it_back_and_it_can_be_released_rightly(
    released: Release, lozenges: Holding, abara: User, now: datetime
) -> None:
    session = released.session
    row = at_home.undo_release(released, words=WHY, at=now, by=abara)
    assert home.release_of(session) is None
    assert stock.balance_of(lozenges).units == 20
    line = row.entry
    assert (line.corrects, line.kind, line.units, line.words) == (released.entry, "release", 2, WHY)
    assert (row.units, row.words, row.by, row.corrects) == (0, WHY, abara, released)
    assert Entry.objects.get(did="take back release").person == session.course.person
    again = at_home.release(session, lozenges, units=1, at=now, by=abara)
    assert home.release_of(session) == again
    assert stock.balance_of(lozenges).units == 19
    assert [each.units for each in home.releases_of(session)] == [2, 0, 1]
    steps = [
        register.Step(number=each.number, change=each.change, after=each.after(Decimal(100)))
        for each in RegisterEntry.objects.filter(holding=lozenges).order_by("number")
    ]
    assert register.walk(Decimal(100), steps) == ""


def test_the_next_count_expects_what_was_released_in_the_end(
    released: Release, lozenges: Holding, abara: User, ade_user: User, now: datetime
) -> None:
    session = released.session
    at_home.undo_release(released, words=WHY, at=now, by=abara)
    told: dict[str, Any] = {"counted": 1, "at": now, "by": ade_user}
    assert refused(at_home.count_at_home, session, "before", **told) == "not-released"
    at_home.release(session, lozenges, units=1, at=now, by=abara)
    count = at_home.count_at_home(session, "before", **told)
    assert home.result(count).agrees is True


def test_what_has_been_taken_is_not_taken_back(
    released: Release, lozenges: Holding, abara: User, ade_user: User, now: datetime
) -> None:
    session = released.session
    undo: dict[str, Any] = {"words": WHY, "at": now, "by": abara}
    Phase.objects.create(session=session, phase="started", at=now, by=ade_user)
    assert refused(at_home.undo_release, released, **undo) == "taken"
    assert stock.balance_of(lozenges).units == 18


def test_one_that_was_taken_back_is_no_release_before_the_next_session(
    released: Release, abara: User, now: datetime
) -> None:
    at_home.undo_release(released, words=WHY, at=now, by=abara)
    assert home.last_release(released.session.course.person, but=Session(pk=0)) is None


@pytest.mark.parametrize(("words", "code"), [("typo", "short-reason"), ("", "short-reason")])
def test_it_needs_a_reason(
    words: str, code: str, released: Release, abara: User, now: datetime
) -> None:
    assert refused(at_home.undo_release, released, words=words, at=now, by=abara) == code


def test_not_twice_not_by_others_and_not_once_counted(
    released: Release, abara: User, lind: User, ade_user: User, now: datetime
) -> None:
    told = {"words": WHY, "at": now}
    assert refused(at_home.undo_release, released, **told, by=lind) == "not-your-deed"
    at_home.count_at_home(released.session, "before", counted=2, at=now, by=ade_user)
    assert refused(at_home.undo_release, released, **told, by=abara) == "counted"


def test_not_once_it_was_taken(
    started: Session, abara: User, now: datetime, lozenges: Holding
) -> None:
    release = home.release_of(started)
    assert refused(at_home.undo_release, release, words=WHY, at=now, by=abara) == "counted"
    assert stock.balance_of(lozenges).units == 18


def test_taken_back_once_only(released: Release, abara: User, now: datetime) -> None:
    told: dict[str, Any] = {"words": WHY, "at": now, "by": abara}
    at_home.undo_release(released, **told)
    assert refused(at_home.undo_release, released, **told) == "undone"


def test_the_page_takes_it_back_and_goes_on_showing_that_it_was(
    released: Release, abara: User, now: datetime, enter: Enter
) -> None:
    client, session = enter(abara), released.session
    page = reverse("at_home", args=[session.pk])
    assert "take the release back" in client.get(page).content.decode()
    to = reverse("undo_release", args=[released.pk])
    short = client.post(to, {"words": "typo"})
    assert short.status_code == 422
    assert "Say what was typed wrongly" in short.content.decode()
    assert client.post(to, {"words": WHY}).status_code == 302
    text = client.get(page).content.decode()
    assert WHY in text
    assert "nothing released" in text


def test_another_practice_takes_nothing_back(
    released: Release, marsh: User, now: datetime, enter: Enter
) -> None:
    marsh.roles = ["prescriber"]
    marsh.save()
    answer = enter(marsh).post(reverse("undo_release", args=[released.pk]), {"words": WHY})
    assert answer.status_code == 404
    assert home.release_of(released.session) == released
