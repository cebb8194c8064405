"""What did harm, by session and by person, and whether a quarter stands out from chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

import numpy as np

from kapstone.outcomes.control import Control, funnel, g_chart, p_chart, t_chart, u_chart
from kapstone.outcomes.figures import Figure, Line, Value, percent
from kapstone.outcomes.ledger import Key, Ledger, Told
from kapstone.outcomes.panel import Given, Panel

# A limit from fewer points says nothing yet.
FEWEST_POINTS = 8
WRITTEN = (
    "Written down in the session by who was there. Symptoms that trials ask for one by one come "
    "out ten times as often; the two are never put together."
)
SMALL = "What was not noticed, not written down, or came days later."


def kinds(panel: Panel) -> dict[str, Callable[[Given], bool]]:
    """Each harm by its name, after those that sum up."""
    named = sorted({harm for each in panel.people for s in each.sessions for harm in s.harms})
    found: dict[str, Callable[[Given], bool]] = {
        "Any": lambda given: bool(given.harms) or given.emergency,
        "Any severe": lambda given: given.severe,
        "Emergency": lambda given: given.emergency,
    }
    return found | {name: (lambda given, name=name: name in given.harms) for name in named}


def quarter(on: date) -> str:
    return f"{on.year} Q{(on.month + 2) // 3}"


def booked(panel: Panel) -> Ledger:
    book = Ledger()
    sessions = [given for each in panel.people for given in each.sessions]
    book.put("sessions", len(sessions))
    book.put("people", len(panel.people))
    for name, is_one in kinds(panel).items():
        had = sum(map(is_one, sessions))
        by = sum(any(map(is_one, each.sessions)) for each in panel.people)
        book.split(
            "sessions", {("sessions", name): had, ("no sessions", name): len(sessions) - had}
        )
        book.split("people", {("people", name): by, ("no people", name): len(panel.people) - by})
    for key, group in (("quarter", lambda given: quarter(given.on)), ("place", lambda g: g.place)):
        book_groups(book, key, sessions, group)
    return book


def book_groups(
    book: Ledger, key: str, sessions: list[Given], group: Callable[[Given], str]
) -> None:
    all_of = Counter(map(group, sessions))
    had = Counter(group(each) for each in sessions if each.harms or each.emergency)
    if not all_of:
        return
    book.split("sessions", {(key, name, "of"): many for name, many in sorted(all_of.items())})
    book.split(("sessions", "Any"), {(key, name, "had"): had[name] for name in sorted(all_of)})
    for name, many in sorted(all_of.items()):
        parts: dict[Key, int] = {
            (key, name, "had"): had[name],
            (key, name, "not"): many - had[name],
        }
        book.split((key, name, "of"), parts)


def rates(panel: Panel, told: Told) -> Figure:
    """Each harm of how many sessions and of how many people, with exact intervals."""
    rows: list[tuple[Value, ...]] = []
    for name in kinds(panel):
        cells: list[Value] = []
        for of in ("sessions", "people"):
            share = told.share((of, name), of)
            limit = told.most((of, name), of) if told.counts[of, name] is None else None
            words = f"at most {tenth(limit)}" if limit is not None else ""
            if share:
                words = f"{tenth(share.lower)} to {tenth(share.upper)}"
            cells += [told.count((of, name)), tenth(share.value) if share else None, words]
        rows.append((name, *cells))
    head = ("Harm", "Sessions", "% of sessions", "95 %", "People", "% of people", "95 %, people")
    return Figure(
        id="harms",
        title="What did harm?",
        definition=f"{WRITTEN} Intervals are exact (Clopper and Pearson).",
        n=f"{told.count('sessions')} sessions of {told.count('people')} people",
        cannot=SMALL,
        head=head,
        rows=tuple(rows),
    )


def groups_of(told: Told, key: str) -> list[str]:
    return [each[1] for each in told.counts if isinstance(each, tuple) and each[::2] == (key, "of")]


def tenth(share: float) -> float:
    """In percent with one decimal: what is rare would be nothing without it."""
    return round(100 * share, 1)


def by_quarter(told: Told) -> Figure:
    """The p chart: sessions with any harm in each quarter, with three-sigma limits."""
    names = groups_of(told, "quarter")
    cells = [(told.counts["quarter", n, "had"], told.counts["quarter", n, "of"]) for n in names]
    zipped = zip(names, cells, strict=True)
    known = [(n, had, of) for n, (had, of) in zipped if had is not None and of]
    chart = None
    if len(known) >= FEWEST_POINTS:
        chart = p_chart([had for _, had, _ in known], [of for *_, of in known])
    limits = limits_of(chart, [n for n, *_ in known])
    head = (
        "Quarter",
        "Sessions",
        "With any harm",
        "%",
        "Lower limit %",
        "Upper limit %",
        "Outside",
    )
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            n,
            told.count(("quarter", n, "of")),
            told.count(("quarter", n, "had")),
            *limits.get(n, BLANK),
        )
        for n in names
    )
    return Figure(
        id="p-chart",
        title="Does a quarter stand out? Sessions with any harm",
        definition="p chart: the share of each quarter beside three standard errors of the whole.",
        n=f"{told.count('sessions')} sessions; limits from {FEWEST_POINTS} told quarters on",
        cannot="A point outside asks for a look at how it came about. It is no verdict.",
        head=head,
        rows=rows,
        lines=control_lines(chart, 100.0),
        axis="quarter",
    )


BLANK: tuple[Value, ...] = (None, None, None, "")


def limits_of(chart: Control | None, names: list[str]) -> Mapping[str, tuple[Value, ...]]:
    if chart is None:
        return {}
    zipped = zip(names, chart.values, chart.lower, chart.upper, chart.outside, strict=True)
    return {
        n: (*(percent(float(each)) for each in (v, low, up)), "outside" if out else "")
        for n, v, low, up, out in zipped
    }


def control_lines(chart: Control | None, scale: float) -> tuple[Line, ...]:
    if chart is None:
        return ()
    x = tuple(float(each + 1) for each in range(len(chart.values)))

    def line(name: str, values: object, kind: str) -> Line:
        y = np.asarray(values, float) * scale
        return Line(name=name, x=x, y=tuple(map(float, y)), kind=kind)

    centre = np.full(len(x), chart.centre)
    return (
        line("each", chart.values, "line"),
        line("middle", centre, "centre"),
        line("upper limit", chart.upper, "limit"),
        line("lower limit", chart.lower, "limit"),
    )


def marks_by_quarter(panel: Panel, told: Told) -> Figure:
    """The u chart: harms written down per 100 sessions, where one session may have several."""
    rows: list[tuple[Value, ...]] = []
    counted: list[tuple[str, int, int]] = []
    harms: Counter[str] = Counter()
    for each in panel.people:
        for given in each.sessions:
            harms[quarter(given.on)] += len(given.harms)
    for name in sorted(harms):
        of = told.counts["quarter", name, "of"]
        had = told.counts["quarter", name, "had"]
        if of and had is not None:
            counted.append((name, harms[name], of))
    chart = None
    if len(counted) >= FEWEST_POINTS:
        chart = u_chart([had for _, had, _ in counted], [of / 100 for *_, of in counted])
        for place, (name, had, of) in enumerate(counted):
            found = (chart.values[place], chart.lower[place], chart.upper[place])
            rows.append((name, of, had, *(round(float(v), 1) for v in found)))
    return Figure(
        id="u-chart",
        title="Harms per 100 sessions, by quarter",
        definition="u chart: every harm counts, beside three standard errors of the whole.",
        n=f"{told.count('sessions')} sessions",
        cannot=SMALL,
        head=("Quarter", "Sessions", "Harms", "Per 100 sessions", "Lower limit", "Upper limit"),
        rows=tuple(rows),
        lines=control_lines(chart, 1.0),
        axis="quarter",
        unit="per 100",
    )


def rare(panel: Panel, fewest: int) -> Iterator[Figure]:
    """g and t charts: sessions and days between severe harms, in their order and without a date."""
    given = sorted(
        ((s.on, place, s) for place, each in enumerate(panel.people) for s in each.sessions),
        key=lambda row: row[:2],
    )
    places = [number for number, (*_, s) in enumerate(given) if s.severe or s.emergency]
    told = len(places) > fewest
    between_: list[float] = [b - a - 1 for a, b in pairwise(places)] if told else []
    days = [max((given[b][0] - given[a][0]).days, 0.5) for a, b in pairwise(places)] if told else []
    words = (
        f"{len(places)} severe harms or emergencies" if told else f"{fewest} or fewer: not drawn"
    )
    for name, title, values, chart in (
        ("g-chart", "Sessions between severe harms", between_, g_of),
        ("t-chart", "Days between severe harms", days, t_chart),
    ):
        found = chart(values) if values else None
        yield Figure(
            id=name,
            title=title,
            definition="A point high up is a long quiet time; many low ones in a row are a change.",
            n=words,
            cannot="Anything while there are few; quiet is no proof of safe.",
            head=("In order", "Between", "Upper limit"),
            rows=tuple(
                (place + 1, round(float(each), 1), round(float(found.upper[place]), 1))
                for place, each in enumerate(values)
                if found is not None
            ),
            lines=control_lines(found, 1.0),
            axis="in order",
            unit="sessions" if name == "g-chart" else "days",
        )


def g_of(between_: Sequence[float]) -> Control:
    return g_chart([int(each) for each in between_])


def by_place(told: Told) -> Figure | None:
    """The funnel: each place among what chance alone does at its size; None with only one told."""
    names = groups_of(told, "place")
    known = [
        (n, had, of)
        for n in names
        if n
        and (had := told.counts["place", n, "had"]) is not None
        and (of := told.counts["place", n, "of"])
    ]
    whole = told.share(("sessions", "Any"), "sessions")
    if len(known) < 2 or whole is None or not 0 < whole.value < 1:
        return None
    limits = funnel(whole.value, [of for *_, of in known], [0.001, 0.025, 0.975, 0.999])
    rows: list[tuple[Value, ...]] = []
    for (name, had, of), row in zip(
        sorted(known), limits[np.argsort([n for n, *_ in known])], strict=True
    ):
        inner, outer = (f"{percent(row[a])} to {percent(row[b])}" for a, b in ((1, 2), (0, 3)))
        rows.append((name, of, percent(had / of), inner, outer))
    return Figure(
        id="funnel",
        title="Do places differ by more than chance?",
        definition="Sessions with any harm, beside exact binomial limits at each place's size.",
        n=f"{told.count('sessions')} sessions; places in the order of their names",
        cannot="Which place is better: who is treated where differs. This is no ranking.",
        head=("Place", "Sessions", "With any harm %", "95 % of chance", "99.8 % of chance"),
        rows=tuple(rows),
    )


def harms(panel: Panel, *, fewest: int) -> tuple[Figure, ...]:
    """The figures of the page of harms; no count of 1 to `fewest` - 1 is in them."""
    told = booked(panel).told(fewest)
    place = by_place(told)
    found = (rates(panel, told), by_quarter(told), marks_by_quarter(panel, told))
    return (*found, *rare(panel, fewest), *((place,) if place else ()))
