"""An order in words: the pump, a second dose, how it is held, how long somebody stays."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kapstone import monitoring
from kapstone.register import said
from kapstone.web.records.actions.treatment import Dose, dose_of
from kapstone.web.records.models import Order

# A line, and where its figure is from; a figure of the order itself has no other source.
Line = tuple[str, str]
SINCE = {"start": "the first dose", "end": "the end", "last_dose": "the last dose"}
NASAL = {"device": "Given by a device", "compounded": "Given as a compounded spray"}


def of_order(order: Order) -> list[Line]:
    return told(dose_of(order), order.route)


def told(dose: Dose, route: str) -> list[Line]:
    """What the order says besides its milligrams, then what its route asks of everybody."""
    part, stay = monitoring.order_part(route), monitoring.stays()[route]
    own = [(words, "") for words in (*pump(dose), *held(dose), *second(dose, part))]
    rows: list[Line] = [*own]
    count = part.devices(dose.mg)
    if count and part.device_mg:
        apart = f", {part.devices_apart_min} min apart" if count > 1 else ""
        rows.append((f"{count} of {said(part.device_mg)}{apart}", source(part)))
    rows.append((f"Stays at least {stay.least_min} min after {SINCE[stay.since]}", source(stay)))
    return rows


def source(row: Any) -> str:
    """`DIS-01-ESK · S01`: the row and what it rests on."""
    return f"{row.id} · {', '.join(row.sources)}"


def pump(dose: Dose) -> Iterator[str]:
    """The rate of each step, in mg/h and, where the strength in the pump is known, in mL/h."""
    if dose.over_min is None:
        return
    if dose.pump_mg_ml:
        whole = amount(dose.mg / dose.pump_mg_ml)
        yield f"{amount(dose.pump_mg_ml)} mg/mL in the pump, {whole} mL in all"
    if not dose.pump_steps:
        yield rate(monitoring.PumpStep(dose.over_min, dose.mg).mg_h, dose.pump_mg_ml)
    for number, step in enumerate(dose.pump_steps, start=1):
        words = rate(step.mg_h, dose.pump_mg_ml)
        yield f"Step {number}: {said(step.mg)} over {step.minutes} min, {words}"


def rate(mg_h: Fraction | Decimal, mg_ml: Decimal | None) -> str:
    """`51 mg/h, 25.5 mL/h`; the millilitres only where the strength in the pump is known."""
    ml_h = f", {amount(Fraction(mg_h) / Fraction(mg_ml))} mL/h" if mg_ml else ""
    return f"{amount(mg_h)} mg/h{ml_h}"


def held(dose: Dose) -> Iterator[str]:
    after = {True: "spat out", False: "swallowed", None: ""}[dose.spit]
    if dose.hold_min is not None:
        yield f"Held {dose.hold_min} min" + (f", then {after}" if after else "")
    elif after:
        yield after.capitalize()
    if dose.nasal in NASAL:
        yield NASAL[dose.nasal]


def second(dose: Dose, part: monitoring.OrderPart) -> Iterator[str]:
    if dose.booster_mg:
        after = f"at the earliest {dose.booster_after_min} min after the first"
        yield f"{part.booster}: {said(dose.booster_mg)}, {after}"


def amount(value: Any) -> str:
    """At most one decimal: what a pump is set to."""
    return f"{float(value):.1f}".removesuffix(".0")
