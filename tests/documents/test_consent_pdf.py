"""The printed consent: exactly what was signed, for every name there is, the same every time."""

from __future__ import annotations

import struct
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from kapstone.consent import (
    SignedConsent,
    check_read_back,
    choices_made,
    document,
    read_back_questions,
    sign,
)
from kapstone.documents import consent_pdf
from kapstone.documents.glyphs import FONTS, characters, coverage, drawable
from kapstone.documents.printing import moment


def text_of(pdf: bytes) -> str:
    """All text, page after page, without white space (lines are broken by the page)."""
    return squeezed("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def squeezed(text: str) -> str:
    return "".join(text.split())


AT = datetime(2026, 3, 2, 10, 4, 5, tzinfo=ZoneInfo("America/New_York"))


def signed(name: str = "Ada Osei", *, practice: str = "Harbor Light") -> SignedConsent:
    words = document(route="iv", practice=practice)
    right = {question.id: question.right for question in read_back_questions("iv")}
    return SignedConsent(
        document=words,
        choices=choices_made(words, {"CON-22": True, "CON-24V": False}),
        read_back=check_read_back(right, route="iv"),
        signatures=(
            sign(role="person", name=name, at=AT),
            sign(role="clinician", name="Ruth Okafor", at=AT),
        ),
    )


def test_every_word_that_was_signed_is_printed() -> None:
    consent = signed()
    printed = text_of(consent_pdf(consent))
    for section in consent.document.sections:
        assert squeezed(section.title) in printed
        for element in section.elements:
            said = squeezed(element.title + element.words)
            # A page may end between the two lines of an element, never inside its words.
            assert said in printed, element.id


def test_each_choice_is_printed_with_its_answer() -> None:
    consent = signed()
    printed = text_of(consent_pdf(consent))
    answers = {"CON-22": "Yes", "CON-24V": "No", "CON-27": "No answer, so no"}
    for element in consent.document.choices:
        if element.id in answers:
            said = f"{element.words} Your answer {answers[element.id]} {element.id}"
            assert squeezed(said) in printed


def test_a_signature_is_printed_with_name_meaning_and_time_in_its_zone() -> None:
    consent = signed()
    printed = text_of(consent_pdf(consent))
    for one in consent.signatures:
        assert squeezed(one.name + one.meaning) in printed
    assert squeezed("2 March 2026, 10:04:05 EST (UTC-05:00)") in printed


@pytest.mark.parametrize(
    ("zone", "printed"),
    [
        (ZoneInfo("America/New_York"), "2 March 2026, 10:04:05 EST (UTC-05:00)"),
        (ZoneInfo("Asia/Kolkata"), "2 March 2026, 20:34:05 IST (UTC+05:30)"),
        (UTC, "2 March 2026, 15:04:05 (UTC+00:00)"),
    ],
)
def test_a_time_is_printed_in_the_zone_it_came_in(zone: tzinfo, printed: str) -> None:
    assert moment(AT.astimezone(zone)) == printed


def test_version_digest_and_page_numbers_are_printed() -> None:
    consent = signed()
    printed = text_of(consent_pdf(consent))
    assert "Version2026.1" in printed
    assert consent.document.digest in printed
    pages = printed.count("Page")
    assert [f"Page{n}of{pages}" in printed for n in range(1, pages + 1)] == [True] * pages


def test_the_read_back_is_printed_as_it_went() -> None:
    answers = {"driving": "awake", "stop": "any_time"}
    consent = replace(signed(), read_back=check_read_back(answers, route="iv"))
    printed = text_of(consent_pdf(consent))
    assert squeezed("When may you drive again after a medicine session? Not yet unders") in printed
    assert squeezed("When may you stop? Understood") in printed
    assert squeezed("What can you expect from ketamine? Not answered") in printed


@pytest.mark.parametrize(
    "name",
    [
        "#let x = 1; #x $y^2$ *bold* _it_ `raw` @ref <label> = head",
        "<script>alert(1)</script> & \"quoted\" 'single'",
        "\\ {{ practice }} {practice} %s \\u{41}",
        "Jos\u00e9 \u0141ukasz \u00c5se",
        "\u0394\u03b9\u03ce\u03bd\u03b7 \u0414\u0430\u0440\u044c\u044f",
        "\u05e9\u05dc\u05d5\u05dd",
        "Ada \U0001f600",
    ],
)
def test_any_name_is_printed_as_text(name: str) -> None:
    assert squeezed(name) in text_of(consent_pdf(signed(name)))


def test_arabic_is_shaped_and_still_reads_as_its_letters() -> None:
    printed = text_of(consent_pdf(signed("\u0645\u0631\u062d\u0628\u0627")))
    assert "\u0645\u0631\u062d\u0628\u0627" in printed


def test_what_cannot_be_drawn_or_seen_is_printed_as_its_code() -> None:
    printed = text_of(consent_pdf(signed("\u9f8d \u202eevil\u202c \u200bx")))
    assert "[U+9F8D][U+202E]evil[U+202C][U+200B]x" in printed


def test_a_letter_of_ours_is_never_turned_into_a_code() -> None:
    assert (
        drawable("Ada \u00c5se, 3 \u2264 4 \u2013 ok\n") == "Ada \u00c5se, 3 \u2264 4 \u2013 ok\n"
    )
    assert ord("A") in coverage()
    assert 0x9F8D not in coverage()


@settings(max_examples=40)
@given(st.text(min_size=1, max_size=60).filter(str.strip))
def test_there_is_no_name_that_cannot_be_printed(name: str) -> None:
    assert consent_pdf(signed(name)).startswith(b"%PDF-")


def test_the_same_consent_gives_the_same_bytes() -> None:
    assert consent_pdf(signed()) == consent_pdf(signed())
    assert consent_pdf(signed()) != consent_pdf(signed("Ada Osej"))


def test_the_file_says_it_is_made_to_last_and_to_be_read_aloud() -> None:
    pdf = consent_pdf(signed())
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A" in pdf
    assert b"<pdfuaid:part>1" in pdf
    assert b"/Marked true" in pdf
    assert b"/Lang(en-US)" in pdf
    assert b"/Title(Consent to ketamine-assisted psychotherapy)" in pdf
    assert b"/S/H1" in pdf
    assert b"/S/TH" in pdf


def test_the_file_is_dated_by_its_last_signature() -> None:
    later = sign(role="second_clinician", name="Sam Vega", at=datetime(2026, 3, 2, 16, tzinfo=UTC))
    consent = signed()
    pdf = consent_pdf(replace(consent, signatures=(*consent.signatures, later)))
    assert b"/CreationDate(D:20260302160000Z)" in pdf


def test_a_consent_nobody_signed_is_not_printed() -> None:
    with pytest.raises(ValueError, match="nobody has signed"):
        consent_pdf(replace(signed(), signatures=()))


def test_a_font_we_could_not_read_is_refused_not_guessed() -> None:
    header = struct.pack(">IHHHH", 0x00010000, 1, 0, 0, 0)
    with pytest.raises(ValueError, match="no cmap"):
        list(characters(header + struct.pack(">4sIII", b"glyf", 0, 28, 0)))
    older = struct.pack(">HHHHI", 0, 1, 3, 10, 12) + struct.pack(">HHIII", 4, 0, 0, 0, 0)
    with pytest.raises(ValueError, match="cmap of format 4"):
        list(characters(header + struct.pack(">4sIII", b"cmap", 0, 28, len(older)) + older))


def test_the_fonts_are_small_and_carry_their_licences() -> None:
    shipped = list(FONTS.iterdir())
    assert sum(len(file.read_bytes()) for file in shipped) < 400_000
    licences = " ".join(file.read_text() for file in shipped if file.name.endswith(".txt"))
    assert "SIL OPEN FONT LICENSE Version 1.1" in licences
    assert "Inter" in licences
    assert "Newsreader" in licences
    assert "DejaVu" in licences
