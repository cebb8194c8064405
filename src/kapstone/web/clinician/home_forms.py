"""What the page of a session at home shows of what follows the release, and its forms."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms

from kapstone import at_home
from kapstone.web.accounts.models import User
from kapstone.web.records import at_home as home
from kapstone.web.records import check_ins, home_boosters
from kapstone.web.records.access import may


class UndoForm(forms.Form):
    words = forms.CharField(
        label="What was typed wrongly", widget=forms.Textarea(attrs={"rows": 2}), max_length=4000
    )


class AskedForm(forms.Form):
    """How the person said they are, on the phone."""

    moment = forms.ChoiceField(label="Which check-in")
    answer = forms.ChoiceField(label="What they said", widget=forms.RadioSelect)
    words = forms.CharField(
        required=False, label="In their words", max_length=1000, widget=forms.Textarea({"rows": 2})
    )
    once = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {
            "moment": [(row.id, row.title) for row in at_home.check_in_rows().values()],
            "answer": [(row.id, row.label) for row in at_home.answers().values()],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice has them

    def said(self) -> dict[str, Any]:
        told = {**self.cleaned_data}
        return {"client_id": told.pop("once"), **told}


def words_for(found: Any, user: User, now: datetime) -> dict[str, Any]:
    """What the page of the session at home shows of these."""
    asked = check_ins.of(found, now=now)
    open_ = [each for each in asked if each.state in {"due", "missed"}]
    second = home_boosters.conditions(found, now=now)
    return {
        "undo_form": UndoForm(),
        "undone": [row for row in home.releases_of(found) if not row.units],
        "booster_row": at_home.booster(),
        "second": second,
        "second_holds": at_home.all_hold(second),
        "confirms": may(user, "confirm boosters at home"),
        "confirmed": home_boosters.therapist_said(found),
        "check_ins": asked,
        "may_ask": any(each.state != "ahead" for each in asked),
        "said": check_ins.words_of(found),
        "asked_form": AskedForm(
            initial={"once": uuid4(), "moment": open_[-1].row.id if open_ else None}
        ),
    }
