"""Answers tapped on a phone: each kept once, however late and however often it arrives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapstone.instruments import GRAVEST_FIRST
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import questionnaires
from kapstone.web.records.models import Sheet
from kapstone.web.records.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """One answer as it was tapped; `at` is when, by the phone's own counting."""

    client_id: UUID
    item: str
    value: float
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of the taps: kept, or refused in words; and the gravest risk among them."""

    kept: tuple[UUID, ...]
    refused: Mapping[UUID, str]
    risk: str | None


def take_taps(sheet: Sheet, taps: Sequence[Tap], *, at: datetime, by: User) -> Taken:
    """Keep taps in the order they were made, each by itself: a refused one holds up no other.

    What was answered before the questions closed counts, even when it arrives after. What points
    to risk is kept and acted on whatever became of the form.
    """
    kept: list[UUID] = []
    refused: dict[UUID, str] = {}
    risks: set[str | None] = set()
    for tap in taps:
        try:
            risks.add(take(sheet, tap, at=at, by=by))
            kept.append(tap.client_id)
        except Refused as why:
            refused[tap.client_id] = why.words
    risk = next((level for level in GRAVEST_FIRST if level in risks), None)
    return Taken(kept=tuple(kept), refused=refused, risk=risk)


def take(sheet: Sheet, tap: Tap, *, at: datetime, by: User) -> str | None:
    given = when_given(sheet, tap.at, at)
    return questionnaires.answer_item(
        sheet, tap.item, tap.value, at=given, arrived=at, by=by, client_id=tap.client_id
    )


def when_given(sheet: Sheet, said: datetime, now: datetime) -> datetime:
    """When a tap counts as made: never in the future, never before the questions opened."""
    if sheet.opens_at > now:
        raise Refused("not-open", "These questions are not open yet.")
    return max(min(said, now), sheet.opens_at)
