"""A stop of the medicine before its time whose reason nobody has written yet."""

from __future__ import annotations

from kapstone.web.records.models import Notice, NoticeAnswer, Phase
from kapstone.web.records.refusals import is_blank

KIND = "stop-reason-owed"
MISSING = (("caution", "! the reason and the amount are still missing"),)


def chips(row: Phase) -> tuple[tuple[str, str], ...]:
    """That the reason is missing, beside the stop itself, until somebody has written it."""
    if row.phase != "stopped" or not is_blank(row.words):
        return ()
    asked = Notice.objects.filter(session=row.session_id, kind=KIND)
    answers = NoticeAnswer.objects.standing().filter(notice__in=asked)
    if not asked.exists() or any(not is_blank(each.words) for each in answers):
        return ()
    return MISSING
