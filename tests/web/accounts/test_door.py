"""Getting in: guessing is limited, a code opens once, each door is for those it is meant for."""

from __future__ import annotations

import smtplib
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from kapstone.web.accounts.models import SignInLink, User
from kapstone.web.environment import BadSetting, demonstration

PASSWORD = "correct horse battery"
LOGIN = "/accounts/login/"


def log_in(client: Client, user: User, password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"login": user.email, "password": password})


def ask_for_link(client: Client, address: str) -> Any:
    """Ask, and wait until the mail has gone: it is sent beside the answer."""
    answer = client.post("/enter/", {"email": address})
    for thread in threading.enumerate():
        if thread.name == "sign-in-link":
            thread.join()
    return answer


def main_of(answer: Any) -> str:
    page: str = answer.content.decode()
    return page.partition("<main")[2].partition("</main>")[0]


def test_the_right_password_is_refused_after_five_wrong_ones(client: Client, osei: User) -> None:
    for _ in range(5):
        log_in(client, osei, "not the password")
    answer = log_in(client, osei)
    assert "Too many failed login attempts" in answer.content.decode()
    assert client.get("/").status_code == 302


def test_guessing_at_the_lock_is_limited_too(client: Client, osei: User) -> None:
    client.force_login(osei)
    for _ in range(5):
        client.post("/lock/", {"password": "not the password"})
    answer = client.post("/lock/", {"password": PASSWORD})
    assert answer.status_code == 422
    assert "Too many failed login attempts" in answer.content.decode()


def test_guesses_behind_a_proxy_count_against_the_visitor_not_the_proxy(
    osei: User, lind: User, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    stranger = Client(headers={"X-Forwarded-For": "203.0.113.9"})
    for guess in range(12):
        stranger.post(LOGIN, {"login": f"nobody{guess}@example.org", "password": "guess"})
    refused = log_in(stranger, lind)
    assert "Too many failed login attempts" in refused.content.decode()
    colleague = Client(headers={"X-Forwarded-For": "198.51.100.4"})
    assert log_in(colleague, osei).status_code == 302


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> float:
    """The clock that one-time codes are counted by, held still."""
    now = time.time()
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: now))
    return now


def code_at(moment: float, secret: str) -> str:
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(moment) // 30)))


def with_app(user: User) -> str:
    secret: str = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def test_a_code_opens_once(moment: float, osei: User) -> None:
    code = code_at(moment, with_app(osei))
    first, second = Client(), Client()
    for client in (first, second):
        assert log_in(client, osei)["Location"] == "/accounts/2fa/authenticate/"
        client.post("/accounts/2fa/authenticate/", {"code": code})
    assert first.get("/").status_code == 200
    assert second.get("/").status_code == 302


def test_guessing_the_code_is_limited(moment: float, client: Client, osei: User) -> None:
    code = code_at(moment, with_app(osei))
    log_in(client, osei)
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "wrong"})
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert client.get("/").status_code == 302


def test_the_password_alone_opens_nothing(client: Client, osei: User) -> None:
    with_app(osei)
    log_in(client, osei)
    answer = client.get("/people/")
    assert answer["Location"].startswith(LOGIN)


def test_a_recovery_code_opens_once_in_place_of_the_app(osei: User) -> None:
    with_app(osei)
    code = RecoveryCodes.activate(osei).get_unused_codes()[0]
    first, second = Client(), Client()
    for client in (first, second):
        log_in(client, osei)
        client.post("/accounts/2fa/authenticate/", {"code": code})
    assert first.get("/").status_code == 200
    assert second.get("/").status_code == 302


def test_a_second_factor_is_changed_only_by_who_has_just_proved_themselves(
    moment: float, client: Client, osei: User
) -> None:
    code = code_at(moment, with_app(osei))
    log_in(client, osei)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert client.get("/accounts/2fa/webauthn/add/").status_code == 200
    session = client.session
    session["logged_in_at"] -= 301
    session.save()
    answer = client.get("/accounts/2fa/webauthn/add/")
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    answer = client.post(answer["Location"], {"password": PASSWORD})
    assert answer["Location"] == "/accounts/2fa/webauthn/add/"
    assert client.get(answer["Location"]).status_code == 200


def test_a_person_cannot_come_in_by_a_password_alone(client: Client, ade_user: User) -> None:
    ade_user.set_password(PASSWORD)
    ade_user.save()
    assert log_in(client, ade_user).status_code == 200
    assert client.get("/me/").status_code == 302


@pytest.mark.parametrize("page", ["/accounts/email/", "/accounts/password/set/"])
def test_the_practice_keeps_the_addresses_and_the_ways_in(
    page: str, client: Client, ade_user: User
) -> None:
    client.force_login(ade_user)
    assert client.get(page).status_code == 404


def test_only_staff_can_ask_for_a_new_password(client: Client, osei: User, ade_user: User) -> None:
    for address in ("nobody@example.org", ade_user.email, osei.email):
        answer = client.post("/accounts/password/reset/", {"email": address})
        assert answer["Location"] == "/accounts/password/reset/done/"
    assert [each.to for each in mail.outbox] == [[osei.email]]


def test_an_unknown_address_gets_the_same_answer(
    client: Client, ade_user: User, osei: User
) -> None:
    said = {
        main_of(ask_for_link(client, address)).replace(address, "ADDRESS")
        for address in (ade_user.email, "nobody@example.org", osei.email)
    }
    assert len(said) == 1
    assert [each.to for each in mail.outbox] == [[ade_user.email]]


def test_a_mail_server_that_is_down_does_not_give_an_address_away(
    client: Client, ade_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(**_: object) -> None:
        raise smtplib.SMTPServerDisconnected("down")

    monkeypatch.setattr("kapstone.web.accounts.links.send_mail", down)
    assert ask_for_link(client, ade_user.email).status_code == 200


def test_only_six_links_are_sent_in_an_hour(client: Client, ade_user: User) -> None:
    for _ in range(8):
        ask_for_link(client, ade_user.email)
    assert len(mail.outbox) == 6
    assert SignInLink.objects.count() == 6


@pytest.mark.parametrize(
    "visit",
    [
        {"REMOTE_ADDR": "192.168.1.20"},
        {"SERVER_NAME": "kap.example.org"},
        {"headers": {"Host": "kap.example.org"}},
        {"headers": {"X-Forwarded-For": "203.0.113.9"}},
        {"headers": {"Forwarded": "for=203.0.113.9"}},
    ],
    ids=["another machine", "another name", "another host", "through a proxy", "forwarded"],
)
def test_one_click_is_refused_anywhere_but_here(
    visit: dict[str, Any], client: Client, osei: User, settings: Settings
) -> None:
    settings.DEMO, settings.ALLOWED_HOSTS = True, ["*"]
    assert client.post(f"/demo/{osei.pk}/", **visit).status_code == 404
    assert "_auth_user_id" not in client.session
    assert client.post(f"/demo/{osei.pk}/").status_code == 302
    assert client.get("/").status_code == 200


def test_one_click_is_refused_outside_the_demonstration(client: Client, osei: User) -> None:
    assert client.post(f"/demo/{osei.pk}/").status_code == 404
    assert "_auth_user_id" not in client.session
    assert osei.name not in client.get(LOGIN).content.decode()


def test_the_demonstration_exists_on_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAPSTONE_DEMO", "1")
    assert demonstration("http://127.0.0.1:8000")
    assert demonstration("http://localhost:8000")
    for address in ("https://kap.example.org", "http://192.168.1.20:8000", "http://0.0.0.0:8000"):
        with pytest.raises(BadSetting, match="KAPSTONE_DEMO"):
            demonstration(address)
    monkeypatch.setenv("KAPSTONE_DEMO", "")
    assert not demonstration("https://kap.example.org")
