"""The kapstone command: run a practice, take records in, screen them, verify the trail."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from kapstone.cli import (
    chart,
    concentration,
    decisions,
    devices,
    installation,
    outcomes,
    registry,
    scoring,
    screening,
    server,
    synthesis,
)

Command = Callable[[argparse.Namespace], int]

EXAMPLES = """\
examples:
  kapstone demo                          try everything, with synthetic people
  kapstone setup --practice "Ash Lane" --email owner@example.org --name "A. Owner"
  kapstone serve --port 8000             run your practice
  kapstone import record.json --person K-0007 --by nurse@example.org
  kapstone screen record.json            what the rules say of one record, as JSON
  kapstone devices simulate --device CUFF-2   tell vital signs, as a device would
  kapstone synthesize --preset kap --people 10000 --to invented   a practice with known truth
  kapstone verify-audit                  walk the audit trail
  kapstone check                         is this installation safe to use?

Settings come from the environment; see docs/reference/settings.md.
"""


def parser() -> argparse.ArgumentParser:
    """The whole command line, as its help and the reference print it."""
    top = argparse.ArgumentParser(
        prog="kapstone",
        description="Kapstone: care records for ketamine-assisted psychotherapy.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    commanding = (
        *(
            server,
            chart,
            screening,
            scoring,
            concentration,
            outcomes,
            registry,
            decisions,
            installation,
            devices,
            synthesis,
        ),
    )
    for add in (add for group in commanding for add in group.COMMANDS):
        add(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives its exit code: 0 done, 1 refused or failed, 2 not understood."""
    given = parser().parse_args(arguments)
    run: Command = given.run
    try:
        return run(given)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        return 130
    except BrokenPipeError:
        # Whoever read on has had enough; nothing is left to be told them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
