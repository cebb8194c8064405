"""Queries whose SQL is written once a process: writing it takes Django longer than running it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet

# Stand for the keys while the SQL is written, where their column has numbers and where it has text.
MARKS: tuple[int | str, ...] = (-4_815_162_342, "\N{SYMBOL FOR NULL}keys")


class Prepared:
    """A query that is asked again and again with other keys.

    `build` gives it, as `values_list`, for a list of keys, which are numbers, or with `text`
    strings. It may use the list in `__in` only, and nothing else in the query may depend on the
    moment or on who asks.
    """

    def __init__(
        self, build: Callable[[list[Any]], QuerySet[Any, Any]], *, text: bool = False
    ) -> None:
        self.build = build
        self.mark = MARKS[text]

    def rows(self, keys: Iterable[int | str]) -> list[tuple[Any, ...]]:
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
        return self.build([self.mark]).query.get_compiler(using=DEFAULT_DB_ALIAS)

    @cached_property
    def written(self) -> tuple[Sequence[str], Sequence[Any]]:
        """The SQL cut at its placeholders, and what belongs into each."""
        sql, values = self.compiler.as_sql()
        return sql.split("%s"), values

    def asked(self, keys: list[int | str]) -> tuple[str, list[Any]]:
        """SQL and values: each list of keys gets as many placeholders as there are keys."""
        texts, values = self.written
        places = ", ".join(["%s"] * len(keys))
        sql = [texts[0], *self.filled(places)]
        told = [each for value in values for each in (keys if value == self.mark else (value,))]
        return "".join(sql), told

    def filled(self, places: str) -> Iterator[str]:
        texts, values = self.written
        for value, text in zip(values, texts[1:], strict=True):
            yield f"{places if value == self.mark else '%s'}{text}"
