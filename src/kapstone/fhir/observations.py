"""Vital signs, scores, laboratory values and habits measured elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from kapstone.fhir.codes import LOINC, SignRow, observations_read, signs
from kapstone.fhir.dates import BadDate
from kapstone.fhir.entries import Library
from kapstone.fhir.medicines import quantity_words
from kapstone.fhir.nodes import Concept, Node, NotTaken, concept
from kapstone.fhir.values import Observation, Origin, VitalSign, When
from kapstone.units import UnknownUnit, convert, known_unit

STATUSES = ("final", "amended", "corrected", "preliminary", "unknown")
NO_VALUE = ("entered-in-error", "cancelled", "registered")

Measured = VitalSign | Observation | NotTaken


def read_observation(node: Node, origin: Origin, library: Library) -> Iterator[Measured]:
    """Read an Observation, each component for itself.

    Yields what was measured, and NotTaken for a component that is left. Raises NotTaken for one
    in error, about something else than the person, without a date, or of a kind not on the list.
    """
    code, parts = concept(node.node("code")), node.nodes("component")
    if not any(_is_listed(part) for part in [node, *parts]):
        raise NotTaken("not among the measurements used here", group=_named(code))
    status = _status(node)
    at = _measured_at(node)
    # A panel, such as a blood pressure, may hold all its values in components.
    for part in [node, *parts] if _has_value(node) or not parts else parts:
        try:
            yield _measurement(part, origin, at, status)
        except NotTaken as left:
            yield left


def _is_listed(part: Node) -> bool:
    return _loinc(concept(part.node("code"))) is not None


def _loinc(code: Concept) -> str | None:
    """The first LOINC code that is on either list."""
    loinc = [c.code for c in code.codings if c.system == LOINC and c.code]
    return next((c for c in loinc if c in signs() or c in observations_read()), None)


def _named(code: Concept) -> str:
    number = next(iter(code.codes()), None)
    return " ".join(dict.fromkeys(filter(None, [number, code.words()]))) or "without a code"


def _status(node: Node) -> str:
    status = node.text("status")
    if status in NO_VALUE:
        raise NotTaken(f"marked {status}")
    if node.has("focus"):
        raise NotTaken("it is about something else than the person (focus)")
    if status is None or status in STATUSES:
        return status or "unknown"
    node.remark("status", f"{status!r} is not a FHIR R4 status; unknown")
    return "unknown"


def _measured_at(node: Node) -> When:
    period = node.node("effectivePeriod")
    try:
        at = node.exact_when("effectiveDateTime") or node.exact_when("effectiveInstant")
        at = at or (period.exact_when("start") if period else None)
    except BadDate as error:
        raise NotTaken(f"its date cannot be: {error}") from error
    if at is None:
        raise NotTaken("it does not say when it was measured")
    return at


def _has_value(node: Node) -> bool:
    return any(name.startswith("value") for name in node.raw)


def _measurement(part: Node, origin: Origin, at: When, status: str) -> VitalSign | Observation:
    loinc = _loinc(concept(part.node("code")))
    if loinc is None:
        raise NotTaken(f"{_named(concept(part.node('code')))}: not among the measurements used")
    if loinc in signs():
        return _vital_sign(part, signs()[loinc], origin, at, status)
    value, unit = _value(part)
    quantity = part.node("valueQuantity")
    text = observations_read()[loinc]
    high, high_unit = _upper_limit(part)
    return Observation(
        origin=origin,
        code=loinc,
        text=text,
        value=value,
        unit=unit,
        at=at,
        status=status,
        ucum=quantity.text("code") if quantity else None,
        high=high,
        high_unit=high_unit,
    )


def _upper_limit(part: Node) -> tuple[float | None, str | None]:
    """The upper end of the normal range, when exactly one is written for everybody."""
    ranges = [one for one in part.nodes("referenceRange") if _is_normal(one)]
    ends = [end for one in ranges if (end := one.node("high")) is not None]
    if len(ends) != 1:
        return None, None
    return ends[0].number("value"), ends[0].text("unit") or ends[0].text("code")


def _is_normal(one: Node) -> bool:
    codes = concept(one.node("type")).codes()
    return not one.has("appliesTo") and (not codes or "normal" in codes)


def _vital_sign(part: Node, row: SignRow, origin: Origin, at: When, status: str) -> VitalSign:
    quantity = part.node("valueQuantity")
    written = quantity_words(quantity) if quantity else None
    if quantity is None or written is None:
        raise NotTaken(f"{part.path} has no value{_reason(part)}")
    if bound := quantity.text("comparator"):
        raise NotTaken(f"{written!r} is a bound ({bound}), not a value")
    value = _converted(quantity, row, written)
    if not row.least <= value <= row.most:
        raise NotTaken(f"{written!r} as {row.id} is outside {row.least:g} to {row.most:g}")
    return VitalSign(
        origin=origin,
        sign=row.id,
        value=value,
        unit=row.unit,
        at=at,
        as_written=written,
        status=status,
    )


def _converted(quantity: Node, row: SignRow, written: str) -> float:
    value, unit = quantity.number("value"), _unit(quantity)
    if value is None or unit is None:
        raise NotTaken(f"{written!r} has no unit, and a unit is not guessed")
    try:
        return convert(value, unit, row.unit)
    except UnknownUnit as error:
        raise NotTaken(f"{written!r}: {error}") from error


def _unit(quantity: Node) -> str | None:
    """The coded unit (UCUM), else the one in words; raises NotTaken when the two disagree."""
    code, words = quantity.text("code"), quantity.text("unit")
    known = {name for name in map(known_unit, filter(None, [code, words])) if name}
    if len(known) > 1:
        raise NotTaken(f"its unit is {words!r} in words but {code!r} in code")
    return code or words


def _value(part: Node) -> tuple[float | str, str | None]:
    """Give the value and its unit as written; a bound such as `< 5` stays text."""
    if quantity := part.node("valueQuantity"):
        _unit(quantity)
        value, unit = quantity.number("value"), quantity.text("unit") or quantity.text("code")
        if value is None:
            raise NotTaken(f"{part.path}.valueQuantity has no value")
        bound = quantity.text("comparator")
        return (f"{bound} {value:.15g}", unit) if bound else (value, unit)
    worded = concept(part.node("valueCodeableConcept")).words() or part.text("valueString")
    if worded is not None:
        return worded, None
    answer = part.flag("valueBoolean")
    if answer is not None:
        return "Yes" if answer else "No", None
    whole = part.number("valueInteger")
    if whole is None:
        raise NotTaken(f"{part.path} has no value that is read here{_reason(part)}")
    return whole, None


def _reason(part: Node) -> str:
    reason = concept(part.node("dataAbsentReason")).words()
    return f" ({reason})" if reason else ""
