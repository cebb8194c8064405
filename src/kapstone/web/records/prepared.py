"""Queries whose SQL is written once a process: writing it takes Django longer than running it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet

# Stands for the keys while the SQL is written; no key is negative.
MARK = -4_815_162_342


class Prepared:
    """A query that is asked again and again with other keys.

    `build` gives it, as `values_list`, for a list of keys; it may use the list in `__in` only, and
    nothing else in the query may depend on the moment or on who asks.
    """

    def __init__(self, build: Callable[[list[int]], QuerySet[Any, Any]]) -> None:
        self.build = build

    def rows(self, keys: Iterable[int]) -> list[tuple[Any, ...]]:
        """The rows for these keys, as the queryset itself would give them."""
        wanted = list(keys)
        if not wanted:
            return []
        with connection.cursor() as cursor:
            cursor.execute(*self.asked(wanted))
            found = cursor.fetchall()
        return [tuple(row) for row in self.compiler.results_iter(results=[found])]

    @cached_property
    def compiler(self) -> Any:
        """What turns columns into values; it knows them once its SQL is written."""
        return self.build([MARK]).query.get_compiler(using=DEFAULT_DB_ALIAS)

    @cached_property
    def written(self) -> tuple[Sequence[str], Sequence[Any]]:
        """The SQL cut at its placeholders, and what belongs into each."""
        sql, values = self.compiler.as_sql()
        return sql.split("%s"), values

    def asked(self, keys: list[int]) -> tuple[str, list[Any]]:
        """SQL and values: each list of keys gets as many placeholders as there are keys."""
        texts, values = self.written
        places = ", ".join(["%s"] * len(keys))
        sql = [texts[0], *self.filled(places)]
        told = [each for value in values for each in (keys if value == MARK else (value,))]
        return "".join(sql), told

    def filled(self, places: str) -> Iterator[str]:
        texts, values = self.written
        for value, text in zip(values, texts[1:], strict=True):
            yield f"{places if value == MARK else '%s'}{text}"
