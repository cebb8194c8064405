"""Every pair of colours that the parts put together passes WCAG 2.2 AA, in all three themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "src/kapstone/web/static/kapstone/css"
TEXT, SIGN = 4.5, 3.0
GROUNDS = ("paper", "surface", "sunken")
TINTED = ("prep", "medicine", "integration", "ok", "caution", "stop", "brand")
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3", "brand") for ground in GROUNDS),
    *((tint, f"{tint}-weak", TEXT) for tint in TINTED),
    *(("ink", f"{tint}-weak", TEXT) for tint in TINTED),
    *(("ink-2", f"{tint}-weak", TEXT) for tint in ("brand", "stop", "caution", "ok")),
    *(("ink-3", f"{tint}-weak", TEXT) for tint in ("stop", "caution", "ok")),
    # The figures of a chart on the shades of its bands.
    *(("brand", f"{tint}-weak", TEXT) for tint in ("stop", "caution", "ok")),
    *((tint, "surface", TEXT) for tint in TINTED),
    *(("ink-3", f"{tint}-weak", TEXT) for tint in ("brand", "medicine", "prep", "integration")),
    *((tint, "paper", TEXT) for tint in TINTED),
    *((tint, "sunken", TEXT) for tint in ("stop", "caution", "ok", "brand")),
    ("on-brand", "brand", TEXT),
    ("surface", "ok", SIGN),
    *(("edge", ground, SIGN) for ground in GROUNDS),
]


def themes() -> dict[str, dict[str, str]]:
    """The tokens of each theme, as tokens.css declares them."""
    text = (CSS / "tokens.css").read_text(encoding="utf-8")
    blocks = {
        "light": r":root \{(.*?)\}",
        "dark": r":root:not\(\[data-theme\]\) \{(.*?)\}",
        "chosen dark": r'\[data-theme="dark"\] \{(.*?)\}',
        "room": r'\[data-theme="room"\] \{(.*?)\}',
    }
    found = {}
    for name, pattern in blocks.items():
        block = re.search(pattern, text, re.DOTALL)
        assert block, f"tokens.css has no block for the {name} theme"
        found[name] = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block[1]))
    return found


THEMES = themes()


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_dark_is_the_same_whether_asked_for_or_chosen() -> None:
    assert THEMES["dark"] == THEMES["chosen dark"]


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_gives_every_colour(theme: str) -> None:
    assert THEMES[theme].keys() == THEMES["light"].keys()


def test_the_measure_knows_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS, ids=str)
def test_contrast(theme: str, ink: str, ground: str, least: float) -> None:
    found = contrast(THEMES[theme][ink], THEMES[theme][ground])
    assert found >= least, f"{ink} on {ground} in {theme}: {found:.2f}"
