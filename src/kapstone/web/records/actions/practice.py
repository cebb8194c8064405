"""Deeds about the practice itself: its settings and its staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from kapstone import consent
from kapstone.web.accounts import practices
from kapstone.web.accounts.models import Practice, User
from kapstone.web.accounts.roles import OWNER
from kapstone.web.records import access, audit
from kapstone.web.records.refusals import Refused


@transaction.atomic
def settle(practice: int, settings: dict[str, Any], *, by: User) -> None:
    """Change what the practice settled for itself; the audit entry keeps what stood before."""
    row = Practice.objects.select_for_update(no_key=True).get(pk=practice)
    changed = {name: value for name, value in settings.items() if getattr(row, name) != value}
    before = {name: getattr(row, name) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    row.save()
    audit.record(by, "settle practice", about=f"practice:{practice}", before=before, after=changed)


@transaction.atomic
def sign_settings(name: str, *, at: datetime, by: User) -> None:
    """A prescriber stands, in their own name, for the settings that no source fixes."""
    access.refuse_others(by, "sign limits")
    if not (consent.same_name(name, by.name) or consent.same_name(name, by.signed_name)):
        raise Refused(
            "other-name",
            f"You are signed in as {by.signed_name}. Type your name as it stands here.",
        )
    row = Practice.objects.select_for_update(no_key=True).get(user=by)
    row.settings_signed_by, row.settings_signed_at = by.signed_name, at
    row.save()
    audit.record(by, "sign settings", about=f"practice:{row.pk}", name=by.signed_name)


@transaction.atomic
def add_staff(told: dict[str, Any], *, by: User) -> User:
    """Let somebody on staff in."""
    if by.practice is None:
        raise Refused("no-practice", "You belong to no practice.")
    try:
        member = practices.add_staff(by.practice, **told)
    except practices.NotSetUp as refused:
        raise Refused("not-added", str(refused)) from refused
    audit.record(by, "add staff", about=f"user:{member.pk}", roles=member.roles)
    return member


@transaction.atomic
def end_staff(member: User, *, by: User) -> None:
    """Close the door to somebody; the last owner cannot lock everybody out."""
    owners = [
        each.pk
        for each in User.objects.filter(practice=by.practice, is_active=True)
        if each.has_role(OWNER)
    ]
    if owners == [member.pk]:
        raise Refused("last-owner", "A practice keeps at least one owner.")
    member.is_active = False
    member.save(update_fields=["is_active"])
    audit.record(by, "end staff", about=f"user:{member.pk}")
