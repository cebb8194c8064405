"""Measures on paper: every word and figure is there, and a drawing that says what it shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from kapstone.charts import ScorePoint, for_print, score_chart
from kapstone.documents import MeasurePart, MeasuresReport, measures_pdf

AT = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)
POINTS = [
    ScorePoint(datetime(2026, 9, 28, tzinfo=UTC), 21, "severe", answered=9, asked=9),
    ScorePoint(datetime(2026, 10, 5, tzinfo=UTC), None, missed=True),
]
CHART = score_chart(
    POINTS, name="PHQ-9", bands=[(0, "minimal"), (20, "severe")], top=27, doses=[], now=AT
)
PART = MeasurePart(
    title="Patient Health Questionnaire-9",
    words=["21 at the start"],
    svg=for_print(CHART.svg),
    alt=CHART.told,
    signs=[("a", "6 Oct 2026", "Sertraline: stopped")],
    rows=CHART.rows,
    parts=[("Date", "mood"), ("28 Sep 2026", "3")],
)
REPORT = MeasuresReport(
    title="Measures over time",
    practice="Harbor Light",
    facts=[("Person", "Ade Bello, P-1")],
    says="Scores as they were answered.",
    measures=[PART],
    written_at=AT,
)


def text_of(pdf: bytes) -> str:
    pages = PdfReader(BytesIO(pdf)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def test_every_word_and_every_row_is_printed() -> None:
    said = text_of(measures_pdf(REPORT))
    cells = [cell for row in [*PART.rows, *PART.parts] for cell in row]
    wanted = [REPORT.title, REPORT.says, PART.title, *PART.words, "Sertraline: stopped", *cells]
    assert [each for each in wanted if "".join(each.split()) not in said] == []


def test_the_words_on_the_drawing_are_text_on_paper() -> None:
    """Drawn as letters of our fonts, not lost for want of one."""
    alone = text_of(measures_pdf(replace(REPORT, measures=[replace(PART, rows=[("x",)])])))
    assert "minimal" in alone
    assert "28Sep" in alone


def test_the_drawing_says_what_it_shows_to_those_who_do_not_see_it() -> None:
    pdf = PdfReader(BytesIO(measures_pdf(REPORT)))
    inside: list[Any] = [pdf.get_object(n) for n in range(1, len(pdf.xref[0]) + 1)]
    told = [str(each["/Alt"]) for each in inside if isinstance(each, dict) and "/Alt" in each]
    assert told == [CHART.told]


def test_the_same_report_gives_the_same_bytes() -> None:
    assert measures_pdf(REPORT) == measures_pdf(REPORT)


def test_markup_in_a_word_stays_words() -> None:
    odd = replace(PART, title="#pagebreak() *x* <b>", words=["$1$ 龍"])
    said = text_of(measures_pdf(replace(REPORT, measures=[odd])))
    assert "#pagebreak()*x*<b>" in said
    assert "[U+9F8D]" in said


def test_nothing_measured_is_said() -> None:
    said = text_of(measures_pdf(replace(REPORT, measures=[])))
    assert "Nothinghasbeenmeasuredyet." in said
