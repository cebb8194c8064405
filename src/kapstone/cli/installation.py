"""`kapstone setup`, `check`, `backup` and `new-notes-key`: is this installation safe to use?"""

from __future__ import annotations

import argparse
import getpass
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from kapstone.cli import application
from kapstone.cli.application import err, out


def add_setup(commands: Any) -> None:
    command = commands.add_parser("setup", help="name the practice and its first owner")
    command.add_argument("--practice", required=True, help="the name of the practice")
    command.add_argument("--zone", default="UTC", help="its time zone, such as America/New_York")
    command.add_argument("--email", required=True, help="the owner's e-mail")
    command.add_argument("--name", required=True, help="the owner's name")
    command.set_defaults(run=run_setup)


def add_check(commands: Any) -> None:
    command = commands.add_parser("check", help="is this installation safe to use?")
    command.set_defaults(run=run_check)


def add_backup(commands: Any) -> None:
    command = commands.add_parser("backup", help="copy the embedded database while it is in use")
    command.add_argument("folder", type=Path, nargs="?", help="where to; default: beside it")
    command.set_defaults(run=run_backup)


def add_notes_key(commands: Any) -> None:
    command = commands.add_parser(
        "new-notes-key", help="seal psychotherapy notes with a new key from now on"
    )
    command.set_defaults(run=run_notes_key)


COMMANDS = (add_setup, add_check, add_backup, add_notes_key)


def run_setup(given: argparse.Namespace) -> int:
    application.start()
    from kapstone.web.accounts import practices  # noqa: PLC0415

    owner_of = {"zone": given.zone, "email": given.email, "name": given.name}
    owner_of["password"] = read_password()
    try:
        # Before there is a database: what is refused leaves no empty practice behind.
        practices.check_owner(**owner_of)
        application.prepare()
        owner = practices.set_up(given.practice, **owner_of)
    except practices.NotSetUp as refused:
        err.print(f"kapstone setup: {refused}")
        return 1
    out.print(f"{owner.practice} is set up. Log in as {owner.email}; a second factor comes next.")
    return 0


def read_password() -> str:
    """From the keyboard, unseen; from standard input when there is no keyboard."""
    if sys.stdin.isatty():
        return getpass.getpass("A password of at least 12 letters: ")
    return sys.stdin.readline().rstrip("\n")


def run_check(given: argparse.Namespace) -> int:
    """Exit 0 when everything that must be so is so, 1 otherwise; each line says what to do."""
    application.open_practice()
    from kapstone.web import safety  # noqa: PLC0415

    signs = {True: "ok    ", False: "mend  ", None: "unsure"}
    answers = safety.look()
    for answer in answers:
        out.print(f"{signs[answer.ok]}  {answer.name}: {answer.says}", soft_wrap=True)
    counts = Counter(answer.ok for answer in answers)
    unsure = f"; {counts[None]} could not be found out" if counts[None] else ""
    out.print(f"{counts[True]} of {len(answers)} hold{unsure}.")
    return 1 if counts[False] else 0


def run_backup(given: argparse.Namespace) -> int:
    """Exit 0 when a whole copy was made, 1 when there is none."""
    application.open_practice()
    from kapstone.web import backups  # noqa: PLC0415

    try:
        with out.status("Copying the database"):
            made = backups.make(given.folder)
    except backups.NotCopied as fault:
        err.print(f"kapstone backup: {fault}", soft_wrap=True, markup=False)
        return 1
    out.print(f"Copied to {made}. Keep it somewhere else, encrypted.", soft_wrap=True)
    out.print(
        "The copy holds psychotherapy notes sealed, and not their key: keep a copy of notes-key "
        "too, in another place.",
        soft_wrap=True,
    )
    return 0


def run_notes_key(given: argparse.Namespace) -> int:
    """Exit 0 when a new key seals from now on, 1 when it was refused."""
    application.open_practice()
    from kapstone.web.records import sealing  # noqa: PLC0415
    from kapstone.web.records.refusals import Refused  # noqa: PLC0415

    try:
        made = sealing.renew()
    except Refused as refused:
        err.print(f"kapstone new-notes-key: {refused}", soft_wrap=True, markup=False)
        return 1
    out.print(
        f"The key {made} seals from now on; those before it stay, for what they sealed. Copy "
        f"{sealing.file()} to where you keep it.",
        soft_wrap=True,
        markup=False,
    )
    return 0
