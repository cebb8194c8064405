"""Does it help, how fast, does it last: the figures of many people, with their n and their loss.

Every count of a page goes through one ledger, so that no table gives back what another one hides.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean

from kapstone.instruments import Instrument
from kapstone.instruments.definition import Cut
from kapstone.outcomes.counting import KINDS, MAIN, VISITS, Seen, booked
from kapstone.outcomes.figures import Figure, Value, between, drawn, percent, share_of
from kapstone.outcomes.lasting import competing, durability
from kapstone.outcomes.ledger import HIDDEN, Told
from kapstone.outcomes.panel import Panel
from kapstone.outcomes.splits import SPLITS


def week(day: int) -> str:
    return f"week {round(day / 7)}"


def n_words(told: Told) -> str:
    """The sentence that stands at every figure."""
    treated, eligible = told.count("treated"), told.count("eligible")
    return f"{treated} treated, {eligible} of them with a first score that left room to respond"


def who(seen: Seen, told: Told) -> Figure:
    """How many were treated, eligible, measured and lost; it stands before any result."""
    rows: list[tuple[Value, ...]] = [
        ("Treated: a first medicine session with a dose", told.count("treated")),
        ("Left out: no score in the 14 days before the first dose", told.count("no baseline")),
        ("Left out: a first score too low to respond", told.count("below caseness")),
        ("Eligible: all that the shares below are of", told.count("eligible")),
    ]
    rows = [(*each, "", "", "") for each in rows]
    for day in VISITS:
        lost = share_of(told.share(("missing", day), ("due", day)))
        counts = (told.count((kind, day)) for kind in ("due", "measured", "missing"))
        rows.append((f"Whose {week(day)} is over", *counts, lost))
    return Figure(
        id="who",
        title="Who is counted?",
        definition=(
            f"Everybody with a dose; {seen.of.short} before it decides who is eligible. A visit "
            f"takes the nearest score in its window: {windows()}."
        ),
        n=n_words(told),
        cannot="Why somebody was not measured. Those who feel worse may answer less often.",
        head=("Who", "People", "Measured", "Missing", "Lost %"),
        rows=tuple(rows),
        unit="people",
    )


def windows() -> str:
    return ", ".join(f"{week(day)} ± {wide} days" for day, wide in VISITS.items())


ASKED = {"response": "How many have responded?", "remission": "How many are in remission?"}


def over_time(seen: Seen, told: Told, what: str) -> Figure:
    """A share by week three ways: of those measured, missing as no, and what loss leaves open."""
    days = [float(day) for day in VISITS]
    observed = [told.share((what, day), ("measured", day)) for day in VISITS]
    as_no = [
        told.share((what, day), ("due", day)) if told.counts["measured", day] else None
        for day in VISITS
    ]
    head = (
        *("Visit", "Due", "Measured", "Missing", f"With {what}"),
        *("Observed %", "95 %", "Missing as no %", "95 %, missing as no", "Bounds %"),
    )
    rows: list[tuple[Value, ...]] = []
    for day, one, two in zip(VISITS, observed, as_no, strict=True):
        counts = (told.count(k) for k in (("measured", day), ("missing", day), (what, day)))
        shares = (share_of(one), between(one), share_of(two))
        open_ = bounds(told, what, day)
        words = f"{percent(open_[0])} to {percent(open_[1])}" if open_ else ""
        rows.append((week(day), told.count(("due", day)), *counts, *shares, between(two), words))
    return Figure(
        id=what,
        title=ASKED[what],
        definition=rule_words(seen.of, what),
        n=n_words(told),
        cannot=(
            "Whether it was the medicine: nobody here was drawn by lot, and people come when they "
            "feel worst. Bounds are what it would be if all who are missing had not, or all had."
        ),
        head=head,
        rows=tuple(rows),
        lines=(drawn("observed", days, observed), drawn("missing as no", days, as_no, "line")),
        axis="weeks",
    )


def bounds(told: Told, what: str, day: int) -> tuple[float, float] | None:
    yes, of = told.counts[what, day], told.counts["measured", day]
    all_of = told.counts["due", day]
    if yes is None or not of or not all_of:
        return None
    return yes / all_of, (yes + all_of - of) / all_of


def rule_words(of: Instrument, what: str) -> str:
    rule = of.change
    if what == "remission":
        line = rule.remission if rule else None
        if line is None:
            return "No such line."
        return f"{of.short} {cut_words(line)}, of those who began as a case."
    if rule and rule.response_points is not None:
        return f"{of.short} better by {rule.response_points:g} points or more than before."
    share = rule.response_share if rule else None
    return (
        f"{of.short} better by {percent(share)} % of the first score or more (exactly that counts)."
    )


def cut_words(of: Cut) -> str:
    ends = (("from", of.from_), ("above", of.above), ("to", of.to), ("below", of.below))
    return " ".join(f"{word} {value:g}" for word, value in ends if value is not None)


def mean_by_visit(seen: Seen, told: Told) -> Figure:
    """The mean change of those measured beside the model's, which uses what it saw of the rest."""
    rows: list[tuple[Value, ...]] = []
    for day in VISITS:
        many = told.counts["measured", day]
        changes = [after - before for before, after in seen.at[day].values()]
        mean = round(fmean(changes), 1) if many else None
        model = seen.means.get(day) if many else None
        cells: tuple[float | str | None, ...] = (None, "")
        if model is not None:
            cells = (round(model[0], 1), f"{model[1]:.1f} to {model[2]:.1f}")
        rows.append((week(day), told.count(("measured", day)), mean, *cells))
    return Figure(
        id="mean",
        title="By how many points?",
        definition=(
            f"Mean change of {seen.of.short} from the first score. The model (mixed model for "
            "repeated measures: a mean for each visit, unstructured covariance, the first score "
            "among its outcomes, maximum likelihood) uses every score there is."
        ),
        n=n_words(told),
        cannot=(
            "The model is right when missing depends only on scores that were seen. If people stay "
            "away because of how they feel now, it is as wrong as the rest; look at the bounds."
        ),
        head=("Visit", "Measured", "Mean change observed", "Mean change by model", "95 %"),
        rows=tuple(rows),
        unit="points",
    )


def reliable(seen: Seen, told: Told) -> Figure:
    """Better, the same or worse beyond the error of the questionnaire."""
    words = {"improved": "Reliably better", "none": "No reliable change"}
    words["deteriorated"] = "Reliably worse"
    rows: list[tuple[Value, ...]] = []
    for kind in KINDS:
        key = ("reliable", kind)
        if key in told.counts:
            share = told.share(key, ("measured", MAIN))
            rows.append((words[kind], told.count(key), share_of(share), between(share)))
    line = seen.of.change.reliable if seen.of.change else None
    return Figure(
        id="reliable",
        title="How many are better or worse beyond chance?",
        definition=f"{seen.of.short} changed by {line:g} points or more at {week(MAIN)}."
        if line
        else f"{seen.of.short} has no published reliable change.",
        n=f"{told.count(('measured', MAIN))} measured at {week(MAIN)}, "
        f"{told.count(('missing', MAIN))} missing",
        cannot="A worsening among those who were not measured.",
        head=("Change", "People", "% of measured", "95 %"),
        rows=tuple(rows),
    )


def split_figures(seen: Seen, told: Told) -> Iterator[Figure]:
    """The same share in groups: no comparison, since nobody was drawn into them by lot."""
    for split in SPLITS:
        kinds = sorted({key[1] for key in told.counts if is_of(key, split.id)})
        rows: list[tuple[Value, ...]] = []
        for kind in kinds:
            key = (split.id, kind)
            one = told.share((*key, "response"), (*key, "measured"))
            two = told.share((*key, "response"), (*key, "eligible"))
            counts = (
                told.count((*key, e)) for e in ("eligible", "measured", "missing", "response")
            )
            cells = (share_of(one), between(one), share_of(two))
            rows.append((kind, *counts, *cells))
        yield Figure(
            id=split.id,
            title=split.title,
            definition=f"{rule_words(seen.of, 'response')} At {week(MAIN)}; {split.how}",
            n=n_words(told),
            cannot=split.cannot,
            head=(
                *("Group", "Due", "Measured", "Missing", "With response"),
                *("Observed %", "95 %", "Missing as no %"),
            ),
            rows=tuple(rows),
        )


def is_of(key: object, split: str) -> bool:
    return isinstance(key, tuple) and len(key) == 3 and key[0] == split


def ideation(seen: Seen, told: Told) -> Figure:
    """Suicidal thoughts before and at the main visit; new ones stand beside those that went."""
    rows: list[tuple[Value, ...]] = []
    for key, words in (("ideation with", "With thoughts before"), ("ideation without", "Without")):
        cells = (told.count((key, each)) for each in ("none", "some", "missing"))
        share = told.share((key, "some"), key)
        rows.append((words, told.count(key), *cells, share_of(share)))
    return Figure(
        id="ideation",
        title="Do suicidal thoughts go, and do new ones come?",
        definition=(
            f"The item on suicide of {seen.of.short}: any answer but the lowest, before the first "
            f"dose and at {week(MAIN)}."
        ),
        n=f"{told.count('treated')} treated; {told.count('ideation unknown')} not asked before",
        cannot="One item is a question, no assessment. Each such answer went to a person at once.",
        head=(
            "Before",
            "People",
            "None after",
            "Some after",
            "Missing after",
            "Some after, % of all",
        ),
        rows=tuple(rows),
    )


def speed(seen: Seen, told: Told, fewest: int) -> Figure:
    """What was measured in the first hours and days; nothing is drawn back from later."""
    rows: list[tuple[Value, ...]] = []
    for name, low, high in (("0 to 24 hours", 0.0, 1.0), ("1 to 3 days", 1.0, 3.0)):
        pairs = [
            (each.baseline, score)
            for each in seen.cohort.people
            if (score := last_in(each.later, low, high)) is not None
        ]
        many = len(pairs)
        all_of = seen.cohort.eligible
        is_told = many == 0 or (many >= fewest and all_of - many >= fewest)
        mean = round(fmean(b - a for a, b in pairs), 1) if pairs and is_told else None
        rows.append((name, many if is_told else HIDDEN, mean))
    return Figure(
        id="speed",
        title="How fast?",
        definition="The last score of each person in that time after the first dose.",
        n=n_words(told),
        cannot=(
            "A questionnaire that asks about two weeks cannot show hours: only one that asks about "
            "now or the last day can, such as the mood line. Nothing is reckoned back."
        ),
        head=("After the first dose", "Measured", f"Mean change of {seen.of.short}"),
        rows=tuple(rows),
        unit="points",
    )


def last_in(later: tuple[tuple[float, float], ...], low: float, high: float) -> float | None:
    inside = [score for day, score in later if low < day <= high]
    return inside[-1] if inside else None


def effectiveness(panel: Panel, of: Instrument, *, fewest: int) -> tuple[Figure, ...]:
    """The figures of a page, those of who is counted first.

    No count of 1 to `fewest` - 1 people is in them, nor one that gives such a count back. Raises
    LookupError when the instrument has no published thresholds of change.
    """
    seen = Seen(panel, of)
    told = booked(seen).told(fewest)
    return (
        who(seen, told),
        over_time(seen, told, "response"),
        over_time(seen, told, "remission"),
        mean_by_visit(seen, told),
        speed(seen, told, fewest),
        reliable(seen, told),
        durability(seen.cohort, fewest),
        competing(seen.cohort, seen.eligible, fewest),
        ideation(seen, told),
        *split_figures(seen, told),
    )
