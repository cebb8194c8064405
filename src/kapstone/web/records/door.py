"""Log-ins on the audit trail: who came in, and whom somebody failed to come in as.

The door lies below the chart and cannot call it; Django's own signals are how it tells.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in, user_login_failed

from kapstone.web.accounts.models import User
from kapstone.web.records import audit
from kapstone.web.records.models import Person


def watch() -> None:
    """Write down every log-in from now on."""
    user_logged_in.connect(came_in, dispatch_uid="audit log in")
    user_login_failed.connect(failed, dispatch_uid="audit log-in failed")
    authentication_failed.connect(second_factor_failed, dispatch_uid="audit second factor failed")


def came_in(sender: Any, *, user: User, **_: Any) -> None:
    audit.record(user, "log in", person=chart_of(user), about=f"user:{user.pk}")


def failed(sender: Any, *, credentials: dict[str, Any], **_: Any) -> None:
    """A name that nobody has is not written down: guessing names would fill the trail.

    Of a known one the door's limiter lets through a few guesses at a time, and only those come. The
    entry takes a few milliseconds that an unknown name does not: the hash, made for both, takes
    many times that.
    """
    name = credentials.get("email") or credentials.get("username") or ""
    if user := User.objects.filter(email__iexact=name).first():
        refused(user, "refuse log-in")


def second_factor_failed(sender: Any, *, user: User, **_: Any) -> None:
    refused(user, "refuse second factor")


def refused(user: User, did: str) -> None:
    """Under nobody's name: who it was is just what is not known."""
    about, person = f"user:{user.pk}", chart_of(user)
    audit.append(user.practice_id, None, did, person=person, about=about, detail={})


def chart_of(user: User) -> Person | None:
    return None if user.is_staff_member else Person.objects.filter(user=user).first()
