"""`kapstone outcomes`: what many people's outcomes come to, with intervals, without a database."""

from __future__ import annotations

import argparse
from typing import Any

from kapstone.cli.streams import (
    NotReadable,
    content,
    gave_up,
    in_lines,
    in_one_line,
    parsed,
    refused,
    show,
)
from kapstone.outcomes import asking

HELP = """\
Each line of a --batch is an object with a quantity and what it is reckoned from:
  {"quantity": "km", "times": [6, 6, 9, 12], "events": [1, 1, 0, 1], "at": [6, 10]}
and is answered by a line of numbers with their intervals; null is what nobody can tell. --list
prints every form: what it needs, and what may be left out.

exit codes: 0 answered, 2 not readable (the JSON has an "error" and a "message"). With --batch such
a line is answered with its error, the rest goes on.
"""


def add_outcomes(commands: Any) -> None:
    command = commands.add_parser(
        "outcomes",
        help="survival, response, control charts and models of many people, as JSON",
        description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("--batch", metavar="FILE", help="one question a line; - for stdin")
    what.add_argument("--list", action="store_true", help="the forms of question there are")
    command.set_defaults(run=run_outcomes)


COMMANDS = (add_outcomes,)


def run_outcomes(given: argparse.Namespace) -> int:
    """Exit 0 when the file could be read, 2 when not."""
    if given.list:
        show({"forms": asking.forms()})
        return 0
    try:
        in_lines(content(given.batch), of_line)
    except NotReadable as fault:
        return gave_up("outcomes", fault)
    return 0


def of_line(line: bytes, number: int) -> dict[str, Any]:
    try:
        return answered(parsed(f"line {number}", line))
    except NotReadable as fault:
        return refused(fault) | {"line": number}


def answered(asked: object) -> dict[str, Any]:
    try:
        return asking.answer(asked)
    except (ValueError, TypeError, LookupError) as fault:
        raise NotReadable("not_answerable", in_one_line(fault)) from fault
