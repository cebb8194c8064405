"""Wakes the web application for a command, and says plainly what is wrong when it cannot."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

from rich.console import Console
from rich.markup import escape

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)
DEMONSTRATION = "demo.sqlite3"


def start() -> None:
    """Load the settings and the tables; ends the program with one clear line when that fails."""
    from kapstone.web.environment import BadSetting  # noqa: PLC0415

    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapstone.web.settings")
    import django  # noqa: PLC0415

    try:
        django.setup()
    except BadSetting as bad:
        refuse(str(bad))
    from kapstone.web import private  # noqa: PLC0415

    private.shut()


def open_practice() -> None:
    """Start, for a command about a practice that is there; refuses when there is none.

    Nothing is made: a mistyped folder must not become an empty practice.
    """
    from django.conf import settings  # noqa: PLC0415

    from kapstone.web import environment  # noqa: PLC0415

    # Once the settings are read (as in a test) their database is open already.
    if not settings.configured:
        try:
            refuse_missing(environment.database())
        except environment.BadSetting as bad:
            refuse(str(bad))
    start()
    refuse_behind()


def refuse_missing(database: dict[str, object]) -> None:
    from kapstone.web import environment  # noqa: PLC0415

    file = Path(str(database["NAME"]))
    if database["ENGINE"] != environment.EMBEDDED or file.is_file():
        return
    demonstration = file.with_name(DEMONSTRATION)
    if demonstration.is_file():
        refuse(
            f"there is no practice at {file}, but the demonstration lies beside it. To look into "
            f"that, set KAPSTONE_DATABASE=sqlite:///{demonstration} and KAPSTONE_DEMO=1."
        )
    refuse(
        f"there is no database at {file}. Is KAPSTONE_DATA (or KAPSTONE_DATABASE) "
        "the one of your practice? `kapstone setup` makes a new practice."
    )


def refuse_behind() -> None:
    """Refuse a database that cannot be read, or that an update of Kapstone is still to change."""
    from django.db import Error, connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    named = connection.settings_dict
    where = " ".join(str(named[part]) for part in ("NAME", "HOST") if named.get(part))
    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error as fault:
        refuse(f"the database {where} cannot be read: {str(fault).strip()}")
    if behind:
        refuse(
            f"the database {where} is not up to date with this Kapstone. Back it up, then "
            "`kapstone serve` brings it up to date; `kapstone setup` makes a new practice."
        )


def prepare() -> None:
    """Bring the database up to date, with its guards; safe to run again."""
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def refuse(words: str) -> NoReturn:
    """Say why not, and stop."""
    err.print(f"[bold]kapstone:[/bold] {escape(words)}", soft_wrap=True)
    sys.exit(1)
