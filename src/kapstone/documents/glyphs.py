"""Which characters our fonts can draw, so that nothing is lost from a printed page unseen."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

FONTS = files(__name__.rpartition(".")[0]).joinpath("fonts")
JOINERS = "\u200c\u200d"
# They pick between two looks of one character and have no look of their own.
SELECTORS = dict.fromkeys([0xFE0E, 0xFE0F])
# Ours, not a person's: the small figures of our words (SpO₂), and the square that says stop.
OURS = {**{0x2080 + digit: str(digit) for digit in range(10)}, ord("■"): "!"}


def drawable(text: str) -> str:
    """The text with every character that cannot be drawn, or cannot be seen, written as its code.

    `[U+9F8D]` for a character beyond our fonts, `[U+202E]` for one that would silently turn the
    words around. A name is never shortened and never replaced by boxes; signs of our own that the
    fonts do not have are written as the nearest they have.
    """
    return "".join(shown(letter) for letter in text.translate(SELECTORS | OURS))


def shown(letter: str) -> str:
    if letter in "\n\t ":
        return letter
    hidden = unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp"} and letter not in JOINERS
    return f"[U+{ord(letter):04X}]" if hidden or ord(letter) not in coverage() else letter


@cache
def coverage() -> frozenset[int]:
    """Every character that at least one of the shipped fonts has."""
    fonts = (font.read_bytes() for font in FONTS.iterdir() if font.name.endswith(".ttf"))
    return frozenset(code for font in fonts for code in characters(font))


def characters(font: bytes) -> Iterator[int]:
    """The characters in the font's `cmap`; the fonts here carry one table, of format 12."""
    start = cmap_at(font)
    (subtable,) = struct.unpack_from(">I", font, start + 8)
    kind, _, _, _, groups = struct.unpack_from(">HHIII", font, start + subtable)
    if kind != 12:
        raise ValueError(f"font: cmap of format {kind}; ship it with format 12 only")
    for number in range(groups):
        at = start + subtable + 16 + 12 * number
        first, last, _ = struct.unpack_from(">III", font, at)
        yield from range(first, last + 1)


def cmap_at(font: bytes) -> int:
    (tables,) = struct.unpack_from(">H", font, 4)
    for number in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if tag == b"cmap":
            return int(offset)
    raise ValueError("font: no cmap")
