"""JSON that means one thing only: no name stands twice in an object, and every number is one."""

from __future__ import annotations

import json
from typing import Any, NoReturn


class NotPlain(ValueError):
    """The text is JSON that could be read in two ways, or in none; says in words what is there."""


def read_strictly(text: str | bytes) -> Any:
    """The value of a JSON text; raises ValueError, and NotPlain for what is only nearly plain.

    Raises RecursionError for a text nested too deep.
    """
    try:
        return json.loads(text, object_pairs_hook=_once_each, parse_constant=_refuse_constant)
    except (json.JSONDecodeError, UnicodeDecodeError, NotPlain):
        raise
    except ValueError as fault:
        # Python refuses to read an integer of more than 4,300 digits.
        raise NotPlain("a number with thousands of digits") from fault


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise NotPlain(f"{max(names, key=names.count)[:60]!r} stands there twice")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise NotPlain(f"{name} is no number in JSON")
