"""How somebody wants to be reached, asked the same way of them and by the front desk."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from kapstone.instruments import reminding

APART = re.compile(r"[\s().\-/]")
CONTINENTS = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic"),
    *("Australia", "Europe", "Indian", "Pacific"),
)


@cache
def zones() -> list[tuple[str, str]]:
    """Every time zone that is named after a place."""
    named = (zone for zone in available_timezones() if zone.split("/")[0] in CONTINENTS)
    return [(zone, zone.replace("_", " ")) for zone in ["UTC", *sorted(named)]]


# Among the channels on the page; kept as a wish of its own beside the channel of before.
NOTHING = "nothing"


class WishesForm(forms.Form):
    """Channel or nothing, hour, time zone, number; whether it can be kept is the deed's to say."""

    channel = forms.ChoiceField(label=_("How"), widget=forms.RadioSelect)
    phone = forms.CharField(
        label=_("Phone number for text messages"),
        help_text=_("With + and the country, like +1 555 010 0123."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    hour = forms.TypedChoiceField(label=_("At about"), coerce=int)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones)

    def __init__(self, *args: Any, sms: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of = reminding.rules()
        texts = sms or self.initial.get("channel") == "sms"
        if not texts:
            del self.fields["phone"]
        self.before = {name: self.initial.get(name) for name in ("channel", "phone")}
        if self.initial.get("opted_out"):
            self.initial["channel"] = NOTHING
        offered: dict[str, Any] = {
            "channel": [
                ("email", _("E-mail")),
                *([("sms", _("Text message"))] if texts else []),
                ("none", _("Call me")),
                (NOTHING, _("Nothing: send no messages about forms")),
            ],
            "hour": [(hour, f"{hour:02}:00") for hour in range(of.first_hour, of.last_hour)],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        """The number as a gateway wants it: a plus and digits."""
        return APART.sub("", self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        """The wishes by their names in the chart; a number that was not asked for stays."""
        said: dict[str, Any] = {**self.cleaned_data}
        said.setdefault("phone", self.before["phone"] or "")
        said["opted_out"] = said.get("channel") == NOTHING
        if said["opted_out"]:
            said["channel"] = self.before["channel"] or "email"
        return said
