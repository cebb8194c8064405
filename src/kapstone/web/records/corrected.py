"""Notices whose reading or answer was corrected since: they stay open, and say so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

from kapstone.web import clock
from kapstone.web.records import definitions, sheets
from kapstone.web.records.models import Notice, Reading, SheetAnswer
from kapstone.web.records.models.notices import RISK_KIND
from kapstone.web.records.tiles import said

# A deed writes the answer, and right after it the notice that the answer opens.
WRITTEN_WITHIN = timedelta(minutes=1)


def noted(notices: Iterable[Notice]) -> list[Notice]:
    """The same notices, each with `corrected`: what it rests on was corrected to, or ""."""
    rows: list[Any] = list(notices)
    readings, answers = replaced_readings(rows), replaced_answers(rows)
    for row in rows:
        said = [words(each) for each in readings if opened(each, row)]
        said += [answer_words(each) for each in first_of([e for e in answers if raised(e, row)])]
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


def first_of(answers: list[SheetAnswer]) -> list[SheetAnswer]:
    """Without those that stand in the steps of another: somebody came back to what they said."""
    later = {step.pk for each in answers for step in steps(each)}
    return [each for each in answers if each.pk not in later]


def answer_words(answer: SheetAnswer) -> str:
    """Each step since, in its own words: what was said in between is not hidden by the last."""
    told = [step_words(step) for step in steps(answer)]
    return f"Later corrected to {', then to '.join(told)}."


def step_words(answer: SheetAnswer) -> str:
    of = definitions.of_sheet(answer.sheet)
    said = sheets.said(of, of.named(answer.item), answer.value) or f"{answer.value:g}"
    when = timezone.localtime(answer.recorded_at)
    return f"“{said}” on {clock.written(when)} by {answer.by.signed_name}"


def steps(row: Any) -> Iterator[Any]:
    """The rows that came to stand in for this one, one after the other."""
    while hasattr(row, "corrected_by"):
        row = row.corrected_by
        yield row


def newest(row: Any) -> Any:
    """The row that stands in for this one now."""
    return [row, *steps(row)][-1]


def words(reading: Reading) -> str:
    last = newest(reading)
    when = timezone.localtime(last.recorded_at)
    return (
        f"The reading was corrected to {said(last.signs)} by {last.by.signed_name} at {when:%H:%M}."
    )
