"""`kapstone import` and `kapstone verify-audit`: a record in, a trail walked."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rich.progress import Progress

from kapstone.cli import application
from kapstone.cli.application import err, out


def add_import(commands: Any) -> None:
    command = commands.add_parser("import", help="read a FHIR R4 Bundle into a person's chart")
    command.add_argument("file", type=Path, help="the file, as the other system wrote it")
    command.add_argument("--person", help="record number, such as K-0007; else a new person")
    command.add_argument("--by", required=True, help="e-mail of the member of staff who imports")
    command.add_argument(
        "--same-person",
        action="store_true",
        help="the file names them otherwise, and you know that it is the same person",
    )
    command.set_defaults(run=run_import)


def add_verify(commands: Any) -> None:
    command = commands.add_parser("verify-audit", help="walk the audit trail, name a broken link")
    command.add_argument("--expect", help="the head that you kept elsewhere after the last walk")
    command.set_defaults(run=run_verify)


COMMANDS = (add_import, add_verify)


def run_import(given: argparse.Namespace) -> int:
    """Exit 0 when the record is in the chart (also when it already was), 1 when it is not."""
    application.open_practice()
    from kapstone import fhir  # noqa: PLC0415
    from kapstone.web.records import imports  # noqa: PLC0415
    from kapstone.web.records.refusals import Refused  # noqa: PLC0415

    try:
        with out.status(f"Reading {given.file.name}"):
            done = imports.from_command_line(
                given.file, person=given.person, by=given.by, same=given.same_person
            )
    except OSError as fault:
        err.print(f"kapstone import: {given.file}: {fault.strerror}", soft_wrap=True, markup=False)
        return 1
    except (fhir.Unreadable, Refused) as refused:
        err.print(f"kapstone import: {given.file}: {refused}", soft_wrap=True, markup=False)
        if isinstance(refused, Refused) and refused.code == "other-person":
            err.print("Add --same-person to say so.")
        err.print("The chart is untouched.")
        return 1
    out.print(done.words(), soft_wrap=True, markup=False)
    return 0


def run_verify(given: argparse.Namespace) -> int:
    """Exit 0 when every link holds, 1 when one is broken or the head is not the expected one."""
    application.open_practice()
    from kapstone.web.records import audit  # noqa: PLC0415
    from kapstone.web.records.models import Entry  # noqa: PLC0415

    with Progress(console=out, transient=True) as progress:
        task = progress.add_task("Walking the audit trail", total=Entry.objects.count())
        walk = audit.verify(lambda number: progress.update(task, completed=number))
    if walk.broken:
        err.print(f"Broken at entry {walk.broken.number}: {walk.broken.why}.")
        err.print(f"{walk.entries} entries before it hold.")
        return 1
    out.print(f"{walk.entries} entries hold. Head: {walk.head}", soft_wrap=True)
    if given.expect and not audit.holds(given.expect):
        err.print("The head you expected is not on this trail: entries were removed or rewritten.")
        return 1
    return 0
