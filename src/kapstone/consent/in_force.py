"""Whether a consent holds now: signed, of this version, in date, not taken back."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime

from kapstone.consent import text


@dataclass(frozen=True, slots=True)
class InForce:
    """Yes, no, or unknown (None), and one sentence that says why."""

    yes: bool | None
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """How long consent holds and what ends it sooner (CON-43, the practice's own setting)."""

    months: int
    triggers: tuple[str, ...]
    basis: str | None


def renewal() -> Renewal:
    row = text.renewal_row()
    return Renewal(months=row.months, triggers=row.triggers, basis=row.basis)


def renews_at(signed_at: datetime) -> datetime:
    """When a consent signed then ends: the same day and hour, 12 months on [CON-43].

    A consent of 29 February ends on 28 February. Keeps the zone of `signed_at`.
    """
    months = signed_at.month - 1 + text.renewal_row().months
    year, month = signed_at.year + months // 12, months % 12 + 1
    day = min(signed_at.day, monthrange(year, month)[1])
    return signed_at.replace(year=year, month=month, day=day)


def in_force(
    *,
    signed_at: datetime | None,
    version: str | None,
    current_version: str,
    expires_at: datetime | None,
    withdrawn_at: datetime | None,
    now: datetime,
) -> InForce:
    """Whether the consent holds at `now`; all times aware.

    `signed_at` None means that nothing was signed. A consent ends at `expires_at` itself, not after
    it. Unknown when the record lacks its version or end, or was signed after `now`.
    """
    if signed_at is None:
        return InForce(False, "No consent has been signed.")
    if withdrawn_at is not None and withdrawn_at <= now:
        return InForce(False, f"Consent was taken back on {day(withdrawn_at)}.")
    if version is not None and version != current_version:
        return InForce(
            False, f"Version {version} was signed; version {current_version} is current."
        )
    return in_date(signed_at, version, expires_at, now)


def in_date(
    signed_at: datetime, version: str | None, expires_at: datetime | None, now: datetime
) -> InForce:
    if expires_at is not None and expires_at <= now:
        return InForce(False, f"Consent ended on {day(expires_at)}; it is due to be renewed.")
    if version is None or expires_at is None:
        missing = "version" if version is None else "end date"
        return InForce(None, f"The record of the consent has no {missing}.")
    if signed_at > now:
        return InForce(None, f"Consent is dated {day(signed_at)}, after now; check the clock.")
    return InForce(True, f"Consent of {day(signed_at)} holds until {day(expires_at)}.")


def day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"
