"""Dates and times in the few words a card has room for, in the zone of `now`."""

from __future__ import annotations

from datetime import datetime

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def same_day(at: datetime, now: datetime) -> bool:
    return at.astimezone(now.tzinfo).date() == now.date()


def clock(at: datetime, now: datetime) -> str:
    """The time of day, as 13:00."""
    return at.astimezone(now.tzinfo).strftime("%H:%M")


def day(at: datetime, now: datetime) -> str:
    """The day, as 28 Sep, with the year when it is not this one."""
    local = at.astimezone(now.tzinfo)
    # Not strftime("%b"): that would follow the machine's language.
    said = f"{local.day} {MONTHS[local.month - 1]}"
    return said if local.year == now.year else f"{said} {local.year}"


def moment(at: datetime, now: datetime) -> str:
    """Day and time, as 28 Sep 13:00 or today 13:00."""
    return f"{'today' if same_day(at, now) else day(at, now)} {clock(at, now)}"


def on_day(at: datetime, now: datetime) -> str:
    """When something was last so, as "at 13:00" today and "on 28 Sep" before."""
    return f"at {clock(at, now)}" if same_day(at, now) else f"on {day(at, now)}"
