"""The forms of the medicine register: the shape of what is typed."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from kapstone import register
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records.access import may
from kapstone.web.records.models import RegisterSettings
from kapstone.web.records.register import Lot

MOST_UNITS = 99_999
YES_NO = (("", "Not known"), ("yes", "Yes"), ("no", "No"))
KNOWN: dict[str, bool | None] = {"yes": True, "no": False, "": None}


def milligrams(*, unit: str = "mg", **also: Any) -> forms.DecimalField:
    """An amount; `unit` stands behind it where a tablet says it in words."""
    widget = forms.NumberInput(attrs={"inputmode": "decimal", "step": "any", "data-unit": unit})
    return forms.DecimalField(min_value=0, max_digits=9, decimal_places=2, widget=widget, **also)


def number_of(**also: Any) -> forms.IntegerField:
    return forms.IntegerField(max_value=MOST_UNITS, **({"min_value": 0} | also))


def on_day(**also: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **also)


def sentences(label: str, **also: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 2}), **also)


class SentOnce(forms.Form):
    """A form whose line is written once, however often it is sent."""

    client_id = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)


class PartyForm(SentOnce):
    """The other side of a delivery."""

    party = forms.CharField(label="Supplier", max_length=200)
    address = forms.CharField(max_length=300, label="Their address")
    dea_number = forms.CharField(label="Their DEA number", max_length=20)
    invoice = forms.CharField(label="Invoice", max_length=60, required=False)


class ReceiveForm(PartyForm):
    """A delivery: what the label and the invoice say."""

    form = forms.ChoiceField(label="What it comes in")
    product = forms.CharField(max_length=200, help_text="As labelled: Ketamine 50 mg/mL, 10 mL.")
    unit_mg = forms.DecimalField(
        label="Milligrams in one unit",
        min_value=0,
        max_digits=9,
        decimal_places=3,
        help_text="Of base: 50 mg/mL, 10 mL is 500.",
    )
    units = number_of(label="How many units", min_value=1)
    lot = forms.CharField(max_length=60)
    expires_on = on_day(label="Last day", help_text="Of the month, if only that is printed.")
    ndc = forms.CharField(label="NDC", max_length=20, required=False)
    field_order = ("form", "product", "unit_mg", "units", "lot", "expires_on", "ndc", "party")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(each.id, each.label) for each in register.forms().values()]
        self.fields["form"].choices = [("", "Choose"), *known]  # type: ignore[attr-defined]  # a choice has choices


class Leaving(SentOnce):
    """How much leaves the cabinet."""

    units = number_of(label="Sealed units", initial=0)
    open_mg = milligrams(label="And of what is opened, mg", required=False)


class WasteForm(Leaving):
    words = sentences(
        "What happened", help_text="Broken, spilled, gone off: how, and how it was made unusable."
    )


class ReturnForm(Leaving, PartyForm):
    words = sentences("Why", required=False)
    field_order = ("units", "open_mg", "party", "address", "dea_number", "invoice", "words")


class DestroyForm(Leaving):
    method = forms.CharField(label="How it was made non-retrievable", max_length=200)
    place = forms.CharField(label="Where", max_length=300)


class LossForm(Leaving):
    """What DEA Form 106 asks for; what is not known yet stays empty."""

    kind = forms.ChoiceField(label="Kind of theft or loss")
    found_on = on_day(label="Found on")
    happened = sentences("What is known of it")
    police_told = forms.ChoiceField(label="Police told", choices=YES_NO, required=False)
    police = forms.CharField(
        label="Police: department, telephone, report number", max_length=200, required=False
    )
    notice_on = on_day(label="Written notice to the DEA sent on", required=False)
    value = forms.CharField(label="Purchase value", max_length=40, required=False)
    marks = forms.CharField(
        label="Marks, symbols or codes on the containers", max_length=200, required=False
    )
    measures = sentences("What was done against another", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(each.id, each.label) for each in register.losses().values()]
        self.fields["kind"].choices = [("", "Choose"), *known]  # type: ignore[attr-defined]  # a choice has choices

    def clean_police_told(self) -> bool | None:
        return KNOWN[self.cleaned_data["police_told"]]


class CorrectLineForm(forms.Form):
    """What a line should have said."""

    units = number_of(label="Sealed units, in truth", required=False)
    open_mg = milligrams(label="And milligrams, in truth", required=False)
    words = sentences("What was wrong")


class CountForm(forms.Form):
    """Two fields a lot, empty: what the register expects is nowhere on the page."""

    began = forms.FloatField(required=False, widget=forms.HiddenInput)
    purpose = forms.CharField(max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args: Any, lots: Iterable[Lot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lots = list(lots)
        for each in self.lots:
            key, kind = each.row.pk, each.row.kind
            self.fields[f"units_{key}"] = cell(number_of(label=f"{kind.many.capitalize()}, sealed"))
            if kind.splits:
                self.fields[f"open_{key}"] = cell(milligrams(label="Opened, mg"))

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each lot with its fields, in the order of the cabinet."""
        return [
            {
                "lot": each.row,
                "fields": [
                    self[name]
                    for name in (f"units_{each.row.pk}", f"open_{each.row.pk}")
                    if name in self.fields
                ],
            }
            for each in self.lots
        ]

    def counted(self) -> dict[int, tuple[int, Decimal]]:
        told = self.cleaned_data
        return {
            each.row.pk: (
                told[f"units_{each.row.pk}"],
                told.get(f"open_{each.row.pk}") or Decimal(0),
            )
            for each in self.lots
        }


def cell(field: Any) -> Any:
    """A large cell of the keypad, which goes on to the next by its key."""
    field.widget.attrs |= {"data-most": str(MOST_UNITS), "autocomplete": "off"}
    return field


class AnswerDifferenceForm(forms.Form):
    words = sentences("What was found")


class RegisterSettingsForm(forms.Form):
    """What stands on the registration, and what the law leaves to the practice."""

    registered_name = forms.CharField(label="Name on the registration", max_length=200)
    address = forms.CharField(label="Registered address", max_length=300, required=False)
    dea_number = forms.CharField(label="DEA registration number", max_length=20, required=False)
    two_count = forms.BooleanField(label="Two people count", required=False)
    near_days = forms.IntegerField(
        label="Days before its last day that a lot is called near it",
        min_value=1,
        max_value=730,
        required=False,
        help_text="No law says how many. Empty: only what is over is marked.",
    )
    answerer = forms.ModelChoiceField(
        label="Who answers for a difference",
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody named",
        help_text="Gets a mail at once, which says that something waits and no more.",
    )
    name = forms.CharField(
        label="Your full name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words"}),
    )

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        now = RegisterSettings.objects.now(practice)
        settled = {name: getattr(now, name, None) for name in self.base_fields}
        super().__init__(*args, **({"initial": settled} | kwargs))
        people = User.objects.filter(practice=practice, is_active=True).order_by("name")
        able = [each.pk for each in people if may(each, "answer discrepancies")]
        self.fields["answerer"].queryset = people.filter(pk__in=able)  # type: ignore[attr-defined]  # a choice of rows has one
