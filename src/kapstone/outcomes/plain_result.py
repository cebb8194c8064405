"""How it went for many people, in words that everybody reads, and as rows of small people.

From the same figures as the page of the practice: what is hidden there is not told here either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kapstone.outcomes.counting import MAIN, VISITS
from kapstone.outcomes.figures import Figure, Value

# A drawing of so many people stands for all who had their visit.
OF = 20
PLACE = list(VISITS).index(MAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Counts of people, None where too few; `icons` are better, not better, not known, of OF.

    `harmed` is of `treated` people, by any harm that was written down in a session.
    """

    treated: int | None
    due: int | None
    measured: int | None
    lost: int | None
    better: int | None
    harmed: int | None
    icons: tuple[int, int, int] | None

    @property
    def people(self) -> tuple[tuple[str, bool], ...]:
        """Each small person in turn, by its kind."""
        if self.icons is None:
            return ()
        kinds = zip(("better", "not", "unknown"), self.icons, strict=True)
        return tuple((kind, True) for kind, many in kinds for _ in range(many))


def plain_result(figures: Sequence[Figure], harms: Sequence[Figure]) -> Told:
    """What everybody may read; raises LookupError when a figure is not there."""
    named = {each.id: each for each in (*figures, *harms)}
    _, due, measured, lost, better, *_ = named["response"].rows[PLACE]
    any_harm = named["harms"].rows[0]
    return Told(
        treated=count(named["who"].rows[0][1]),
        due=count(due),
        measured=count(measured),
        lost=count(lost),
        better=count(better),
        harmed=count(any_harm[4]),
        icons=icons(count(better), count(measured), count(due)),
    )


def count(value: Value) -> int | None:
    return value if isinstance(value, int) else None


def icons(better: int | None, measured: int | None, due: int | None) -> tuple[int, int, int] | None:
    """Shares of all who had their visit as whole people of OF; the largest rests get the last."""
    if better is None or measured is None or not due:
        return None
    exact = [OF * each / due for each in (better, measured - better, due - measured)]
    found = [int(each) for each in exact]
    order = sorted(range(3), key=lambda place: found[place] - exact[place])
    for place in order[: OF - sum(found)]:
        found[place] += 1
    return found[0], found[1], found[2]
