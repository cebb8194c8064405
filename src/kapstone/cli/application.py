"""Wakes the web application for a command, and says plainly what is wrong when it cannot."""

from __future__ import annotations

import os
import sys

from rich.console import Console

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def start() -> None:
    """Load the settings and the tables; ends the program with one clear line when that fails."""
    from kapstone.web.environment import BadSetting  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapstone.web.settings")
    import django  # noqa: PLC0415

    try:
        django.setup()
    except BadSetting as bad:
        refuse(str(bad))


def prepare() -> None:
    """Bring the database up to date, with its guards; safe to run again."""
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def refuse(words: str) -> None:
    """Say why not, and stop."""
    err.print(f"[bold]kapstone:[/bold] {words}")
    sys.exit(1)
