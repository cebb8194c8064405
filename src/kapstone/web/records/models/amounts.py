"""Milligrams in a column: exact in every database."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models

MICROGRAMS = 1000


class MgField(models.BigIntegerField):  # type: ignore[type-arg]  # not generic at run time
    """Milligrams as a Decimal, kept as whole micrograms: SQLite would add decimals as floats."""

    # For the type checker: what is written and read, where an integer field has integers.
    _pyi_private_set_type: Decimal  # type: ignore[assignment]  # not integers
    _pyi_private_get_type: Decimal  # type: ignore[assignment]  # not integers
    _pyi_lookup_exact_type: Decimal  # type: ignore[assignment]  # not integers

    def from_db_value(self, value: Any, *_: Any) -> Decimal | None:
        return None if value is None else Decimal(value) / MICROGRAMS

    def to_python(self, value: Any) -> Decimal | None:
        return None if value is None else Decimal(value)

    def get_prep_value(self, value: Any) -> int | None:
        """Whole micrograms; ValueError for an amount that has none."""
        if value is None or hasattr(value, "resolve_expression"):
            return value  # type: ignore[no-any-return]  # nothing, or the database's own sum
        micrograms = Decimal(value) * MICROGRAMS
        if micrograms % 1:
            raise ValueError(f"{value} mg is not a whole number of micrograms")
        return int(micrograms)
