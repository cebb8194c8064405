"""`kapstone screening`: a signed decision made again, and those that would differ now."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import orjson

from kapstone.cli import application
from kapstone.cli.application import err, out


def add_screening(commands: Any) -> None:
    command = commands.add_parser("screening", help="look at signed screening decisions again")
    deeds = command.add_subparsers(dest="deed", metavar="DEED", required=True)
    replay = deeds.add_parser(
        "replay", help="weigh a decision's facts again by the rules it was signed with"
    )
    replay.add_argument("id", type=int, help="the decision's number, as its page's address has it")
    replay.set_defaults(run=run_replay)
    changed = deeds.add_parser(
        "changed", help="list the decisions that the rules of now would differ from"
    )
    changed.set_defaults(run=run_changed)


COMMANDS = (add_screening,)


def run_replay(given: argparse.Namespace) -> int:
    """Print the screening as JSON; exit 0 when it is the one that was stored, 1 when it is not."""
    application.open_practice()
    from kapstone.web.records import decisions  # noqa: PLC0415
    from kapstone.web.records.models import ScreeningDecision  # noqa: PLC0415

    row = ScreeningDecision.objects.filter(pk=given.id).first()
    if row is None:
        application.refuse(f"there is no screening decision {given.id}.")
    try:
        found = decisions.replay(row).as_data()
        same = decisions.holds(row.screening, found)
    except decisions.NotKept as missing:
        application.refuse(str(missing))
    said = {"id": row.pk, "signed_at": row.at, "same": same, "screening": found}
    sys.stdout.write(orjson.dumps(said, option=orjson.OPT_INDENT_2).decode() + "\n")
    if same:
        return 0
    err.print(f"Decision {row.pk}: what is stored beside it is not what its facts and rules give.")
    return 1


def run_changed(given: argparse.Namespace) -> int:
    """Look at every decision that waits for it, then list what would differ, gravest first."""
    application.open_practice()
    from kapstone.screening import Decision  # noqa: PLC0415
    from kapstone.web import clock  # noqa: PLC0415
    from kapstone.web.records.actions import looking  # noqa: PLC0415

    now = clock.now()
    for row in [*looking.to_look_at()]:
        looking.looked_at(row, at=now)
    for look in sorted(looking.differing(), key=lambda one: -Decision[one.says["now"].upper()]):
        says = look.says
        named = [*says["new"], *says["opened"], *says["gone"]]
        rules = ", ".join(rule for rule, _ in named)
        person = look.decision.course.person.number
        out.print(
            f"decision {look.decision_id}  {person}  {says['was']} -> {says['now']}  {rules}",
            markup=False,
            soft_wrap=True,
        )
    return 0
