"""Notices whose reading was corrected since: they stay open, and say so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from kapstone.web.records import room
from kapstone.web.records.models import Notice, Reading


def noted(notices: Iterable[Notice]) -> list[Notice]:
    """The same notices, each with `corrected`: what its reading was corrected to, or ""."""
    rows: list[Any] = list(notices)
    replaced = replaced_readings(rows)
    for row in rows:
        own = (each for each in replaced if opened(each, row))
        row.corrected = " ".join(words(each) for each in own)
    return rows


def replaced_readings(notices: list[Any]) -> list[Any]:
    sessions = {row.session_id for row in notices if row.session_id}
    found = Reading.objects.filter(
        session__in=sessions, at__in={row.at for row in notices}, corrected_by__isnull=False
    )
    return list(found.select_related("judgement").order_by("pk"))


def opened(reading: Any, notice: Any) -> bool:
    """Whether the notice was opened when this reading was compared with the limits."""
    if (reading.session_id, reading.at) != (notice.session_id, notice.at):
        return False
    judgement = getattr(reading, "judgement", None)
    return judgement is not None and any(each["limit"] == notice.kind for each in judgement.crossed)


def words(reading: Reading) -> str:
    last: Any = reading
    while hasattr(last, "corrected_by"):
        last = last.corrected_by
    when = timezone.localtime(last.recorded_at)
    return (
        f"The reading was corrected to {room.said(last.signs)} "
        f"by {last.by.signed_name} at {when:%H:%M}."
    )
