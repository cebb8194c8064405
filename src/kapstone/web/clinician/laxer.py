"""What was made laxer and waits for a second person: seen on its page, answered by a press."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse

from kapstone import monitoring
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import check_times, lines
from kapstone.web.records.access import may
from kapstone.web.records.models import LineChange, TimesChange
from kapstone.web.records.refusals import LONGEST_REASON

Row = LineChange | TimesChange
KINDS: dict[str, type[Row]] = {"limit": LineChange, "times": TimesChange}
WAITS = (
    "Signed, and waits: it is laxer than what ships, and holds once another person has signed it "
    "too. Until then what held goes on holding."
)
HOLDS = "Signed. It holds from now on."
STILL = (
    "Signed. It holds from now on: it is no laxer than what held. It is still laxer than what "
    "ships, and marked as signed by one person alone."
)


class NameForm(forms.Form):
    """The name of whoever stands for it."""

    name = forms.CharField(
        label="Your full name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words"}),
    )


class NoForm(forms.Form):
    """Why it is turned away."""

    why = forms.CharField(
        label="Why not?",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Whoever signed it reads it.",
        error_messages={"required": "Say why not, in a sentence: whoever signed it reads it."},
    )


@dataclass(frozen=True, slots=True)
class Answering:
    """An answer that was refused, with what was typed: to `agree` or to say `no`."""

    change: Row
    form: NameForm | NoForm

    @property
    def field(self) -> str:
        return "no" if isinstance(self.form, NoForm) else "agree"


def beside(waits: dict[str, Any] | None, answering: Answering | None) -> dict[str, Any]:
    """What waits, with a refused answer where it was typed; by itself where that waits no more."""
    if answering is None:
        return {"waits": waits}
    if waits and waits["change"] == answering.change:
        return {"waits": {**waits, answering.field: answering.form}}
    return {"waits": waits, "answered": answering.form}


def others(user: User) -> list[User]:
    """Who else here may sign limits."""
    staff = User.objects.filter(practice=user.practice_id, is_active=True).exclude(pk=user.pk)
    return [each for each in staff.order_by("pk") if may(each, "sign limits")]


def waiting_of(kind: type[Row], user: User) -> dict[str, dict[str, Any]]:
    """What waits of one kind in the user's practice, by the limit or the route."""
    rows = kind.objects.waiting(user.practice_id or 0)
    return {row.of: sight(row, user) for row in rows}


def sight(change: Row, user: User) -> dict[str, Any]:
    """A change as the second person sees it: what holds, what would, what ships, and why."""
    rows = figures(change) if isinstance(change, LineChange) else times(change)
    return {
        "change": change,
        "kind": next(name for name, kind in KINDS.items() if isinstance(change, kind)),
        "rows": rows,
        "stricter": any(row["changes"] and not row["laxer"] for row in rows),
        "mine": change.by_id == user.pk,
        "alone": change.by_id == user.pk and not others(user),
        "page": page_of(change),
        "agree": NameForm(auto_id="agree_%s"),
        "no": NoForm(auto_id="no_%s"),
    }


def figures(change: LineChange) -> list[dict[str, Any]]:
    limit = next((each for each in monitoring.limits() if each.id == change.limit), None)
    if limit is None:
        return []
    held = lines.changes(change.practice_id, clock.now()).get(change.limit)
    here, then = lines.figures(limit, held), lines.figures(limit, change)
    two = LineChange.objects.two_signed(change.practice_id, clock.now()).get(change.limit, [])
    loose, unit = lines.laxer(limit, then, two), monitoring.signs()[limit.sign].unit
    named = {name: f"{monitoring.called(limit, name)}, {unit}".rstrip(", ") for name in here}
    return [
        side_by_side(named[name], here[name], then[name], value, name in loose)
        for name, value in monitoring.figures_of(limit).items()
    ]


def times(change: TimesChange) -> list[dict[str, Any]]:
    schedule = monitoring.schedules().get(change.route)
    if schedule is None:
        return []
    held = check_times.changes(change.practice_id, clock.now()).get(change.route)
    here, then = check_times.times(schedule, held), check_times.times(schedule, change)
    two = TimesChange.objects.two_signed(change.practice_id, clock.now()).get(change.route, [])
    rarer = check_times.laxer(schedule, then, two)
    return [
        side_by_side(monitoring.times_called(name), here[name], then[name], value, name in rarer)
        for name, value in monitoring.times_of(schedule).items()
    ]


def side_by_side(words: str, here: Any, then: Any, ships: Any, laxer: bool) -> dict[str, Any]:
    """One figure or list of minutes: as it holds, as it would, as it ships."""
    said = {"holds": written(here), "would": written(then), "ships": written(ships)}
    return {"words": words, **said, "changes": here != then, "laxer": laxer}


def written(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else monitoring.minutes_said(value)


def say_whether_it_holds(request: HttpRequest, change: Row) -> None:
    if change.asks_second:
        messages.warning(request, WAITS)
    else:
        messages.success(request, STILL if change.asks_second is None else HOLDS)


def became(change: Row, newest: Row | None) -> str:
    """What became of a change that asked for a second person; nothing of one that did not."""
    if not change.asks_second:
        return ""
    if not change.waits:
        answer = change.answer
        return f"{SAID[answer.verdict]} {answer.signed_name}"
    return "waits for a second signature" if change == newest else "set aside by a newer one"


SAID = {
    "countersigned": "countersigned by",
    "turned_away": "turned away by",
    "taken_back": "taken back by",
}


def to_countersign(user: User) -> list[dict[str, Any]]:
    """What somebody else made laxer and this user may countersign, the oldest first."""
    if not may(user, "sign limits"):
        return []
    rows: Iterable[Row] = (
        row for kind in KINDS.values() for row in kind.objects.waiting(user.practice_id or 0)
    )
    mine = sorted((row for row in rows if row.by_id != user.pk), key=lambda row: row.at)
    return [{"change": row, "title": title(row), "url": page_of(row)} for row in mine]


def title(change: Row) -> str:
    """Of what it is a change: `Heart rate, ALM-HR-H`, or `Check times, Intravenous infusion`."""
    if isinstance(change, TimesChange):
        return f"Check times, {monitoring.route_named(change.route).label}"
    found = (each.sign for each in monitoring.limits() if each.id == change.limit)
    sign = next(found, None)
    return f"{monitoring.signs()[sign].label}, {change.limit}" if sign else change.limit


def page_of(change: Row) -> str:
    name = "limit" if isinstance(change, LineChange) else "times_of_route"
    return reverse(name, args=[change.of])
