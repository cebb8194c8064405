"""A questionnaire that a practice brings under a licence of its own.

What ships as a skeleton may get its words this way, and nothing but its words: it scores as before.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from pydantic import ValidationError

from kapstone.instruments.definition import Instrument
from kapstone.instruments.library import by_any_name, instrument, paths, plain
from kapstone.instruments.sound import faults

# What the one who brings it may write into a skeleton; the rest has to be as it ships.
WORDS = {"title", "short", "version", "language", "instructions", "licence", "sources", "seen"}
WORDS_OF_ITEM = {"text", "topic", "low_text", "high_text", "code"}
ANSWERS = {"choices", "min", "max", "whole"}


class NotBrought(ValueError):
    """A definition cannot be taken; the words say what, where and what to do."""


def bring(text: str, *, today: date) -> Instrument:
    """The definition in a JSON text, if it may be used from `today` on; raises NotBrought.

    The schema is that of the definitions that ship; `licence` names who granted what, and `expires`
    the last day.
    """
    try:
        given = json.loads(text)
    except ValueError as fault:
        raise NotBrought(f"The file is not JSON: {fault}.") from fault
    if isinstance(given, dict) and "resourceType" in given:
        raise NotBrought(
            "This is a FHIR resource. Take the definition as JSON from the form's own page, write "
            "the words and the licence into it, and bring that."
        )
    try:
        found = Instrument.model_validate(given)
    except ValidationError as fault:
        raise NotBrought(in_words(fault)) from fault
    refuse_licence(found, today)
    if not found.has_text:
        blank = next(item.id for item in found.item if not item.text)
        raise NotBrought(f"Item {blank} has no text; a form without its words cannot be shown.")
    refuse_other_scoring(found)
    if wrong := next(faults(found), ""):
        raise NotBrought(f"It could not be asked or scored: {wrong}.")
    return found


def in_words(fault: ValidationError) -> str:
    first = fault.errors(include_url=False)[0]
    where = " → ".join(str(part) for part in first["loc"]) or "the whole"
    more = f", and {fault.error_count() - 1} more" if fault.error_count() > 1 else ""
    return f"At {where}: {first['msg']}{more}."


def refuse_licence(found: Instrument, today: date) -> None:
    expires = found.licence.expires
    if expires is None:
        raise NotBrought("licence → expires is missing: give the last day of your licence.")
    if expires < today:
        raise NotBrought(f"The licence ended on {expires:%-d %b %Y}; bring a current one.")


def refuse_other_scoring(found: Instrument) -> None:
    """A form known here keeps its scoring; a new one keeps away from the names of the others."""
    if found.id not in paths():
        taken = [n for n in (found.id, found.name, found.short) if plain(n) in by_any_name()]
        if taken:
            raise NotBrought(f"{taken[0]!r} is the name of a form that ships; use another.")
        return
    shipped = instrument(found.id)
    if shipped.has_text:
        raise NotBrought(f"{shipped.short} ships with its words; nothing has to be brought.")
    theirs, ours = without_words(found), without_words(shipped)
    if odd := sorted(name for name in theirs | ours if theirs.get(name) != ours.get(name)):
        words = f"{', '.join(odd)} differ from the {shipped.short} that ships"
        raise NotBrought(f"{words}. Bring the words only; how it scores stays.")


def without_words(of: Instrument) -> dict[str, Any]:
    """All that is asked and counted, without what is read; an answer is its value."""
    whole = of.model_dump(mode="json", by_alias=True, exclude=WORDS | {"choices"})
    whole["item"] = [
        {name: value for name, value in item.items() if name not in WORDS_OF_ITEM | ANSWERS}
        | {"values": values_of(of, item["id"])}
        for item in whole["item"]
    ]
    return whole


def values_of(of: Instrument, item: str) -> list[float] | str:
    """What may be answered; a span of whole numbers is the same as a choice for each of them."""
    low, high = of.spans[item]
    if item in of.values:
        return sorted(of.values[item])
    if of.by_id[item].whole:
        return [float(value) for value in range(int(low), int(high) + 1)]
    return f"any number from {low:g} to {high:g}"
