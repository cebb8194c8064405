"""The notes of a course's therapy tracks as they stand: what is open, and how scales went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import ceil

from django.utils import timezone

from kapstone import charts
from kapstone.pathway import tracks as rules
from kapstone.web.records.models import Course, DoseGiven, TrackNote
from kapstone.web.records.tracks import chosen

WIDE, NARROW = 640.0, 340.0
# Two years of one a week; the notes below have them all.
MOST_DRAWN = 104


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One track of a course: whether the course is on it, its last session, what is open.

    `own` is what the person wrote of it last, on their own page.
    """

    of: rules.TrackRow
    on: bool
    count: int
    own: TrackNote | None
    last: TrackNote | None
    open: tuple[rules.QuestionRow, ...]
    owed: tuple[rules.OwedRow, ...]

    @property
    def is_shown(self) -> bool:
        """Whether it concerns this course at all."""
        return self.on or self.last is not None or self.own is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A scale over the sessions; `n` is how many of `of` notes have a number."""

    title: str
    n: int
    of: int
    wide: charts.Chart
    narrow: charts.Chart


def of_course(course: Course) -> list[TrackNote]:
    """The notes that stand, oldest first; one query."""
    rows = TrackNote.objects.standing().filter(course=course).select_related("by")
    return list(rows.order_by("at", "pk"))


def of_track(course: Course, track: str) -> list[TrackNote]:
    return [each for each in of_course(course) if each.track == track]


def told(notes: Iterable[TrackNote]) -> list[rules.Told]:
    """The notes as the room of the pathway takes them."""
    return [rules.Told(at=each.at, answers=each.answers, own=each.own) for each in notes]


def boards(course: Course) -> list[Board]:
    """Every track there is, with where it stands in this course; two queries."""
    notes, row = of_course(course), chosen(course)
    on = set(row.tracks) if row else set()
    return [
        board(each, [note for note in notes if note.track == each.id], bool(on & {*each.suits}))
        for each in rules.tracks().values()
    ]


def board(of: rules.TrackRow, notes: Sequence[TrackNote], on: bool) -> Board:
    """A track that has begun, or that the course is on, has its open questions."""
    held, own = ([each for each in notes if each.own == theirs] for theirs in (False, True))
    last = held[-1] if held else None
    begun = on or bool(held)
    return Board(
        of=of,
        on=on,
        count=len(held),
        own=own[-1] if own else None,
        last=last,
        open=rules.still_open(of.id, told(notes)) if begun else (),
        owed=owed_of(last) if last else (),
    )


def offered(course: Course) -> list[rules.TrackRow]:
    """The tracks with a short page for the person: those of no kind of course, and their own."""
    return [
        each.of
        for each in boards(course)
        if rules.own_questions(each.of.id) and (each.is_shown or not each.of.suits)
    ]


def owed_of(note: TrackNote) -> tuple[rules.OwedRow, ...]:
    """What the answers of a note asked for when it was written, as the rows say it now."""
    return tuple(each for each in rules.all_owed() if each.id in note.owed)


def in_words(note: TrackNote) -> list[tuple[str, str]]:
    """Each answer of a note with its question; what was not asked is not listed."""
    return [
        (each.title, rules.in_words(each, note.answers[each.id]))
        for each in rules.all_questions().values()
        if each.id in note.answers
    ]


def is_dose_day(course: Course, at: datetime) -> bool:
    """Whether a dose was charted on the day of `at`, by the practice's clock."""
    zone = course.person.practice.zone
    day = timezone.localtime(at, zone).date()
    start = datetime.combine(day, time(), tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    given = DoseGiven.objects.standing().filter(session__course=course, amount_mg__gt=0)
    return given.filter(at__gte=start, at__lt=end).exists()


def doses_of(course: Course) -> list[datetime]:
    """When medicine was given, one moment a session, in the time that is shown."""
    given = DoseGiven.objects.standing().filter(session__course=course, amount_mg__gt=0)
    first: dict[int, datetime] = {}
    for session, at in given.order_by("at").values_list("session", "at"):
        first.setdefault(session, timezone.localtime(at))
    return list(first.values())


def drawn(course: Course, track: str, notes: Sequence[TrackNote], now: datetime) -> list[Drawn]:
    """The scales of a track over its sessions, with the doses; one more query."""
    found = rules.trends(track, told(notes))
    doses = doses_of(course) if found else []
    return [one_drawn(each, doses, now) for each in found]


def one_drawn(trend: rules.Trend, doses: Sequence[datetime], now: datetime) -> Drawn:
    points = [
        charts.ScorePoint(timezone.localtime(at), value) for at, value in trend.points[-MOST_DRAWN:]
    ]
    wide, narrow = (
        charts.score_chart(
            points,
            name=trend.question.title,
            bands=(),
            low=float(trend.question.least or 0),
            top=top_of(trend),
            doses=doses,
            now=timezone.localtime(now),
            width=width,
            step=1.0 if trend.question.kind == "scale" else 0.0,
        )
        for width in (WIDE, NARROW)
    )
    title = trend.question.title
    return Drawn(title=title, n=trend.n, of=len(trend.points), wide=wide, narrow=narrow)


def top_of(trend: rules.Trend) -> float:
    """The top of the drawing: of a scale its own; of a number the next ten above the most."""
    if trend.question.kind == "scale":
        return float(trend.question.most or 0)
    most = max(value for _, value in trend.points if value is not None)
    return float(max(10, ceil(most / 10) * 10))
