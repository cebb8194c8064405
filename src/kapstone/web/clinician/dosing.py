"""Charting a dose in the room: given, corrected, the rest wasted before a witness or put back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from kapstone.web import clock
from kapstone.web.clinician.dose_card import (
    CorrectDoseForm,
    DoseForm,
    PumpForm,
    RestForm,
    choices,
    lots_of,
)
from kapstone.web.clinician.room import whole
from kapstone.web.clinician.sessions import session_for
from kapstone.web.clinician.witness import WitnessForm, both_pass
from kapstone.web.ids import number_in
from kapstone.web.records import beyond, doses
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import dosing as deeds
from kapstone.web.records.actions import pump
from kapstone.web.records.actions.beyond_order import ASKED
from kapstone.web.records.giving_now import strength_in_pump
from kapstone.web.records.models import DoseGiven, Holding
from kapstone.web.records.refusals import Refused, shown_on, status_of


def back(session: int) -> HttpResponse:
    return redirect(f"{reverse('room', args=[session])}#doses")


@only_for("give medicine")
@require_POST
def give_dose(request: HttpRequest, pk: int) -> HttpResponse:
    """A dose was given; sent twice with the same id it is charted once."""
    found = session_for(request, pk)
    route = found.order_route or found.route
    form = DoseForm(request.POST, route=route, lots=choices(found, actor(request), route))
    if form.is_valid():
        said = form.cleaned_data
        at = clock.now() - timedelta(minutes=said["minutes_ago"] or 0)
        with shown_on(form):
            once = said["client_id"]
            deeds.give_dose(found, form.told(), client_id=once, at=at, by=actor(request))
            return back(pk)
    return whole(request, found, dose_form=form)


@only_for("give medicine")
@require_POST
def set_pump(request: HttpRequest, pk: int) -> HttpResponse:
    """The pump runs at another rate; sent twice with the same id it is charted once."""
    found = session_for(request, pk)
    form = PumpForm(request.POST, mg_ml=strength_in_pump(found))
    if form.is_valid():
        said = form.cleaned_data
        with shown_on(form):
            pump.set_pump(
                found,
                form.mg_h(),
                words=said["words"],
                client_id=said["client_id"],
                at=clock.now(),
                by=actor(request),
            )
            return back(pk)
    return whole(request, found, pump_form=form)


def lot_named(request: HttpRequest, form: RestForm) -> Any:
    rows = Holding.objects.visible_to(actor(request))
    return get_object_or_404(rows, pk=form.cleaned_data["lot"])


@only_for("give medicine")
@require_POST
def waste_rest(request: HttpRequest, pk: int) -> HttpResponse:
    """What is left is made unusable; whoever saw it signs in for it beside the first."""
    found = session_for(request, pk)
    form = RestForm(request.POST)
    witness = WitnessForm(request.POST, request=request, label="Who saw it")
    if both_pass(form, witness):
        told = {"mg": form.cleaned_data["mg"], "witness": witness.user}
        with shown_on(form):
            lot = lot_named(request, form)
            deeds.waste_rest(found, lot, **told, at=clock.now(), by=actor(request))
            return back(pk)
    return failed_rest(request, found, form, witness)


@only_for("give medicine")
@require_POST
def put_back(request: HttpRequest, pk: int) -> HttpResponse:
    """What is left goes back into the cabinet."""
    found, form = session_for(request, pk), RestForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            lot, mg = lot_named(request, form), form.cleaned_data["mg"]
            deeds.put_back(found, lot, mg=mg, at=clock.now(), by=actor(request))
            return back(pk)
    return failed_rest(request, found, form, None)


def failed_rest(
    request: HttpRequest, found: Any, form: RestForm, witness: WitnessForm | None
) -> HttpResponse:
    """The room again, with the form that did not pass under its lot."""
    key = number_in(form.data.get("lot")) or 0
    return whole(request, found, rest_form=(key, form, witness))


@only_for("give medicine")
@require_http_methods(["GET", "POST"])
def correct_dose(request: HttpRequest, pk: int) -> HttpResponse:
    """What was really given; the register gets the difference."""
    user = actor(request)
    dose = get_object_or_404(DoseGiven.objects.visible_to(user), pk=pk)
    found = session_for(request, dose.session_id)
    lots = lots_of(found, found.order_route or found.route)
    form = CorrectDoseForm(request.POST or None, dose=dose, lots=lots)
    if request.method == "POST" and form.is_valid():
        try:
            deeds.correct_dose(dose, **form.told(), at=clock.now(), by=user)
            return back(found.pk)
        except Refused as refused:
            form.add_error(None, refused.words)
            if refused.code in ASKED:
                form.ask_why()
    context = {
        "session": found,
        "person": found.course.person,
        "dose": dose,
        "says": doses.says(dose),
        "beyond": beyond.mark_of(dose, beyond.marks_of(dose.session)),
        "form": form,
    }
    return render(request, "clinician/correct_dose.html", context, status=status_of(form))
