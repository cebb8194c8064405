"""A file from another system on its way into a chart, from the page or from the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from kapstone import fhir
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import access
from kapstone.web.records.actions import imports, people
from kapstone.web.records.models import Person, RecordImport
from kapstone.web.records.refusals import Refused

KINDS = {
    "condition": "conditions",
    "medicine": "medicines",
    "allergy": "allergies",
    "no_allergy": "statements of no allergy",
    "vital_sign": "vital signs",
    "observation": "observations",
    "answer": "answers of questionnaires",
}


@dataclass(frozen=True, slots=True)
class Done:
    """What an import came to."""

    record: RecordImport
    again: bool

    def words(self) -> str:
        person = self.record.person
        if self.again:
            return f"{person.name} ({person.number}): this file is already in the chart."
        taken = ", ".join(f"{n} {KINDS[kind]}" for kind, n in self.record.taken.items())
        left = len(self.record.not_understood)
        return (
            f"{person.name} ({person.number}): {taken or 'nothing new'}. "
            f"Not understood: {left}; the chart lists them with the reason."
        )


def take(person: Person, raw: bytes, *, file_name: str, by: User, same: bool = False) -> Done:
    """Read a file into a chart; raises fhir.Unreadable or Refused, and then nothing has changed."""
    read = fhir.read_bundle(raw, now=clock.now())
    return keep(person, read, file_name=file_name, by=by, same=same)


def keep(
    person: Person, read: fhir.Imported, *, file_name: str, by: User, same: bool = False
) -> Done:
    again = RecordImport.objects.filter(person=person, digest=read.digest).exists()
    record = imports.import_record(
        person, read, file_name=file_name[-200:], same=same, at=clock.now(), by=by
    )
    return Done(record, again)


def from_command_line(file: Path, *, person: str | None, by: str, same: bool = False) -> Done:
    """Import for a person by their number, or for somebody new when no number is given.

    Raises OSError, fhir.Unreadable or Refused, and then nothing has changed.
    """
    user = User.objects.filter(email__iexact=by, is_active=True).first()
    if user is None or not access.may(user, "import records"):
        raise Refused("no-such-user", f"{by} is nobody here who may import records.")
    refuse_too_large(file.stat().st_size)
    read = fhir.read_bundle(file.read_bytes(), now=clock.now())
    with transaction.atomic():
        chart = numbered(person, user) if person else newcomer(read, user)
        return keep(chart, read, file_name=file.name, by=user, same=same or person is None)


def refuse_too_large(size_bytes: int) -> None:
    """Refuse by size alone, before a byte is read."""
    if size_bytes > fhir.MAX_BYTES:
        raise Refused(
            "too-large",
            f"The file has more than {fhir.MAX_BYTES / 1e6:.0f} MB. "
            "Ask the sender for one person's record, without attachments.",
        )


def numbered(number: str, user: User) -> Person:
    person = Person.objects.visible_to(user).filter(number__iexact=number).first()
    if person is None:
        raise Refused("no-such-person", f"Nobody here has the number {number}.")
    return person


def newcomer(read: fhir.Imported, user: User) -> Person:
    """Somebody new, named as the file names them; the same file again finds the same person."""
    known = RecordImport.objects.visible_to(user).filter(digest=read.digest).first()
    if known:
        found: Person = known.person
        return found
    told = read.person
    born = told.birth_date
    details = {
        "given": (" ".join(told.given) or told.full_name or "Unknown")[:100],
        "family": (told.family or "Unknown")[:100],
        "birth_date": born.value if born and born.precision == "day" else None,
        "sex_at_birth": told.sex or "",
        "phone": (told.phone or "")[:40],
    }
    return people.add_person(details, at=clock.now(), by=user).person
