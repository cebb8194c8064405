"""The plain page: shut until the owner opens it, the same numbers, nobody in it."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import effectiveness as deeds
from kapstone.web.records.models import Course, EffectivenessShown, Entry
from kapstone.web.records.refusals import Refused

PAGE, OWN = "/does-it-help/", "/me/does-it-help/"


def test_nobody_reads_it_until_the_owner_opens_it(
    client: Client, enter: Enter, owen: User, many: list[Course], later: datetime
) -> None:
    assert "has not opened this page" in client.get(PAGE).content.decode()
    enter(owen).post("/effectiveness/show/", {"shown": "yes"})
    page = client.get(PAGE).content.decode()
    assert "Counted: 36 of the 72 who were asked again." in page
    assert "About 9 were clearly better" in page
    assert "If it was the medicine." in page
    assert "Quux" not in page
    assert not client.cookies
    enter(owen).post("/effectiveness/show/", {"shown": "no"})
    assert "has not opened this page" in client.get(PAGE).content.decode()


def test_too_few_are_told_in_no_number(
    client: Client, owen: User, cohort_a: list[Course], later: datetime
) -> None:
    deeds.show_effectiveness(True, at=later, by=owen)
    page = client.get(PAGE).content.decode()
    assert "Too few people to say." in page
    assert "<dd>8</dd>" not in page


def test_a_person_reads_the_same_in_the_portal(
    enter: Enter, owen: User, ade_user: User, many: list[Course], later: datetime
) -> None:
    assert "has not opened this page" in enter(ade_user).get(OWN).content.decode()
    deeds.show_effectiveness(True, at=later, by=owen)
    page = enter(ade_user).get(OWN).content.decode()
    assert "They are not about you." in page
    assert "Counted: 36 of the 72" in page


def test_only_the_owner_opens_it_and_once(owen: User, desk: User, now: datetime) -> None:
    with pytest.raises(Refused):
        deeds.show_effectiveness(True, at=now, by=desk)
    for _ in range(2):
        deeds.show_effectiveness(True, at=now, by=owen)
    assert EffectivenessShown.objects.count() == 1
    assert Entry.objects.filter(did="publish effectiveness").count() == 1
