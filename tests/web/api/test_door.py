"""The door: each call is signed by a known system, for this address, not long ago, and once."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey, RSAKey
from pytest_django.fixtures import Settings
from web.api.calls import SIGN, VIEW, ask, of_ade, why

from kapstone.web import clock
from kapstone.web.api import door
from kapstone.web.environment import BadSetting

ISSUER = "https://ehr.example.org/"
SERVER = "http://127.0.0.1:8000"
KEY = ECKey.generate_key("P-384", {"kid": "k1"})
OTHER = ECKey.generate_key("P-384", {"kid": "k1"})


def key_file(folder: Path, *keys: Key, private: bool = False) -> str:
    """The file of a practice that knows one system, by these keys."""
    listed = {ISSUER: {"keys": [key.as_dict(private=private) for key in keys]}}
    path = folder / "clients.json"
    path.write_text(json.dumps(listed), encoding="utf-8")
    return str(path)


@pytest.fixture(autouse=True)
def practice_with_a_client(settings: Settings, tmp_path: Path) -> None:
    settings.DEMO = False
    settings.SITE_ADDRESS = SERVER
    settings.CDS_CLIENTS = key_file(tmp_path, KEY)


def token(
    key: Key = KEY, alg: str = "ES384", header: dict[str, str] | None = None, **change: Any
) -> str:
    """A token as the specification wants it, but for `change`; a claim changed to None is left."""
    now = int(clock.now().timestamp())
    claims = {
        "iss": ISSUER,
        "aud": SERVER + VIEW,
        "exp": now + 300,
        "iat": now,
        "jti": "ee22b021",
    } | change
    given = {name: value for name, value in claims.items() if value is not None}
    heads = {"alg": alg, "kid": "k1"} if header is None else header
    return jwt.encode(heads, given, key, algorithms=[alg])


def knock(sent: str, address: str = VIEW) -> Any:
    return ask(address, of_ade(), Authorization=f"Bearer {sent}")


@pytest.mark.django_db
def test_a_call_signed_by_a_known_system_is_answered() -> None:
    answer = knock(token())
    assert answer.status_code == 200
    assert answer.json()["cards"]
    assert not answer.cookies


@pytest.mark.django_db
def test_an_address_in_a_list_is_as_good() -> None:
    assert knock(token(aud=["https://other.example", SERVER + VIEW])).status_code == 200


@pytest.mark.django_db
def test_a_token_opens_once() -> None:
    used = token()
    assert knock(used).status_code == 200
    again = knock(used)
    assert again.status_code == 401
    assert "used before" in why(again)
    assert knock(token(jti="ee22b022")).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("alg", ["ES256", "RS256", "RS384"])
def test_other_pairs_of_keys_open_too(alg: str, settings: Settings, tmp_path: Path) -> None:
    parameters: Any = {"kid": "k1"}
    key: Key = (
        ECKey.generate_key("P-256", parameters)
        if alg == "ES256"
        else RSAKey.generate_key(2048, parameters)
    )
    (tmp_path / "other").mkdir()
    settings.CDS_CLIENTS = key_file(tmp_path / "other", key)
    assert knock(token(key, alg)).status_code == 200


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"iss": "https://stranger.example/"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"iss": ["https://ehr.example.org/"]}, "issuer"),
        ({"aud": "https://other.example/cds-services/kapstone-patient-view"}, "aud"),
        ({"aud": SERVER + SIGN}, "aud"),
        ({"aud": None}, "aud"),
        ({"iat": None}, "iat"),
        ({"jti": None}, "jti"),
        ({"jti": ""}, "jti"),
        ({"exp": None}, "exp"),
        ({"exp": "soon"}, "exp"),
    ],
)
def test_a_token_that_lacks_or_mistakes_a_claim_is_refused(change: Any, says: str) -> None:
    answer = knock(token(**change))
    assert answer.status_code == 401
    assert says in why(answer)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("claim", "seconds", "status"),
    [
        ("exp", -29, 200),
        ("exp", -30, 401),
        ("exp", 930, 200),
        ("exp", 931, 401),
        ("iat", 30, 200),
        ("iat", 31, 401),
    ],
)
def test_a_token_is_good_for_its_time_give_or_take_half_a_minute(
    claim: str, seconds: int, status: int
) -> None:
    change: dict[str, Any] = {claim: int(clock.now().timestamp()) + seconds}
    assert knock(token(**change)).status_code == status


def test_a_signature_of_somebody_else_is_refused() -> None:
    answer = knock(token(OTHER))
    assert answer.status_code == 401
    assert "bad_signature" in why(answer)


@pytest.mark.parametrize("header", [{"alg": "ES384"}, {"alg": "ES384", "kid": "k2"}])
def test_a_key_has_to_be_named(header: dict[str, str]) -> None:
    assert knock(token(header=header)).status_code == 401


def test_a_shared_secret_signs_nothing() -> None:
    """The public key, taken as a password, must not open."""
    _, claims, _ = token().split(".")
    head = encoded(b'{"alg":"HS256","typ":"JWT","kid":"k1"}')
    signed = f"{head}.{claims}"
    mark = hmac.digest(KEY.as_pem(private=False), signed.encode(), "sha256")
    assert knock(f"{signed}.{encoded(mark)}").status_code == 401


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_no_signature_is_no_token() -> None:
    _, claims, _ = token().split(".")
    assert knock(f"eyJhbGciOiJub25lIn0.{claims}.").status_code == 401


@pytest.mark.parametrize("sent", ["", "x", "a.b.c", "eyJhbGciOiJFUzM4NCJ9.W10.AAAA", "é.é.é"])
def test_what_is_no_token_is_refused(sent: str) -> None:
    assert knock(sent).status_code == 401


def test_another_kind_of_authorization_is_refused() -> None:
    answer = ask(VIEW, of_ade(), Authorization=f"Basic {token()}")
    assert answer.status_code == 401
    assert "Bearer" in why(answer)


def test_feedback_has_the_same_door() -> None:
    assert ask(f"{VIEW}/feedback", {"feedback": []}).status_code == 401


def test_a_practice_that_names_nobody_answers_nobody(settings: Settings) -> None:
    settings.CDS_CLIENTS = ""
    answer = knock(token())
    assert answer.status_code == 404
    assert "set KAPSTONE_CDS_CLIENTS" in why(answer)


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"a": {}}', '{"a": {"keys": []}}'])
def test_a_list_that_cannot_be_used_stops_the_server(
    content: str | None, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "broken.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    settings.CDS_CLIENTS = str(path)
    (fault,) = door.clients_are_readable(None)
    assert "KAPSTONE_CDS_CLIENTS" in fault.msg


def test_a_list_that_can_be_used_does_not(settings: Settings) -> None:
    assert door.clients_are_readable(None) == []
    settings.CDS_CLIENTS = ""
    assert door.clients_are_readable(None) == []


@pytest.mark.parametrize("key", [KEY, OctKey.generate_key(256, {"kid": "k1"})])
def test_a_secret_in_the_list_is_refused(key: Key, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="public"):
        door.clients(key_file(tmp_path, key, private=True))
