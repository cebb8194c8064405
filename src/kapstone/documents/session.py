"""A medicine session as a tagged PDF: its facts, each emergency, and what happened in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from kapstone.documents.printing import compiled, dated


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyPart:
    """One emergency: `rows` of time, time since it began, words and who; what must be kept."""

    title: str
    record: str
    rows: Sequence[tuple[str, str, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPaper:
    """Everything on the pages; `happened` rows are time, words and who, the earliest first.

    `notices` rows are when each was opened, what it said, and every answer to it.
    """

    title: str
    practice: str
    facts: Sequence[tuple[str, str]]
    says: str
    happened: Sequence[tuple[str, str, str]]
    notices: Sequence[tuple[str, str, str]]
    emergencies: Sequence[EmergencyPart]
    written_at: datetime


def session_pdf(paper: SessionPaper) -> bytes:
    """The session as PDF/A-2a and PDF/UA-1; the same session gives the same bytes."""
    data = {
        **asdict(paper),
        **dated(paper.practice, paper.written_at),
        "record_word": "The record must hold",
        "emergency_head": ["Time", "Since", "What", "Who"],
        "notices_word": "Notices and their answers",
        "notices_head": ["Time", "Notice", "Answered"],
        "no_notices": "No notice was opened.",
        "happened_word": "What happened",
        "happened_head": ["Time", "What", "Who"],
        "nothing": "Nothing was written down.",
    }
    return compiled("session.typ", data, at=paper.written_at)
