"""Deeds about the practice itself: its settings and its staff."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db import transaction

from kapstone.knowledge.helplines import answer_times, countries
from kapstone.web.accounts import practices
from kapstone.web.accounts.models import Practice, User
from kapstone.web.accounts.roles import OWNER
from kapstone.web.records import access, audit
from kapstone.web.records.models import RiskSettings
from kapstone.web.records.models.notices import URGENT
from kapstone.web.records.refusals import Refused, refuse_other_name

# Nobody may be told that somebody watches at every hour: no practice's software can promise it.
EVERY_HOUR = re.compile(r"24\s*/\s*7|24[\s-]*h|around the clock|day and night|always", re.I)


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
    refuse_other_name(name, by)
    row = Practice.objects.select_for_update(no_key=True).get(user=by)
    row.settings_signed_by, row.settings_signed_at = by.signed_name, at
    row.save()
    audit.record(by, "sign settings", about=f"practice:{row.pk}", name=by.signed_name)


@transaction.atomic
def settle_risk(told: dict[str, Any], *, name: str, at: datetime, by: User) -> RiskSettings:
    """Settle how notices of suicide risk are answered, signed; what stood before stays readable."""
    access.refuse_others(by, "settle risk")
    refuse_other_name(name, by)
    refuse_unkept(told, by)
    row = RiskSettings.objects.create(
        practice=Practice.objects.get(user=by),
        urgent_min=told["urgent_min"],
        positive_min=told["positive_min"],
        second_contact=told["second_contact"],
        hours=told["hours"].strip(),
        country=told["country"],
        signed_name=by.signed_name,
        at=at,
        by=by,
    )
    audit.record(by, "settle risk", about=f"risk_settings:{row.pk}")
    return row


def refuse_unkept(told: dict[str, Any], by: User) -> None:
    """Refuse times beyond what the evidence allows, a stranger, and a promise nobody can keep."""
    for name, level in (("urgent_min", URGENT), ("positive_min", "si_positive")):
        row = answer_times()[level]
        if not row.least <= told[name] <= row.most:
            words = f"{row.title}: choose {row.least} to {row.most} minutes ({row.target})."
            raise Refused("out-of-bounds", words)
    second = told["second_contact"]
    if second and (second.practice_id != by.practice_id or not second.is_staff_member):
        raise Refused("not-on-staff", "The second contact is somebody on your staff.")
    if second and not access.may(second, "answer notices"):
        words = "The second contact is a clinician: nobody else may open and answer a notice."
        raise Refused("not-a-clinician", words)
    if told["country"] and told["country"] not in countries():
        raise Refused("no-such-country", "Choose a country from the list, or leave it open.")
    if EVERY_HOUR.search(told["hours"]):
        words = "Say when somebody really looks. No practice may promise to watch at every hour."
        raise Refused("every-hour", words)


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
