"""A number that names something, in an address or a form that anybody may have written."""

from __future__ import annotations

# As long as every key of the database may be; Python itself refuses to read thousands of digits.
MOST_DIGITS = 18


def number_in(text: str | None) -> int | None:
    """The number that a text names; None for whatever no row can be called."""
    if not text or len(text) > MOST_DIGITS or not (text.isascii() and text.isdigit()):
        return None
    return int(text)
