"""What comes over the wire: whole, half, huge and hostile; and never much memory."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from devices.messages import PRESSURE, message
from hypothesis import given
from hypothesis import strategies as st

from kapstone import devices

NOW = datetime(2026, 11, 3, 13, tzinfo=UTC)
WHOLE = message(*PRESSURE)
MOST = devices.listening().message_bytes


def answer(raw: bytes) -> bytes:
    """As the listener answers."""
    try:
        devices.read_message(raw)
    except devices.NotUnderstood as why:
        return devices.refused(raw, why, at=NOW) if devices.has_header(raw) else b""
    return devices.accepted(raw, at=NOW)


def test_a_whole_message_in_pieces_is_one_message() -> None:
    unframer = devices.Unframer(MOST)
    found: list[devices.Frame] = []
    for byte in devices.framed(WHOLE) + devices.framed(b"MSH"):
        found += unframer.feed(bytes([byte]))
    assert [each.content for each in found] == [WHOLE, b"MSH"]
    assert unframer.dropped == 0


def test_what_stands_before_a_message_is_dropped_and_counted() -> None:
    unframer = devices.Unframer(MOST)
    (frame,) = unframer.feed(b"GET / HTTP/1.1\r\n" + devices.framed(WHOLE))
    assert frame.content == WHOLE
    assert unframer.dropped == len(b"GET / HTTP/1.1")


def test_a_message_that_has_no_end_is_refused_when_the_next_begins() -> None:
    half, whole = devices.Unframer(MOST).feed(b"\x0b" + WHOLE[:200] + devices.framed(WHOLE))
    assert "without an end" in half.wrong
    assert devices.has_header(half.content)
    assert (whole.content, whole.wrong) == (WHOLE, "")


@pytest.mark.parametrize(("size", "is_refused"), [(MOST, False), (MOST + 1, True)])
def test_no_more_is_held_than_one_message(size: int, is_refused: bool) -> None:
    unframer = devices.Unframer(MOST)
    raw = WHOLE + b"x" * (size - len(WHOLE))
    (frame,) = unframer.feed(devices.framed(raw))
    assert bool(frame.wrong) is is_refused
    assert len(frame.content) <= MOST
    assert devices.has_header(frame.content)


def test_a_message_without_end_takes_no_memory() -> None:
    unframer = devices.Unframer(MOST)
    assert list(unframer.feed(b"\x0bMSH|")) == []
    for _ in range(100):
        assert list(unframer.feed(b"x" * MOST)) == []
        assert len(unframer.held) <= MOST
    assert unframer.dropped > 90 * MOST


@given(st.lists(st.binary(max_size=40) | st.sampled_from([b"\x0b", b"\x1c\r", WHOLE])))
def test_any_bytes_give_frames_that_fit(chunks: list[bytes]) -> None:
    unframer = devices.Unframer(900)
    for chunk in chunks:
        assert all(len(frame.content) <= 2000 for frame in unframer.feed(chunk))
        assert len(unframer.held) <= 2000


@given(st.binary(max_size=400))
def test_any_bytes_are_answered_or_passed_over(raw: bytes) -> None:
    said = answer(raw)
    assert said == b"" or b"\rMSA|A" in said


@given(st.integers(0, len(WHOLE)), st.binary(max_size=8), st.integers(0, 40))
def test_a_message_that_was_tampered_with_is_answered(at: int, new: bytes, gone: int) -> None:
    said = answer(WHOLE[:at] + new + WHOLE[at + gone :])
    assert said == b"" or said.count(b"\rMSA|A") == 1


@given(st.text(alphabet="MSHPIDOBXR|^~\\&\r\n0123456789.+-", max_size=300))
def test_any_text_of_its_own_letters_is_answered(text: str) -> None:
    head = "MSH|^~\\&|A||||20261103125955||ORU^R01|1|P|2.6\r"
    assert answer((head + text).encode())[:3] == b"MSH"


def test_a_yes_names_the_message_it_answers() -> None:
    assert b"\rMSA|AA|c-17\r" in answer(WHOLE)


def test_a_no_says_what_where_and_what_to_do() -> None:
    said = answer(WHOLE.replace(b"20261103125940", b"noon")).decode().split("\r")
    assert said[1] == "MSA|AE|c-17"
    assert said[2].startswith("ERR||OBR^1^7|102^Data type error^HL70357|E||||OBR-7: ")
    assert "send YYYYMMDDHHMMSS" in said[2]


def test_what_can_never_be_taken_is_rejected() -> None:
    assert b"\rMSA|AR|c-17\r" in answer(WHOLE.replace(b"ORU^R01", b"ADT^A01"))


def test_an_answer_repeats_nothing_that_could_be_read_as_its_own_marks() -> None:
    said = answer(WHOLE.replace(b"|c-17|", b"|c^17\\F\\\x0b\x1c&x|"))
    assert b"\rMSA|AA|c17Fx\r" in said
    assert b"\x1c" not in said


def test_an_answer_names_no_person() -> None:
    for raw in (WHOLE, WHOLE.replace(b"20261103125940", b"noon"), WHOLE[:300]):
        assert b"Bello" not in answer(raw)


HOSTILE = {
    "bars": b"OBX" + b"|" * 60_000,
    "carets": b"OBX|" + b"^" * 60_000,
    "all marks": b"OBX|1|NM|" + b"^&~\\" * 15_000,
    "escapes": b"OBX|1|NM|8867-4|1|" + b"\\X00" * 15_000,
    "segments": b"OBX\r" * 15_000,
    "one sign many times": b"OBX|1|NM|8867-4|1|78|/min|||||R\r" * 390,
    "long number": b"OBX|1|NM|8867-4|1|" + b"9" * 60_000 + b"|/min|||||R",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_message_is_answered_like_any_other(body: bytes) -> None:
    assert b"\rMSA|A" in answer(WHOLE + body)
