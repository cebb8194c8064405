"""What was asked of a dose that was given beyond its order, and the mark that stays beside it."""

from __future__ import annotations

from typing import Any

from kapstone.web.records.models import DoseGiven, Notice, Session
from kapstone.web.records.refusals import Refused

KIND = "dose-beyond"
HELD = "held back"
# What a dose is called by the code of what it was asked; what held it back is in its words.
MARKS = {
    "over-order": "above what was ordered",
    "booster-gate": "before its time",
    "after-end": "after the medicine ended",
    "red-held": HELD,
}


def marks_in(asked: Refused) -> str:
    """`above what was ordered, held back`; empty where something else was asked."""
    found = [MARKS[asked.code]] if asked.code in MARKS else []
    if found and "Held back:" in asked.words:
        found.append(HELD)
    return ", ".join(dict.fromkeys(found))


def kind_of(dose: DoseGiven) -> str:
    """Each dose is an episode of its own."""
    return f"{KIND}:{dose.pk}"


def marks_of(session: Session) -> dict[int, str]:
    """The mark of each dose that was given beyond its order, by the key it was charted under."""
    rows = Notice.objects.filter(session=session, kind__startswith=f"{KIND}:")
    told = rows.values_list("kind", "says")
    return {int(kind.rpartition(":")[2]): says.rpartition(": ")[2] for kind, says in told}


def mark_of(dose: DoseGiven, marks: dict[int, str]) -> str:
    """The mark of a dose, or of the one that it corrects; empty where it has none."""
    row: Any = dose
    while row is not None:
        if row.pk in marks:
            return marks[row.pk]
        row = row.corrects
    return ""
