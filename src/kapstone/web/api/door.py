"""Who may ask: a record system the practice knows, which signs each call with its own key."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from django.apps.config import AppConfig
from django.conf import settings
from django.core.cache import cache as shared
from django.core.checks import CheckMessage, Error
from django.http import HttpRequest
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from kapstone.web import clock
from kapstone.web.api.refusals import NotAnswered
from kapstone.web.environment import BadSetting

SETTING = "KAPSTONE_CDS_CLIENTS"
# Only a pair of keys proves who signed; CDS Hooks forbids `none` and shared secrets.
ALGORITHMS = ("ES384", "RS384", "ES256", "RS256")
SHARED_SECRET = "oct"  # noqa: S105  the name of a kind of key
LEEWAY_S = 30
# A used token is remembered until it has expired, so it may not live long.
LONGEST_LIFE_S = 15 * 60

Clients = Mapping[str, KeySet]


def refuse_strangers(request: HttpRequest) -> None:
    """Raises NotAnswered unless the call is signed by a known client, for this address, once.

    The demonstration, which has nobody's data and answers this machine alone, asks for nothing.
    """
    refuse_when_shut()
    if not settings.DEMO:
        claims = signed_claims(bearer(request))
        check(claims, address=settings.SITE_ADDRESS + request.path)
        refuse_replay(claims)


def refuse_when_shut() -> None:
    """Raises NotAnswered in a practice that has named no client."""
    if not (settings.DEMO or settings.CDS_CLIENTS):
        raise NotAnswered(
            404, f"CDS Hooks are off here; set {SETTING} to a file of issuers and their keys"
        )


def bearer(request: HttpRequest) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise NotAnswered(401, "no token; send Authorization: Bearer and a signed JWT")
    return token.strip()


def signed_claims(token: str) -> dict[str, Any]:
    """What the token says, once its signature was found to be its issuer's."""
    try:
        keys = keys_of(jws.extract_compact(token.encode()).payload)
        found = jwt.decode(token, keys, algorithms=ALGORITHMS)
    except (JoseError, ValueError) as error:
        raise NotAnswered(401, f"the token cannot be trusted: {error}") from error
    if "kid" not in found.header:
        raise NotAnswered(401, "the token's header has no kid")
    return found.claims


def keys_of(payload: bytes) -> KeySet:
    """The keys of the issuer that the token names; nothing else of it is believed yet."""
    claims = json.loads(payload)
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    known = clients(settings.CDS_CLIENTS)
    if not isinstance(issuer, str) or issuer not in known:
        raise NotAnswered(401, f"its issuer (iss) is not one that {SETTING} names")
    return known[issuer]


def check(claims: dict[str, Any], *, address: str) -> None:
    """Raises NotAnswered for a token of another address or time, or one that lives too long."""
    now = int(clock.now().timestamp())
    needed: jwt.ClaimsOption = {"essential": True}
    wanted = jwt.JWTClaimsRegistry(
        now=now,
        leeway=LEEWAY_S,
        iss=needed,
        aud={"essential": True, "value": address},
        exp=needed,
        iat=needed,
        jti=needed,
    )
    try:
        wanted.validate(claims)
    except JoseError as error:
        raise NotAnswered(
            401, f"the token does not fit: {error}; its aud has to be {address}"
        ) from error
    if claims["exp"] - now > LONGEST_LIFE_S + LEEWAY_S:
        raise NotAnswered(
            401, f"the token lives too long; let it expire within {LONGEST_LIFE_S} seconds"
        )


def refuse_replay(claims: dict[str, Any]) -> None:
    """Raises NotAnswered for a token that was used before; a digest of its name is remembered."""
    named = sha256(orjson.dumps([claims["iss"], claims["jti"]])).hexdigest()
    left_s = claims["exp"] - int(clock.now().timestamp()) + LEEWAY_S + 1
    if not shared.add(f"cds-jti-{named}", 1, timeout=left_s):
        raise NotAnswered(401, "this token was used before; sign a new one for each call")


@cache
def clients(path: str) -> Clients:
    """The keys of each issuer, from a JSON object of issuers and their JSON Web Key Sets.

    Raises BadSetting when the file, or a key in it, cannot be used. Nothing is fetched.
    """
    try:
        listed = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadSetting(f"{SETTING}: {path} cannot be read: {error}") from error
    if not isinstance(listed, dict) or not listed:
        raise BadSetting(f"{SETTING}: {path} should be a JSON object of issuers and key sets")
    return {issuer: key_set(issuer, keys) for issuer, keys in listed.items()}


def key_set(issuer: str, keys: Any) -> KeySet:
    try:
        found = KeySet.import_key_set(keys)
    except (JoseError, LookupError, TypeError, ValueError) as error:
        raise BadSetting(f"{SETTING}: the keys of {issuer} are no JSON Web Key Set") from error
    for key in found:
        if key.key_type == SHARED_SECRET or key.is_private:
            raise BadSetting(
                f"{SETTING}: {issuer}: key {key.kid} is not a public key; keep only public keys"
            )
    return found


def clients_are_readable(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A list of clients that cannot be read stops the server; it does not lock clients out."""
    try:
        if settings.CDS_CLIENTS:
            clients(settings.CDS_CLIENTS)
    except BadSetting as error:
        return [Error(str(error), id="kapstone.E002")]
    return []
