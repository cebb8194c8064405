"""A person whose e-mail changes logs in by the new one; the old one opens nothing any more."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from kapstone.web.accounts import links
from kapstone.web.accounts.models import SignInLink, User
from kapstone.web.records.actions import people
from kapstone.web.records.models import Person
from kapstone.web.records.refusals import Refused


def test_the_log_in_moves_with_the_address(ade: Person, ade_user: User, desk: User) -> None:
    EmailAddress.objects.create(user=ade_user, email=ade_user.email, primary=True)
    people.correct_details(ade, {"email": "Ade.New@example.org"}, by=desk)
    ade_user.refresh_from_db()
    assert ade_user.email == "ade.new@example.org"
    assert not EmailAddress.objects.filter(user=ade_user).exists()


def test_what_was_open_by_the_old_address_is_shut(
    ade: Person, ade_user: User, desk: User, now: datetime
) -> None:
    browser = Client()
    browser.force_login(ade_user)
    link = links.make()
    SignInLink.objects.create(
        user=ade_user,
        token_hash=links.digest(link.token),
        code_hash=link.code_hash,
        made_at=now,
        expires_at=now + timedelta(days=9999),
    )
    people.correct_details(ade, {"email": "ade.new@example.org"}, by=desk)
    assert browser.get("/lock/").wsgi_request.user.is_anonymous
    assert links.redeem(link.token, link.code, now=now) is None


def test_an_address_of_somebody_else_is_refused(
    ade: Person, ade_user: User, osei: User, desk: User
) -> None:
    with pytest.raises(Refused, match="already belongs to somebody here"):
        people.correct_details(ade, {"email": osei.email.upper()}, by=desk)
    ade.refresh_from_db()
    assert ade.email == ade_user.email


def test_without_an_address_nobody_gets_in_until_there_is_one(
    ade: Person, ade_user: User, desk: User
) -> None:
    people.correct_details(ade, {"email": ""}, by=desk)
    ade_user.refresh_from_db()
    assert not ade_user.is_active
    people.correct_details(ade, {"email": "ade.new@example.org"}, by=desk)
    ade_user.refresh_from_db()
    assert (ade_user.is_active, ade_user.email) == (True, "ade.new@example.org")
