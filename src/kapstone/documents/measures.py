"""One person's measures over time as a tagged PDF: each drawing with its words and its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from kapstone.documents.printing import compiled, dated


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurePart:
    """One instrument: what is said of it, its drawing as SVG text, and the same as rows.

    `signs` are the letters of the drawing with their day and words; `rows` have their heading
    first; `parts` are sub-scores, likewise. An instrument without a drawing has its parts alone.
    """

    title: str
    words: Sequence[str]
    svg: str = ""
    alt: str = ""
    signs: Sequence[tuple[str, str, str]] = ()
    rows: Sequence[Sequence[str]] = ()
    parts: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuresReport:
    """Everything on the pages; `facts` stand under the title, `says` is read before the charts."""

    title: str
    practice: str
    facts: Sequence[tuple[str, str]]
    says: str
    measures: Sequence[MeasurePart]
    written_at: datetime


def measures_pdf(report: MeasuresReport) -> bytes:
    """The report as PDF/A-2a and PDF/UA-1; the same report gives the same bytes.

    A character no font of ours has is printed as its code. No measure gives a page that says so.
    """
    data = {
        **asdict(report),
        **dated(report.practice, report.written_at),
        "table_word": "The same in figures",
        "parts_word": "Parts of the score",
        "nothing": "Nothing has been measured yet.",
    }
    return compiled("measures.typ", data, at=report.written_at)
