"""Synthetic practices by the clock: people per second with everything written, and the memory.

Each size runs as the command does, in a process of its own. The size of a million takes about a
minute; `make bench ARGS="generator --sizes 100000"` leaves it out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

SIZES = (100_000, 1_000_000)
PRESET, SEED = "iv-community", 2026
GOAL_A_SECOND = 20_000
# What the peak of a process is counted in by the system: KB, on a Mac bytes.
PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


def made(people: int, folder: Path) -> tuple[float, float, float]:
    """Seconds from the start of the command to its end, those it worked, and its peak in MB."""
    words = ["-m", "kapstone.cli", "synthesize", "--preset", PRESET, "--seed", str(SEED)]
    began = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, *words, "--people", str(people), "--to", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"synthesize ended with {os.waitstatus_to_exitcode(status)}")
    worked = used.ru_utime + used.ru_stime
    return time.perf_counter() - began, worked, used.ru_maxrss * PEAK_UNIT / 1e6


def measured(sizes: list[int]) -> dict[str, str]:
    found: dict[str, str] = {}
    for people in sizes:
        with TemporaryDirectory() as place:
            folder = Path(place) / "practice"
            seconds, worked, peak_mb = made(people, folder)
            written_mb = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
        name = f"{people:,} people"
        found |= {
            name: f"{seconds:.1f} s",
            f"{name}, people a second": f"{people / seconds:.0f} | {GOAL_A_SECOND:,}",
            f"{name}, people a second of processor": f"{people / worked:.0f}",
            f"{name}, peak of memory": f"{peak_mb:.0f} MB",
            f"{name}, written": f"{written_mb:.0f} MB",
        }
    return found


def wanted(words: list[str]) -> list[int]:
    reader = argparse.ArgumentParser()
    reader.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    found: list[int] = reader.parse_args(words).sizes
    return found


print(json.dumps(measured(wanted(sys.argv[1:]))))
