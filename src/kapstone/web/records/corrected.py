"""Notices whose reading or answer was corrected since: they stay open, and say so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from kapstone.web import clock
from kapstone.web.records import definitions, room, sheets
from kapstone.web.records.models import Notice, Reading, SheetAnswer
from kapstone.web.records.models.notices import RISK_KIND

# A deed writes the answer, and right after it the notice that the answer opens.
WRITTEN_WITHIN = timedelta(minutes=1)


def noted(notices: Iterable[Notice]) -> list[Notice]:
    """The same notices, each with `corrected`: what it rests on was corrected to, or ""."""
    rows: list[Any] = list(notices)
    readings, answers = replaced_readings(rows), replaced_answers(rows)
    for row in rows:
        said = [words(each) for each in readings if opened(each, row)]
        said += [answer_words(each) for each in answers if raised(each, row)]
        row.corrected = " ".join(said)
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


def replaced_answers(notices: list[Any]) -> list[Any]:
    told = [row for row in notices if row.kind == RISK_KIND]
    if not told:
        return []
    written = [row.recorded_at for row in told]
    found = SheetAnswer.objects.filter(
        sheet__course__person__in={row.person_id for row in told},
        recorded_at__range=(min(written) - WRITTEN_WITHIN, max(written)),
        corrected_by__isnull=False,
    )
    return list(found.select_related("sheet__course").order_by("pk"))


def raised(answer: Any, notice: Any) -> bool:
    """Whether the notice was opened by this answer: written with it, it names question and answer.

    Not by `at`: an answer that waited on a phone was given long before its notice was opened.
    """
    sheet = answer.sheet
    together = timedelta(0) <= notice.recorded_at - answer.recorded_at <= WRITTEN_WITHIN
    if not together or sheet.course.person_id != notice.person_id:
        return False
    return sheets.told(definitions.of_sheet(sheet), answer.item, answer.value) in notice.says


def answer_words(answer: SheetAnswer) -> str:
    last = newest(answer)
    of = definitions.of_sheet(answer.sheet)
    said = sheets.said(of, of.named(answer.item), last.value)
    when = timezone.localtime(last.recorded_at)
    return (
        f"Later corrected to {last.value:g} (“{said}”) on {clock.written(when)} "
        f"by {last.by.signed_name}."
    )


def newest(row: Any) -> Any:
    """The row that stands in for this one now."""
    while hasattr(row, "corrected_by"):
        row = row.corrected_by
    return row


def words(reading: Reading) -> str:
    last = newest(reading)
    when = timezone.localtime(last.recorded_at)
    return (
        f"The reading was corrected to {room.said(last.signs)} "
        f"by {last.by.signed_name} at {when:%H:%M}."
    )
