"""The card that a person takes home after a medicine session, as a tagged PDF of one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from kapstone.documents.printing import compiled, dated


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeCard:
    """Everything on the card, in plain words; `facts` are pairs of a short word and what it says.

    `parts` are a heading and its lines, the rules first and what is an emergency last.
    """

    title: str
    practice: str
    facts: Sequence[tuple[str, str]]
    parts: Sequence[tuple[str, Sequence[str]]]
    written_at: datetime


def home_card_pdf(card: HomeCard) -> bytes:
    """The card as PDF/A-2a and PDF/UA-1; the same card gives the same bytes."""
    data = {**asdict(card), **dated(card.practice, card.written_at)}
    return compiled("going_home.typ", data, at=card.written_at)
