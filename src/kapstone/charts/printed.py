"""A drawing that stands alone, for paper: the colours of the day written into it."""

from __future__ import annotations

# The day values of tokens.css, kept equal by test: a PDF has no style sheet to ask.
INK = {
    "ink-2": "#56626a",
    "ink-3": "#61696f",
    "line": "#e5e0d6",
    "edge": "#8b8678",
    "brand": "#24606a",
    "medicine": "#65549a",
    "surface": "#ffffff",
    "ok-weak": "#e4f2ea",
    "caution-weak": "#fbf0da",
    "stop-weak": "#fae7e4",
    "sunken": "#f1eee8",
}
RULES = (
    "text{{font-family:Inter,'Kapstone Fallback';font-size:11px;fill:{ink-3}}}"
    ".c-value,.c-over{{paint-order:stroke;stroke:{surface};stroke-width:3px;stroke-linejoin:round}}"
    ".c-over{{fill:{ink-2}}}"
    ".c-value{{font-weight:600;fill:{brand}}}"
    ".c-sign{{font-weight:600;fill:{ink-2}}}"
    ".c-dose-number{{font-weight:600;fill:{medicine}}}"
    "path{{fill:none}}"
    ".c-line{{stroke:{brand};stroke-width:2.5;stroke-linejoin:round}}"
    ".c-point{{fill:{brand}}}"
    ".c-part{{fill:{surface};stroke:{brand};stroke-width:2}}"
    ".c-gap{{fill:none;stroke:{ink-2};stroke-width:1.5}}"
    ".c-dose{{stroke:{medicine};stroke-width:1.5;stroke-dasharray:2 4}}"
    ".c-error{{stroke:{ink-3};stroke-width:1;stroke-dasharray:1 3}}"
    ".c-mark{{stroke:{edge};stroke-width:1;stroke-dasharray:1 2}}"
    ".c-grid{{stroke:{line}}}"
    ".f-ok{{fill:{ok-weak}}}"
    ".f-plain{{fill:none}}"
    ".f-expected{{fill:{medicine};opacity:.22}}"
    ".c-expected{{stroke:{medicine};stroke-width:1.5;fill:none}}"
    ".f-caution-light{{fill:{caution-weak};opacity:.5}}"
    ".f-caution{{fill:{caution-weak}}}"
    ".f-stop{{fill:{stop-weak}}}"
    ".f-error{{fill:{edge};opacity:.1}}"
    ".f-stem{{fill:{brand};opacity:.35}}"
)


def for_print(svg: str) -> str:
    """The same drawing with the style of paper in it; for SVG readers without our style sheet."""
    head, _, rest = svg.partition(">")
    return f"{head}><style>{RULES.format_map(INK)}</style>{rest}"
