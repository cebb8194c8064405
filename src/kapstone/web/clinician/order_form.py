"""The form of an order: what its route asks, and nothing filled in for the prescriber."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kapstone import monitoring
from kapstone.web import clock
from kapstone.web.clinician.session_forms import moment
from kapstone.web.records.actions.treatment import Dose

KNOWN = {"yes": True, "no": False, "spit": True, "swallow": False}
STEPS = (1, 2, 3)
NASAL = (("", "Not said"), ("device", "A device"), ("compounded", "A compounded spray"))
SPIT = (("", "Not said"), ("spit", "Spat out"), ("swallow", "Swallowed"))
TYPED = {"weight_kg", "dose_mg", "concentration_mg_ml", "pump_mg_ml", "booster_mg"}


def milligrams(**also: Any) -> forms.DecimalField:
    return forms.DecimalField(min_value=0, max_digits=7, decimal_places=2, **also)


def minutes(**also: Any) -> forms.IntegerField:
    return forms.IntegerField(min_value=1, max_value=240, required=False, **also)


def strength(**also: Any) -> forms.DecimalField:
    return forms.DecimalField(
        min_value=Decimal("0.1"),
        max_value=200,
        max_digits=6,
        decimal_places=2,
        required=False,
        **also,
    )


class OrderForm(forms.Form):
    """A dose as it is typed; nothing here is filled in for the prescriber."""

    weight_kg = forms.FloatField(min_value=20, max_value=350, label="Weight, kg")
    weight_at = moment(label="Weighed at")
    dose_mg = milligrams(label="Dose, mg of base")
    over_min = minutes(label="Over how many minutes")
    concentration_mg_ml = strength(label="Strength of the vial, mg/mL")
    diluted = forms.ChoiceField(
        choices=[("", "Not said"), ("yes", "Yes"), ("no", "No")],
        required=False,
        label="Diluted before it is given",
    )
    pump_mg_ml = strength(label="In the pump, mg/mL", help_text="For the rate in mL/h.")
    nasal = forms.ChoiceField(choices=NASAL, required=False, label="Given by")
    hold_min = forms.IntegerField(
        min_value=1, max_value=60, required=False, label="Held in the mouth, minutes"
    )
    spit = forms.ChoiceField(choices=SPIT, required=False, label="And then")
    booster_mg = milligrams(required=False, label="mg of base")
    booster_after_min = minutes(label="Minutes after the first, at the earliest")
    reason = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="Reason, when a check asks for one",
    )

    def __init__(self, *args: Any, route: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part = monitoring.order_part(route)
        if not monitoring.route_named(route).infused:
            del self.fields["over_min"]
        if not monitoring.asks_concentration(route):
            del self.fields["concentration_mg_ml"], self.fields["diluted"]
        for name in {"pump_mg_ml", "nasal", "hold_min", "spit"} - {*self.part.asks}:
            del self.fields[name]
        if "booster" not in self.part.asks:
            del self.fields["booster_mg"], self.fields["booster_after_min"]
        if "pump_steps" in self.part.asks:
            for number in STEPS:
                self.fields[f"step_{number}_min"] = minutes(label=f"Step {number}, minutes")
                self.fields[f"step_{number}_mg"] = milligrams(
                    required=False, label=f"Step {number}, mg"
                )
        for name in {*TYPED, *(f"step_{number}_mg" for number in STEPS)} & set(self.fields):
            self.fields[name].widget.attrs["inputmode"] = "decimal"

    def plain_fields(self) -> list[Any]:
        """The fields that stand one after the other; the rest has a place of its own."""
        apart = {"reason", "booster_mg", "booster_after_min"}
        return [f for f in self.visible_fields() if f.name not in apart and "step_" not in f.name]

    def booster_fields(self) -> list[Any]:
        return [self[name] for name in ("booster_mg", "booster_after_min") if name in self.fields]

    def step_fields(self) -> list[Any]:
        return [field for field in self.visible_fields() if field.name.startswith("step_")]

    def has_steps(self) -> bool:
        """Whether any step is typed: its fields then stand open."""
        return any(field.value() for field in self.step_fields())

    def clean_dose_mg(self) -> Any:
        if self.cleaned_data["dose_mg"] <= 0:
            raise ValidationError("A dose is more than 0 mg.")
        return self.cleaned_data["dose_mg"]

    def clean_weight_at(self) -> datetime:
        weighed: datetime = self.cleaned_data["weight_at"]
        if weighed > clock.now():
            raise ValidationError("This time is still to come; when was the weight taken?")
        return weighed

    def clean(self) -> dict[str, Any]:
        """A step, and a second dose, are both of their figures or neither."""
        told = super().clean() or {}
        pairs = [(f"step_{number}_min", f"step_{number}_mg") for number in STEPS]
        for one, other in [*pairs, ("booster_after_min", "booster_mg")]:
            lacks = [name for name in (one, other) if name in self.fields and not told.get(name)]
            if len(lacks) == 1 and lacks[0] not in self.errors:
                self.add_error(lacks[0], "Give the minutes and the milligrams, or neither.")
        return told

    def steps(self) -> tuple[monitoring.PumpStep, ...]:
        said = self.cleaned_data
        pairs = [(said.get(f"step_{n}_min"), said.get(f"step_{n}_mg")) for n in STEPS]
        return tuple(monitoring.PumpStep(minutes, mg) for minutes, mg in pairs if minutes and mg)

    def told(self) -> Dose:
        """The dose as its deed takes it."""
        said = self.cleaned_data
        same = ("over_min", "concentration_mg_ml", "pump_mg_ml", "hold_min", "booster_after_min")
        return Dose(
            mg=said["dose_mg"],
            weight_kg=said["weight_kg"],
            weight_at=said["weight_at"],
            diluted=KNOWN.get(said.get("diluted", "")),
            spit=KNOWN.get(said.get("spit", "")),
            nasal=said.get("nasal", ""),
            booster_mg=said.get("booster_mg") or None,
            pump_steps=self.steps(),
            **{name: said.get(name) for name in same},
        )
