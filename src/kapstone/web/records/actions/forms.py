"""Deeds about the terms of questionnaires: agreed to, brought with their words, ended."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from django.db import transaction

from kapstone import instruments
from kapstone.instruments import Instrument, NotBrought
from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit
from kapstone.web.records.models import FormLicence
from kapstone.web.records.refusals import Refused, is_blank, refuse_other_name, refuse_short

MOST_BYTES = 1_000_000


@transaction.atomic
def bring_form(
    text: str, *, licensor: str, scope: str, signed_name: str, at: datetime, by: User
) -> FormLicence:
    """Take a definition with its words under a licence of the practice's own; signed by name."""
    refuse_unsigned(signed_name, by)
    today = at.astimezone(by.practice.zone if by.practice else UTC).date()
    try:
        of = instruments.bring(text, today=today)
    except NotBrought as refused:
        raise Refused("not-brought", str(refused)) from refused
    return keep(of, licensor=licensor, scope=scope, brought=text, at=at, by=by)


@transaction.atomic
def agree_terms(
    instrument: str, *, scope: str, signed_name: str, at: datetime, by: User
) -> FormLicence:
    """Attest that the practice may use a text that is free only on conditions."""
    refuse_unsigned(signed_name, by)
    of = next((each for each in instruments.instruments() if each.id == instrument), None)
    if of is None or of.licence.commercial or not of.has_text:
        raise Refused("no-terms", "That form has no terms to agree to. Go back to the list.")
    return keep(of, licensor=of.licence.source, scope=scope, brought="", at=at, by=by)


def refuse_unsigned(name: str, by: User) -> None:
    access.refuse_others(by, "license forms")
    refuse_other_name(name, by)


def keep(
    of: Instrument, *, licensor: str, scope: str, brought: str, at: datetime, by: User
) -> FormLicence:
    """One licence of a form stands at a time; a new one takes the place of the old."""
    if by.practice is None:
        raise Refused("no-practice", "You belong to no practice.")
    if is_blank(licensor):
        raise Refused("no-licensor", "Say who granted the licence.")
    refuse_short(scope, "Say in a sentence what the licence covers and on which conditions.")
    before = standing(of.id, by)
    row: FormLicence = FormLicence.objects.create(
        practice=by.practice,
        instrument=of.id,
        definition=of.model_dump(mode="json", by_alias=True) if brought else None,
        digest=sha256(brought.encode()).hexdigest() if brought else "",
        licensor=licensor.strip(),
        scope=scope.strip(),
        expires_on=of.licence.expires,
        signed_name=by.signed_name,
        corrects=before,
        at=at,
        by=by,
    )
    audit.record(by, "license form", about=f"form:{of.id}", licence=row.pk, digest=row.digest)
    return row


def standing(instrument: str, by: User) -> FormLicence | None:
    rows = FormLicence.objects.select_for_update(of=("self",), no_key=True).visible_to(by)
    return rows.filter(instrument=instrument).standing().first()


@transaction.atomic
def end_licence(instrument: str, *, why: str, at: datetime, by: User) -> FormLicence:
    """No new sheet of the form is asked; what was answered stays readable."""
    access.refuse_others(by, "license forms")
    before = standing(instrument, by)
    if before is None:
        raise Refused("no-licence", "No licence of that form stands here.")
    refuse_short(why, "Say in a sentence why it ends; it stays beside the licence.")
    row: FormLicence = FormLicence.objects.create(
        practice=before.practice,
        instrument=instrument,
        definition=before.definition,
        digest=before.digest,
        licensor=before.licensor,
        scope=before.scope,
        expires_on=before.expires_on,
        ended=True,
        why=why.strip(),
        signed_name=by.signed_name,
        corrects=before,
        at=at,
        by=by,
    )
    audit.record(by, "end form licence", about=f"form:{instrument}", licence=before.pk)
    return row
