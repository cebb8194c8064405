"""Setting a practice up, and letting its staff in."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from kapstone.web.accounts import roles
from kapstone.web.accounts.models import Practice, User


class NotSetUp(Exception):
    """The practice or the person cannot be set up; says why and what to do."""


@transaction.atomic
def set_up(practice_name: str, *, zone: str, email: str, name: str, password: str) -> User:
    """Make a practice and its first owner; raises NotSetUp."""
    practice = open_practice(practice_name, zone=zone)
    return add_staff(practice, email=email, name=name, held=[roles.OWNER], password=password)


def check_owner(*, zone: str, email: str, name: str, password: str) -> None:
    """Whether these would make a practice and its owner, before there is a database.

    Raises NotSetUp.
    """
    check_zone(zone)
    check_email(email)
    check_password(password, User(email=email.lower(), name=name))


def open_practice(name: str, *, zone: str, **settled: Any) -> Practice:
    """A practice with nobody in it yet; raises NotSetUp for a zone that does not exist."""
    check_zone(zone)
    return Practice.objects.create(name=name, time_zone=zone, **settled)


def check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise NotSetUp(f"{zone!r} is not a time zone; write one like America/New_York.") from fault


def check_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as fault:
        raise NotSetUp(f"{email} is not an e-mail address.") from fault


def check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as fault:
        raise NotSetUp(" ".join(fault.messages)) from fault


def add_staff(
    practice: Practice, *, email: str, name: str, held: list[str], password: str, **also: Any
) -> User:
    """A member of staff with these roles; they set up a second factor when they first log in."""
    check_email(email)
    if User.objects.filter(email__iexact=email).exists():
        raise NotSetUp(f"{email} can already log in here.")
    if unknown := set(held) - roles.HIRED:
        raise NotSetUp(f"Not a role of staff: {', '.join(sorted(unknown))}.")
    user = User(email=email.lower(), name=name, practice=practice, roles=held, **also)
    check_password(password, user)
    user.set_password(password)
    user.save()
    return user
