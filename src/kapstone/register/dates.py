"""The few days that the law counts, and the last day of a lot."""

from __future__ import annotations

from datetime import date, timedelta

from kapstone.register.rows import rule

SATURDAY = 5


def expired(expires_on: date, today: date) -> bool:
    """A lot may be used on its last day, and not after it."""
    return today > expires_on


def near_expiry(expires_on: date, today: date, near_days: int | None) -> bool | None:
    """Whether the last day is so near; None until the practice has said how near that is."""
    if near_days is None:
        return None
    return not expired(expires_on, today) and expires_on - today <= timedelta(days=near_days)


def inventory_due_on(last: date) -> date:
    """The last day for the next inventory [21 CFR 1304.11(c)]."""
    return years_after(last, rule("biennial-inventory").years or 0)


def kept_until(written: date) -> date:
    """The first day on which federal law no longer asks for a record [21 CFR 1304.04(a)]."""
    return years_after(written, rule("retention").years or 0)


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes the 28th, never a day more."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def notice_due_on(found: date) -> date:
    """The last business day for the written notice [21 CFR 1301.76(b)].

    Saturdays and Sundays are counted out; public holidays are not known here.
    """
    day, left = found, rule("loss-notice").business_days or 0
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day


def form_due_on(found: date) -> date:
    """The last day for DEA Form 106 [21 CFR 1301.76(b)]."""
    return found + timedelta(days=rule("loss-form").days or 0)
