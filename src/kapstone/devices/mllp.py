"""The envelope of a message on the wire: 0x0B, the message, 0x1C 0x0D (HL7-MLLP).

Whatever comes, no more is held than one message of the greatest length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

START, END, AFTER = b"\x0b", b"\x1c", b"\r"
MARK = re.compile(rb"([\x0b\x1c])")
# Enough of a message that is too long to find its control id, and to say no to it.
HEAD = 2000


@dataclass(frozen=True, slots=True)
class Frame:
    """One envelope: its content, or as much as is needed to refuse it and why."""

    content: bytes
    wrong: str = ""


class Unframer:
    """Takes bytes as they arrive and gives what they envelop.

    `dropped` counts the bytes outside an envelope; `is_inside` is true in the middle of a message.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.held = bytearray()
        self.is_inside = False
        self.is_too_long = False
        self.dropped = 0

    def feed(self, chunk: bytes) -> Iterator[Frame]:
        for part in MARK.split(chunk):
            if part == START:
                yield from self.begin()
            elif part == END:
                yield from self.end()
            elif self.is_inside:
                self.hold(part)
            else:
                self.dropped += len(part.strip(b"\r\n"))

    def begin(self) -> Iterator[Frame]:
        """A message begins; one that had begun before it will have no end."""
        if self.is_inside:
            yield self.taken("a message without an end; end each with 0x1C 0x0D")
        self.is_inside = True

    def end(self) -> Iterator[Frame]:
        if not self.is_inside:
            self.dropped += 1
            return
        long = f"more than {self.most:,} bytes; send vital signs only"
        yield self.taken(long if self.is_too_long else "")

    def hold(self, part: bytes) -> None:
        """Keep it while the message is of a length that can be kept, else only its head."""
        if self.is_too_long:
            self.dropped += len(part)
        elif len(self.held) + len(part) > self.most:
            self.dropped += len(part)
            self.is_too_long = True
            self.held = bytearray((bytes(self.held) + part)[:HEAD])
        else:
            self.held += part

    def taken(self, wrong: str) -> Frame:
        frame = Frame(bytes(self.held), wrong)
        self.held, self.is_inside, self.is_too_long = bytearray(), False, False
        return frame


def framed(message: bytes) -> bytes:
    return START + message + END + AFTER
