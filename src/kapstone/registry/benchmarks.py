"""Signed sums by which practices can be laid beside each other; no row of anybody leaves.

A file holds counts, sums and sums of squares of weeks, the missing rate, and the practice's public
key. Cells that could be somebody are hidden before anything is signed, so that nothing small leaves
the practice. Comparing draws limits of chance around the whole; it ranks nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import sqrt
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kapstone.outcomes.control import funnel
from kapstone.registry.report import FEWEST, Counted, Week, told_week

FORM = "kapstone-benchmark-1"
# Both tails of 95 and 99.8 %. Source: Spiegelhalter 2005.
TAILS = (0.001, 0.025, 0.975, 0.999)
COUNTS = ("eligible", "n", "missing", "response", "remission")


class NotGenuine(ValueError):
    """A file that is not as its practice signed it, or is no such file; says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """What one practice told, its signature having been checked; `key` is its public key in hex."""

    practice: str
    key: str
    instrument: str
    written_at: str
    weeks: tuple[Mapping[str, Any], ...]


def aggregated(of: Counted, *, practice: str, written_at: str) -> dict[str, Any]:
    """What leaves a practice: sums by week, each hidden together with what would give it back."""
    return {
        "form": FORM,
        "practice": practice,
        "written_at": written_at,
        "instrument": of.instrument,
        "fewest": FEWEST,
        "weeks": [summed(each, of.eligible) for each in of.weeks],
    }


def summed(of: Week, eligible: int) -> dict[str, Any]:
    """One week; sums only where enough people stand behind them."""
    told = told_week(of, eligible, FEWEST)
    found = {name: told.get(name) for name in ("week", "n", "missing")}
    known = bool(told["n"])
    shares = {name: told[name]["yes"] if told.get(name) else None for name in COUNTS[3:]}
    return found | {
        "eligible": eligible if told["n"] is not None else None,
        "missing_rate": 1 - of.n / eligible if known else None,
        "sum": of.total if known else None,
        "sum_of_squares": of.squares if known else None,
        **shares,
    }


def canonical(body: Mapping[str, Any]) -> bytes:
    """The bytes that are signed: the same content gives the same ones."""
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)


def signed(body: Mapping[str, Any], key: Ed25519PrivateKey) -> bytes:
    """The file: the body, its signature, and the key that it can be checked with."""
    public = key.public_key().public_bytes_raw()
    seal = {
        "algorithm": "Ed25519",
        "key": public.hex(),
        "signature": key.sign(canonical(body)).hex(),
    }
    return orjson.dumps({"body": body, "seal": seal}, option=orjson.OPT_INDENT_2) + b"\n"


def verified(name: str, text: bytes) -> Aggregate:
    """What a practice signed; raises NotGenuine when a byte is other than it was."""
    try:
        read = orjson.loads(text)
        body, seal = read["body"], read["seal"]
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(seal["key"]))
        key.verify(bytes.fromhex(seal["signature"]), canonical(body))
        return understood(body, str(seal["key"]))
    except InvalidSignature as fault:
        raise NotGenuine(f"{name}: it was changed after it was signed") from fault
    except (ValueError, KeyError, TypeError) as fault:
        raise NotGenuine(f"{name}: not a file of kapstone registry aggregate: {fault}") from fault


def understood(body: Mapping[str, Any], key: str) -> Aggregate:
    if body["form"] != FORM:
        raise ValueError(f"form {body['form']!r}")
    weeks = tuple(body["weeks"])
    for week in weeks:
        refuse_small(week)
    return Aggregate(
        practice=str(body["practice"]),
        key=key,
        instrument=str(body["instrument"]),
        written_at=str(body["written_at"]),
        weeks=weeks,
    )


def refuse_small(week: Mapping[str, Any]) -> None:
    """Raise for a count that could be somebody: it should not have left its practice."""
    for name in COUNTS:
        if week[name] is not None and 0 < week[name] < FEWEST:
            raise ValueError(f"week {week['week']}: {name} is below {FEWEST}")


def fingerprint(key: str) -> str:
    """What two practices read to each other over the phone to know a key."""
    found = sha256(bytes.fromhex(key)).hexdigest()[:16]
    return " ".join(found[at : at + 4] for at in range(0, 16, 4))


def pooled(files: Sequence[Aggregate]) -> dict[str, Any]:
    """All practices together by week, and each within the limits of chance around the whole.

    Raises NotGenuine for one practice's key given twice, or for more than one instrument.
    """
    if len({each.key for each in files}) < len(files):
        raise NotGenuine("one practice is there twice: each counts once")
    if len({each.instrument for each in files}) != 1:
        raise NotGenuine("the files are of different questionnaires")
    numbers = sorted({int(week["week"]) for each in files for week in each.weeks})
    return {
        "instrument": files[0].instrument,
        "practices": [
            {"practice": each.practice, "key": fingerprint(each.key), "written_at": each.written_at}
            for each in sorted(files, key=lambda one: one.practice)
        ],
        "weeks": [pooled_week(number, files) for number in numbers],
    }


def pooled_week(number: int, files: Sequence[Aggregate]) -> dict[str, Any]:
    """One week of all who told it; `untold` practices hid theirs, and stand in no sum."""
    rows = [
        (each.practice, week) for each in files for week in each.weeks if week["week"] == number
    ]
    told = [(practice, week) for practice, week in rows if week["n"]]
    n = sum(week["n"] for _, week in told)
    eligible = sum(week["eligible"] for _, week in told)
    found = {"week": number, "n": n, "eligible": eligible, "untold": len(files) - len(told)}
    if n:
        total = sum(week["sum"] for _, week in told)
        squares = sum(week["sum_of_squares"] for _, week in told)
        spread = (squares - total**2 / n) / (n - 1) if n > 1 else 0.0
        found |= {"mean": total / n, "sd": sqrt(max(spread, 0.0)), "missing_rate": 1 - n / eligible}
    return found | {name: pooled_share(name, told) for name in ("response", "remission")}


def pooled_share(name: str, told: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Any] | None:
    """The share of all, and for each practice whether chance explains how far it lies off.

    In the order of their names: the limits ask for a look, and are no ranking.
    """
    known = sorted((practice, week) for practice, week in told if week[name] is not None)
    n, yes = sum(week["n"] for _, week in known), sum(week[name] for _, week in known)
    if not n:
        return None
    whole = yes / n
    found: dict[str, Any] = {"yes": yes, "n": n, "observed": whole}
    if 0 < whole < 1:
        limits = funnel(whole, [week["n"] for _, week in known], TAILS)
        found["practices"] = [
            at_its_size(practice, week["n"], week[name] / week["n"], limit.tolist())
            for (practice, week), limit in zip(known, limits, strict=True)
        ]
    return found


def at_its_size(practice: str, n: int, share: float, limits: Sequence[float]) -> dict[str, Any]:
    far_low, low, high, far_high = limits
    outside = "99.8 %" if not far_low <= share <= far_high else "95 %"
    return {
        "practice": practice,
        "n": n,
        "observed": share,
        "limits_95": [low, high],
        "limits_99_8": [far_low, far_high],
        "outside": outside if not low <= share <= high else None,
    }
