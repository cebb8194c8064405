"""`kapstone synthesize`: invented practices of any size, with their truth beside them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import numpy as np
import orjson
from rich.progress import Progress

from kapstone.cli.application import out, refuse
from kapstone.cli.streams import in_one_line
from kapstone.synthesis import population

HELP = """\
Writes the OMOP 5.4 tables of invented people as Parquet, and beside them what is true of them:
  truth.parquet   each person's class, reach, hazard, and why they were lost
  truth.json      what an analysis should find: response, what lasts, harms, hazard ratios

The figures were fitted to published ones, so agreement with those shows nothing new. Nobody has
published a hazard ratio for integration: 0.60 is an assumption; --null makes it 1. --confounded
lets people who do better keep integration more often, as a comparison has to expect.

exit codes: 0 written, 1 refused.
"""
JSON = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
TRUTH, TRUTHS = "truth.parquet", "truth.json"
# Blocks of a thousand people whose rows are held at once; the people are the same whatever it is.
AT_ONCE = 10


def add_synthesize(commands: Any) -> None:
    from kapstone.synthesis.presets import presets  # noqa: PLC0415

    command = commands.add_parser(
        "synthesize",
        help="make a practice of invented people, with its truth beside it",
        description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--preset", required=True, choices=[*presets()], help="the kind of care")
    command.add_argument("--people", type=int, required=True, help="how many; a million is fine")
    command.add_argument("--seed", type=int, default=1, help="another seed, other people")
    command.add_argument("--to", type=Path, required=True, metavar="DIR", help="an empty folder")
    command.add_argument("--null", action="store_true", help="integration changes nothing")
    command.add_argument(
        "--confounded", action="store_true", help="people who do better keep integration more often"
    )
    command.add_argument(
        "--integrated", type=float, metavar="SHARE", help="the share who keep integration, 0 to 1"
    )
    command.add_argument(
        "--loss",
        choices=get_args(population.Loss),
        default="usual",
        help="how being measured goes with the score: not at all, as published, or much",
    )
    command.set_defaults(run=run_synthesize)


COMMANDS = (add_synthesize,)


def run_synthesize(given: argparse.Namespace) -> int:
    """Exit 0 when everything is written."""
    refuse_what_cannot_be(given)
    try:
        plan = population.plan(
            given.preset,
            seed=given.seed,
            null=given.null,
            confounded=given.confounded,
            integrated=given.integrated,
            loss=given.loss,
        )
    except ValueError as fault:
        refuse(in_one_line(fault))
    with Progress(console=out, transient=True) as progress:
        task = progress.add_task("Inventing people", total=given.people)
        for done in written(plan, given.people, given.to):
            progress.update(task, completed=done)
            if done == given.people:
                progress.update(task, description="Sorting the tables")
    out.print(f"{given.people} invented people, seed {given.seed}, in {given.to}", soft_wrap=True)
    return 0


def refuse_what_cannot_be(given: argparse.Namespace) -> None:
    """Refuse a number of nobody, a seed below 0, and a folder in which something lies."""
    if given.people < 1 or given.seed < 0:
        refuse("--people must be at least 1, and --seed at least 0")
    try:
        given.to.mkdir(parents=True, exist_ok=True)
        full = any(given.to.iterdir())
    except OSError as fault:
        refuse(f"{given.to}: {fault.strerror}")
    if full:
        refuse(f"{given.to} is not empty: name a folder of its own")


def written(plan: population.Plan, people: int, folder: Path, *, at_once: int = AT_ONCE) -> Any:
    """Write the tables and the truth; gives the people done so far, after each part."""
    try:
        from kapstone.registry.presorted import Presorted  # noqa: PLC0415
    except ImportError:
        refuse("a registry needs more than the rest: install kapstone[registry]")
    from kapstone.synthesis import omop, truth  # noqa: PLC0415

    tally = truth.Tally(plan)
    with Presorted(folder) as writer, Truths(folder / TRUTH) as truths:
        for name, columns in omop.of_practice(plan, plan.preset.id):
            writer.write(name, columns)
        for blocks in parts(plan, people, at_once):
            for name, columns in omop.of_people(plan, blocks):
                writer.write(name, columns)
            for each in blocks:
                tally.add(each)
                truths.write(truth.of_each(each, plan))
            yield tally.people
    (folder / TRUTHS).write_bytes(orjson.dumps(tally.truths(), option=JSON))


def parts(plan: population.Plan, people: int, at_once: int) -> Iterator[list[population.People]]:
    """The blocks of the people, so many at once."""
    held: list[population.People] = []
    for block in population.blocks(plan, people):
        held.append(block)
        if len(held) == at_once:
            yield held
            held = []
    if held:
        yield held


class Truths:
    """The file of each person's truth, written as they come."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.writer: Any = None

    def __enter__(self) -> Truths:
        return self

    def write(self, columns: Mapping[str, Any]) -> None:
        """Add some people."""
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.parquet as pq  # noqa: PLC0415

        batch = pa.RecordBatch.from_pydict({name: np.asarray(v) for name, v in columns.items()})
        if self.writer is None:
            self.writer = pq.ParquetWriter(self.file, batch.schema, compression="zstd")
        self.writer.write_batch(batch)

    def __exit__(self, kind: object, *_: object) -> None:
        if self.writer is not None:
            self.writer.close()
        # Half a truth beside no tables would only keep the folder from being used again.
        if kind is not None:
            self.file.unlink(missing_ok=True)
