"""Counting at the shift and for the inventory: blind, all lots at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kapstone import register as room
from kapstone.web import clock
from kapstone.web.clinician.register import practice_of
from kapstone.web.clinician.register_forms import CountForm
from kapstone.web.clinician.witness import WitnessForm, both_pass
from kapstone.web.records import audit, register_papers
from kapstone.web.records import register as stock
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import counting as deeds
from kapstone.web.records.models import RegisterSettings, StockCount
from kapstone.web.records.refusals import shown_on, status_of

TITLES = {
    "shift": "Count at the shift",
    "inventory": "Inventory",
    "recount": "Count once more",
}
LONGEST_S = 4 * 60 * 60


@only_for("keep the register")
@require_http_methods(["GET", "POST"])
def count(request: HttpRequest) -> HttpResponse:
    """Count every lot; what the register expects is shown only on the page that follows."""
    practice, now, told = practice_of(request), clock.now(), request.POST or None
    purpose = (told or request.GET).get("purpose", "shift")
    purpose = purpose if purpose in TITLES else "shift"
    start = {"purpose": purpose, "began": now.timestamp()}
    form = CountForm(told, lots=stock.lots(practice, now=now), initial=start)
    witness = second_of(request)
    moment = request.POST.get("moment", "") if purpose == "inventory" else ""
    if told and both_pass(form, witness):
        with shown_on(form):
            row = deeds.count_stock(
                form.counted(),
                purpose=purpose,
                moment=moment if moment in StockCount.MOMENTS else "",
                second=witness.user if witness else None,
                took_s=took(form.cleaned_data.get("began"), now.timestamp()),
                at=now,
                by=actor(request),
            )
            return redirect("stock_count", pk=row.pk)
    failed = status_of(form) if not witness else max(status_of(form), status_of(witness))
    context = {"form": form, "witness": witness, "purpose": purpose, "title": TITLES[purpose]}
    return render(request, "clinician/count.html", context, status=failed)


def second_of(request: HttpRequest) -> WitnessForm | None:
    """The second person's sign-in, where two count."""
    if not RegisterSettings.objects.now(actor(request).practice).two_count:
        return None
    return WitnessForm(request.POST or None, request=request, label="Who counted with you")


def took(began: float | None, ended: float) -> int | None:
    """How long the counting took, in seconds; None when the page's word for it cannot be."""
    length = ended - began if began else -1
    return round(length) if 0 <= length <= LONGEST_S else None


def count_for(request: HttpRequest, pk: int) -> Any:
    rows = StockCount.objects.visible_to(actor(request))
    return get_object_or_404(rows.select_related("by", "second", "practice"), pk=pk)


@only_for("see the register")
@require_GET
def stock_count(request: HttpRequest, pk: int) -> HttpResponse:
    """What was counted, beside what the register expected at that moment."""
    found = count_for(request, pk)
    audit.record(actor(request), "see count", about=f"count:{pk}")
    context = {"count": found, "title": TITLES[found.purpose], "rows": rows_of(found)}
    return render(request, "clinician/stock_count.html", context)


def rows_of(count: StockCount) -> list[dict[str, Any]]:
    rows = count.lines.select_related("holding", "discrepancy").order_by("holding__product", "pk")
    return [row(each) for each in rows]


def row(line: Any) -> dict[str, Any]:
    """A lot as it was counted; the balance beside it is that of the same line."""
    of, balance = line.holding, line.after(line.holding.unit_mg)
    kind = of.kind
    differs = room.difference(balance, units=line.counted_units, open_mg=line.counted_mg)
    return {
        "lot": of,
        "counted": room.counted(line.counted_units, line.counted_mg, one=kind.one, many=kind.many),
        "expected": room.counted(balance.units, balance.open_mg, one=kind.one, many=kind.many),
        "out_mg": balance.out_mg,
        "agrees": not differs,
        "says": differs.words(kind.one, kind.many),
        "discrepancy": getattr(line, "discrepancy", None),
    }


@only_for("see the register")
@require_GET
def stock_count_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The count as a signed-by-hand inventory sheet."""
    found = count_for(request, pk)
    audit.record(actor(request), "print count", about=f"count:{pk}")
    answer = HttpResponse(register_papers.inventory(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="count-{found.pk}.pdf"'
    return answer
