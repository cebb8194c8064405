"""The calendar: two weeks as a list, a day with a column for each place, a week at a glance."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, OuterRef, Subquery, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.views.decorators.http import require_GET

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician.today import appointments_between, day_of, planned_between
from kapstone.web.ids import number_in
from kapstone.web.records import day_plan
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.models import Course, Person, Place

CALENDAR_DAYS = 14
A_PAGE = 100
A_WEEK = 7
MOST_FOUND = 20
# As far as anybody looks, both ways.
FURTHEST = timedelta(days=800)


@only_for("book")
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """Two weeks of what was agreed and planned, day by day."""
    user = actor(request)
    start, end = day_of(clock.now(), CALENDAR_DAYS)
    page = Paginator(entries(user, start, end), A_PAGE).get_page(request.GET.get("page"))
    days: dict[Any, list[Any]] = {}
    for each in rows_of(user, page, start, end):
        days.setdefault(timezone.localtime(each.starts_at).date(), []).append(each)
    last = end - timedelta(days=1)
    context = {
        "days": days.items(),
        "page": page,
        "start": start,
        "end": last,
        "shown": "list",
        "now": clock.now(),
        **powers(user),
    }
    return render(request, "clinician/calendar.html", context)


def powers(user: User) -> dict[str, bool]:
    return {"may_open": may(user, "see charts"), "may_keep": may(user, "keep places")}


def entries(user: User, start: datetime, end: datetime) -> Any:
    """When, what and which row: appointments and medicine sessions in one order of time."""
    booked = appointments_between(user, start, end).order_by()
    planned = planned_between(user, start, end).order_by()
    return (
        booked.values_list("starts_at", Value("appointment"), "pk")
        .union(planned.values_list("planned_for", Value("session"), "pk"))
        .order_by("starts_at", "pk")
    )


def rows_of(user: User, page: Any, start: datetime, end: datetime) -> list[Any]:
    """The rows behind these entries, in their order, each with `starts_at`."""
    wanted = list(page)
    of = {
        kind: [pk for _, each, pk in wanted if each == kind] for kind in ("appointment", "session")
    }
    sessions = planned_between(user, start, end).annotate(starts_at=F("planned_for"))
    found = {
        "appointment": appointments_between(user, start, end).in_bulk(of["appointment"]),
        "session": sessions.in_bulk(of["session"]),
    }
    return [found[kind][pk] for _, kind, pk in wanted]


def day_asked(request: HttpRequest) -> date:
    """The day that the address names; today when it names none, or one out of reach."""
    today = timezone.localdate(clock.now())
    try:
        asked = parse_date(request.GET.get("on", "")) or today
    except ValueError:
        return today
    return asked if abs(asked - today) <= FURTHEST else today


@only_for("book")
@require_GET
def calendar_day(request: HttpRequest) -> HttpResponse:
    """One day: a column for each place, what is in it and what is free."""
    user, on = actor(request), day_asked(request)
    plan = day_plan.of_day(user, on)
    context = {
        "on": on,
        "now": clock.now(),
        "plan": plan,
        "rows": plan.rows(),
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "shown": "day",
        **powers(user),
    }
    return render(request, "clinician/calendar_day.html", context)


@only_for("book")
@require_GET
def calendar_week(request: HttpRequest) -> HttpResponse:
    """A week: each place on each day, from its Monday on."""
    user, asked = actor(request), day_asked(request)
    monday = asked - timedelta(days=asked.weekday())
    days = [monday + timedelta(days=each) for each in range(A_WEEK)]
    context = {
        "days": days,
        "rows": week_of(user, days),
        "on": monday,
        "last": days[-1],
        "before": monday - timedelta(days=A_WEEK),
        "after": monday + timedelta(days=A_WEEK),
        "shown": "week",
        **powers(user),
    }
    return render(request, "clinician/calendar_week.html", context)


def week_of(user: User, days: list[date]) -> list[tuple[Any, list[tuple[date, list[Any]]]]]:
    """Each place with what is in it on each day; what has no place comes last."""
    zone: Any = timezone.get_current_timezone()
    start = datetime.combine(days[0], datetime.min.time(), tzinfo=zone)
    end = start + timedelta(days=A_WEEK)
    found: dict[tuple[Any, date], list[Any]] = defaultdict(list)
    for part in day_plan.parts_of(user, start, end)[: day_plan.MOST]:
        found[part.place_id, timezone.localdate(part.starts_at)].append(day_plan.line_of(part))
    unplaced = sorted(day_plan.loose(user, start, end), key=attrgetter("starts_at"))
    for line in unplaced[: day_plan.MOST]:
        found[line.chair, timezone.localdate(line.starts_at)].append(line)
    places = day_plan.places(user, days[0], {place for place, _ in found})
    wanted = [*places, None] if any(place is None for place, _ in found) else places
    return [
        (place, [(on, found.get((place.pk if place else None, on), [])) for on in days])
        for place in wanted
    ]


@only_for("book")
@require_GET
def free_time(request: HttpRequest) -> HttpResponse:
    """A free time was chosen: for whom is it? From here to the form, filled in as far as known."""
    user = actor(request)
    place = (
        Place.objects.visible_to(user)
        .standing()
        .filter(pk=number_in(request.GET.get("place")))
        .first()
    )
    words = request.GET.get("q", "").strip()
    latest = Course.objects.filter(person=OuterRef("pk")).order_by("-number").values("pk")[:1]
    people = Person.objects.visible_to(user).named_like(words).annotate(course=Subquery(latest))
    found = people.exclude(course=None).order_by("family", "given", "pk") if words else ()
    context = {
        "place": place,
        "at": time_asked(request),
        "q": words,
        "people": found[:MOST_FOUND],
        "medicine": place is not None and place.purpose == "chair",
    }
    return render(request, "clinician/free_time.html", context)


def time_asked(request: HttpRequest) -> str:
    """The time that the address names, as the form takes it; empty when it names none."""
    try:
        found = parse_datetime(request.GET.get("at", ""))
    except ValueError:
        return ""
    return f"{found:%Y-%m-%dT%H:%M}" if found else ""
