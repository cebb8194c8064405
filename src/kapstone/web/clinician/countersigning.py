"""A second person answers what somebody made laxer: countersigns it, or turns it away.

An answer that is refused comes back on the page it was typed on.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician import check_times, limits
from kapstone.web.clinician.laxer import KINDS, Answering, NameForm, NoForm, Row, page_of
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import countersigning as deeds
from kapstone.web.records.models import LineChange
from kapstone.web.records.refusals import Refused, shown_on


@only_for("sign limits")
@require_POST
def countersign(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A second person signs it too; from now on it holds."""
    user, form = actor(request), NameForm(request.POST, auto_id="agree_%s")
    row = found(kind, pk, user)
    if form.is_valid():
        with shown_on(form):
            deeds.countersign(row, name=form.cleaned_data["name"], at=clock.now(), by=user)
            messages.success(request, f"Countersigned as {user.signed_name}. It holds from now on.")
            return redirect(page_of(row))
    return typed(request, Answering(row, form))


@only_for("sign limits")
@require_POST
def turn_away(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A second person says no, with a reason."""
    user, form = actor(request), NoForm(request.POST, auto_id="no_%s")
    row = found(kind, pk, user)
    if form.is_valid():
        with shown_on(form):
            deeds.turn_away(row, why=form.cleaned_data["why"], at=clock.now(), by=user)
            messages.success(request, "Turned away. What held goes on holding.")
            return redirect(page_of(row))
    return typed(request, Answering(row, form))


@only_for("sign limits")
@require_POST
def take_back(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Whoever signed it takes it back."""
    user = actor(request)
    row = found(kind, pk, user)
    try:
        deeds.take_back(row, at=clock.now(), by=user)
        messages.success(request, "Taken back. What held goes on holding.")
    except Refused as refused:
        messages.error(request, refused.words)
    return redirect(page_of(row))


def found(kind: str, pk: int, user: User) -> Row:
    if kind not in KINDS:
        raise Http404("no such kind")
    rows: Any = KINDS[kind].objects.filter(practice=user.practice_id)
    row: Row = get_object_or_404(rows, pk=pk)
    return row


def typed(request: HttpRequest, answering: Answering) -> HttpResponse:
    """The page of what was refused, with what was typed; one that ships no more has none."""
    row = answering.change
    again = limits.again if isinstance(row, LineChange) else check_times.again
    return again(request, row.of, answering)
