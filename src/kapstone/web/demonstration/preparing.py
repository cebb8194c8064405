"""What an invented person says in preparation, in the lines and choices that the chart asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Which lines of the safety plan an invented answer fills, in turn.
LINES = {
    "warning_signs": ("sign_1", "sign_2", "sign_3"),
    "coping": ("alone_1", "alone_2", "alone_3"),
    "places": ("place_1", "place_2"),
    "people": ("helper_1_name", "helper_2_name", "helper_3_name"),
    "professionals": ("clinician_name", "practice_after_hours_phone"),
    "making_safe": ("medicines_action", "other_action"),
    "worth_living": ("reasons",),
}
TOUCH = {
    "Hand only, when I reach for it": ["hand"],
    "Hand or shoulder": ["hand", "shoulder"],
    "Blanket only": ["blanket"],
    "None, please": [],
}


def comforts(what: Mapping[str, Any]) -> dict[str, Any]:
    """Touch area by area, and the music in the person's own words."""
    return {
        "touch": TOUCH[what["touch"]],
        "music": "own",
        "music_words": what["music"],
        "eye_shades": "on" if what["eye_shades"] else "off",
    }


def safety_plan(what: Mapping[str, Any]) -> dict[str, str]:
    """The plan line by line; what has no line of its own is left out."""
    return {
        line: words
        for name, lines in LINES.items()
        for line, words in zip(lines, what.get(name, ()), strict=False)
    }
