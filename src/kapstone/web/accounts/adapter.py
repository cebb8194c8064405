"""How log-in behaves here: nobody signs themselves up, and a password is for staff only."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kapstone.web.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are invited by the practice; an open door would let a stranger make a chart."""
        return False

    def post_login(self, request: HttpRequest, user: User, **about: Any) -> HttpResponse:
        request.session["logged_in_at"] = time.time()
        answer: HttpResponse = super().post_login(request, user, **about)
        return answer

    def is_reauthentication_required(self, *, app: str = "") -> bool:
        """Asked again before a second factor is changed, unless they have only just logged in."""
        since = time.time() - context.request.session.get("logged_in_at", 0)
        recently = since < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not recently and bool(super().is_reauthentication_required(app=app))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Staff only: a password with no second factor must not open a person's own chart."""
        user = super().authenticate(request, **credentials)
        return user if user and user.is_hired else None

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        if user.is_hired:
            super().send_password_reset_mail(user, email, context)
