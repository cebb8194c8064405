"""The tracks of a course: which it is on, and which its answers suggest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from kapstone import instruments
from kapstone.instruments.schedule import schedule
from kapstone.web.records.models import Couple, Course, CourseTracks, SheetScore

COUPLES = "couples"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A track that the course is not on, and what suggests it; a clinician decides."""

    track: instruments.TrackRow
    words: str


def chosen(course: Course) -> CourseTracks | None:
    """The row that stands; None when nobody has chosen yet."""
    found: CourseTracks | None = CourseTracks.objects.select_related("by").newest(course=course)
    return found


def suggested(
    course: Course,
    on: Iterable[str],
    tracks: Iterable[instruments.TrackRow] | None = None,
) -> list[Suggestion]:
    """Tracks that a positive screen or the chart itself points to, but for those it is on."""
    offered = schedule().track if tracks is None else tracks
    left = [each for each in offered if each.id not in set(on)]
    found = positive(course, {name for each in left for name in each.suggested_by})
    return [
        Suggestion(each, words)
        for each in left
        for words in [*reasons(course, each), *(found.get(name, "") for name in each.suggested_by)]
        if words
    ]


def reasons(course: Course, track: instruments.TrackRow) -> Iterator[str]:
    if track.id == COUPLES and is_of_a_couple(course):
        yield "A partner walks the road too"
    if any(word in course.concern.lower() for word in track.concerns):
        yield f"They come for: {course.concern}"


def is_of_a_couple(course: Course) -> bool:
    person = Q(person=course.person_id) | Q(partner=course.person_id)
    return Couple.objects.standing().filter(person, ended=False).exists()


def positive(course: Course, names: Iterable[str]) -> dict[str, str]:
    """What each of these screens said last, where it was a clear yes; unknown suggests nothing."""
    rows = SheetScore.objects.standing().filter(sheet__course=course, sheet__instrument__in=names)
    newest = {row.sheet.instrument: row for row in rows.select_related("sheet").order_by("at")}
    found = {}
    for name, row in newest.items():
        of = instruments.instrument(name)
        if instruments.screen_positive(of, row.answers):
            found[name] = f"{of.short} positive on {said(row)}"
    return found


def said(row: SheetScore) -> str:
    day = timezone.localtime(row.at)
    return f"{day.day} {day:%b}"
