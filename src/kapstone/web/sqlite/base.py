"""The database engine of an embedded practice: Django's own, with turns for those who write.

SQLite lets one write at a time, and the others ask again, each time later: with a slow disk
somebody who has waited for long is overtaken by all who have just come. Here they wait for a lock
on a file beside the database, which the system gives in the order in which it was asked for, and
takes back from a process that died. Whoever writes without it still meets SQLite's own lock.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base, features

from kapstone.web.sqlite import turns

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
SUFFIX = "-turn"


class DatabaseFeatures(features.DatabaseFeatures):
    """What this engine can do.

    Django asks the file whether it knows JSON, inside a transaction, and keeps a no for as long as
    the process lives: one that meets a lock at that moment would answer no page ever after. JSON
    is part of SQLite since 3.38, and was built in by those who package it long before.
    """

    supports_json_field = True


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that takes its turn before it writes.

    What Django calls for each transaction is missing in its stubs, hence the ignored types.
    """

    features_class = DatabaseFeatures

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.turn: int | None = None
        self.execute_wrappers.append(self.write_in_turn)

    def take_turn(self) -> None:
        if self.turn is not None or self.is_in_memory_db():
            return
        patience_s = self.settings_dict["OPTIONS"]["timeout"]
        self.turn = turns.take(f"{self.settings_dict['NAME']}{SUFFIX}", patience_s)
        if self.turn is None:
            raise OperationalError(f"database is locked: no turn to write came in {patience_s} s")

    def leave_turn(self) -> None:
        if self.turn is not None:
            os.close(self.turn)
            self.turn = None

    def write_in_turn(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """One statement outside a transaction is a transaction of its own."""
        if self.in_atomic_block or not sql.startswith(WRITES):
            return execute(sql, params, many, context)
        self.take_turn()
        try:
            return execute(sql, params, many, context)
        finally:
            self.leave_turn()

    def _start_transaction_under_autocommit(self) -> None:
        self.take_turn()
        with ExitStack() as undo:
            undo.callback(self.leave_turn)
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
            undo.pop_all()

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self.leave_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self.leave_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self.leave_turn()
