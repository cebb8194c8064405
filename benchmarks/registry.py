"""A registry's weeks and what lasts: our Ibis on DuckDB, SQL by hand, pandas, and Spark.

`make bench ARGS="registry 50000000"` also measures so many rows. pandas and Spark are fetched for
this measurement only; one that cannot be fetched is said to be missing. Each engine runs in a
process of its own, on the same file and with the same question.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from kapstone.registry import cdm
from benchmarks.registry_data import write_many

HERE = Path(__file__).parent
MILLION = 1_000_000
GOALS_S = {MILLION: 2, 10 * MILLION: 15, 50 * MILLION: 60}
SAME_ROWS = 100_000
PANDAS = ("pandas>=2.3,<3", "python-dateutil", "pytz", "tzdata", "six")
PEERS = {"pandas": PANDAS, "spark": (*PANDAS, "pyspark>=4.0.1,<4.1", "py4j")}


def fetched(folder: Path, peer: str) -> Path | None:
    """Where the peer was put, or None when it cannot be had."""
    into = folder / peer
    # An environment may have no installer; the Python that it was made with has one.
    python = f"{sys.base_prefix}/bin/python3"
    fetch = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(into)]
    if subprocess.run([*fetch, *PEERS[peer]], stderr=subprocess.DEVNULL, check=False).returncode:
        return None
    return into


def asked(engine: str, folder: Path, peers: dict[str, Path | None]) -> dict[str, Any] | None:
    """One cold run: seconds of the question, MB at most, and its answer."""
    more = [str(peer)] if (peer := peers.get(engine)) else []
    path = os.pathsep.join([*os.environ.get("PYTHONPATH", "").split(os.pathsep), *more])
    if engine in PEERS and not more:
        return None
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(HERE / "registry_engines.py"), engine, str(folder)],
        env={**os.environ, "PYTHONPATH": path},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def of_size(rows: int, folder: Path, peers: dict[str, Path | None]) -> dict[str, str]:
    write_many(folder, rows)
    short = f"{rows:,} rows"
    ours = asked("ibis", folder, peers)
    sql = asked("sql", folder, peers)
    pandas = asked("pandas", folder, peers)
    if ours is None or sql is None:
        raise RuntimeError("DuckDB and Ibis are needed")
    same(ours, sql)
    memory = " | < 2,000 MB" if rows == 50 * MILLION else ""
    said = {
        f"{short}, Ibis on DuckDB": f"{ours['seconds']:.2f} s | < {GOALS_S.get(rows, '-')} s",
        f"{short}, memory at most": f"{ours['megabytes']:.0f} MB{memory}",
        f"{short}, SQL by hand": f"{sql['seconds']:.2f} s",
        f"{short}, ours / SQL": f"{ours['seconds'] / sql['seconds']:.2f} | <= 1.5",
        f"{short}, ours / SQL, of the processor": f"{ours['cpu_seconds'] / sql['cpu_seconds']:.2f}",
    }
    if pandas is None:
        return said | {f"{short}, pandas": "not fetched"}
    same(ours, pandas)
    return said | {
        f"{short}, pandas": f"{pandas['seconds']:.2f} s | slower than ours",
        f"{short}, pandas, memory": f"{pandas['megabytes']:.0f} MB",
    }


def same(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Raise when two engines do not give the same weeks and the same curve."""
    if one["answer"].keys() != other["answer"].keys():
        raise AssertionError("the engines answer other weeks")
    for name, values in one["answer"].items():
        for mine, theirs in zip(values, other["answer"][name], strict=True):
            if abs((mine or 0.0) - (theirs or 0.0)) > 1e-6:
                raise AssertionError(f"{name}: {mine} is not {theirs}")


def on_spark(folder: Path, peers: dict[str, Path | None]) -> dict[str, str]:
    write_many(folder, SAME_ROWS)
    ours, spark = asked("ibis", folder, peers), asked("spark", folder, peers)
    name = f"{SAME_ROWS:,} rows, Spark and DuckDB"
    if spark is None or ours is None:
        return {name: "not fetched"}
    same(ours, spark)
    weeks = sum(each.startswith("week") for each in ours["answer"])
    return {
        name: f"{weeks} weeks the same | every one",
        f"{SAME_ROWS:,} rows, Spark": f"{spark['seconds']:.1f} s",
    }


def main(sizes: list[int]) -> None:
    said: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="kapstone-bench-") as place:
        there = Path(place)
        peers = {peer: fetched(there, peer) for peer in PEERS}
        for rows in sizes:
            said |= of_size(rows, there / str(rows), peers)
            for name in cdm.there(there / str(rows)):
                cdm.file_of(there / str(rows), name).unlink()
        said |= on_spark(there / "same", peers)
    print(json.dumps(said))


if __name__ == "__main__":
    main([MILLION, 10 * MILLION, *(int(each) for each in sys.argv[1:])])
