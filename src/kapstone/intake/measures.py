"""Height and weight as people write them, in the unit the chart keeps."""

from __future__ import annotations

import re

CM_PER_INCH = 2.54
KG_PER_POUND = 0.45359237
NUMBER = r"(\d+(?:\.\d+)?)"

FEET = re.compile(
    rf"{NUMBER} ?(?:ft|feet|foot|'|\u2032|\u2019) ?(?:{NUMBER} ?(?:in|inches|\"|\u2033|'')?)?"
)
SINGLE = re.compile(rf"{NUMBER} ?(cm|m|in|inches|kg|kgs|lb|lbs|pounds)")
FACTORS: dict[str, dict[str, float]] = {
    "cm": {"cm": 1, "m": 100, "in": CM_PER_INCH, "inches": CM_PER_INCH},
    "kg": {"kg": 1, "kgs": 1, "lb": KG_PER_POUND, "lbs": KG_PER_POUND, "pounds": KG_PER_POUND},
}


def measured(raw: str, unit: str) -> float | None:
    """`5 ft 7 in`, `170 cm` or `154 lb` in cm or kg, to one decimal; None without a known unit."""
    text = " ".join(raw.lower().split()).rstrip(".")
    if unit == "cm" and (feet := FEET.fullmatch(text)):
        return round((float(feet[1]) * 12 + float(feet[2] or 0)) * CM_PER_INCH, 1)
    if single := SINGLE.fullmatch(text):
        factor = FACTORS[unit].get(single[2])
        return None if factor is None else round(float(single[1]) * factor, 1)
    return None
