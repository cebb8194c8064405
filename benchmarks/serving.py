"""How long `kapstone serve` takes to its first page, and what its web process weighs when idle."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

with socket.socket() as asked:
    asked.bind(("127.0.0.1", 0))
    port = asked.getsockname()[1]


def children(pid: int) -> list[int]:
    names = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    found = [int(name) for name in names]
    return found + [each for child in found for each in children(child)]


def memory_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


@contextmanager
def served() -> Iterator[tuple[int, float]]:
    """A server that has answered once: its process, and the seconds until that answer."""
    environment = {name: value for name, value in os.environ.items() if name != "KAPSTONE_DEMO"}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "kapstone.cli", "serve", "--port", str(port), "--no-worker"],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for_answer()
        yield process.pid, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait()


def wait_for_answer() -> None:
    while True:
        try:
            urlopen(f"http://127.0.0.1:{port}/enter/", timeout=60).read()
        except (URLError, ConnectionError):
            time.sleep(0.02)
        else:
            return


with served() as (_, cold):
    pass
with served() as (pid, warm):
    heaviest = max(memory_mb(each) for each in [pid, *children(pid)])
print(
    json.dumps(
        {
            "first start, with migrations": f"{cold:.1f} s",
            "later start": f"{warm:.1f} s | <= 3 s",
            "web process, idle": f"{heaviest:.0f} MB | <= 200 MB",
        }
    )
)
