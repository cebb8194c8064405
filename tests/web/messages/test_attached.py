"""What may come with a message: told by its content, whole, and telling nothing besides."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from kapstone.web.records import attached, attached_images
from kapstone.web.records.attached import MOST_BYTES, Checked, File, checked
from kapstone.web.records.refusals import Refused

from .conftest import PLACE, jpeg, pdf, png


def blank(*, script: str = "", attachment: bytes = b"", password: str = "") -> bytes:
    """A PDF as a library writes it."""
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(72, 72)
    if script:
        action = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject(script)}
        root: Any = writer.root_object
        root[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject(name): value for name, value in action.items()}
        )
    if attachment:
        writer.add_attachment("inside.exe", attachment)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


def refusal(name: str, content: bytes) -> Refused:
    with pytest.raises(Refused) as why:
        checked(File(name, content))
    return why.value


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", blank(), "application/pdf"),
        ("a.pdf", pdf(packed=b"10 0 << /Type /Page >>"), "application/pdf"),
        ("a.jpg", jpeg(), "image/jpeg"),
        ("a.png", png(), "image/png"),
        ("a.txt", "Grüße\r\n\tund mehr".encode(), "text/plain"),
    ],
)
def test_what_people_send_is_taken(name: str, content: bytes, kind: str) -> None:
    assert checked(File(name, content)).content_type == kind


@pytest.mark.parametrize("name", ["a.txt", "photo.heic", "a.pdf.exe", "", ".", "noend"])
def test_the_name_has_no_say_in_what_it_is(name: str) -> None:
    found = checked(File(name, png()))
    assert found.content_type == "image/png"
    assert found.name.endswith(".png")


@pytest.mark.parametrize(
    "words",
    [
        b"3 0 obj\n<< /S /JavaScript /JS (app.alert) >>\nendobj\n",
        b"3 0 obj\n<< /S /J#61vaScript /JS (app.alert) >>\nendobj\n",
        b"3 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj\n",
        b"3 0 obj\n<< /Names << /EmbeddedFiles 4 0 R >> >>\nendobj\n",
        b"3 0 obj\n<< /S /SubmitForm /F (http://elsewhere.example) >>\nendobj\n",
        b"3 0 obj\n<< /AcroForm << /XFA 4 0 R >> >>\nendobj\n",
        b"3 0 obj\n<< /Subtype /RichMedia >>\nendobj\n",
    ],
)
def test_a_pdf_that_acts_is_refused_open_or_packed(words: bytes) -> None:
    inner = words.split(b"\n", 1)[1]
    for content in (pdf(words), pdf(packed=b"10 0 " + inner)):
        why = refusal("plan.pdf", content)
        assert why.code == "active"
        assert "plan.pdf" in why.words
        assert "Print it into a new PDF" in why.words


def test_a_pdf_made_to_act_by_a_library_is_refused() -> None:
    for content in (blank(script="app.alert(1)"), blank(attachment=b"MZ"), blank(password="x")):
        assert len(PdfReader(BytesIO(content)).trailer) > 0
        assert refusal("a.pdf", content).code == "active"


@pytest.mark.parametrize("way", [b"/ASCIIHexDecode", b"/LZWDecode", b"[/A#385 /FlateDecode]"])
def test_objects_packed_in_a_way_that_is_not_opened_are_refused(way: bytes) -> None:
    words = b"3 0 obj\n<< /Type /Obj#53tm /Filter " + way + b" >>\nstream\nzz\nendstream\nendobj\n"
    assert refusal("a.pdf", pdf(words)).code == "active"


def test_a_word_split_over_pieces_is_found() -> None:
    before = b" " * (1_000_000 - 7)
    assert refusal("a.pdf", pdf(packed=before + b"/JavaScript ")).code == "active"


def test_a_pdf_that_unpacks_without_end_is_refused() -> None:
    heap = zlib.compress(bytes(40_000_000))
    stream = b"3 0 obj\n<< /Filter /FlateDecode >>\nstream\n" + heap + b"\nendstream\nendobj\n"
    assert refusal("a.pdf", pdf(stream, stream, stream)).code == "active"


@pytest.mark.parametrize("cut", [10, 200])
def test_a_torn_file_is_refused_and_says_so(cut: int) -> None:
    for name, content in (("a.pdf", blank()), ("a.png", png()), ("a.jpg", jpeg()[:-40])):
        why = refusal(name, content[: len(content) - min(cut, len(content) // 2)])
        assert why.code == "unsound"
        assert "Save it anew" in why.words


def test_a_photo_keeps_how_it_was_held_and_nothing_else_it_tells() -> None:
    kept = checked(File("a.jpg", jpeg(turned=6))).content
    assert PLACE not in kept
    assert b"film" not in kept
    assert attached_images.orientation(kept[kept.index(b"Exif") + 6 :]) == 6
    assert b"Exif" not in checked(File("a.jpg", jpeg(turned=1))).content


def test_a_cleaned_photo_is_clean_a_second_time() -> None:
    for content in (jpeg(), png()):
        once = checked(File("a", content)).content
        assert checked(File("a", once)).content == once


def test_a_picture_keeps_its_pixels_and_nothing_that_tells() -> None:
    kept = checked(File("a.png", png())).content
    assert PLACE not in kept
    assert zlib.compress(bytes(2 * (1 + 9))) in kept


@pytest.mark.parametrize(
    "content",
    [
        png(raw=3),
        png(raw=5_000),
        png(width=100_000, height=100_000, raw=9),
        png().replace(b"IDAT", b"IDAX"),
        png()[:-20] + b"\0" * 20,
        jpeg().replace(b"\xff\xc0", b"\xff\xc3"),
    ],
)
def test_a_picture_that_is_not_what_it_says_is_refused(content: bytes) -> None:
    assert refusal("a.png", content).code == "unsound"


def test_an_interlaced_picture_is_counted_pass_by_pass() -> None:
    # Of 3 by 2 pixels: passes 1, 4, 6 and 7 hold 1, 1, 1 and 3 pixels, each row with a byte before.
    passes = 4 * 1 + 3 * (1 + 1 + 1 + 3)
    whole = checked(File("a.png", png(interlaced=1, raw=passes)))
    assert whole.content_type == "image/png"
    assert refusal("a.png", png(interlaced=1, raw=passes + 1)).code == "unsound"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\0\0\0\x18ftypheic" + bytes(30), "HEIC"),
        (b"PK\x03\x04" + bytes(30), "PDF"),
        (b"GIF89a" + bytes(30), "picture of another kind"),
        (b"MZ\x90\0" + bytes(30), "program"),
        (b"#!/bin/sh\nrm", "program"),
        (b"\x00\x01\x02\x03", "no file that is taken"),
        ("Grüße".encode("latin-1"), "no file that is taken"),
        (b"", "empty"),
        (b"a" * (MOST_BYTES + 1), "larger than 5 MB"),
    ],
)
def test_whatever_else_is_refused_with_what_to_do(content: bytes, says: str) -> None:
    words = refusal("Report.docx", content).words
    assert says in words
    assert "Report.docx" in words


def test_the_largest_that_may_come_does() -> None:
    assert checked(File("a.txt", b"a" * MOST_BYTES)).content_type == "text/plain"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Befund März.pdf", "Befund März.txt"),
        ("../../etc/passwd", "passwd.txt"),
        (r"C:\temp\plan.pdf", "plan.txt"),
        ("con.txt", "_con.txt"),
        ("", "file.txt"),
        ("...", "file.txt"),
        ('a"b;\r\nc.txt', "a_b_ c.txt"),
        ("photo\u202egpj.exe", "photo gpj.txt"),
        ("a" * 300, "a" * 80 + ".txt"),
    ],
)
def test_a_name_is_made_safe_to_keep(name: str, kept: str) -> None:
    assert checked(File(name, b"words")).name == kept


@given(st.text(max_size=120), st.binary(max_size=400))
def test_any_name_and_any_bytes_are_taken_or_refused_in_words(name: str, content: bytes) -> None:
    for begins in (b"", b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"):
        try:
            found = checked(File(name, begins + content))
        except Refused as why:
            assert why.words
        else:
            assert isinstance(found, Checked)
            assert not set(found.name) & set('/\\:"\r\n\0')
            assert 0 < len(found.name) <= 100


def test_the_page_names_the_limits_that_hold() -> None:
    assert (attached.MOST_FILES, MOST_BYTES) == (3, 5_000_000)
