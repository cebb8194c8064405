"""The card of the room on which a dose is charted, and what is left of it accounted for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest

from kapstone import register
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import PRESCRIBER
from kapstone.web.clinician.register_forms import KNOWN, milligrams
from kapstone.web.clinician.witness import WitnessForm
from kapstone.web.records import cut_short, doses
from kapstone.web.records import register as stock
from kapstone.web.records.access import actor, may
from kapstone.web.records.actions.dosing import Given
from kapstone.web.records.models import DoseGiven, Holding, Order, Session
from kapstone.web.records.refusals import LONGEST_REASON, MOST_MG

OWN, NONE = "own", "none"
SPAT = (("", "Not said"), ("no", "Swallowed"), ("yes", "Spat out"))
LONGEST_AGO_MIN = 240


class DoseForm(forms.Form):
    """A dose: what the route asks for, and the lot it was taken from."""

    client_id = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="What was given")
    mg = milligrams(label="Milligrams", max_value=MOST_MG)
    lot = forms.ChoiceField(label="Taken from")
    site = forms.CharField(
        label="Where", max_length=60, required=False, help_text="Such as left deltoid."
    )
    hold_min = forms.IntegerField(
        label="Held for, minutes", min_value=0, max_value=120, required=False
    )
    spat = forms.ChoiceField(label="And then", choices=SPAT, required=False)
    minutes_ago = forms.IntegerField(
        label="Minutes ago",
        min_value=0,
        max_value=LONGEST_AGO_MIN,
        required=False,
        help_text="Empty: just now.",
    )
    taken_mg = milligrams(
        label="Taken out in all, mg",
        required=False,
        help_text="When more was drawn up or taken out than given.",
        unit="mg taken out",
    )
    words = forms.CharField(
        label="Reason, when one is asked for",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, route: str, lots: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "dose_%s"} | kwargs))
        kinds = register.dose_kinds_of(route)
        self.fields["mg"].widget.attrs["data-once"] = ""
        self.fields["minutes_ago"].widget.attrs["data-unit"] = "min ago"
        self.fields["kind"].choices = [(each.id, each.label) for each in kinds]  # type: ignore[attr-defined]  # a choice has choices
        self.fields["lot"].choices = lots  # type: ignore[attr-defined]  # a choice has choices
        asked = {name for each in kinds for name in each.asks}
        for name in {"site", "hold_min", "spat"} - asked:
            del self.fields[name]
        if "hold_min" in self.fields:
            self.fields["hold_min"].widget.attrs["data-unit"] = "min held"

    def told(self) -> Given:
        """The dose as its deed takes it."""
        said = self.cleaned_data
        of_register = said["lot"] not in {OWN, NONE}
        return Given(
            kind=said["kind"],
            mg=said["mg"],
            source="register" if of_register else said["lot"],
            holding=Holding.objects.filter(pk=said["lot"]).first() if of_register else None,
            taken_mg=said["taken_mg"],
            site=said.get("site", ""),
            hold_min=said.get("hold_min"),
            spat={"yes": True, "no": False}.get(said.get("spat", "")),
            words=said["words"],
        )


class CorrectDoseForm(forms.Form):
    """What was really given."""

    mg = milligrams(
        label="Milligrams, in truth",
        max_value=MOST_MG,
        help_text="0 when nothing was given at all.",
    )
    site = forms.CharField(label="Where", max_length=60, required=False)
    hold_min = forms.IntegerField(
        label="Held for, minutes", min_value=0, max_value=120, required=False
    )
    spat = forms.ChoiceField(label="And then", choices=SPAT, required=False)
    lot = forms.ChoiceField(
        label="Taken from",
        required=False,
        help_text="The register gets its line with the lot; the amount may stay as it is.",
    )
    words = forms.CharField(
        label="What was wrong", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    beyond_words = forms.CharField(
        label="Why so much was given",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What was wrong stands above; this answers what is asked.",
    )

    def __init__(
        self, *args: Any, dose: DoseGiven, lots: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        said = {True: "yes", False: "no", None: ""}[dose.spat]
        start = {"mg": dose.amount_mg, "site": dose.site, "hold_min": dose.hold_min, "spat": said}
        super().__init__(*args, **({"initial": start} | kwargs))
        self.fields["lot"].choices = [("", "Not known yet"), *lots]  # type: ignore[attr-defined]  # a choice has choices
        lot = {"lot"} if dose.source == "later" else set()
        asked = lot.union(register.dose_kinds()[dose.kind].asks)
        self.asks = self.fields.pop("beyond_words")
        if "beyond_words" in self.data:
            self.ask_why()
        for name in {"site", "hold_min", "spat", "lot"} - asked:
            del self.fields[name]

    def ask_why(self) -> None:
        """Show where the reason is written for what a dose of its time would have been asked."""
        self.fields["beyond_words"] = self.asks

    def told(self) -> dict[str, Any]:
        """The correction as its deed takes it."""
        said = self.cleaned_data
        plain = ("mg", "words", "beyond_words", "site", "hold_min")
        found: dict[str, Any] = {name: said[name] for name in plain if name in said}
        if "spat" in said:
            found["spat"] = KNOWN[said["spat"]]
        if said.get("lot"):
            found["holding"] = Holding.objects.get(pk=said["lot"])
        return found


class PumpForm(forms.Form):
    """What the pump was set to, in what it shows: mL/h where its strength is known, else mg/h."""

    client_id = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
    rate = forms.DecimalField(
        min_value=Decimal("0.1"), max_value=2000, max_digits=6, decimal_places=2
    )
    words = forms.CharField(
        label="Why",
        required=False,
        max_length=LONGEST_REASON,
        help_text="Needed above the ordered rates, and to go faster while more is held back.",
    )

    def __init__(self, *args: Any, mg_ml: Decimal | None, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "pump_%s"} | kwargs))
        self.mg_ml = mg_ml
        unit = "mL/h" if mg_ml else "mg/h"
        self.fields["rate"].label = f"Pump now at, {unit}"
        self.fields["rate"].widget.attrs |= {"inputmode": "decimal", "data-unit": unit}

    def mg_h(self) -> Decimal:
        """Milligrams an hour, to a hundredth."""
        typed: Decimal = self.cleaned_data["rate"]
        return (typed * (self.mg_ml or 1)).quantize(Decimal("0.01"))


class GoOnForm(forms.Form):
    """Why a paused pump goes on, where that is asked."""

    words = forms.CharField(
        required=False,
        max_length=LONGEST_REASON,
        label="Why it goes on now",
        help_text="A reason is asked for while more is held back.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "go_on_%s"} | kwargs))


class RestForm(forms.Form):
    """How much of a lot that is out with the session; which one is sent beside it."""

    lot = forms.IntegerField(widget=forms.HiddenInput)
    mg = milligrams(label="Milligrams")


def choices(session: Any, user: User, route: str) -> list[tuple[str, str]]:
    """The lots that fit and are not over; then what is not from the register, where it may be."""
    practice = session.course.person.practice
    found = lots_of(session, route)
    if register.may_be_own(route):
        found.append((OWN, "Their own prescription"))
    if not stock.keeps_one(practice) or user.has_role(PRESCRIBER):
        found.append((NONE, "Not from the register"))
    # With several there is no first one: 100 mg/mL must not be taken for 50 by a tap too few.
    return found if len(found) == 1 else [("", "Choose"), *found]


def lots_of(session: Any, route: str) -> list[tuple[str, str]]:
    fitting = stock.gives(session.course.person.practice, route, now=clock.now())
    return [(str(each.row.pk), lot_words(each)) for each in fitting]


def lots_ever(session: Any) -> list[tuple[str, str]]:
    """Whatever a page may have offered while there was still a network."""
    rows = Holding.objects.filter(practice=session.course.person.practice)
    found = [(str(row.pk), row.lot) for row in rows]
    return [*found, (OWN, "Their own prescription"), (NONE, "Not from the register")]


def lot_words(lot: stock.Lot) -> str:
    last = lot.row.expires_on
    until = f"{last.day} {last:%b %Y}"
    return f"{lot.row.product} · lot {lot.row.lot} · {lot.at_hand} · until {until}"


def card(request: HttpRequest, session: Any, **also: Any) -> dict[str, Any]:
    """What the card shows; `also` may bring a form that did not pass."""
    user, route = actor(request), session.order_route or session.route
    lots = choices(session, user, route)
    order = session.order_set.newest()
    total, given = doses.given_mg(session), doses.of(session)
    short = cut_short.of(session)
    beside, over = doses.beside_order(session, order, now=clock.now())
    kinds = register.dose_kinds_of(route)
    start = {
        "mg": None if short or over_now(session, order, total) else left(order, total),
        "kind": kinds[0 if session.stopped_at else min(len(given), len(kinds) - 1)].id,
    }
    return {
        "doses": given,
        "given_mg": total,
        "beside_order": beside,
        "short": short,
        "over_order": over,
        "keeps_register": stock.keeps_one(session.course.person.practice),
        "rest": rests(request, session, also.get("rest_form")),
        "dose_form": also.get("dose_form") or DoseForm(route=route, lots=lots, initial=start),
        "pump_form": also.get("pump_form") or PumpForm(mg_ml=order.pump_mg_ml if order else None),
        "go_on_form": also.get("go_on_form") or GoOnForm(),
        "may_set_pump": may(user, "give medicine") and runs(session),
        "pump_on": runs(session),
        "may_give": may(user, "give medicine") and not session.discharged_at,
        "may_waste": may(user, "give medicine"),
        "may_see_register": may(user, "see the register"),
    }


def runs(session: Any) -> bool:
    """Whether there is a pump to set: an infusion that has not ended."""
    return session.over_min is not None and session.stopped_at is None


def over_now(session: Any, order: Order | None, given: Decimal) -> bool:
    """Whether nothing more is expected: it ended, and the first dose is all given."""
    return bool(session.stopped_at and order and given >= order.dose_mg)


def left(order: Order | None, given: Decimal) -> Decimal | None:
    """What of the first dose is not given yet, and after it what of the second."""
    wholes = [order.dose_mg, doses.ordered_mg(order)] if order else []
    return next((whole - given for whole in wholes if whole > given), None)


def rests(
    request: HttpRequest, session: Session, failed: tuple[int, Any, Any] | None = None
) -> list[dict[str, Any]]:
    """What is out of each lot, with the forms to waste it or to put it back."""
    return [rest(request, holding, out, failed) for holding, out in stock.out_with(session)]


def rest(
    request: HttpRequest, holding: Holding, out: Decimal, failed: tuple[int, Any, Any] | None
) -> dict[str, Any]:
    begun = failed and failed[0] == holding.pk
    form, witness = (failed[1], failed[2]) if failed and begun else (None, None)
    names: dict[str, Any] = {"auto_id": f"rest_{holding.pk}_%s"}
    return {
        "lot": holding,
        "out_mg": out,
        "form": form or RestForm(initial={"lot": holding.pk, "mg": out}, **names),
        "witness": witness or WitnessForm(request=request, label="Who saw it", **names),
        "open": bool(begun),
        "goes_back": holding.kind.splits or out % holding.unit_mg == 0,
    }
