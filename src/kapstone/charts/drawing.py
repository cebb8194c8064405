"""The few shapes that every chart is made of, as SVG text; colours are classes of charts.css."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

LETTER_WIDTH = 6.0
LINE_HEIGHT = 12.0
# XML 1.0 has no place for these, not even escaped; a typed or imported text may hold one.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def safe(words: str) -> str:
    """Text that cannot become markup or break the XML."""
    return escape(UNWRITABLE.sub(" ", words))


def shape(name: str, words: str = "", **attributes: object) -> str:
    """One element; `class_` becomes class, underscores hyphens, floats one decimal."""
    given = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(plain(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{given}>{safe(words)}</{name}>" if words else f"<{name}{given}/>"


def plain(value: object) -> str:
    return number(value) if isinstance(value, float) else UNWRITABLE.sub(" ", str(value))


def label(x: float, y: float, words: str, class_: str = "c-label", anchor: str = "start") -> str:
    return shape("text", words, x=x, y=y, class_=class_, text_anchor=anchor)


def line(points: Iterable[tuple[float, float]], class_: str) -> str:
    path = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return shape("path", d=f"M{path}", class_=class_)


def dot(x: float, y: float, words: str, radius: float = 4.0, class_: str = "c-point") -> str:
    """One value; its words show where a pointer rests on it."""
    place = f'cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"'
    return f'<circle {place} class="{class_}"><title>{safe(words)}</title></circle>'


def cross(x: float, y: float, words: str, arm: float = 3.5, class_: str = "c-gap") -> str:
    """A place without a value: no ring, which is a value that stands on fewer items."""
    ends = ((x - arm, y - arm, x + arm, y + arm), (x - arm, y + arm, x + arm, y - arm))
    path = "".join(f"M{number(a)} {number(b)}L{number(c)} {number(d)}" for a, b, c, d in ends)
    return f'<path d="{path}" class="{class_}"><title>{safe(words)}</title></path>'


def box(x: float, y: float, width: float, height: float, class_: str) -> str:
    return shape("rect", x=x, y=y, width=width, height=max(height, 0.0), class_=class_)


def room_for(words: str) -> float:
    """About how wide the words stand at 11 px."""
    return len(words) * LETTER_WIDTH


def frame(width: float, height: float, *, title: str, desc: str, inside: Iterable[str]) -> str:
    """The whole drawing, with its name and its meaning for those who do not see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}" '
        f'class="chart" role="img"><title>{safe(title)}</title><desc>{safe(desc)}</desc>'
        f"{''.join(inside)}</svg>"
    )


def day_words(at: datetime, span: timedelta) -> str:
    """A date as it is read: "28 Sep", with the year on long axes."""
    if span > timedelta(days=330):
        return f"{at:%b %Y}"
    return f"{at.day} {at:%b}"


def date_words(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"
