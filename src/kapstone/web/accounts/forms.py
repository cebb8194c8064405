"""The forms of the door, where allauth's own do not fit."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm


class LoginForm(AllauthLoginForm):  # type: ignore[misc]  # allauth has no types
    """The way to a forgotten password stands under the form, not between its two fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        self.fields["login"].label = "E-mail"
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A passkey that opens by itself, unless the key cannot."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Name of this passkey"
        self.fields["name"].initial = self.initial["name"] = "My passkey"
        own = self.fields["passwordless"]
        own.label, own.initial = "Log in with this passkey alone, without a password", True
        own.help_text = "Your device asks for your finger, face or PIN each time."
