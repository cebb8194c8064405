"""The medicine register: what is at hand, one lot's lines, differences, settings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kapstone import register as room
from kapstone.web import clock
from kapstone.web.accounts.models import Practice
from kapstone.web.clinician.dose_card import rests
from kapstone.web.clinician.register_forms import (
    AnswerDifferenceForm,
    CorrectLineForm,
    ReceiveForm,
    RegisterSettingsForm,
)
from kapstone.web.clinician.witness import WitnessForm, both_pass
from kapstone.web.records import audit
from kapstone.web.records import register as stock
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import counting
from kapstone.web.records.actions import register as deeds
from kapstone.web.records.models import (
    Delivery,
    Discrepancy,
    Holding,
    RegisterEntry,
    RegisterSettings,
    StockCount,
)
from kapstone.web.records.refusals import shown_on, status_of

A_PAGE = 40
MOST_COUNTS = 12
MOST_BEFORE = 20


def practice_of(request: HttpRequest) -> Practice:
    return get_object_or_404(Practice, pk=actor(request).practice_id)


@only_for("see the register")
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """What is at hand by product and lot, what ends, what is open, when it was counted last."""
    user, practice, now = actor(request), practice_of(request), clock.now()
    found = stock.lots(practice, now=now)
    audit.record(user, "see register")
    context = {
        "products": stock.by_product(found),
        "out": [each for each in found if each.balance.out_mg],
        "ended": Holding.objects.filter(practice=practice).exclude(
            pk__in=[each.row.pk for each in found]
        )[:A_PAGE],
        "differences": stock.open_discrepancies(user),
        "counts": StockCount.objects.filter(practice=practice)
        .select_related("by", "second")
        .order_by("-at", "-pk")[:MOST_COUNTS],
        "last_inventory": stock.last_count(practice, "inventory"),
        "inventory_due": stock.inventory_due(practice),
        "today": stock.today_of(practice, now),
        "rules": room.rules().values(),
        "settled": RegisterSettings.objects.now(practice),
        "may_keep": may(user, "keep the register"),
        "may_settle": may(user, "settle the register"),
    }
    return render(request, "clinician/register.html", context)


@only_for("keep the register")
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest) -> HttpResponse:
    """Take a delivery in."""
    user, practice = actor(request), practice_of(request)
    form = ReceiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        with shown_on(form):
            line = deeds.receive(told, units=told.pop("units"), at=clock.now(), by=user)
            return redirect("lot", pk=line.holding_id)
    parties = Delivery.objects.visible_to(user).values_list("party", flat=True)
    products = Holding.objects.filter(practice=practice).values_list("product", flat=True)
    context = {
        "form": form,
        "parties": sorted(set(parties)),
        "products": sorted(set(products)),
        "is_first": not stock.keeps_one(practice),
    }
    return render(request, "clinician/receive.html", context, status=status_of(form))


def lot_for(request: HttpRequest, pk: int) -> Holding:
    rows = Holding.objects.visible_to(actor(request)).select_related("practice")
    found: Holding = get_object_or_404(rows, pk=pk)
    return found


@only_for("see the register")
@require_GET
def lot(request: HttpRequest, pk: int) -> HttpResponse:
    """One lot from its first receipt, line by line, with the balance after each."""
    found, user = lot_for(request, pk), actor(request)
    rows = RegisterEntry.objects.filter(holding=found).order_by("-number")
    page = Paginator(rows.select_related(*NAMED, "session__course__person"), A_PAGE).get_page(
        request.GET.get("page")
    )
    audit.record(user, "see lot", about=f"holding:{pk}")
    balance = stock.balance_of(found)
    kind = found.kind
    context = {
        "lot": found,
        "balance": balance,
        "at_hand": room.counted(balance.units, balance.open_mg, one=kind.one, many=kind.many),
        "expired": room.expired(found.expires_on, stock.today_of(found.practice, clock.now())),
        "page": page,
        "lines": [told(line, found) for line in page],
        "fault": stock.fault_of(found),
        "differences": stock.open_discrepancies(user).filter(holding=found),
        "may_keep": may(user, "keep the register"),
        "may_see_people": may(user, "run sessions"),
    }
    return render(request, "clinician/lot.html", context)


NAMED = (
    *("by", "witness", "count", "corrected_by", "delivery", "lossreport", "destruction"),
    *("dose", "corrects"),
)


def told(line: Any, of: Holding) -> dict[str, Any]:
    """A line as the page writes it."""
    balance = line.after(of.unit_mg)
    return {
        "row": line,
        "kind": room.KINDS[line.kind],
        "counted": line.kind == "count"
        and room.counted(line.counted_units, line.counted_mg, one=of.kind.one, many=of.kind.many),
        "mg": line.mg,
        "back_mg": -line.out_mg if line.kind == "return" else None,
        "balance": balance,
        "corrected": hasattr(line, "corrected_by"),
        "may_correct": line.kind in deeds.CORRECTABLE and not hasattr(line, "corrected_by"),
        "has_paper": line.kind in {"loss", "destruction"} and not line.corrects_id,
    }


@only_for("keep the register")
@require_http_methods(["GET", "POST"])
def correct_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a line right by a further one; the first stays."""
    rows = RegisterEntry.objects.visible_to(actor(request)).select_related("holding__practice")
    line = get_object_or_404(rows, pk=pk)
    form, witness = CorrectLineForm(request.POST or None), seen_by(request, line)
    if request.method == "POST" and both_pass(form, witness):
        given = form.cleaned_data
        with shown_on(form):
            deeds.correct_line(
                line,
                units=given["units"] or 0,
                mg=given["open_mg"] or Decimal(0),
                words=given["words"],
                witness=witness.user if witness and witness.has_changed() else None,
                at=clock.now(),
                by=actor(request),
            )
            return redirect("lot", pk=line.holding_id)
    said = told(line, line.holding)
    context = {"form": form, "line": said, "lot": line.holding, "witness": witness}
    status = max(status_of(form), status_of(witness) if witness else 200)
    return render(request, "clinician/correct_line.html", context, status=status)


def seen_by(request: HttpRequest, line: RegisterEntry) -> WitnessForm | None:
    """The witness of a line that is watched; it may stay empty where it was not more."""
    if line.kind not in deeds.WATCHED:
        return None
    return WitnessForm(
        request.POST or None,
        request=request,
        label="Who saw it, if it was more",
        empty_permitted=True,
        use_required_attribute=False,
    )


@only_for("answer discrepancies")
@require_http_methods(["GET", "POST"])
def discrepancy(request: HttpRequest, pk: int) -> HttpResponse:
    """One difference as an episode: what was found, and who closed it."""
    user = actor(request)
    rows = Discrepancy.objects.visible_to(user).select_related(
        "holding", "by", "answerer", "entry", "session__course__person"
    )
    found: Any = get_object_or_404(rows, pk=pk)
    form = AnswerDifferenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        closes = request.POST.get("action") == "close"
        words = form.cleaned_data["words"]
        with shown_on(form):
            counting.answer_discrepancy(found, words=words, closes=closes, at=clock.now(), by=user)
            return redirect("discrepancy", pk=pk)
    answers = list(found.answers.select_related("by").order_by("pk"))
    audit.record(user, "see discrepancy", about=f"discrepancy:{pk}")
    context = {
        "found": found,
        "answers": answers,
        "closed": any(each.closes for each in answers),
        "form": form,
        "session": found.session,
        "rest": rest_of(request, found),
        "notice": room.rule("loss-notice"),
        "notice_due": room.notice_due_on(stock.today_of(found.holding.practice, found.at)),
        "may_keep": may(user, "keep the register"),
        "may_see_people": may(user, "run sessions"),
    }
    return render(request, "clinician/discrepancy.html", context, status=status_of(form))


def rest_of(request: HttpRequest, found: Discrepancy) -> list[dict[str, Any]]:
    """What a session still has out of this lot, with the forms to account for it."""
    if found.session is None or not may(actor(request), "give medicine"):
        return []
    return [each for each in rests(request, found.session) if each["lot"] == found.holding]


@only_for("settle the register")
@require_http_methods(["GET", "POST"])
def register_settings(request: HttpRequest) -> HttpResponse:
    """What stands on the registration, and what the law leaves open, signed."""
    practice = practice_of(request)
    form = RegisterSettingsForm(request.POST or None, practice=practice)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        with shown_on(form):
            deeds.settle(given, name=given.pop("name"), at=clock.now(), by=actor(request))
            return redirect("register_settings")
    rows = RegisterSettings.objects.filter(practice=practice).select_related("answerer")
    context = {
        "form": form,
        "now": RegisterSettings.objects.now(practice),
        "before": rows.order_by("-pk")[:MOST_BEFORE],
        "open_rules": [each for each in room.rules().values() if "DEFAULT" in each.basis],
    }
    return render(request, "clinician/register_settings.html", context, status=status_of(form))
