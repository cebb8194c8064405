"""`make bench`: prints the tables. Each measurement runs in a process and a database of its own.

`make bench ARGS=5` measures five times; each figure is then the median of the five, with the lowest
and the highest beside it, since a machine that others use gives another figure each time.
`make bench ARGS="live --sessions 300 --viewers 600 --seconds 600"` measures one thing at its size.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
SOURCE = HERE.parent / "src"
POSTGRES = os.environ.get("KAPSTONE_TEST_POSTGRES", "")
out = Console(width=110)

# What the practice is built from: the rows are made without chance, so that every run has the same.
SEED = 2026
MEASURED = (
    ("Chart page, 500 encounters, 5,000 facts", "chart.py"),
    ("Effectiveness page, 10,000 people", "effectiveness.py"),
    ("One reading, kept durably, to the answer", "reading.py"),
    ("Screening, every rule", "weighing.py"),
    ("One tap of a questionnaire, kept durably, to the answer", "answering.py"),
    ("Scoring", "scoring.py"),
    ("Chart of one measure, 500 scores", "drawing.py"),
    ("Ketamine in the blood, many people", "concentrations.py"),
    ("Reminders, a simulated cohort of 200", "reaching.py"),
    ("Synthetic practices, with everything written", "generator.py"),
    ("A registry of very many rows", "registry.py"),
    ("Start and memory of the server", "serving.py"),
    ("Live screens, a reading every 5 s of each session", "live.py"),
    ("The demonstration, from nothing", "demonstration.py"),
)


# What asks no database is measured once.
WITHOUT = frozenset(
    {
        "weighing.py",
        "scoring.py",
        "drawing.py",
        "concentrations.py",
        "reaching.py",
        "generator.py",
        *("weighing.py", "scoring.py", "drawing.py", "concentrations.py", "reaching.py"),
        "registry.py",
    }
)


def databases(folder: Path, script: str) -> dict[str, str]:
    if script in WITHOUT:
        return {"no database": ""}
    found = {"SQLite": f"sqlite:///{folder / 'bench.sqlite3'}"}
    if POSTGRES:
        found["PostgreSQL"] = f"{POSTGRES.rsplit('/', 1)[0]}/kapstone_bench_{uuid4().hex[:8]}"
    return found


def measure(script: str, database: str, folder: Path, words: list[str]) -> dict[str, str]:
    """Run one measurement; it prints its figures as one JSON object on its last line."""
    environment = {
        **os.environ,
        "PYTHONPATH": f"{SOURCE}{os.pathsep}{HERE.parent}",
        "KAPSTONE_DATA": str(folder),
        "KAPSTONE_DATABASE": database,
        "KAPSTONE_DEMO": "1",
        "KAPSTONE_BENCH_SEED": str(SEED),
        "DJANGO_SETTINGS_MODULE": "kapstone.web.settings",
    }
    done = subprocess.run(
        [sys.executable, str(HERE / script), *words],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    figures: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return figures


def on_postgres(database: str, statement: str) -> None:
    name = database.rsplit("/", 1)[1]
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(statement.format(name=f'"{name}"').encode())


def once(script: str, words: list[str]) -> dict[str, str]:
    """One run of a measurement on each database, each figure under the database's name."""
    found: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind, database in databases(Path(folder), script).items():
            if kind == "PostgreSQL":
                on_postgres(database, "CREATE DATABASE {name}")
            try:
                figures = measure(script, database, Path(folder), words)
            finally:
                if kind == "PostgreSQL":
                    on_postgres(database, "DROP DATABASE {name} WITH (FORCE)")
            found |= {f"{kind}: {name}": figure for name, figure in figures.items()}
    return found


def row(name: str, said: list[str]) -> tuple[str, str, str, str]:
    """A figure over all runs: its median, the range, and its goal."""
    figures, goal = [each.partition(" | ")[0] for each in said], said[0].partition(" | ")[2]
    if not figures[0].partition(" ")[0].replace(".", "", 1).isdigit():
        return name, figures[0], "", goal
    ordered = sorted(figures, key=lambda each: float(each.partition(" ")[0]))
    span = f"{ordered[0]} to {ordered[-1]}" if len(ordered) > 1 else ""
    return name, ordered[len(ordered) // 2], span, goal


def machine(runs: int) -> str:
    """What a figure has to be read with."""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} CPUs, load {load}, seed {SEED}, "
        f"Python {platform.python_version()}, {runs} runs"
    )


def main(runs: int, only: str, words: list[str]) -> int:
    out.print(machine(runs))
    for title, script in MEASURED:
        if only not in ("", script.removesuffix(".py")):
            continue
        table = Table("", "median", "range", "goal", title=title, title_justify="left")
        measured = [once(script, words) for _ in range(runs)]
        for name in measured[0]:
            table.add_row(*row(name, [each[name] for each in measured]))
        out.print(table)
    if not POSTGRES:
        out.print("PostgreSQL was left out: no server; set KAPSTONE_TEST_POSTGRES.")
    return 0


if __name__ == "__main__":
    first, *others = sys.argv[1:] or ["1"]
    sys.exit(main(int(first), "", []) if first.isdigit() else main(1, first, others))
