"""Whether a log-in still stands: asked again and again for screens that stay open."""

from __future__ import annotations

from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from kapstone.web.accounts.middleware import is_locked, lacks_second_factor
from kapstone.web.accounts.models import User


def user_of(key: str) -> User | None:
    """Who is logged in under this session key; None when it ended, is locked, or lacks a factor.

    Looking is no use of the screen: nothing is written.
    """
    request = HttpRequest()
    request.META["HTTP_X_POLL"] = "1"
    request.session = SessionStore(key)
    found = get_user(request)
    if not isinstance(found, User):
        return None
    request.user = found
    return None if lacks_second_factor(request) or is_locked(request) else found
