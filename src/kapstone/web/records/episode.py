"""The episode of a notice: opened, seen, passed on, answered, closed; and how long it waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from kapstone.web.accounts.models import Practice
from kapstone.web.records import corrected
from kapstone.web.records.actions.late import LATE
from kapstone.web.records.lengths import span
from kapstone.web.records.models import Notice, NoticeAnswer, Person, RiskSettings
from kapstone.web.records.models.notices import RISK_KIND, URGENT

STEP_WORDS = {
    "at_once": "Mail to the care team that it waits",
    "second": "Nobody had answered: mail to the second contact",
    "everyone": "Nobody had answered: mail to every prescriber and owner",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened to a notice; `level` is the tone it is shown in."""

    at: datetime
    title: str
    words: str = ""
    by: str = ""
    level: str = ""


def timeline(notice: Notice) -> list[Line]:
    """Everything that happened to the notice, oldest first."""
    found = [Line(at=notice.at, title="Opened", words=notice.says, by=notice.by.signed_name)]
    for seen in notice.seen.select_related("by"):
        found.append(Line(at=seen.at, title="Seen", by=seen.by.signed_name))
    for each in notice.escalations.all():
        told = ", ".join(each.told) or "nobody: the practice has no prescriber or owner at work"
        waited = f", after {span(timedelta(minutes=each.waited_min))} without an answer"
        first = each.step == "at_once"
        words, level = f"To {told}{'' if first else waited}.", "" if first else "stop"
        found.append(Line(at=each.at, title=STEP_WORDS[each.step], words=words, level=level))
    found += [answer_line(each) for each in notice.answers.select_related("by")]
    return sorted(found, key=lambda line: line.at)


def answer_line(answer: NoticeAnswer) -> Line:
    did = ["Reviewed"] if answer.reviews else []
    did += ["closed"] if answer.closes else []
    other = "Tried, not reached" if answer.reached is False else "Answered"
    title = " and ".join(did).capitalize() or other
    level = "ok" if did else ""
    words = f"{answer.words or 'Has seen it, and wrote nothing.'}{arrived(answer)}"
    return Line(at=answer.at, title=title, words=words, by=answer.by.signed_name, level=level)


def arrived(answer: NoticeAnswer) -> str:
    """When an answer came that waited on a tablet; the clock of the one who reads it."""
    if answer.client_id is None or answer.recorded_at - answer.at <= LATE:
        return ""
    return f" (entered offline, arrived {timezone.localtime(answer.recorded_at):%H:%M})"


def timed(notices: Iterable[Notice], practice: Practice | None, *, now: datetime) -> list[Notice]:
    """The same notices, each of risk with `waits` in words and `late`: is it over the set time?

    `closed_by` names who closed it; such a row stands here because nobody has reviewed it.
    """
    rows: list[Any] = list(notices)
    risks = [row for row in rows if row.kind == RISK_KIND]
    closers = closed_by(rows)
    for row in rows:
        row.waits, row.late, row.closed_by = "", False, closers.get(row.pk, "")
    if risks and practice:
        settled = RiskSettings.objects.now(practice)
        answers = answered(risks)
        for row in risks:
            row.late = row.pk not in answers and now >= row.at + limit(settled, row)
            row.waits = waits(row, settled, answers.get(row.pk), now)
    return rows


def open_about(person: Person, now: datetime) -> list[Notice]:
    """The unsettled notices about a person, the gravest first, each with all its row shows."""
    rows = corrected.noted(Notice.objects.filter(person=person).unsettled().gravest_first())
    return timed(rows, person.practice, now=now)


def last_answer(person: Person, *, by_then: datetime) -> NoticeAnswer | None:
    """The newest answer that somebody gave to a notice of suicide risk about this person."""
    rows = NoticeAnswer.objects.answering().filter(notice__person=person, notice__kind=RISK_KIND)
    return rows.filter(at__lte=by_then).select_related("by").order_by("-at", "-pk").first()


def answered(risks: list[Any]) -> dict[int, bool]:
    """The notices that somebody has answered, each with whether it was reviewed."""
    found: dict[int, bool] = {}
    rows = NoticeAnswer.objects.answering().filter(notice__in=[row.pk for row in risks])
    for notice, reviews in rows.values_list("notice", "reviews"):
        found[notice] = found.get(notice, False) or reviews
    return found


def closed_by(rows: list[Any]) -> dict[int, str]:
    """The notices that somebody has closed, each with their name."""
    found = NoticeAnswer.objects.filter(notice__in=[row.pk for row in rows], closes=True)
    return {each.notice_id: each.by.signed_name for each in found.select_related("by")}


def limit(settled: RiskSettings, row: Notice) -> timedelta:
    return timedelta(minutes=settled.minutes(row.level))


def waits(row: Any, settled: RiskSettings, reviewed: bool | None, now: datetime) -> str:
    """How long nobody has answered against the set time, and whether dosing is blocked by it."""
    if row.closed_by and not reviewed and row.level == URGENT:
        return f"Closed by {row.closed_by}, not yet reviewed: no dosing."
    blocked = " No dosing until it is reviewed." if row.level == URGENT and not reviewed else ""
    if reviewed is not None:
        done = "Answered and reviewed" if reviewed else "Answered"
        return f"{done}, not closed yet.{blocked}"
    waited, most = now - row.at, limit(settled, row)
    if waited < most:
        return f"Has waited {span(waited)}; to be answered within {span(most)}.{blocked}"
    over = f"{span(waited - most)} over the {span(most)} that the practice set"
    return f"Has waited {span(waited)}, {over}.{blocked}"
