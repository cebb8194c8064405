"""Several people in one room at one time: their flowsheets side by side, on one clock.

Each column is one person's own chart, read and written by itself; nothing goes from one to another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from kapstone import monitoring
from kapstone.web import clock
from kapstone.web.clinician.session_forms import StopForm
from kapstone.web.clinician.sessions import session_for
from kapstone.web.records import audit, live, one_room
from kapstone.web.records import room as facts
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import treatment
from kapstone.web.records.corrected import noted
from kapstone.web.records.models import Notice
from kapstone.web.records.refusals import shown_on


@only_for("run sessions")
@require_GET
def together(request: HttpRequest, pk: int) -> HttpResponse:
    """The flowsheets of everybody in this session's room at its time, as far as the user may."""
    user, found = actor(request), session_for(request, pk)
    polled = bool(request.headers.get("X-Poll"))
    sessions = one_room.with_session(found, user)
    if not polled:
        for each in sessions:
            audit.record(user, "see room", person=each.course.person, about=f"session:{each.pk}")
    answer = page(request, pk, sessions, part="parts/together" if polled else "together")
    if polled and request.GET.get("shown") != state_of(sessions):
        # Somebody came, began or ended: forms of their own come and go with that.
        answer["HX-Refresh"] = "true"
    return answer


def page(
    request: HttpRequest, pk: int, sessions: Sequence[Any], *, part: str, **also: Any
) -> HttpResponse:
    """The page; `also` may bring the form of one column that did not pass."""
    form = also.get("form")
    live_after, now = live.newest(), clock.now()
    columns = [column(each, form if each.pk == pk else None) for each in sessions]
    words = {
        "live_after": live_after,
        "pk": pk,
        "columns": columns,
        "state": state_of(sessions),
        "began": one_room.began(sessions),
        "over": one_room.over(sessions),
        "now": now,
        "may_hold_groups": may(actor(request), "hold groups"),
    }
    status = 422 if form else 200
    return render(request, f"clinician/{part}.html", words, status=status)


def column(session: Any, form: StopForm | None) -> dict[str, Any]:
    """What one person's column shows, out of their own chart alone; it ends with going home."""
    started, home = session.started_at, session.discharged_at
    now = home or clock.now()
    on = facts.hours(session, started=started, now=now) if started else None
    return {
        "session": session,
        "person": session.course.person,
        "route": monitoring.route_named(session.order_route or session.route),
        "board": facts.board(session, now=now) if started else None,
        "lanes": facts.lanes(session, on) if on else (),
        "stayed_min": (home - started) // timedelta(minutes=1) if home and started else None,
        "paused": facts.is_paused(session),
        "notices": noted(Notice.objects.filter(session=session).open().gravest_first()),
        "stop_form": form or StopForm(auto_id=f"stop_{session.pk}_%s"),
    }


def state_of(sessions: Iterable[Any]) -> str:
    """Who is on the page and how far they are: `7s,8e` began and ended, a dot before that."""
    marks = [
        "h" if each.discharged_at else "e" if each.stopped_at else "s" if each.started_at else "."
        for each in sessions
    ]
    return ",".join(f"{each.pk}{mark}" for each, mark in zip(sessions, marks, strict=True))


@only_for("run sessions")
@require_POST
def stop_one(request: HttpRequest, pk: int) -> HttpResponse:
    """The medicine of one of them has ended; the others go on."""
    found, user = session_for(request, pk), actor(request)
    form = StopForm(request.POST, auto_id=f"stop_{pk}_%s")
    if form.is_valid():
        with shown_on(form):
            words = form.cleaned_data["words"]
            treatment.stop_session(found, words=words, at=clock.now(), by=user)
            return redirect("together", pk=pk)
    return page(request, pk, one_room.with_session(found, user), part="together", form=form)
