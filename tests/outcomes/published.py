"""Data that others have worked through before."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from kapstone.outcomes.arrays import Array

DATA = Path(__file__).with_name("data")
# Freireich et al. 1963, weeks in remission; a + was still in remission.
MP = """
6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+
"""
MP_WEEKS = [float(each.strip("+")) for each in MP.split()]
MP_ENDED = [not each.endswith("+") for each in MP.split()]
PLACEBO_WEEKS = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
# Finkelstein 1986, radiotherapy only: months until the breast looked worse.
COSMESIS = """
45- 6,10 0,7 46- 46- 7,16 17- 7,14 37,44 0,8 4,11 15- 11,15 22- 46- 46- 25,37 46- 26,40 46-
27,34 36,44 46- 36,48 37- 40- 17,25 46- 11,18 38- 5,12 37- 0,5 18- 24- 36- 5,11 19,35 17,25
24- 32- 33- 19,26 37- 34- 36-
"""


def table(name: str) -> dict[str, Array]:
    """The columns of a file beside this one, as numbers."""
    with (DATA / f"{name}.csv").open() as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([float(row[key]) for row in rows]) for key in rows[0]}


def intervals() -> tuple[list[float], list[float | None]]:
    """The ends of the cosmesis data; None was not seen."""
    pairs = [each.rstrip("-").split(",") for each in COSMESIS.split()]
    return [float(p[0]) for p in pairs], [float(p[1]) if len(p) > 1 else None for p in pairs]
