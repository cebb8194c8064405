"""The questionnaires of a synthetic life, item for item, in the ids of the real definitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from kapstone import instruments, synthesis
from kapstone.web.demonstration.life import Life
from kapstone.web.records.actions import questionnaires

INSTRUMENTS = {"phq9": "phq9", "gad7": "gad7", "cssrs": "cssrs-since"}
# The screener's items by what the synthesis calls them; it asks no other.
SCREENER_ITEMS = {"wish_dead": 0, "thoughts": 1, "behavior": -1}
OPEN_FOR = timedelta(days=7)


def by_place(ids: Sequence[str], answers: Mapping[str, int]) -> dict[str, int]:
    """The same answers under our ids: both lists stand in the order of the published form."""
    return dict(zip(ids, answers.values(), strict=True))


def items_of(instrument: str) -> list[str]:
    return [item.id for item in instruments.instrument(instrument).item]


def assign_sheet(life: Life, event: synthesis.Event) -> None:
    key = event.what["sheet"]
    due = datetime.combine(
        datetime.fromisoformat(event.what["due"]).date(), time(20), event.at.tzinfo
    )
    life.sheets[key] = questionnaires.assign_sheet(
        life.course,
        INSTRUMENTS[event.what["instrument"]],
        anchor=key,
        opens_at=event.at,
        due_at=due,
        closes_at=due + OPEN_FOR,
        at=event.at,
        by=life.who(event.by),
    )


def answer_item(life: Life, event: synthesis.Event) -> None:
    sheet = life.sheets[event.what["sheet"]]
    item = our_item(sheet.instrument, event.what["item"])
    questionnaires.answer_item(sheet, item, event.what["value"], at=event.at, by=life.who(event.by))


def our_item(instrument: str, item: str) -> str:
    ids = items_of(instrument)
    if instrument == "cssrs-since":
        return ids[SCREENER_ITEMS[item]]
    theirs: dict[str, Any] = {
        "phq9": synthesis.PHQ9_ITEMS,
        "gad7": synthesis.GAD7_ITEMS,
    }
    return ids[list(theirs[instrument]).index(item)]


def finish_sheet(life: Life, event: synthesis.Event) -> None:
    sheet = life.sheets[event.what["sheet"]]
    questionnaires.finish_sheet(sheet, at=event.at, by=life.who(event.by))
