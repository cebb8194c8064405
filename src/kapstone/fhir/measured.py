"""What the vital signs of one file answer: the newest of each, and a blood pressure by its rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from kapstone import screening
from kapstone.fhir.dates import moment
from kapstone.fhir.values import Observation, Sign, VitalSign
from kapstone.screening import Given

Named = tuple[str, Given]

SIGNS: Mapping[Sign, str] = {
    "bmi": "bmi",
    "heart_rate": "heart_rate_bpm",
    "oxygen_saturation": "oxygen_saturation_percent",
}


def of_signs(signs: Iterable[VitalSign], now: datetime) -> Iterator[Named]:
    """The newest of each sign, blood pressure by its own rule, BMI also from height and weight."""
    by_sign: dict[Sign, list[VitalSign]] = defaultdict(list)
    for one in signs:
        by_sign[one.sign].append(one)
    for sign, name in SIGNS.items():
        for one in by_sign[sign]:
            yield name, Given(one.value, moment(one.at), "import", one.as_written)
    yield from body_mass(by_sign["height_cm"], by_sign["weight_kg"])
    yield from screening.resting(
        pressures(by_sign["systolic_bp"], by_sign["diastolic_bp"]), now
    ).items()


def body_mass(heights: Iterable[VitalSign], weights: Iterable[VitalSign]) -> Iterator[Named]:
    """From the newest weight and the newest height, kg/m2; as old as the weight."""
    tall = max(heights, key=lambda one: (day_of(one), one.value), default=None)
    heavy = max(weights, key=lambda one: (day_of(one), -one.value), default=None)
    if tall and heavy:
        bmi = heavy.value / (tall.value / 100) ** 2
        yield (
            "bmi",
            Given(bmi, moment(heavy.at), "import", f"{tall.as_written}, {heavy.as_written}"),
        )


def day_of(one: VitalSign | Observation) -> datetime:
    return moment(one.at) or datetime.min.replace(tzinfo=UTC)


def pressures(
    systolic: Iterable[VitalSign], diastolic: Iterable[VitalSign]
) -> Iterator[screening.Pressure]:
    """The two figures of one moment belong together; of two for the same moment the higher."""
    upper = highest(systolic)
    lower = highest(diastolic)
    for at in {**upper, **lower}:
        figures = (upper.get(at), lower.get(at))
        yield screening.Pressure(
            at=at,
            systolic=figures[0].value if figures[0] else None,
            diastolic=figures[1].value if figures[1] else None,
            origin="import",
            words="/".join(one.as_written for one in figures if one),
            exact=all(one.at.precision in {"minute", "second"} for one in figures if one),
        )


def highest(signs: Iterable[VitalSign]) -> dict[datetime, VitalSign]:
    return {day_of(one): one for one in sorted(signs, key=lambda one: (one.value, one.as_written))}
