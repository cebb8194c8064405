"""The trail knows who came in, whom somebody failed to come in as, and nothing secret."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client

from kapstone.web.accounts.models import SignInLink, User
from kapstone.web.records.models import Entry

from .test_door import PASSWORD, ask_for_link, code_at, log_in, with_app

WRONG = "not the password"


def told() -> list[tuple[str, User | None, str]]:
    return [(each.did, each.by, each.about) for each in Entry.objects.order_by("number")]


def test_who_comes_in_by_password_and_app_is_written_down_once(
    osei: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: now))
    code = code_at(now, with_app(osei))
    log_in(client, osei)
    assert told() == []
    for each in ("000000", code):
        client.post("/accounts/2fa/authenticate/", {"code": each})
    about = f"user:{osei.pk}"
    assert told() == [("refuse second factor", None, about), ("log in", osei, about)]


def test_a_wrong_password_is_written_down_under_nobodys_name(osei: User, client: Client) -> None:
    log_in(client, osei, WRONG)
    entry = Entry.objects.get()
    assert told() == [("refuse log-in", None, f"user:{osei.pk}")]
    assert entry.practice_id == osei.practice_id
    assert WRONG not in str(entry.content())
    assert PASSWORD not in str(entry.content())


def test_guessing_writes_no_more_than_the_limiter_lets_through(osei: User, client: Client) -> None:
    for _ in range(9):
        log_in(client, osei, WRONG)
    assert Entry.objects.count() == 5


@pytest.mark.django_db
def test_a_name_that_nobody_has_is_not_written_down(client: Client) -> None:
    client.post("/accounts/login/", {"login": "nobody@example.org", "password": WRONG})
    assert told() == []


def test_a_persons_link_is_written_down_with_their_chart(ade_user: User, client: Client) -> None:
    before = Entry.objects.count()
    ask_for_link(client, ade_user.email)
    words = mail.outbox[0].body
    address = next(word for word in words.split() if "/enter/" in word)
    code = next(word for word in words.split() if word.isdigit() and len(word) == 6)
    path = "/enter/" + address.partition("/enter/")[2]
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for each in (wrong, code):
        client.post(path, {"code": each})
    assert [did for did, *_ in told()[before:]] == ["refuse log-in", "log in"]
    assert {each.person for each in Entry.objects.order_by("number")[before:]} == {ade_user.person}
    assert SignInLink.objects.get().used_at is not None
    assert code not in str([each.content() for each in Entry.objects.all()])
