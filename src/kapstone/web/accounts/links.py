"""Signing in by an e-mailed link and its six-digit code."""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.signals import user_login_failed
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse

from kapstone.web.accounts.models import SignInLink, User

GOOD_FOR = timedelta(minutes=20)
MOST_TRIES = 5
MOST_LINKS_AN_HOUR = 6
log = logging.getLogger("kapstone.links")


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is sent; only the hashes are kept, in the database."""

    token: str
    code: str
    code_hash: str


def make() -> Link:
    """A new link; slow on purpose, so made before it is asked whether the address is known."""
    code = f"{secrets.randbelow(10**6):06}"
    hashed = make_password(code, hasher="pbkdf2_sha256")
    return Link(token=secrets.token_urlsafe(24), code=code, code_hash=hashed)


def issue(
    link: Link,
    user: User,
    *,
    now: datetime,
    goes_to: str = "/",
    by: Callable[[Link, User], None] | None = None,
) -> bool:
    """Keep the link for `user` and send it; False when too many were asked for in the last hour.

    By mail, unless `by` sends it another way.
    """
    recent = SignInLink.objects.filter(user=user, made_at__gt=now - timedelta(hours=1)).count()
    if recent >= MOST_LINKS_AN_HOUR:
        return False
    SignInLink.objects.create(
        user=user,
        token_hash=digest(link.token),
        code_hash=link.code_hash,
        made_at=now,
        expires_at=now + GOOD_FOR,
        goes_to=goes_to,
    )
    # The answer waits for no mail server: how long it takes, or that it fails, would tell a
    # stranger that the address is known. Not by the outbox: its rows would hold the code itself.
    threading.Thread(target=by or send, args=(link, user), name="sign-in-link").start()
    return True


def send(link: Link, user: User) -> None:
    """Send the link and the code; the message names no reason for care."""
    address = settings.SITE_ADDRESS + reverse("enter_code", args=[link.token])
    words = {"user": user, "address": address, "code": link.code, "minutes": 20}
    try:
        send_mail(
            subject=f"Your link to {user.practice}",
            message=render_to_string("mail/sign_in_link.txt", words),
            from_email=settings.DEFAULT_FROM_EMAIL,
            recipient_list=[user.email],
        )
    except (SMTPException, OSError):
        log.exception("user %s: the link could not be sent", user.pk)


def redeem(token: str, code: str, *, now: datetime) -> SignInLink | None:
    """The link whose code this is, marked as used; None when wrong, used, tried out or too old.

    Each try is counted before the code is looked at, so that guessing in parallel gains nothing.
    """
    with transaction.atomic():
        links = SignInLink.objects.filter(
            token_hash=digest(token), used_at=None, expires_at__gt=now, tries__lt=MOST_TRIES
        )
        if not links.update(tries=F("tries") + 1):
            return None
    link = SignInLink.objects.select_related("user").get(token_hash=digest(token))
    if not (link.user.is_active and check_password(code, link.code_hash)):
        tried = {"email": link.user.email}
        user_login_failed.send(sender=SignInLink, credentials=tried, request=None)
        return None
    used = SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now)
    return link if used else None


@transaction.atomic
def move(user: User, email: str) -> None:
    """Let `user` log in by another address; sessions and links of the old one end at once.

    An empty `email` shuts the door until `move` gives one.
    """
    user.email, user.is_active = email or user.email, bool(email)
    # A session holds only as long as the password field stays as it was, also an unusable one.
    user.set_unusable_password()
    user.save(update_fields=["email", "is_active", "password"])
    SignInLink.objects.filter(user=user, used_at=None).update(tries=MOST_TRIES)
    # allauth's own note of the address, by which a new password could be asked for.
    EmailAddress.objects.filter(user=user).delete()


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
