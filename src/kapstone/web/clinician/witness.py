"""A witness signs in beside whoever is logged in, with a password and a code of their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest

from kapstone.web.accounts.models import User
from kapstone.web.accounts.views import is_demo_entry
from kapstone.web.accounts.vouching import why_not_them
from kapstone.web.records.access import actor, may


class WitnessForm(forms.Form):
    """Who saw it, and the proof that it is them."""

    witness = forms.ModelChoiceField(queryset=User.objects.none(), empty_label="Choose")
    password = forms.CharField(
        label="Their password",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    code = forms.CharField(
        label="Their code",
        max_length=20,
        help_text="From their app, or a recovery code.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, label: str, **kwargs: Any) -> None:
        """With ids of its own: it stands beside another form."""
        super().__init__(*args, **({"prefix": "witness"} | kwargs))
        self.request = request
        user = actor(request)
        here = User.objects.filter(practice=user.practice, is_active=True).exclude(pk=user.pk)
        able = [each.pk for each in here if may(each, "witness medicine")]
        chosen: Any = self.fields["witness"]
        chosen.queryset, chosen.label = here.filter(pk__in=able).order_by("name"), label
        if is_demo_entry(request):
            del self.fields["password"], self.fields["code"]

    def clean(self) -> dict[str, Any]:
        """The proof is asked once everything is there, so that a slip costs no guess."""
        told = super().clean() or {}
        if not self.errors and (
            why := why_not_them(
                self.request,
                told["witness"],
                password=told.get("password", ""),
                code=told.get("code", ""),
            )
        ):
            self.add_error(None, why)
        return told

    @property
    def user(self) -> User:
        """Who signed in; only of a form that passed."""
        found: User = self.cleaned_data["witness"]
        return found


def both_pass(form: forms.Form, witness: WitnessForm | None) -> bool:
    """Whether a form and its witness pass; the witness is only asked once the form does."""
    return form.is_valid() and (witness is None or witness.is_valid())
