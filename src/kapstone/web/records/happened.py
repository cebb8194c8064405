"""What stands on the time axis of a course, out of one query.

Its scores; changed medicines, decisions, stays in hospital and what happened in life; and the
questionnaires that were due and closed without an answer. A date is the one that was written down;
where a record gives none, nothing is drawn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import QuerySet, Value
from django.utils import timezone

from kapstone import charts
from kapstone.web.records.models import (
    ConsentWithdrawal,
    Course,
    IntakeAnswer,
    MedicineMeaning,
    Note,
    Review,
    ScreeningDecision,
    Sheet,
    SheetScore,
    Statement,
)
from kapstone.web.records.prepared import Prepared
from kapstone.web.records.story import NO_SESSION, columns, moment

STOPPED = "Not taken any more"
# Kinds of notes that stand on the axis, with what is said before their words.
OF_LIFE = {"life": "", "hospital": "In hospital: "}
DECIDED = {
    "suitable": "Screening: suitable",
    "extra_oversight": "Screening: suitable with more oversight",
    "not_yet": "Screening: not yet",
    "another_path": "Screening: another path",
}
REVIEWED = {
    "go_on": "Review: go on",
    "space_out": "Review: further apart",
    "maintenance": "Review: maintenance",
    "another_path": "Review: another path",
    "ending": "Review: ending",
}
# A prescription that never came to be taken is no change of a medicine.
NEVER_TAKEN = ("draft", "intended", "cancelled", "not-taken", "entered-in-error")
LONGEST = 60
# The newest; more letters than these are a smear on the axis, and the notes hold the rest.
MOST = 60
BEFORE = timedelta(weeks=4)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scored:
    """What a finished sheet came to; `total` None is one with too many blanks, or with a level."""

    instrument: str
    version: str
    at: datetime
    total: float | None
    band: str
    missing: Sequence[str]
    answers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Missed:
    """A questionnaire that was due and closed unanswered, or `begun` and never sent."""

    instrument: str
    version: str
    due_at: datetime
    begun: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """Everything in order of time; `own` are the events that the person's own page shows."""

    scores: tuple[Scored, ...]
    events: tuple[charts.ChartEvent, ...]
    own: tuple[charts.ChartEvent, ...]
    missed: tuple[Missed, ...]


def of(course: Course, *, now: datetime) -> Happened:
    """What the course's axis holds by `now`, from four weeks before the course began.

    What is older would push the course itself into a corner; it stays in the record. What staff
    wrote, and what was decided, is told in person: it is left out of `own`.
    """
    kinds: dict[str, list[Row]] = defaultdict(list)
    for _, _, kind, row, at, _ in LINES.rows([course.pk]):
        kinds[kind].append({**row, "at": at})
    medicines = [*own_list(kinds["list"]), *stopped(kinds["stopped"]), *records(kinds["record"])]
    others = [*decided(kinds), *lived(kinds["note"])]
    return Happened(
        scores=tuple(map(scored, kinds["score"])),
        events=newest([*medicines, *others], course.at - BEFORE, now),
        own=newest(medicines, course.at - BEFORE, now),
        missed=tuple(missed(kinds["sheet"], now)),
    )


def newest(
    found: Iterable[charts.ChartEvent], since: datetime, now: datetime
) -> tuple[charts.ChartEvent, ...]:
    past = [each for each in found if since <= each.at <= now]
    return tuple(sorted(past, key=lambda each: each.at)[-MOST:])


def rows_of(courses: list[int]) -> QuerySet[Any, Any]:
    def line(kind: str, rows: Any, *fields: str, course: str = "course") -> QuerySet[Any, Any]:
        chosen = rows.filter(**{f"{course}__in": courses})
        return columns(chosen, kind, fields, course, Value(NO_SESSION))

    person = "person__courses"
    listed = IntakeAnswer.objects.filter(question__in=("medicines", "takes_medicines"))
    gone = MedicineMeaning.objects.standing().filter(words__startswith=STOPPED)
    taken = Statement.objects.standing().filter(kind="medicine").exclude(status__in=NEVER_TAKEN)
    lived_through = Note.objects.standing().filter(kind__in=OF_LIFE)
    back = ConsentWithdrawal.objects.standing()
    unanswered = Sheet.objects.standing().filter(sheetscore=None).with_begun()
    score = ("sheet__instrument", "sheet__version", "total", "band", "missing", "answers")
    first, *others = [
        line("score", SheetScore.objects.standing(), *score, course="sheet__course"),
        line("list", listed, "question", "value"),
        line("stopped", gone, "text", course=person),
        line("record", taken, "text", "detail", course=person),
        line("decision", ScreeningDecision.objects.standing(), "decision"),
        line("review", Review.objects.standing(), "choice"),
        line("withdrawal", back, course="consent__course"),
        line("note", lived_through, "kind", "text"),
        line("sheet", unanswered, "instrument", "version", "due_at", "closes_at", "begun"),
    ]
    return first.union(*others, all=True).order_by("when", "row")


LINES = Prepared(rows_of)


def scored(row: Row) -> Scored:
    total = row["total"]
    return Scored(
        instrument=row["sheet__instrument"],
        version=row["sheet__version"],
        at=timezone.localtime(row["at"]),
        total=None if total is None else float(total),
        band=row["band"],
        missing=row["missing"],
        answers=row["answers"],
    )


def medicine(at: datetime, words: str) -> charts.ChartEvent:
    return charts.ChartEvent(timezone.localtime(at), shortened(words), "medicine")


def event(at: datetime, words: str) -> charts.ChartEvent:
    return charts.ChartEvent(timezone.localtime(at), shortened(words))


def own_list(rows: Iterable[Row]) -> Iterator[charts.ChartEvent]:
    """What changed between one day's list of medicines and the next; the first list is no change.

    The day is that on which it was written: when somebody began, a list does not say.
    """
    days: dict[date, tuple[datetime, dict[str, str]]] = {}
    for row in rows:
        if row["question"] == "takes_medicines" and row["value"] is not False:
            continue
        taken = by_name(row["value"] or [])
        days[timezone.localdate(row["at"])] = (row["at"], taken)
    for (_, before), (at, after) in pairwise(days.values()):
        yield from (medicine(at, words) for words in differences(before, after))


def by_name(lines: Iterable[Mapping[str, str | None]]) -> dict[str, str]:
    """How much and how often, by the name as it was written."""
    return {
        name.strip(): ", ".join(filter(None, (line.get("dose"), line.get("how_often"))))
        for line in lines
        if (name := line.get("name"))
    }


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    old = {name.casefold(): (name, how) for name, how in before.items()}
    new = {name.casefold(): (name, how) for name, how in after.items()}
    for key, (name, how) in new.items():
        if key not in old:
            yield f"{name}: started" + (f", {how}" if how else "")
        elif how != old[key][1]:
            yield f"{name}: {old[key][1] or 'dose not written'} → {how or 'dose not written'}"
    yield from (f"{name}: stopped" for key, (name, _) in old.items() if key not in new)


def stopped(rows: Iterable[Row]) -> Iterator[charts.ChartEvent]:
    yield from (medicine(row["at"], f"{row['text']}: stopped") for row in rows)


def records(rows: Iterable[Row]) -> Iterator[charts.ChartEvent]:
    """Prescriptions of other records that give their day: the first, and each with another dose."""
    seen: dict[str, str | None] = {}
    dated = [(at, row) for row in rows if (at := written_on(row)) is not None]
    for at, row in sorted(dated, key=lambda pair: pair[0]):
        name, dose = row["text"], row["detail"].get("dosage")
        if name not in seen:
            yield medicine(at, f"{name}: prescribed")
        elif dose != seen[name]:
            yield medicine(at, f"{name}: prescribed anew, {dose or 'dose not written'}")
        seen[name] = dose


def written_on(row: Row) -> datetime | None:
    """The record's own day; None when it names a month or nothing at all."""
    said = row["detail"].get("authored")
    if not said:
        return None
    if "T" in said["value"]:
        return datetime.fromisoformat(said["value"])
    if said["precision"] != "day":
        return None
    noon = datetime.combine(date.fromisoformat(said["value"]), time(12))
    return timezone.make_aware(noon)


def decided(kinds: Mapping[str, list[Row]]) -> Iterator[charts.ChartEvent]:
    for row in kinds.get("decision", ()):
        yield event(row["at"], DECIDED.get(row["decision"], f"Screening: {row['decision']}"))
    for row in kinds.get("review", ()):
        yield event(row["at"], REVIEWED.get(row["choice"], f"Review: {row['choice']}"))
    for row in kinds.get("withdrawal", ()):
        yield event(row["at"], "Consent withdrawn")


def lived(rows: Iterable[Row]) -> Iterator[charts.ChartEvent]:
    yield from (event(row["at"], f"{OF_LIFE[row['kind']]}{row['text']}") for row in rows)


def missed(rows: Iterable[Row], now: datetime) -> Iterator[Missed]:
    for row in rows:
        closes, due = moment(row["closes_at"]), moment(row["due_at"])
        if closes is not None and due is not None and closes <= now:
            yield Missed(
                instrument=row["instrument"],
                version=row["version"],
                due_at=timezone.localtime(due),
                begun=bool(row["begun"]),
            )


def shortened(words: str) -> str:
    text = " ".join(words.split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"
