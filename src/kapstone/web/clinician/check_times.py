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
from kapstone.web.accounts.models import User
from kapstone.web.clinician import laxer
from kapstone.web.clinician.laxer import Answering
from kapstone.web.clinician.limits import MOST_BEFORE, ReasonForm, whose
from kapstone.web.records import check_times as held
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import check_times as deeds
from kapstone.web.records.actions.countersigning import shown_of
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
                show_hidden_initial=True,
            )
        self.order_fields([*self.shipped, "why", "name"])

    def times(self) -> held.Times:
        return {name: self.cleaned_data[name] for name in self.shipped}


@only_for("sign limits")
@require_GET
def check_times(request: HttpRequest) -> HttpResponse:
    """When the checks of every route are due here, beside what ships."""
    return render(request, "clinician/check_times.html", {"rows": table(actor(request))})


def table(user: User) -> list[dict[str, Any]]:
    practice, now = user.practice_id or 0, clock.now()
    own, two = held.changes(practice, now), TimesChange.objects.two_signed(practice, now)
    waits = laxer.waiting_of(TimesChange, user)
    return [
        {
            **row(each, own.get(route)),
            "alone": held.laxer(each, held.times(each, own.get(route)), two.get(route, [])),
            "waits": waits.get(route),
        }
        for route, each in monitoring.schedules().items()
    ]


def row(schedule: monitoring.Schedule, change: TimesChange | None) -> dict[str, Any]:
    """A route with its times as they hold, those that differ marked, and who signed them."""
    shipped, here = monitoring.times_of(schedule), held.times(schedule, change)
    rarer = monitoring.laxer(monitoring.timed(schedule, here), schedule)
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
    user, found = actor(request), schedule_of(route)
    form = TimesForm(request.POST or None, schedule=found, initial=standing(user, found))
    if request.method == "POST" and form.is_valid():
        told, times = form.cleaned_data, form.times()
        with shown_on(form), form.beside(lambda: standing(user, found)):
            signed = deeds.settle_check_times(route, times, **whose(told), at=clock.now(), by=user)
            laxer.say_whether_it_holds(request, signed)
            return redirect("check_times")
    return page(request, found, form)


def schedule_of(route: str) -> monitoring.Schedule:
    found = monitoring.schedules().get(route)
    if found is None:
        raise Http404("no such route")
    return found


def again(request: HttpRequest, route: str, answering: Answering) -> HttpResponse:
    """The page with an answer that was refused, as it was typed."""
    found = schedule_of(route)
    form = TimesForm(schedule=found, initial=standing(actor(request), found))
    return page(request, found, form, answering)


def standing(user: User, schedule: monitoring.Schedule) -> dict[str, str]:
    """What the form shows: the times that hold now, and the newest row.

    That row is read first: whatever is signed in between is then refused as not seen.
    """
    practice = user.practice_id or 0
    seen = shown_of(TimesChange.objects.newest(practice, schedule.route))
    here = held.times(schedule, held.changes(practice, clock.now()).get(schedule.route))
    return {**{name: monitoring.minutes_said(each) for name, each in here.items()}, "seen": seen}


def page(
    request: HttpRequest,
    schedule: monitoring.Schedule,
    form: TimesForm,
    answering: Answering | None = None,
) -> HttpResponse:
    user = actor(request)
    context = {
        "form": form,
        "before": before(user.practice_id or 0, schedule),
        **laxer.beside(laxer.waiting_of(TimesChange, user).get(schedule.route), answering),
        "others": laxer.others(user),
        "schedule": schedule,
        "route": monitoring.route_named(schedule.route),
    }
    status = 422 if answering else status_of(form)
    return render(request, "clinician/times_of_route.html", context, status=status)


def before(practice: int, schedule: monitoring.Schedule) -> list[dict[str, Any]]:
    """What was settled of the route, the newest first."""
    rows = TimesChange.objects.filter(practice=practice, route=schedule.route)
    newest = TimesChange.objects.newest(practice, schedule.route)
    return [
        {**row(schedule, each), "became": laxer.became(each, newest)}
        for each in rows.select_related("answer").order_by("-at", "-pk")[:MOST_BEFORE]
    ]
