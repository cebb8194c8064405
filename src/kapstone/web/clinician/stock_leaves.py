"""Stock that leaves the cabinet without being given: wasted, returned, lost, destroyed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kapstone import register as room
from kapstone.web import clock
from kapstone.web.clinician.register import lot_for
from kapstone.web.clinician.register_forms import DestroyForm, LossForm, ReturnForm, WasteForm
from kapstone.web.clinician.witness import WitnessForm, both_pass
from kapstone.web.records import audit, register_papers
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import register as deeds
from kapstone.web.records.models import RegisterEntry
from kapstone.web.records.refusals import shown_on, status_of


@dataclass(frozen=True, slots=True)
class Way:
    """One way out of the cabinet: its page, its form, its deed, and whether somebody watches."""

    title: str
    says: str
    button: str
    form: type[forms.Form]
    deed: Callable[..., Any]
    watched: str = ""


WAYS = {
    "waste": Way(
        "What was wasted?",
        room.rule("waste").says,
        "Write it down as wasted",
        WasteForm,
        deeds.waste_stock,
        "Who saw it",
    ),
    "return": Way(
        "What goes back?",
        "To the supplier, or on to a reverse distributor: a transfer, with its invoice.",
        "Write it down as returned",
        ReturnForm,
        deeds.return_stock,
    ),
    "loss": Way(
        "What is lost?",
        f"{room.rule('loss-notice').says} {room.rule('loss-form').says}",
        "Write it down as lost",
        LossForm,
        deeds.report_loss,
    ),
    "destroy": Way(
        "What is destroyed?",
        room.rule("destruction").says,
        "Write it down as destroyed",
        DestroyForm,
        deeds.destroy,
        "Who watched with you",
    ),
}


@only_for("keep the register")
@require_http_methods(["GET", "POST"])
def leave_stock(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Take something out of a lot by one of the ways."""
    found, way, sent = lot_for(request, pk), WAYS.get(deed), request.POST or None
    if way is None:
        raise Http404("no such way out of the cabinet")
    form = way.form(sent)
    witness = WitnessForm(sent, request=request, label=way.watched) if way.watched else None
    if sent and both_pass(form, witness):
        seen = {"witness": witness.user} if witness else {}
        with shown_on(form):
            way.deed(found, form.cleaned_data, **seen, at=clock.now(), by=actor(request))
            return redirect("lot", pk=pk)
    status = max(status_of(form), status_of(witness) if witness else 200)
    context = {"lot": found, "way": way, "form": form, "witness": witness}
    return render(request, "clinician/leave_stock.html", context, status=status)


PAPERS = {"loss": register_papers.loss, "destruction": register_papers.destruction}


@only_for("see the register")
@require_GET
def line_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """A loss or a destruction with the fields of its federal form, to copy from."""
    rows = RegisterEntry.objects.visible_to(actor(request)).filter(kind__in=PAPERS, corrects=None)
    line = get_object_or_404(rows.select_related("holding__practice", "by", "witness"), pk=pk)
    audit.record(actor(request), f"print {line.kind}", about=f"line:{pk}")
    answer = HttpResponse(PAPERS[line.kind](line), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{line.kind}-{line.pk}.pdf"'
    return answer
