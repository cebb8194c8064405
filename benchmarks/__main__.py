"""`make bench`: prints the tables. Each measurement runs in a process and a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from uuid import uuid4

import psycopg
from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
SOURCE = HERE.parent / "src"
POSTGRES = os.environ.get("KAPSTONE_TEST_POSTGRES", "")
out = Console(width=100)

# measurement, script, what the goal is, in words
MEASURED = (
    ("Chart page, 500 encounters, 5,000 facts", "chart.py"),
    ("One reading, kept durably, to the answer", "reading.py"),
    ("Start and memory of the server", "serving.py"),
)


def databases(folder: Path) -> dict[str, str]:
    found = {"SQLite": f"sqlite:///{folder / 'bench.sqlite3'}"}
    if POSTGRES:
        found["PostgreSQL"] = f"{POSTGRES.rsplit('/', 1)[0]}/kapstone_bench_{uuid4().hex[:8]}"
    return found


def measure(script: str, database: str, folder: Path) -> dict[str, str]:
    """Run one measurement; it prints its figures as one JSON object on its last line."""
    environment = {
        **os.environ,
        "PYTHONPATH": f"{SOURCE}{os.pathsep}{HERE.parent}",
        "KAPSTONE_DATA": str(folder),
        "KAPSTONE_DATABASE": database,
        "KAPSTONE_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "kapstone.web.settings",
    }
    done = subprocess.run(
        [sys.executable, str(HERE / script)],
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


def main() -> int:
    for title, script in MEASURED:
        table = Table("", "figure", "goal", title=title, title_justify="left")
        with tempfile.TemporaryDirectory() as folder:
            for kind, database in databases(Path(folder)).items():
                if kind == "PostgreSQL":
                    on_postgres(database, "CREATE DATABASE {name}")
                for name, figure in measure(script, database, Path(folder)).items():
                    value, _, goal = figure.partition(" | ")
                    table.add_row(f"{kind}: {name}", value, goal)
                if kind == "PostgreSQL":
                    on_postgres(database, "DROP DATABASE {name} WITH (FORCE)")
        out.print(table)
    if not POSTGRES:
        out.print("PostgreSQL was left out: no server; set KAPSTONE_TEST_POSTGRES.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
