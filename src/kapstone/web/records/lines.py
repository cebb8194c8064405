"""The limits of a practice: the rows that ship, with the figures that it settled for itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from kapstone import charts, monitoring
from kapstone.web.records.models import LineChange

Limits = Sequence[monitoring.Limit]
WORDS = {
    "above": "above {}",
    "at_least": "{} or more",
    "below": "below {}",
    "at_most": "{} or less",
}


def changes(practice: int, at: datetime) -> Mapping[str, LineChange]:
    """The change of each limit that held at a moment, by the limit's id."""
    return {row.limit: row for row in LineChange.objects.held(practice, at)}


def in_force(practice: int, at: datetime) -> tuple[monitoring.Limit, ...]:
    """Every limit with the figures that held in the practice at a moment."""
    own = changes(practice, at)
    return tuple(
        monitoring.settled(limit, own[limit.id].figures) if limit.id in own else limit
        for limit in monitoring.limits()
    )


def figures(limit: monitoring.Limit, change: LineChange | None) -> dict[str, float]:
    """The figures that hold for a limit: the practice's where it settled one, else the shipped."""
    shipped = monitoring.figures_of(limit)
    own = change.figures if change else {}
    return {name: float(own.get(name, value)) for name, value in shipped.items()}


def laxer(
    limit: monitoring.Limit, figures: Mapping[str, float], two: Sequence[LineChange]
) -> tuple[str, ...]:
    """The figures that two people sign: laxer than the ones that ship, and than what two signed.

    `two` is what has held since they did (`two_signed`): theirs, or what was taken back since. What
    one person alone settled is no excuse for more, also where it was once as strict as it shipped.
    """
    own = monitoring.settled(limit, figures)
    if not two:
        return monitoring.laxer(own, limit)
    rows = (monitoring.settled(limit, row.figures) for row in two)
    return tuple(dict.fromkeys(name for row in rows for name in monitoring.laxer(own, limit, row)))


def asks_second(
    limit: monitoring.Limit,
    figures: Mapping[str, float],
    held: LineChange | None,
    two: Sequence[LineChange],
) -> bool | None:
    """Whether somebody else has to sign figures too before they hold.

    None where nobody has, and yet nothing in them is laxer than what one person alone settled and
    holds: what makes that safer is not made to wait, and stays marked.
    """
    if not laxer(limit, figures, two):
        return False
    here = monitoring.settled(limit, held.figures if held else {})
    return True if monitoring.laxer(monitoring.settled(limit, figures), here) else None


def doubts(change: LineChange) -> list[str]:
    """What keeps a change from holding by the rows that ship now, in words."""
    limit = next((each for each in monitoring.limits() if each.id == change.limit), None)
    if limit is None:
        return [f"There is no limit {change.limit}."]
    told = monitoring.doubts(limit, figures(limit, change))
    return [f"{monitoring.called(limit, name)}: {words}" for name, words in told]


def words(group: tuple[str, ...], limits: Limits) -> str:
    """`watch above 160/95, below 100; limit 180/110, below 90`: the figures that do not depend on
    the person."""
    said = []
    for level, word in (("yellow", "watch"), ("red", "limit"), ("at_once", "at any time")):
        highs = [bound(name, level, ("above", "at_least"), limits) for name in group]
        lows = [bound(name, level, ("below", "at_most"), limits) for name in group]
        high = "/".join(f"{each[1]:g}" for each in highs if each)
        phrases = [WORDS[highs[0][0]].format(high)] if highs[0] else []
        phrases += [WORDS[each[0]].format(f"{each[1]:g}") for each in lows if each]
        if phrases:
            said.append(f"{word} {', '.join(phrases)}")
    return "; ".join(said)


def bound(
    sign: str, level: str, names: tuple[str, str], limits: Limits
) -> tuple[str, float] | None:
    """The first figure of that side among the limits of a sign."""
    for limit in limits:
        bounds = getattr(limit, level)
        if limit.sign != sign or bounds is None:
            continue
        for name in names:
            value = getattr(bounds, name)
            if value is not None:
                return name, value
    return None


def zones(sign: str, limits: Limits) -> list[charts.lanes.Zone]:
    """The shaded parts of a lane: beyond the limits, on either side."""
    found: list[charts.lanes.Zone] = []
    for names, high in ((("above", "at_least"), True), (("below", "at_most"), False)):
        yellow, red = (bound(sign, level, names, limits) for level in ("yellow", "red"))
        near, far = yellow[1] if yellow else None, red[1] if red else None
        if near is not None:
            found.append((near, far, "yellow") if high else (far, near, "yellow"))
        if far is not None:
            found.append((far, None, "red") if high else (None, far, "red"))
    return found
