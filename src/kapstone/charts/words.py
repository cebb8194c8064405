"""What a chart says: to the care team in its own terms, to the person in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartWords:
    """Every word on a chart that is not a name, a date or a number; `bands` by their own name."""

    better: str
    worse: str
    nothing: str
    missed: str
    unsent: str
    no_total: str
    prorated: str
    dose: str
    doses: str
    scores: str
    without: str
    items: str
    headings: tuple[str, str, str, str]
    bands: Mapping[str, str] = field(default_factory=dict)

    def band(self, name: str) -> str:
        return self.bands.get(name, name)


CLINICAL = ChartWords(
    better="reliably better",
    worse="reliably worse",
    nothing="No complete answer yet",
    missed="missed",
    unsent="begun, not sent",
    no_total="no total",
    prorated="prorated",
    dose="medicine session",
    doses="Medicine sessions",
    scores="Scores",
    without="Visits without a score",
    items="items",
    headings=("Date", "Score", "Items", "Note"),
)

PLAIN = ChartWords(
    better="clearly better",
    worse="clearly worse",
    nothing="No full answer yet",
    missed="not answered",
    unsent="started, not sent",
    no_total="no number",
    prorated="some left blank, so this is our best count",
    dose="medicine session",
    doses="Medicine sessions",
    scores="Numbers",
    without="Times without a number",
    items="answered",
    headings=("Date", "Number", "Answered", "Note"),
    bands={
        "none": "none",
        "minimal": "very little",
        "mild": "a little",
        "moderate": "some",
        "moderately severe": "quite a lot",
        "severe": "a lot",
        "negative": "not likely",
        "positive": "worth a talk",
    },
)
