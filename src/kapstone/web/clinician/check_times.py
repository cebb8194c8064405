"""When the checks of each route are due here, what ships, and a prescriber who stands for it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kapstone import monitoring
from kapstone.web import clock
from kapstone.web.clinician.limits import MOST_BEFORE, ReasonForm
from kapstone.web.records import check_times as held
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import check_times as deeds
from kapstone.web.records.models import TimesChange
from kapstone.web.records.refusals import shown_on, status_of

WHOLE = re.compile(r"-?[0-9]{1,6}")


class MinutesField(forms.CharField):
    """Whole minutes with commas between them; a tuple of them."""

    def clean(self, value: Any) -> tuple[int, ...]:
        parts = re.split(r"[\s,;]+", super().clean(value).strip(" ,;"))
        if not all(WHOLE.fullmatch(part) for part in parts):
            raise ValidationError(
                "Write whole minutes with commas between them, such as 5, 10, 15."
            )
        return tuple(int(part) for part in parts)


class TimesForm(ReasonForm):
    """When the checks of one route are due, why so, and who stands for it."""

    def __init__(self, *args: Any, schedule: monitoring.Schedule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shipped = monitoring.times_of(schedule)
        for name, value in self.shipped.items():
            many = isinstance(value, tuple)
            field: type[forms.Field] = MinutesField if many else forms.IntegerField
            self.fields[name] = field(
                label=monitoring.times_called(name),
                help_text=f"Ships as {monitoring.minutes_said(value)}.",
                error_messages={"required": "Give at least one time."},
            )
        self.order_fields([*self.shipped, "why", "name"])

    def times(self) -> held.Times:
        return {name: self.cleaned_data[name] for name in self.shipped}


@only_for("sign limits")
@require_GET
def check_times(request: HttpRequest) -> HttpResponse:
    """When the checks of every route are due here, beside what ships."""
    changes = held.changes(actor(request).practice_id or 0, clock.now())
    rows = [row(each, changes.get(each.route)) for each in monitoring.schedules().values()]
    return render(request, "clinician/check_times.html", {"rows": rows})


def row(schedule: monitoring.Schedule, change: TimesChange | None) -> dict[str, Any]:
    """A route with its times as they hold, those that differ marked, and who signed them."""
    shipped, here = monitoring.times_of(schedule), held.times(schedule, change)
    rarer = monitoring.rarer(schedule, here)
    times = [
        {
            "words": monitoring.times_called(name),
            "value": monitoring.minutes_said(here[name]),
            "shipped": monitoring.minutes_said(value) if here[name] != value else None,
            "rarer": name in rarer,
        }
        for name, value in shipped.items()
    ]
    route = monitoring.route_named(schedule.route)
    return {"schedule": schedule, "route": route, "times": times, "change": change}


@only_for("sign limits")
@require_http_methods(["GET", "POST"])
def times_of_route(request: HttpRequest, route: str) -> HttpResponse:
    """Settle when the checks of one route are due, signed; everything before stays below."""
    user, now = actor(request), clock.now()
    schedule = monitoring.schedules().get(route)
    if schedule is None:
        raise Http404("no such route")
    practice = user.practice_id or 0
    change = held.changes(practice, now).get(route)
    here = held.times(schedule, change)
    initial = {name: monitoring.minutes_said(value) for name, value in here.items()}
    form = TimesForm(request.POST or None, schedule=schedule, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        with shown_on(form):
            deeds.settle_check_times(
                route, form.times(), why=told["why"], name=told["name"], at=now, by=user
            )
            return redirect("check_times")
    context = {"form": form, "before": before(practice, schedule), **row(schedule, change)}
    return render(request, "clinician/times_of_route.html", context, status=status_of(form))


def before(practice: int, schedule: monitoring.Schedule) -> list[dict[str, Any]]:
    """What was settled of the route, the newest first."""
    rows = TimesChange.objects.filter(practice=practice, route=schedule.route)
    return [row(schedule, each) for each in rows.order_by("-at", "-pk")[:MOST_BEFORE]]
