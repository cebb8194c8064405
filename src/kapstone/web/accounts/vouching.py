"""A second person proves who they are on a screen that somebody else is logged in to."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from kapstone.web.accounts.models import User
from kapstone.web.accounts.views import is_demo_entry

NO_CODE = "They have no code app yet; it is set up under Password and second factor."


def why_not_them(request: HttpRequest, user: User, *, password: str, code: str) -> str:
    """Why this does not prove that it is them; empty when it does.

    Guessing is limited as at log-in. Nobody is logged in or out by it. A passkey cannot be asked on
    another's device: it takes a password and a code. The demonstration, entered by one click, asks
    for neither.
    """
    if is_demo_entry(request):
        return ""
    try:
        same = get_adapter().authenticate(request, email=user.email, password=password) == user
    except ValidationError as too_often:
        return " ".join(too_often.messages)
    return why_not_code(user, code) if same else "That is not the password of this person."


def why_not_code(user: User, code: str) -> str:
    kinds = Authenticator.objects.filter(user=user).values_list("type", flat=True)
    if not {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES} & set(kinds):
        return NO_CODE
    form = AuthenticateForm({"code": code}, user=user)
    if not form.is_valid():
        return " ".join(form.errors.get("code", ["That is not their code."]))
    form.authenticator.record_usage()
    return ""
