"""How much of a long review one sheet of paper holds."""

from __future__ import annotations

from typing import Any

# One sheet, Letter or A4, in two columns: without its head, decision and treatments tried.
LINES_ON_PAPER = 66
LINES_OF_A_FINDING = 6.0
LINES_OF_A_NAME = 1.5
MISSING_ON_A_LINE = 2
FEWEST_ON_PAPER = 8


def on_paper(lacks: list[dict[str, Any]], *, findings: int, lines: int) -> dict[str, Any]:
    """What of a long review one sheet holds, when `lines` of it are taken by other parts.

    The least grave findings are only named where not all fit whole; missing facts fill the rest.
    """
    free = LINES_ON_PAPER - lines
    spare = free - FEWEST_ON_PAPER / MISSING_ON_A_LINE - LINES_OF_A_NAME * findings
    whole = min(findings, max(0, int(spare / (LINES_OF_A_FINDING - LINES_OF_A_NAME))))
    left = free - LINES_OF_A_FINDING * whole - LINES_OF_A_NAME * (findings - whole)
    most = max(FEWEST_ON_PAPER, int(MISSING_ON_A_LINE * left))
    return {"whole": whole, "lacks": lacks[:most], "more": max(0, len(lacks) - most)}
