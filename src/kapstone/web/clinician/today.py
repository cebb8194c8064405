"""Today: who is here, what is running, what waits for me; and readiness for the next days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kapstone import monitoring, pathway
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician import laxer, threads
from kapstone.web.records import (
    alarms,
    captures,
    corrected,
    counts,
    episode,
    first_contact,
    owing,
    session_facts,
    stories,
    time_links,
    waiting,
)
from kapstone.web.records import pathway as course_pathway
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions.approving_stories import MAY as APPROVES
from kapstone.web.records.models import Appointment, Course, Notice, Session
from kapstone.web.records.models.notices import URGENT
from kapstone.web.records.pathway import facts_of
from kapstone.web.records.rescreening import gates_ahead

MOST_WAITING = 6
MOST_NOTICES, MOST_PRESSING, MOST_READ = 5, 20, 100
MOST_TODAY = 12
A_PAGE = 25
READINESS_DAYS = 3


@only_for("use Kapstone")
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """The first page of the day; people who are cared for are led to their own."""
    user, now = actor(request), clock.now()
    if not user.is_staff_member:
        return redirect("effectiveness" if user.is_hired else "portal:today")
    if request.headers.get("X-Poll"):
        known = request.GET.get("shown", "").split(",")
        words = notices_now(user, now, known=known) | {"polled": True}
        return render(request, "clinician/parts/today_notices.html", words)
    start, end = day_of(now)
    planned = planned_between(user, start, end)
    booked = appointments_between(user, start, end)
    appointments = list(booked[:MOST_TODAY])
    context = {
        "now": timezone.localtime(now),
        "sessions": readiness_of(planned[:MOST_TODAY], user, now),
        "more_sessions": planned.count() - MOST_TODAY,
        "running": running(user)[:MOST_TODAY],
        "more_running": running(user).count() - MOST_TODAY,
        "appointments": appointments,
        "first_words": captures.waiting_of(appointments, user),
        "more_appointments": booked.count() - MOST_TODAY,
        "waiting": first_few(user, now),
        "laxer": laxer.to_countersign(user),
        # It looks at everybody's scores of a year: it follows once the page stands.
        "may_see_calls": may(user, "see whom to call"),
        "owing": owing.before_next(user, now=now) if may(user, "see charts") else [],
        "may_open": may(user, "see charts"),
        "may_book": may(user, "book"),
        "asked_times": time_links.open_requests(user).count() if may(user, "book") else 0,
        "stories": stories_now(user, now),
        **threads.overdue(user, now),
        **notices_now(user, now),
    }
    return render(request, "clinician/today.html", context)


def stories_now(user: User, now: datetime) -> Any:
    """The stories that wait for somebody who may approve one; for others there are none."""
    return stories.for_clinicians(user, now) if may(user, APPROVES) else ()


def notices_now(user: User, now: datetime, *, known: Sequence[str] = ()) -> dict[str, Any]:
    """The first notices; those that the page has not shown yet are read out aloud."""
    here = Notice.objects.visible_to(user)
    notices = here.unsettled() if may(user, "answer notices") else here.open()
    shown = first_notices(notices.select_related("person").gravest_first()[:MOST_READ])
    for row in shown:
        row.is_new = str(row.pk) not in known
    return {
        "alarms": alarms_now(user, now, known),
        "notices": episode.timed(corrected.noted(shown), user.practice, now=now),
        "more_notices": notices.count() - len(shown),
        "shown": [row.pk for row in shown],
        "may_answer": may(user, "answer notices"),
    }


def alarms_now(user: User, now: datetime, known: Sequence[str]) -> list[dict[str, Any]]:
    """Each alarm of a running session; one that the page has not shown yet is read out aloud."""
    return [
        {"session": session, "alarm": each, "is_new": each.id not in known}
        for session in running(user).filter(calls=0)
        for each in alarms.of(session, now=now)
    ]


def first_notices(notices: Iterable[Any]) -> list[Any]:
    """The first few, one of each kind about a person: one sheet may have opened seven.

    Nobody has to look further for what is urgent, or comes out of a session that is running.
    """
    rows = [*notices]
    first: dict[tuple[int, str], int] = {}
    for row in rows:
        first.setdefault((row.person_id, row.kind), row.pk)
    shown = [row for row in rows if is_pressing(row) or row.pk in first.values()]
    pressing = sum(map(is_pressing, shown))
    return shown[: max(MOST_NOTICES, min(pressing, MOST_PRESSING))]


def is_pressing(row: Any) -> bool:
    return row.live or (row.level == URGENT and not row.answered)


def day_of(now: datetime, days: int = 1) -> tuple[datetime, datetime]:
    """From midnight to midnight in the practice's zone."""
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + timedelta(days=days)


def planned_between(user: User, start: datetime, end: datetime) -> QuerySet[Any, Any]:
    """Medicine sessions of these days that nobody has called off, in order of time."""
    return (
        session_facts.with_story(Session.objects.visible_to(user))
        .filter(planned_for__gte=start, planned_for__lt=end)
        .exclude(cancelled=True)
        .select_related("course__person")
        .order_by("planned_for", "pk")
    )


def readiness_of(sessions: Iterable[Any], user: User, now: datetime) -> list[dict[str, Any]]:
    """Each session with its gates: what is open, what stops it, and what of it `user` may know."""
    rows = list(sessions)
    courses = Course.objects.filter(pk__in={row.course_id for row in rows})
    found = {course.pk: (course, facts) for course, facts in facts_of(courses, now=now).items()}
    boards = [readiness(row, *found[row.course_id], now) for row in rows]
    agreed = first_contact.of_sessions(rows)
    return [
        board | {"named": named(board, user), "contact": agreed[board["session"].pk]}
        for board in boards
    ]


def readiness(
    session: Any, course: Course, facts: pathway.CourseFacts, now: datetime
) -> dict[str, Any]:
    gates_of = course_pathway.gates if session.started_at else gates_ahead
    gates = gates_of(course, facts, session.number, now=now)
    shut = [gate for gate in gates if not gate.lets_through]
    return {
        "said_no": said_no(facts.session(session.number), now),
        "session": session,
        "person": session.course.person,
        "facts": facts.session(session.number),
        "prepared": (len(facts.preparations), facts.roadmap.preparation),
        "gates": gates,
        "shut": shut,
        "stops": [gate for gate in shut if gate.state == "stop"],
        "ready": not shut,
    }


def said_no(told: pathway.SessionFacts, now: datetime) -> set[str]:
    """The lines that were answered with a no today: none of them was only not asked."""
    escort = {
        line.id: told.escort
        for line in monitoring.checklist(told.order_route or "iv")
        if line.judged_from == "escort"
    }
    today = timezone.localdate(now)
    return {
        name
        for name, answer in {**told.checks, **escort}.items()
        if answer and answer.ok is False and timezone.localdate(answer.at) == today
    }


def named(board: dict[str, Any], user: User) -> list[pathway.Gate]:
    """The shut gates by name: all for those who see charts, their own for everybody else.

    What somebody has answered with a no stands before what nobody has been asked yet.
    """
    mine = [gate for gate in board["shut"] if may(user, "see charts") or user.has_role(*gate.who)]
    return sorted(mine, key=lambda gate: gate.id not in board["said_no"])


def running(user: User) -> QuerySet[Any, Any]:
    """The sessions that run now, for those who may go into their rooms; alarms come first."""
    rows = counts.running(user) if may(user, "run sessions") else Session.objects.none()
    story = session_facts.with_story(rows).select_related("course__person__practice")
    return alarms.first(story).order_by("calls", "started_at", "pk")


def appointments_between(user: User, start: datetime, end: datetime) -> QuerySet[Appointment]:
    rows: QuerySet[Appointment] = Appointment.objects.visible_to(user).standing()
    return (
        rows.filter(starts_at__gte=start, starts_at__lt=end, cancelled=False)
        .select_related("course__person", "who")
        .order_by("starts_at", "pk")
    )


def first_few(user: User, now: datetime) -> list[dict[str, Any]]:
    """The first of each kind that waits, and how many there are."""
    found = []
    for kind, courses in waiting.for_user(user, now=now):
        if total := courses.count():
            few = list(courses[:MOST_WAITING])
            found.append({"kind": kind, "courses": few, "total": total, "more": total - len(few)})
    return found


@only_for("see readiness")
@require_GET
def readiness_board(request: HttpRequest) -> HttpResponse:
    """The medicine sessions of the next three days, and what each still needs."""
    user, now = actor(request), clock.now()
    start, end = day_of(now, READINESS_DAYS)
    page = Paginator(planned_between(user, start, end), A_PAGE).get_page(request.GET.get("page"))
    rows = readiness_of(page, user, now)
    powers = {"may_open": may(user, "see charts"), "may_book": may(user, "book")}
    context = {"rows": rows, "page": page, "now": now, **powers}
    return render(request, "clinician/readiness.html", context)


@only_for("see people")
@require_GET
def waiting_list(request: HttpRequest, kind: str) -> HttpResponse:
    """Everybody who waits for one kind of thing, a page at a time."""
    user, now = actor(request), clock.now()
    found = {each.kind: (each, courses) for each, courses in waiting.for_user(user, now=now)}
    if kind not in found:
        return redirect("today")
    each, courses = found[kind]
    page = Paginator(courses, 50).get_page(request.GET.get("page"))
    return render(
        request,
        "clinician/waiting.html",
        {"kind": each, "page": page, "may_open": may(user, "see charts")},
    )
