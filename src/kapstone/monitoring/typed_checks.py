"""The checks that need no more than the order itself: how it is drawn up, held and given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from kapstone.monitoring.order_rows import Kind, OrderRow
from kapstone.monitoring.typed_order import Level, Order

Said = Iterator[tuple[Level, str]]


def weight(row: OrderRow, order: Order) -> Said:
    """A weight far from the last one is a slip of the typing, or a dose to be worked out again."""
    now_kg, was_kg, at = order.weight_kg, order.earlier_kg, order.earlier_at
    if now_kg is None or was_kg is None or at is None or row.warn is None:
        return
    apart = abs(Fraction(str(now_kg)) - Fraction(str(was_kg)))
    if apart > Fraction(row.warn):
        yield (
            "warn",
            f"{now_kg:g} kg, {float(apart):g} kg from the {was_kg:g} kg of {at.day} {at:%b %Y};"
            f" above {row.warn:f} kg the dose is worked out again. Weigh again",
        )


def concentration(row: OrderRow, order: Order) -> Said:
    strength, diluted = order.concentration_mg_ml, order.diluted
    if strength is None:
        yield "open", f"{row.title}: not known"
    elif row.warn is not None and strength >= row.warn:
        if diluted is False:
            yield "block", f"{strength:f} mg/mL undiluted into a vein"
        elif diluted is None:
            yield "open", f"{strength:f} mg/mL: not known whether it will be diluted"
        else:
            yield "warn", f"{strength:f} mg/mL: dilute before use"


def pump(row: OrderRow, order: Order) -> Said:
    """What is in the pump is drawn from the vial: never stronger, and the same undiluted."""
    vial, in_pump = order.concentration_mg_ml, order.pump_mg_ml
    if vial is None or in_pump is None:
        return
    both = f"{in_pump:f} mg/mL in the pump from a vial of {vial:f} mg/mL"
    if in_pump > vial:
        yield "block", f"{both}: nothing drawn from a vial is stronger than it"
    elif order.diluted is None:
        yield "open", f"{both}: not said whether it is diluted"
    elif order.diluted is False and in_pump < vial:
        yield "block", f"{both}, and not diluted: one of the two is wrong"
    elif order.diluted and in_pump == vial:
        yield "warn", f"{both}, and diluted: one of the two is wrong"


def steps(row: OrderRow, order: Order) -> Said:
    """Steps that do not add up to the order would give another dose than the one signed."""
    if not order.pump_steps:
        return
    mg = sum(step.mg for step in order.pump_steps)
    minutes = sum(step.minutes for step in order.pump_steps)
    if mg != order.dose_mg or minutes != order.over_min:
        ordered = "not known" if order.over_min is None else f"{order.over_min:g}"
        yield (
            "block",
            (
                f"{row.title} add up to {mg:f} mg in {minutes} min;"
                f" the order says {order.dose_mg:f} mg in {ordered} min"
            ),
        )


def hold(row: OrderRow, order: Order) -> Said:
    held, least, most = order.hold_min, row.least_min, row.most_min
    if held is None:
        yield "open", f"{row.title}: not said"
    elif (least is not None and held < least) or (most is not None and held > most):
        yield "warn", f"Held {held} min; the sources use {least} to {most}"


def spit(row: OrderRow, order: Order) -> Said:
    if order.spit is None:
        yield "open", f"{row.title}: not said"


def nasal(row: OrderRow, order: Order) -> Said:
    if order.nasal is None:
        yield "open", f"{row.title}: not said"
    elif order.nasal == "compounded":
        yield "warn", "A compounded spray does not give a reliable dose"


TYPED: Mapping[Kind, Callable[[OrderRow, Order], Said]] = {
    "weight": weight,
    "concentration": concentration,
    "pump": pump,
    "steps": steps,
    "hold": hold,
    "spit": spit,
    "nasal": nasal,
}
