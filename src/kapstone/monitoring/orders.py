"""A typed order beside the practice's limits. It never proposes a dose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil

from kapstone.knowledge.dose_day import route_named
from kapstone.monitoring.dosing import place, reference_ranges
from kapstone.monitoring.order_rows import Kind, OrderRow, order_rows
from kapstone.monitoring.past_doses import PastDose, hours_between, within
from kapstone.monitoring.typed_checks import TYPED, Said
from kapstone.monitoring.typed_order import Level, Order

Amount = Decimal | Fraction | int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCheck:
    """What a check says: `block` stops the order, `warn` asks for a reason, `open` lacks a fact."""

    id: str
    level: Level
    says: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """An order with what is known around it; `history` is in order of time, or unknown."""

    order: Order
    history: tuple[PastDose, ...] | None
    first: bool | None
    now: datetime


def check_order(
    order: Order,
    *,
    history: Sequence[PastDose] | None,
    first: bool | None,
    now: datetime,
    given_at: datetime | None = None,
) -> tuple[OrderCheck, ...]:
    """Every check that the order does not pass, the gravest first [DCK-01 to DCK-14, PRE-22].

    An empty answer means that every check was made and passed. `history` None means that
    earlier doses are not known, which keeps their checks open; a dose of the future is left
    out. Intervals and counts are as of `given_at`, when it is planned; None is now. Days are
    those of the zone of `now`. `first` unknown is read as the first session: its limits are the
    stricter ones.
    Raises ValueError when the dose or the weight is not above nought.
    """
    if order.dose_mg <= 0 or (order.weight_kg is not None and order.weight_kg <= 0):
        raise ValueError(f"dose and weight must be above 0: {order.dose_mg}, {order.weight_kg}")
    route = route_named(order.route).id
    past = None if history is None else tuple(sorted(history, key=lambda dose: dose.at))
    known = None if past is None else tuple(dose for dose in past if dose.at <= now)
    at = (given_at or now).astimezone(now.tzinfo)
    asked = _Asked(order=order, history=known, first=first, now=at)
    found = [*_weight(order, now)]
    for row in order_rows():
        if row.routes is None or route in row.routes:
            found += [
                OrderCheck(id=row.id, level=level, says=says, sources=row.sources)
                for level, says in CHECKS[row.kind](row, asked)
            ]
    return tuple(sorted(found, key=lambda each: ("block", "warn", "open").index(each.level)))


def _weight(order: Order, now: datetime) -> Iterator[OrderCheck]:
    if order.route in ("intranasal", "esketamine"):
        return
    if order.weight_kg is None:
        says = "Weight not known: mg/kg cannot be checked"
    elif order.weight_at is None or order.weight_at.astimezone(now.tzinfo).date() != now.date():
        says = f"Weight {order.weight_kg:g} kg was not taken today"
    else:
        return
    yield OrderCheck(id="PRE-22", level="open", says=says, sources=("S11",))


def _above(value: Amount, says: str, *, warn: Decimal | None, block: Decimal | None = None) -> Said:
    """The graver of the two limits that the value is above, if any."""
    if block is not None and value > Fraction(block):
        yield "block", f"{says}; the practice's limit is {block:f}"
    elif warn is not None and value > Fraction(warn):
        yield "warn", f"{says}; above {warn:f}"


def _per_kg(mg: Decimal, weight_kg: float | None) -> Fraction | None:
    """Exact, so that a dose of just the limit is not above it."""
    return None if weight_kg is None else Fraction(mg) / Fraction(str(weight_kg))


def _number(value: Amount) -> str:
    return f"{float(value):.3g}"


def _lower(row: OrderRow, asked: _Asked) -> Decimal | None:
    """The warning limit, the first session's when it is or may be the first."""
    return row.warn if asked.first is False or row.warn_first is None else row.warn_first


def _mg_per_kg(row: OrderRow, asked: _Asked) -> Said:
    dose = _per_kg(asked.order.dose_mg, asked.order.weight_kg)
    if dose is None:
        yield "open", f"{row.title}: weight not known"
        return
    first = "" if asked.first is False else " for a first session"
    says = f"{_number(dose)} mg/kg{first}"
    yield from _above(dose, says, warn=_lower(row, asked), block=row.block)


def _mg_per_kg_h(row: OrderRow, asked: _Asked) -> Said:
    minutes, dose = asked.order.over_min, _per_kg(asked.order.dose_mg, asked.order.weight_kg)
    if minutes is not None and minutes <= 0:
        yield "block", "A push into the vein: give the minutes of the infusion"
    elif minutes is None or dose is None:
        yield "open", f"{row.title}: minutes or weight not known"
    else:
        rate = dose * 60 / Fraction(str(minutes))
        says = f"{_number(rate)} mg/kg/h"
        fastest = max((step.mg_h for step in asked.order.pump_steps), default=Fraction(0))
        step = fastest / Fraction(str(asked.order.weight_kg))
        if step > rate:
            rate, says = step, f"{_number(step)} mg/kg/h in the fastest step"
        yield from _above(rate, says, warn=row.warn, block=row.block)


def check_rate(mg_h: Decimal, weight_kg: float | None) -> OrderCheck | None:
    """Where a rate that a pump was set to stands beside DCK-02; None when it is inside."""
    row = next(each for each in order_rows() if each.kind == "mg_per_kg_h")
    rate = _per_kg(mg_h, weight_kg)
    unknown: list[tuple[Level, str]] = [("open", f"{row.title}: weight not known")]
    for level, says in unknown if rate is None else _rate(row, rate):
        return OrderCheck(id=row.id, level=level, says=says, sources=row.sources)
    return None


def _rate(row: OrderRow, rate: Fraction) -> Said:
    yield from _above(rate, f"{_number(rate)} mg/kg/h", warn=row.warn, block=row.block)


def _total_mg_per_kg(row: OrderRow, asked: _Asked) -> Said:
    order, booster = asked.order, asked.order.booster_mg
    if booster is None:
        yield "open", f"{row.title}: booster not known"
        return
    total = _per_kg(order.dose_mg + booster, order.weight_kg)
    if total is None:
        yield "open", f"{row.title}: weight not known"
    else:
        says = f"{_number(total)} mg/kg with the booster"
        yield from _above(total, says, warn=row.warn, block=row.block)
    if booster and row.booster_least_min is not None:
        yield from _booster(row.booster_least_min, order.booster_after_min)


def _booster(least_min: int, after_min: float | None) -> Said:
    if after_min is None:
        yield "open", "Booster: its minute is not known"
    elif after_min < least_min:
        yield "block", f"Booster after {after_min:g} min; at least {least_min}"


def _mg(row: OrderRow, asked: _Asked) -> Said:
    order = asked.order
    if order.route == "lozenge_home" and row.block_first_home is not None:
        before = [dose for dose in asked.history or () if dose.route == "lozenge_home"]
        most = order.dose_mg + (order.booster_mg or 0)
        if not before and most > row.block_first_home:
            yield (
                "block",
                (
                    f"{most:f} mg at a first session at home;"
                    f" the practice's limit is {row.block_first_home:f}"
                ),
            )
            return
    if order.booster_mg is None:
        yield "open", f"{row.title}: booster not known"
        return
    total = order.dose_mg + order.booster_mg
    says = f"{total:f} mg{' with the booster' if order.booster_mg else ''}"
    yield from _above(total, says, warn=_lower(row, asked), block=row.block)
    if order.booster_mg and order.booster_after_min is None:
        yield "open", "Booster: its minute is not known"


def _esketamine(row: OrderRow, asked: _Asked) -> Said:
    dose = asked.order.dose_mg
    if row.block is not None and dose > row.block:
        yield "block", f"{dose:f} mg; the label's highest is {row.block:f}"
    elif dose not in row.steps:
        yield "warn", f"{dose:f} mg is not a dose of the label (28, 56, 84)"
    yield from _label_step(row, asked)
    count = _count_within(asked, 7, "esketamine")
    if count is None:
        yield "open", "Sessions in 7 days: earlier doses not known"
    elif row.sessions_7_days is not None and count > row.sessions_7_days:
        yield "block", f"Session {count} in 7 days; the label's most is {row.sessions_7_days}"


def _label_step(row: OrderRow, asked: _Asked) -> Said:
    last = _last(asked)
    if row.most_step_mg is None or last is None or asked.order.dose_mg <= row.most_step_mg:
        return
    if last.dose_mg is None or last.dose_mg <= 0:
        yield "open", f"{row.title}: the last dose is not known"
    elif asked.order.dose_mg - last.dose_mg > row.most_step_mg:
        says = f"From {last.dose_mg:f} to {asked.order.dose_mg:f} mg"
        yield "warn", f"{says}; the label goes up by {row.most_step_mg:f}"


def _last(asked: _Asked) -> PastDose | None:
    """The dose before, by the same route."""
    same = [dose for dose in asked.history or () if dose.route == asked.order.route]
    return same[-1] if same else None


def _count_within(asked: _Asked, days: int, route: str | None = None) -> int | None:
    """Sessions in so many days up to now, this one counted."""
    if asked.history is None:
        return None
    found = within(asked.history, days, now=asked.now)
    return 1 + len([dose for dose in found if route is None or dose.route == route])


def _step(row: OrderRow, asked: _Asked) -> Said:
    """Beside all that was given last; a booster, decided at its time, asks but never stops."""
    if asked.history is None:
        yield "open", f"{row.title}: earlier doses not known"
        return
    before = _last(asked)
    if before is None:
        return
    last = before.dose_mg
    if last is None or last <= 0:
        yield "open", f"{row.title}: the last dose is not known"
        return
    booster = asked.order.booster_mg
    if booster is None:
        yield "open", f"{row.title}: booster not known"
    total = asked.order.dose_mg + (booster or 0)
    for mg, what, block in ((asked.order.dose_mg, "", row.block), (total, " in all", None)):
        rise = (Fraction(mg) / Fraction(last) - 1) * 100
        # Rounded up: what is above a limit never reads as the limit itself.
        says = f"{ceil(rise)} % more{what} than the last {last.normalize():f} mg"
        if found := [*_above(rise, says, warn=row.warn, block=block)]:
            yield from found
            return


def _interval(row: OrderRow, asked: _Asked) -> Said:
    if asked.history is None:
        yield "open", f"{row.title}: earlier doses not known"
        return
    racemic = [dose.at for dose in asked.history if row.routes and dose.route in row.routes]
    if not racemic:
        return
    hours = hours_between(racemic[-1], asked.now)
    for level, least in (("block", row.block), ("warn", row.warn)):
        if least is not None and hours < least:
            yield ("block" if level == "block" else "warn"), f"{int(hours)} h; at least {least:f}"
            return


def _count(row: OrderRow, asked: _Asked) -> Said:
    """Maintenance has the lower limits; a phase not known may warn by them, never block."""
    count = None if row.days is None else _count_within(asked, row.days)
    if count is None:
        yield "open", f"{row.title}: earlier doses not known"
        return
    phase = asked.order.phase
    warn = row.warn if phase == "course" else row.warn_maintenance or row.warn
    block = row.block_maintenance or row.block if phase == "maintenance" else row.block
    unsaid = "" if phase or not row.warn_maintenance else " (course or maintenance not said)"
    yield from _above(count, f"Session {count} in {row.days} days{unsaid}", warn=warn, block=block)


def _review(row: OrderRow, asked: _Asked) -> Said:
    """Counts the sessions given; the limit is reached by those, this order comes on top."""
    given = asked.order.sessions_since_review
    if given is None:
        yield "open", f"{row.title}: not known"
    elif row.block is not None and given >= row.block:
        yield "block", f"{given} sessions without a review; review first"
    elif row.warn is not None and given >= row.warn:
        yield "warn", f"{given} sessions since the last review: a review is due"


def _older(row: OrderRow, asked: _Asked) -> Said:
    order = asked.order
    if asked.first is False:
        return
    if order.age is None:
        yield "open", f"{row.title}: age not known"
        return
    if row.from_years is None or order.age < row.from_years:
        return
    if order.route in ("iv", "im"):
        dose = _per_kg(order.dose_mg, order.weight_kg)
        if dose is not None:
            says = f"{_number(dose)} mg/kg first at {order.age}"
            yield from _above(dose, says, warn=row.warn_mg_per_kg)
        return
    esketamine = order.route == "esketamine"
    # A swallowed dose has no figure of its own; of a lozenge more is taken up, so its own is safe.
    by_mouth = order.route == "oral" or order.route.startswith("lozenge")
    lozenge = row.warn_lozenge_mg if by_mouth else None
    warn = row.warn_esketamine_mg if esketamine else lozenge
    yield from _above(order.dose_mg, f"{order.dose_mg:f} mg first at {order.age}", warn=warn)


def _low(row: OrderRow, asked: _Asked) -> Said:
    """Far below the last dose, or below all that the sources use: a slip of the decimal point?"""
    dose, weight = asked.order.dose_mg, asked.order.weight_kg
    before = _last(asked) if asked.history is not None else None
    last = before.dose_mg if before else None
    if row.warn is not None and last and dose * 100 < last * row.warn:
        yield "warn", f"{dose:f} mg is less than {row.warn} % of the last {last.normalize():f} mg"
    usual = [each for each in reference_ranges(asked.order.route) if not each.comparator]
    places = [place(dose, each, weight_kg=weight) for each in usual]
    known = [each for each in places if each is not None]
    if known and all(each == "below" for each in known):
        yield "warn", f"{dose:f} mg is below every range of the sources for this route"


def _of_order(check: Callable[[OrderRow, Order], Said]) -> Callable[[OrderRow, _Asked], Said]:
    return lambda row, asked: check(row, asked.order)


CHECKS: Mapping[Kind, Callable[[OrderRow, _Asked], Said]] = {
    "mg_per_kg": _mg_per_kg,
    "mg_per_kg_h": _mg_per_kg_h,
    "total_mg_per_kg": _total_mg_per_kg,
    "mg": _mg,
    "esketamine": _esketamine,
    "step": _step,
    "low": _low,
    "interval": _interval,
    "count": _count,
    "review": _review,
    "older": _older,
    **{kind: _of_order(check) for kind, check in TYPED.items()},
}
