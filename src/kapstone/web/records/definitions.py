"""Which questionnaires a practice may show, and by which definition a sheet was asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from kapstone import instruments
from kapstone.instruments import Instrument
from kapstone.web.accounts.models import Practice
from kapstone.web.records.models import FormLicence, Sheet
from kapstone.web.records.refusals import Refused

# A sheet asked with brought words says with which, so that it stays readable when they have ended.
BROUGHT = "brought-"
# What definitions once had; rows that were kept with it are never edited.
NO_MORE = frozenset({"retired"})


@dataclass(frozen=True, slots=True)
class Form:
    """A questionnaire as this practice may use it; `version` is what a sheet of it keeps.

    `why_not` says what is missing where it may not be shown; `licence` is what was attested.
    """

    of: Instrument
    version: str
    why_not: str = ""
    licence: FormLicence | None = None

    @property
    def may_be_asked(self) -> bool:
        return not self.why_not


def forms_of(practice: Practice, today: date) -> dict[str, Form]:
    """Every questionnaire that is known here, by its id, with whether it may be asked today."""
    kept = {row.instrument: row for row in FormLicence.objects.filter(practice=practice).standing()}
    found = {of.id: shipped(of, kept.get(of.id), today) for of in instruments.instruments()}
    own = {row.instrument: row for row in kept.values() if row.instrument not in found}
    return found | {name: brought_form(row, today) for name, row in own.items()}


def shipped(of: Instrument, licence: FormLicence | None, today: date) -> Form:
    if licence is not None and licence.definition is not None:
        return brought_form(licence, today)
    if not of.has_text:
        return Form(of, of.version, "its words are not free: bring them under a licence", licence)
    if not of.licence.commercial and not (licence and licence.in_force(today)):
        return Form(of, of.version, "its terms have not been agreed to here", licence)
    return Form(of, of.version, "", licence)


def brought_form(row: FormLicence, today: date) -> Form:
    of = brought(row.pk, row.digest)
    why = "" if row.in_force(today) else f"its licence ended on {row.expires_on:%d %b %Y}"
    return Form(of, f"{BROUGHT}{row.pk}", why, row)


@lru_cache(maxsize=256)
def brought(pk: int, digest: str) -> Instrument:
    """The definition of a row, which nobody can change.

    `digest` is the row's, since after a restore under a running server its number may be another's.
    """
    kept: dict[str, Any] = FormLicence.objects.get(pk=pk).definition or {}
    return Instrument.model_validate({k: v for k, v in kept.items() if k not in NO_MORE})


def of_sheet(sheet: Sheet) -> Instrument:
    """The definition that a sheet was asked with, whatever has become of its licence since."""
    return named(sheet.instrument, sheet.version)


def named(instrument: str, version: str) -> Instrument:
    """The definition of a sheet of that version."""
    if version.startswith(BROUGHT):
        pk = int(version.removeprefix(BROUGHT))
        return brought(pk, FormLicence.objects.values_list("digest", flat=True).get(pk=pk))
    return instruments.instrument(instrument)


def version_to_ask(practice: Practice, instrument: str, at: datetime) -> str:
    """The version that a new sheet keeps; refused where the practice may not show the form.

    A licence ends with its last day on the practice's own clock.
    """
    today = at.astimezone(practice.zone).date()
    row = FormLicence.objects.filter(practice=practice, instrument=instrument).standing().first()
    of = next((each for each in instruments.instruments() if each.id == instrument), None)
    if of is not None:
        form = shipped(of, row, today)
    elif row is not None:
        form = brought_form(row, today)
    else:
        known = forms_of(practice, today).values()
        names = ", ".join(sorted(form.of.short for form in known if form.may_be_asked))
        raise Refused("no-such-instrument", f"Choose one of: {names}.")
    if form.why_not:
        raise Refused("no-licence", f"{form.of.short} cannot be asked: {form.why_not}.")
    return form.version
