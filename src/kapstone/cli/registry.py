"""`kapstone registry`: many people's records as OMOP tables, and what they come to."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from kapstone.cli import application, registry_shared
from kapstone.cli.application import err, out
from kapstone.cli.registry_needs import INDENT, add_vocabulary, plainly, vocabulary_of

HELP = """\
A registry is a folder of Parquet files, one for each table of OMOP CDM 5.4.

  kapstone registry export --to DIR --by owner@example.org
  kapstone registry quality DIR --json quality.json
  kapstone registry report DIR --instrument phq9 --engine duckdb
  kapstone registry release DIR --to RELEASE --secret secret.key
  kapstone registry aggregate DIR --to ash-lane.json --practice "Ash Lane" --key sign.pem
  kapstone registry compare ash-lane.json far-field.json

exit codes: 0 done, 1 refused or failed (quality: a check failed), 2 not understood.
"""
Adds = Callable[[Any], None]


def add_registry(commands: Any) -> None:
    command = commands.add_parser(
        "registry",
        help="many people's records as OMOP tables: export, quality, report, release, benchmarks",
        description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    deeds = command.add_subparsers(dest="deed", metavar="DEED", required=True)
    for add in (add_export, add_quality, add_report, *registry_shared.DEEDS):
        add(deeds)


COMMANDS = (add_registry,)


def add_export(deeds: Any) -> None:
    deed = deeds.add_parser("export", help="write this practice's rows as OMOP tables")
    deed.add_argument("--to", type=Path, required=True, metavar="DIR")
    deed.add_argument("--by", required=True, help="e-mail of the owner who exports")
    add_vocabulary(deed)
    deed.set_defaults(run=run_export)


def add_quality(deeds: Any) -> None:
    deed = deeds.add_parser("quality", help="OHDSI's checks of data quality, by their names")
    deed.add_argument("folder", type=Path, metavar="DIR")
    deed.add_argument(
        "--json", type=Path, metavar="FILE", help="every check, as the dashboard has it"
    )
    deed.add_argument("--vocabulary", type=Path, metavar="DIR", help="a folder with CONCEPT.csv")
    deed.set_defaults(run=run_quality)


def add_report(deeds: Any) -> None:
    deed = deeds.add_parser("report", help="response, remission and what lasts, small cells hidden")
    deed.add_argument("folder", type=Path, metavar="DIR")
    deed.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")
    deed.add_argument("--instrument", default="phq9", help="such as phq9 (the default) or gad7")
    deed.add_argument("--memory", type=int, default=1_500, metavar="MB", help="at most, in memory")
    deed.add_argument("--json", action="store_true", help="as JSON")
    add_vocabulary(deed)
    deed.set_defaults(run=run_report)


def run_export(given: argparse.Namespace) -> int:
    """Exit 0 when the registry is written; what lay there before stays when it is not."""
    with plainly():
        application.open_practice()
        from kapstone.registry import cdm  # noqa: PLC0415
        from kapstone.web import clock  # noqa: PLC0415
        from kapstone.web.accounts.models import User  # noqa: PLC0415
        from kapstone.web.records.actions import registry  # noqa: PLC0415
        from kapstone.web.records.refusals import Refused  # noqa: PLC0415

        user = User.objects.filter(email__iexact=given.by, is_active=True).first()
        if user is None:
            application.refuse(f"{given.by} is nobody here.")
        try:
            with cdm.Writer(given.to) as writer:
                done = registry.export_registry(
                    writer, vocabulary_of(given), at=clock.now(), by=user
                )
        except Refused as refused:
            application.refuse(str(refused))
    out.print(f"{done.people} people, {sum(done.rows.values())} rows in {given.to}.", markup=False)
    for why, count in done.left_out.items():
        out.print(f"Left out: {count} {why}.", markup=False)
    return 0


def run_quality(given: argparse.Namespace) -> int:
    """Exit 0 when every check passes, 1 when one fails."""
    with plainly():
        from kapstone.registry import quality  # noqa: PLC0415

        now = datetime.now(UTC)
        found = quality.checked(given.folder, today=now.date(), vocabulary=given.vocabulary)
        if given.json:
            told = quality.as_dashboard(found, at=now, source=given.folder.name)
            given.json.write_bytes(orjson.dumps(told, option=INDENT))
    for result in (each for each in found if each.failed):
        err.print(f"{result.check.severity}: {result.words}", markup=False, soft_wrap=True)
    failed = sum(each.failed for each in found)
    asked = sum(each.not_applicable == "" for each in found)
    out.print(f"{asked} checks, {failed} failed; {len(found) - asked} do not apply here.")
    return 1 if failed else 0


def run_report(given: argparse.Namespace) -> int:
    """Exit 0 when the registry could be asked."""
    with plainly():
        from kapstone import instruments  # noqa: PLC0415
        from kapstone.registry import report  # noqa: PLC0415
        from kapstone.registry.engines import opened  # noqa: PLC0415

        of = instruments.instrument(given.instrument)
        with opened(given.folder, given.engine, memory_mb=given.memory) as found:
            told = report.told(report.counted(found, of, vocabulary_of(given)))
            told |= {"engine": found.engine, "engine_version": found.version}
    if given.json:
        sys.stdout.write(orjson.dumps(told, option=INDENT).decode() + "\n")
    else:
        show(told)
    return 0


def show(told: dict[str, Any]) -> None:
    """The report as a table; a dash is what is not told since it could be somebody."""
    out.print(
        f"{told['instrument']}: {dash(told['treated'])} treated, {dash(told['eligible'])} with a "
        f"baseline that was a case. Fewer than {told['fewest']} people are not shown.",
        markup=False,
        soft_wrap=True,
    )
    out.print("week      n  lost   mean  response  if lost = no  remission", markup=False)
    for week in told["weeks"]:
        response, remission = week.get("response") or {}, week.get("remission") or {}
        out.print(
            f"{week['week']:>4} {dash(week['n']):>6} {dash(week['missing']):>5} "
            f"{dash(week.get('mean'), '.1f'):>6} {dash(response.get('observed'), '.1%'):>9} "
            f"{dash(response.get('as_missing'), '.1%'):>13} "
            f"{dash(remission.get('observed'), '.1%'):>10}",
            markup=False,
        )
    lasting = told["durability"] or {"people": None, "at": []}
    out.print(f"Responders seen again: {dash(lasting['people'])}.", markup=False)
    for mark in lasting["at"]:
        out.print(
            f"Still better after {mark['day']} days: {dash(mark['share'], '.1%')} "
            f"({dash(mark['lower'], '.1%')} to {dash(mark['upper'], '.1%')}), "
            f"{mark['at_risk']} followed so far.",
            markup=False,
        )


def dash(value: float | None, form: str = "") -> str:
    return "-" if value is None else format(value, form)
