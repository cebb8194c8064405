"""Sheets of the register on paper: every word is there, and nothing looks like an official form."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

from pypdf import PdfReader

from kapstone.documents import RegisterPart, RegisterSheet, register_pdf

AT = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)
PART = RegisterPart(
    title="On hand",
    facts=[("DEA registration number", "BA0000000"), ("County", "")],
    rows=[("Lot", "Sealed"), ("A1", "10 vials")],
    words="Counted by two.",
)
SHEET = RegisterSheet(
    title="Inventory",
    practice="Ash Lane",
    says="A preparation to copy from, not the official form.",
    parts=[PART],
    declares="Counted as written above.",
    signers=["Counted by", "And by"],
    written_at=AT,
)


def text_of(pdf: bytes) -> str:
    pages = PdfReader(BytesIO(pdf)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def test_every_word_and_every_line_to_sign_on_is_printed() -> None:
    said = text_of(register_pdf(SHEET))
    wanted = [SHEET.title, SHEET.says, PART.title, PART.words, "BA0000000", "10 vials"]
    wanted += [SHEET.declares, *SHEET.signers, "Signature", "Printed name"]
    assert [each for each in wanted if "".join(each.split()) not in said] == []


def test_a_fact_that_is_not_known_is_a_line_to_write_on() -> None:
    assert "County" in text_of(register_pdf(SHEET))
    assert "None" not in text_of(register_pdf(SHEET))


def test_the_same_sheet_gives_the_same_bytes_and_another_time_others() -> None:
    assert register_pdf(SHEET) == register_pdf(SHEET)
    later = replace(SHEET, written_at=AT.replace(hour=14))
    assert register_pdf(later) != register_pdf(SHEET)


def test_markup_in_a_word_stays_words() -> None:
    odd = replace(PART, title="#pagebreak() *x* <b>", words="$1$ 龍")
    said = text_of(register_pdf(replace(SHEET, parts=[odd])))
    assert "#pagebreak()*x*<b>" in said
    assert "[U+9F8D]" in said
