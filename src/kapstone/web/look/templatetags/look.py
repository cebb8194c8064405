"""Template tags of the look: icons, plain dates, and numbers as a clinician writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

from kapstone.register import said
from kapstone.web import clock

register = template.Library()

NEAR = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}
RUN_OF_DIGITS = re.compile(r"\+?\(?\d[\d ().\-/]*\d")
SHORT_NUMBER = re.compile(r"\d{3,6}")
# Six digits that are one number: Europe's 116 123, Australia's 13 11 14. Half of one calls nobody.
SIX_DIGITS = re.compile(r"116 ?\d{3}|13 ?\d\d ?\d\d")
# Fewer digits than these are a service number, such as 988, with other digits after it.
FEWEST_OF_A_PHONE = 7


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A Lucide icon, beside words that say the same; unknown names fail at once."""
    drawn = lucide(name, size=None, **{"class": "icon", "aria-hidden": "true"})
    return mark_safe(drawn)  # noqa: S308  # the library's own drawing, no text of ours in it


@register.filter
def initials(name: str) -> str:
    """First letters of the first and the last name: `Marisol de la Vega` as `MV`."""
    parts = name.split()
    return "".join(part[0].upper() for part in parts[:: max(len(parts) - 1, 1)])


@register.filter
def day(moment: date | datetime | str | None) -> str:
    """`Today`, `Tomorrow`, `Yesterday` or `3 Nov`, with the year when it is another one.

    On paper the first three are the date: nobody knows there which day was today. A date less
    exact than a day is words already, and stays as it was written.
    """
    return dated(moment, NEAR)


@register.filter
def day_within(moment: date | datetime | str | None) -> str:
    """The same within a sentence: `by tomorrow`, `until 3 Nov`."""
    return dated(moment, {off: word.lower() for off, word in NEAR.items()})


def dated(moment: date | datetime | str | None, near: Mapping[int, str]) -> str:
    if moment is None:
        return "not known"
    if isinstance(moment, str):
        return moment
    local, today = local_day(moment), timezone.localdate(clock.now())
    if word := near.get((local - today).days):
        paper = f"{local.day} {local:%b %Y}"
        return format_html('<span class="near" data-paper="{}"><span>{}</span></span>', paper, word)
    return f"{local.day} {local:%b}" if local.year == today.year else f"{local.day} {local:%b %Y}"


@register.filter
def holds_until(row: Any, now: datetime) -> SafeString:
    """Until when a screening decision holds, or that it has run out; within a sentence."""
    if row.valid_until < now:
        words = '<b class="caution-text">! it ran out: {}</b>'
        return format_html(words, day_within(row.valid_until))
    return format_html("it holds until {}", day_within(row.valid_until))


def local_day(moment: Any) -> Any:
    return timezone.localtime(moment).date() if isinstance(moment, datetime) else moment


@register.filter
def hour(moment: datetime | None) -> str:
    """`13:20`, on the practice's clock."""
    return f"{timezone.localtime(moment):%H:%M}" if moment else "\u2013"


@register.filter
def ago(span: timedelta | None) -> str:
    """A length of time in words: `25 min`, `3 h`, `2 days`."""
    if span is None:
        return "not known"
    minutes = int(abs(span.total_seconds()) // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"


@register.filter
def number(value: float | str | None) -> str:
    """A number without needless noughts; a dash when it is not known."""
    # What a template does not find in a dictionary comes as empty text.
    return "\u2013" if value is None or value == "" else f"{value:g}"


@register.filter
def signed(value: float) -> str:
    """A change with its sign, whole: `+24`, `-3`, `0`."""
    return f"{round(value):+d}" if round(value) else "0"


@register.filter
def mg(amount: Decimal | None) -> str:
    """Milligrams without needless noughts: `466 mg`; a dash when not known."""
    return "\u2013" if amount is None else said(amount)


@register.filter
def plainly(word: str) -> str:
    """An id of ours as words: `not_yet` as `not yet`."""
    return word.replace("_", " ").replace("-", " ")


@register.filter
def call(words: str) -> str:
    """The words as a link that calls the first number in them; the words alone without one.

    A line that only takes texts (`text HOME to 741741`) is written to, not called.
    """
    number, said = number_in(words), words.lower()
    way = "sms" if "text" in said and "call" not in said else "tel"
    return format_html('<a href="{}:{}">{}</a>', way, number, words) if number else words


def number_in(words: str) -> str:
    """`988 Lifeline, 24/7` as `988`, `The practice, +1 555 0100` as `+15550100`; empty if none."""
    for run in RUN_OF_DIGITS.findall(words.replace("24/7", "")):
        dialled = re.sub(r"[^\d+]", "", run)
        if len(dialled.lstrip("+")) >= FEWEST_OF_A_PHONE or SIX_DIGITS.fullmatch(run):
            return dialled
        if short := SHORT_NUMBER.search(run):
            return short[0]
    return ""


@register.filter
def get(table: Any, key: Any) -> Any:
    """The entry of a table, for a key that a template holds in a variable."""
    return table.get(key) if table else None
