"""The deed of writing the practice's rows out as a registry."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kapstone.registry.concepts import Vocabulary
from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit, registry, registry_rows
from kapstone.web.records.models import Person
from kapstone.web.records.refusals import Refused
from kapstone.web.records.registry import Export, Takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """How many people and rows were written, and how many were left out, by why."""

    people: int
    rows: dict[str, int]
    left_out: dict[str, int]


@transaction.atomic
def export_registry(to: Takes, vocabulary: Vocabulary, *, at: datetime, by: User) -> Exported:
    """Write the rows of everybody who agreed to be learned from; the trail says that it was done.

    Only an owner may. Who has no year of birth is left out, since the model has no such person.
    """
    access.refuse_others(by, "run the practice")
    practice = by.practice
    if practice is None:
        raise Refused("no-practice", "You belong to no practice.")
    everybody = Person.objects.filter(practice=practice)
    agreed = registry.agreed(practice)
    born = everybody.filter(pk__in=agreed, birth_date__isnull=False)
    people = frozenset(born.values_list("pk", flat=True))
    export = Export(practice=practice, vocabulary=vocabulary, at=at, people=people)
    rows: dict[str, int] = defaultdict(int)
    for name, found in registry_rows.tables(export):
        rows[name] += registry.put(to, name, found)
    left_out = {
        "people who have not agreed": everybody.count() - len(agreed),
        "people without a date of birth": len(agreed) - len(people),
        **export.left_out,
    }
    audit.record(by, "export registry", about="registry", people=len(people), rows=dict(rows))
    return Exported(people=len(people), rows=dict(rows), left_out=left_out)
