"""Reads what a practice sets in its environment; each setting stands in the reference."""

from __future__ import annotations

import os
import secrets
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

TRUE = {"1", "true", "yes", "on"}
LOOPBACK_NAMES = {"127.0.0.1", "localhost", "::1"}
EMBEDDED = "kapstone.web.sqlite"
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"
    "PRAGMA recursive_triggers=ON;"
    "PRAGMA mmap_size=134217728;"
    "PRAGMA temp_store=MEMORY;"
)

# A server that is not there is said to be within the patience of who started the command.
POOL_WAIT_S = 10


class BadSetting(Exception):
    """A setting cannot be used; says which one and what to write instead."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str) -> bool:
    return text(name).lower() in TRUE


def words(name: str, default: str) -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def demonstration(address: str) -> bool:
    """Whether this is the demonstration, which lets anybody in: on this machine only."""
    on, name = flag("KAPSTONE_DEMO"), urlsplit(address).hostname
    if on and name not in LOOPBACK_NAMES:
        raise BadSetting(
            f"KAPSTONE_DEMO lets anybody in with one click, so it cannot be on at {address}; "
            "take it out of the environment, or let KAPSTONE_ADDRESS be http://127.0.0.1:8000"
        )
    return on


def sms() -> str:
    """How text messages leave: not at all, on the console, or by an HTTP gateway."""
    kind = text("KAPSTONE_SMS")
    if kind not in {"", "console", "http"}:
        raise BadSetting(f"KAPSTONE_SMS: {kind!r} is not known; write console or http")
    address = urlsplit(text("KAPSTONE_SMS_URL"))
    here = address.scheme == "http" and address.hostname in LOOPBACK_NAMES
    if kind == "http" and not here and address.scheme != "https":
        raise BadSetting("KAPSTONE_SMS=http needs KAPSTONE_SMS_URL, and it has to be https://...")
    return kind


def device_networks() -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks that bedside devices may speak from, besides this machine."""
    try:
        return tuple(ip_network(each) for each in words("KAPSTONE_DEVICES_FROM", ""))
    except ValueError as error:
        raise BadSetting(f"KAPSTONE_DEVICES_FROM: {error}; write 10.1.2.0/24,10.1.3.7") from error


def data_folder() -> Path:
    """The folder that holds the practice's own files; made when it is first needed."""
    folder = data_path()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def data_path() -> Path:
    return Path(text("KAPSTONE_DATA", "practice")).resolve()


def secret_key() -> str:
    """The key given, or one made once and kept in the data folder, readable by its owner only."""
    if given := text("KAPSTONE_SECRET_KEY"):
        return given
    kept = data_folder() / "secret-key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50), encoding="utf-8")
    return kept.read_text(encoding="utf-8").strip()


def notes_keys() -> list[str]:
    """The keys of the psychotherapy notes that are given, the one that seals first; often none."""
    return words("KAPSTONE_NOTES_KEY", "")


def database() -> dict[str, object]:
    """The database from KAPSTONE_DATABASE: `sqlite:///file` or `postgresql://user:password@host/name`."""
    address = text("KAPSTONE_DATABASE") or f"sqlite:///{data_path() / 'kapstone.sqlite3'}"
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        return sqlite(address.removeprefix("sqlite:///"))
    if parts.scheme in {"postgres", "postgresql"}:
        return postgresql(address)
    raise BadSetting(
        f"KAPSTONE_DATABASE: {parts.scheme or address!r} is not known; "
        "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
    )


def sqlite(name: str) -> dict[str, object]:
    return {
        "ENGINE": EMBEDDED,
        "NAME": name,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": SQLITE_PRAGMAS,
        },
        # As with Django's own engine: each process of a test run has one of its own.
        "TEST": {"NAME": ":memory:"},
    }


def postgresql(address: str) -> dict[str, object]:
    parts = urlsplit(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 12, "timeout": POOL_WAIT_S}},
    }
