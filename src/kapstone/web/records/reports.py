"""A course's measures on paper: the team's page for the team, the person's for the person."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from kapstone import charts, documents
from kapstone.web import clock
from kapstone.web.records.models import Course
from kapstone.web.records.scores import Measure

TEAM = (
    "Scores as they were answered, with the medicine sessions, changes of medicines and other "
    "events that are on record. A visit that was missed is a cross at the foot and is never filled "
    "in. An open ring is a score prorated over blank items."
)
PERSON = (
    "These are your own answers over time, with your medicine sessions. A cross is a time without "
    "a number. An open ring is a number with an answer left blank, so it is only about right. "
    "If you think of ending your life, call your local crisis line or emergency number now. "
    "Nobody watches this page."
)


def for_team(course: Course, measures: Sequence[Measure]) -> bytes:
    """What the team's page shows; sheets kept from the reader are left out."""
    parts = [
        part(each, each.printed, [each.summary.words if each.has_total else each.chip])
        for each in measures
        if each.count or each.missed
    ]
    return made(course, "Measures over time", TEAM, parts)


def for_person(course: Course, measures: Sequence[Measure]) -> bytes:
    """What the person's own page shows, in the same plain words."""
    parts = [part(each, each.own_printed, plain_words(each)) for each in measures]
    return made(course, "How I have been", PERSON, parts)


def plain_words(each: Measure) -> list[str]:
    said = each.in_plain_words
    return [said.means, said.changed, said.unknown]


def part(each: Measure, chart: charts.Chart | None, words: Sequence[str]) -> documents.MeasurePart:
    if chart is None:
        return documents.MeasurePart(title=each.of.title, words=words, parts=each.parts)
    return documents.MeasurePart(
        title=each.of.title,
        words=words,
        svg=charts.for_print(chart.svg),
        alt=chart.told,
        signs=[(sign.letter, sign.day, sign.words) for sign in chart.signs],
        rows=chart.rows,
        parts=each.parts,
    )


def made(course: Course, title: str, says: str, parts: Sequence[documents.MeasurePart]) -> bytes:
    now, person = timezone.localtime(clock.now()), course.person
    report = documents.MeasuresReport(
        title=title,
        practice=str(person.practice),
        facts=[
            ("Person", f"{person.name}, {person.number}"),
            ("Course", f"{course.number}, since {day(course)}"),
            ("As of", f"{now.day} {now:%B %Y, %H:%M}"),
        ],
        says=says,
        measures=parts,
        written_at=now.replace(microsecond=0),
    )
    return documents.measures_pdf(report)


def day(course: Course) -> str:
    began = timezone.localtime(course.at)
    return f"{began.day} {began:%B %Y}"
