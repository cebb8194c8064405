"""What may be changed on the learning page: bounds of each field, and words for what is beyond."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.http import urlencode

from kapstone.pharmacokinetics import OutOfScope, routes
from kapstone.pharmacokinetics import learning as room
from kapstone.pharmacokinetics.people import HEAVIEST_KG, LIGHTEST_KG, REFERENCE_KG

FIRST_ROUTE = "iv"
LONGEST_MIN, LATEST_MIN = 240, 360
DRUGS = (("racemic", "Racemic (S, R)"), ("esketamine", "Esketamine (S)"))
SITES = (("venous", "a vein"), ("arterial", "an artery"))
NAMED = ("drug", "mg", "over_min", "spit", "second_mg", "second_at_min", "weight_kg", "site")
LEFT_IN = (("0", "swallowed"), ("1", "spat out"))
Following = Callable[[room.Setting], room.Drawn]


def number(label: str, least: float, most: float, unit: str, **more: Any) -> forms.FloatField:
    """A field for one figure; beyond its bounds it says which there are."""
    say = f"Enter {least:g} to {most:g} {unit}."
    return forms.FloatField(
        label=label,
        min_value=least,
        max_value=most,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), say),
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
        **more,
    )


class SettingForm(forms.Form):
    """A curve as it is asked for; what the route has not is not there. No person is in it."""

    def __init__(self, route: str, told: Mapping[str, str], *, strange: str = "") -> None:
        self.route, self.strange = route, strange
        self.row, self.example = routes()[route], room.examples()[route]
        super().__init__(self.defaults() | dict(told))
        self.fields.update(self.of_dose())
        self.fields.update(self.of_body())
        choices = [(each.id, each.name) for each in room.examples().values()]
        self.fields["beside"] = forms.ChoiceField(label="Beside the curve of", choices=choices)

    @classmethod
    def asked(cls, query: Mapping[str, str]) -> SettingForm:
        """From an address; a route that is not there is a fault, none at all is the first one."""
        asked = query.get("route", FIRST_ROUTE)
        told = {name: query[name] for name in query if name != "route"}
        if asked in routes():
            return cls(asked, told)
        return cls(FIRST_ROUTE, told, strange=asked)

    def defaults(self) -> dict[str, str]:
        fixed = room.setting_of(self.example)
        return {
            "drug": fixed.drug,
            "mg": f"{fixed.mg:g}",
            "over_min": f"{fixed.over_min:g}",
            "weight_kg": f"{REFERENCE_KG:g}",
            "site": fixed.site,
            "spit": "0",
            "beside": self.route,
        }

    def of_dose(self) -> dict[str, forms.Field]:
        least, most = self.example.least_mg, self.example.most_mg
        found: dict[str, forms.Field] = {}
        if len(self.row.drugs) > 1:
            found["drug"] = forms.ChoiceField(label="Medicine", choices=DRUGS)
        found["mg"] = number("Dose, mg", least, most, "mg")
        if self.row.infused:
            found["over_min"] = number("Given over, min", 0, LONGEST_MIN, "min")
        if self.row.can_spit:
            found["spit"] = forms.ChoiceField(label="What is left is", choices=LEFT_IN)
        found["second_mg"] = number("Second dose, mg", least, most, "mg", required=False)
        found["second_at_min"] = number(
            "Second dose at minute", 1, LATEST_MIN, "min after the first began", required=False
        )
        return found

    def of_body(self) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {
            "weight_kg": number("Body weight, kg", LIGHTEST_KG, HEAVIEST_KG, "kg")
        }
        if len(set(self.row.models.values())) > 1:
            found["site"] = forms.ChoiceField(label="Blood taken from", choices=SITES)
        return found

    def clean_mg(self) -> float:
        return self.whole_devices("mg")

    def clean_second_mg(self) -> float | None:
        if self.cleaned_data.get("second_mg") is None:
            return None
        return self.whole_devices("second_mg")

    def whole_devices(self, name: str) -> float:
        mg, each = float(self.cleaned_data[name]), self.row.device_mg
        if each is not None and mg % each:
            counts = range(1, int(self.example.most_mg // each) + 1)
            said = ", ".join(f"{each * count:g}" for count in counts)
            raise forms.ValidationError(f"A device holds {each:g} mg. Enter one of {said} mg.")
        return mg

    def clean(self) -> dict[str, Any]:
        """A second dose has an amount and a minute, and no two infusions run at once."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        for fault in self.not_of_route():
            self.add_error(None, fault)
        mg, at = told.get("second_mg"), told.get("second_at_min")
        if mg is None and at is not None and "second_mg" not in self.errors:
            self.add_error("second_mg", "Enter how much, or leave the minute empty.")
        if mg is not None and at is None and "second_at_min" not in self.errors:
            self.add_error("second_at_min", "Enter the minute at which it is given.")
        ends = told.get("over_min") or 0.0
        if at is not None and at < ends:
            self.add_error(
                "second_at_min", f"The first ends at minute {ends:g}. Enter that or later."
            )
        return told

    def not_of_route(self) -> Iterator[str]:
        """What an address asks for that this way in has not: never drawn as something else."""
        if self.strange:
            yield f"route: there is no \u201c{self.strange}\u201d, only {', '.join(routes())}."
            return
        has = self.defaults() | {"second_mg": "", "second_at_min": ""}
        for name in NAMED:
            asked = str(self.data.get(name, ""))
            if name not in self.fields and asked not in {"", has[name]}:
                only = f", only \u201c{has[name]}\u201d" if has[name] else ""
                yield f"{name}: {self.example.name} has no \u201c{asked}\u201d{only}."

    @property
    def beside(self) -> room.Setting:
        """The fixed curve; that of the route itself where another was not rightly named."""
        named = self.data.get("beside", self.route)
        return room.setting_of(room.examples().get(named, self.example))

    def drawn(self, followed: Following) -> room.Drawn | None:
        """The curve; None when it cannot be drawn, and then the form says why."""
        if not self.is_valid():
            return None
        try:
            return followed(self.setting())
        except OutOfScope as beyond:
            words = str(beyond)
            self.add_error("mg", f"{words[:1].upper()}{words[1:]}. Enter less.")
            return None

    def setting(self) -> room.Setting:
        told = self.cleaned_data
        fixed = room.setting_of(self.example)
        return room.Setting(
            route=self.route,
            drug=told.get("drug", fixed.drug),
            mg=told["mg"],
            over_min=told.get("over_min", 0.0),
            weight_kg=told["weight_kg"],
            spit=told.get("spit") == "1",
            second_mg=told["second_mg"],
            second_at_min=told["second_at_min"],
            site=told.get("site", fixed.site),
        )

    @property
    def told(self) -> dict[str, str]:
        """What an address needs to show the same again."""
        given = {name: str(self.data.get(name, "")) for name in self.fields}
        return {"route": self.route, **{name: each for name, each in given.items() if each}}

    @property
    def faults(self) -> str:
        """What is wrong, a line for each field."""
        return "\n".join(
            " ".join(map(str, said))
            if name == NON_FIELD_ERRORS
            else f"{self.fields[name].label}: {' '.join(map(str, said))}"
            for name, said in cast("dict[str, list[str]]", self.errors).items()
        )


def offered(route: str) -> list[dict[str, Any]]:
    """The routes as links, each to its own fixed curve."""
    return [
        {"name": each.name, "query": urlencode({"route": each.id}), "on": each.id == route}
        for each in room.examples().values()
    ]
