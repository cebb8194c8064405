"""Sheets of the medicine register as tagged PDF: inventory, loss, destruction; to copy from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from kapstone.documents.printing import compiled, dated


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPart:
    """A heading with facts under it, or a table whose first row is its heading; both may be."""

    title: str
    facts: Sequence[tuple[str, str]] = ()
    rows: Sequence[Sequence[str]] = ()
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSheet:
    """One sheet; `says` tells what it is and is not, `signers` sign on paper under it."""

    title: str
    practice: str
    says: str
    parts: Sequence[RegisterPart]
    declares: str
    signers: Sequence[str]
    written_at: datetime


def register_pdf(sheet: RegisterSheet) -> bytes:
    """The sheet as PDF/A-2a and PDF/UA-1; the same sheet gives the same bytes.

    A character no font of ours has is printed as its code; an empty fact is a line to write on.
    """
    data = {
        **asdict(sheet),
        **dated(sheet.practice, sheet.written_at),
        "signature_word": "Signature",
        "name_word": "Printed name",
        "date_word": "Date",
    }
    return compiled("register.typ", data, at=sheet.written_at)
