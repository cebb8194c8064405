"""The groups that a result is told in, and why none of them is a comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kapstone.outcomes.panel import Treated

NOT_DRAWN = (
    "Whether the group made the difference: people were not drawn into it by lot. Compare two ways "
    "of caring on a comparison page, which writes down its plan first."
)
# Kept up to this day; who left early could not keep more, so it is described and not compared.
KEPT_BY = 28.0
BANDS = ((0.5, "under 0.5 mg/kg"), (1.0, "0.5 to under 1 mg/kg"))
MOST = "1 mg/kg and more"


@dataclass(frozen=True, slots=True)
class Split:
    """A way to tell people apart, by what was so of them."""

    id: str
    title: str
    how: str
    cannot: str
    of: Callable[[Treated], str]


def dose_band(of: Treated) -> str:
    """What was given in the first session, over the weight of its order."""
    if of.mg_kg is None:
        return "weight not known"
    return next((words for limit, words in BANDS if of.mg_kg < limit), MOST)


def kept(of: Treated) -> str:
    many = of.kept_by(KEPT_BY)
    return ("none", "1", "2 or 3", "2 or 3")[many] if many < 4 else "4 or more"


def therapy(of: Treated) -> str:
    return "with psychotherapy" if of.prepared or of.kept_by(KEPT_BY) else "medicine alone"


SPLITS = (
    Split("route", "By route", "by the route of the first session.", NOT_DRAWN, lambda p: p.route),
    Split(
        "dose",
        "By dose",
        "by what was given in the first session; a route lets more or less of it in.",
        "Whether more helps more: the dose is chosen by how ill somebody is and raised when it did "
        "not help, so a higher dose can look worse for that alone (confounding by indication).",
        dose_band,
    ),
    Split(
        "concern", "By main concern", "by the words of the concern.", NOT_DRAWN, lambda p: p.concern
    ),
    Split(
        "therapy",
        "With and without psychotherapy",
        "with a preparation or an integration session by then.",
        NOT_DRAWN,
        therapy,
    ),
    Split(
        "integration",
        "By integration sessions kept",
        "those kept in the first four weeks.",
        "Whether integration helps: who does well or stays has time to keep more (immortal time). "
        "The comparison page deals with that, and says what is left.",
        kept,
    ),
)
