"""From a reading to the screens that show its session, at a real server, and a worker killed.

`python -m benchmarks live --sessions 300 --viewers 600 --seconds 600` measures the full size.
Everything is on one machine: what the crowd itself takes of the processors is in the figures.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks import setting
from benchmarks.crowd import Screen, Source, Told
from benchmarks.senders import ByMllp, Sender, by_device, by_page
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, connections

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import devices
from kapstone.web.records.models import BedsideReading, Judgement, Presence, Reading

# A device of each session tells every five seconds, half of them by MLLP and half by HTTP; a person
# types a reading of each session once a minute.
DEVICE_EVERY_S, TYPED_EVERY_S = 5.0, 60.0
GOAL_MS, GOAL_MB = 200, 600
# After the last reading was sent, and after a worker was killed.
SETTLES_S, COMES_BACK_S = 10.0, 20.0
WARMS_UP_S = 6.0


@dataclass(frozen=True, slots=True)
class Size:
    sessions: int
    viewers: int
    seconds: float
    workers: int


def size() -> Size:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sessions", type=int, default=20)
    asked.add_argument("--viewers", type=int, default=40)
    asked.add_argument("--seconds", type=float, default=30.0)
    # One process on SQLite is what a practice runs; two on PostgreSQL are what the issue asks for.
    workers = 2 if connection.vendor == "postgresql" else 1
    asked.add_argument("--workers", type=int, default=workers)
    return Size(**vars(asked.parse_args()))


def log_in(user: User, used_until: float) -> str:
    kept = SessionStore()
    kept[SESSION_KEY] = str(user.pk)
    kept[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    kept[HASH_SESSION_KEY] = user.get_session_auth_hash()
    kept["second_factor"] = True
    # Somebody works at each screen: one that only listens is locked after a while.
    kept["last_use"] = used_until
    kept.save()
    return str(kept.session_key)


@dataclass(frozen=True, slots=True)
class Bed:
    """A running session and its device; without a key the device speaks MLLP."""

    session: int
    identity: str
    key: str


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the server answers: pages, and devices on a wire."""

    pages: int
    devices: int


def port_of_ours() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


@contextmanager
def served(ports: Ports, workers: int) -> Iterator[int]:
    """`kapstone serve` with everything it starts, until the end of the measurement."""
    environment = {name: value for name, value in os.environ.items() if name != "KAPSTONE_DEMO"}
    environment["KAPSTONE_DEVICES_PORT"] = str(ports.devices)
    command = ["-m", "kapstone.cli", "serve", "--port", str(ports.pages)]
    command += ["--workers", str(workers)]
    process = subprocess.Popen([sys.executable, *command], env=environment, stdout=sys.stderr)
    try:
        wait_for_answer(ports.pages)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def wait_for_answer(port: int) -> None:
    while True:
        try:
            urlopen(f"http://127.0.0.1:{port}/healthz/", timeout=60).read()
        except (URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return


def children(pid: int) -> list[int]:
    try:
        names = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [each for name in names for each in (int(name), *children(int(name)))]


def shared_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0
    return next((int(each.split()[1]) for each in lines.splitlines() if each.startswith("Pss:")), 0)


def memory_mb(pid: int) -> float:
    """What the server and all that it started take, shared pages counted once."""
    return sum(shared_kb(each) for each in [pid, *children(pid)]) / 1024


def processor_s(pid: int) -> float:
    ticks = 0
    for each in [pid, *children(pid)]:
        try:
            fields = Path(f"/proc/{each}/stat").read_text(encoding="ascii").rsplit(")", 1)[1]
        except OSError:
            continue
        ticks += sum(map(int, fields.split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def a_worker(pid: int) -> int:
    """One of the processes that answer pages."""
    for each in children(pid):
        command = Path(f"/proc/{each}/cmdline").read_text(encoding="utf-8")
        if "spawn_main" in command:
            return each
    raise SystemExit("the server has no worker to kill")


@dataclass(frozen=True, slots=True)
class Run:
    """What came of it; times are on the clock of the crowd."""

    began: float
    killed: float
    back: float
    mb: float
    busy_s: float
    crowd_s: float


def sources(beds: list[Bed], ports: Ports, login: str, told: Told) -> list[Source]:
    """What sends: a device and a person for each session."""
    found = []
    for bed in beds:
        if bed.key:
            by: Sender = by_device(ports.pages, bed.key)
        else:
            by = ByMllp(port=ports.devices, identity=bed.identity)
        found.append(Source("told", bed.session, DEVICE_EVERY_S, by, told))
        typing = by_page(ports.pages, login, bed.session)
        found.append(Source("reading", bed.session, TYPED_EVERY_S, typing, told))
    return found


async def crowd(
    size: Size, at: tuple[Ports, int], told: Told, beds: list[Bed], keys: list[str]
) -> Run:
    """Let the crowd in, measure, kill a worker, and wait until everything has settled."""
    ports, pid = at
    end, gone = asyncio.Event(), asyncio.Event()
    ids = [bed.session for bed in beds]
    screens = [
        Screen(n, ids[n % len(ids)], ports.pages, keys[n], told) for n in range(size.viewers)
    ]
    watching = [asyncio.create_task(each.run(gone)) for each in screens]
    while not all(each.back for each in screens):
        await asyncio.sleep(0.1)
    sending = [asyncio.create_task(e.run(end)) for e in sources(beds, ports, keys[-1], told)]
    await asyncio.sleep(WARMS_UP_S)
    began, busy, own = time.perf_counter(), processor_s(pid), time.process_time()
    await asyncio.sleep(size.seconds)
    killed, mb = time.perf_counter(), memory_mb(pid)
    busy, own = processor_s(pid) - busy, time.process_time() - own
    os.kill(a_worker(pid), signal.SIGKILL)
    await asyncio.sleep(COMES_BACK_S)
    end.set()
    await asyncio.gather(*sending)
    await asyncio.sleep(SETTLES_S)
    gone.set()
    for task in watching:
        task.cancel()
    back = max(max(each.back) for each in screens)
    return Run(began, killed, back - killed, mb, busy, own)


def in_ms(waited: list[float]) -> str:
    shares = [setting.percentile(waited, share) * 1_000 for share in (0.5, 0.95, 0.99)]
    return " / ".join(f"{each:.0f}" for each in shares) + " ms"


def lost(told: Told) -> int:
    """How many acknowledged readings are not in the database, whichever way they came."""
    names = {str(name) for name in told.kept.values()}
    there = {str(each) for (each,) in Reading.objects.values_list("client_id")}
    there |= set(BedsideReading.objects.values_list("control_id", flat=True))
    return len(names - there)


def refused(told: Told) -> str:
    """How many were refused, and the first reason."""
    return f"{len(told.refused)} refused" + "".join(f": {why}" for why in told.refused[:1])


def waits(told: Told, run: Run, kind: str) -> list[float]:
    """From sending to each screen, of what was sent while the worker lived."""
    timely = {
        known
        for known, at in told.sent.items()
        if known[0] == kind and run.began <= at < run.killed - 2
    }
    return [at - told.sent[known] for (known, _), at in told.heard.items() if known in timely]


def figures(size: Size, told: Told, run: Run, ids: list[int]) -> dict[str, str]:
    on = dict.fromkeys(ids, 0)
    for n in range(size.viewers):
        on[ids[n % len(ids)]] += 1
    devices_s, typed_s = waits(told, run, "told"), waits(told, run, "reading")
    answered = [took for at, took in told.answered if run.began <= at < run.killed - 2]
    expected = sum(on[known[1]] for known in told.kept)
    seen = sum(known in told.kept for known, _ in told.heard)
    p99 = setting.percentile(devices_s + typed_s, 0.99) * 1_000
    return {
        "size": f"{size.sessions} sessions, {size.viewers} screens, {size.seconds:g} s, "
        f"{size.workers} workers, load {os.getloadavg()[0]:.1f}",
        "reading to screen, p99": f"{p99:.0f} ms | <= {GOAL_MS} ms",
        "of devices, p50 / p95 / p99": in_ms(devices_s),
        "typed, p50 / p95 / p99": in_ms(typed_s),
        "reading to its answer, p50 / p95 / p99": in_ms(answered),
        "readings acknowledged": f"{len(told.kept)} ({refused(told)})",
        "acknowledged and lost, a worker killed": f"{lost(told)} | 0",
        "never seen on a screen": f"{expected - seen} of {expected} | 0",
        "last screen back after the kill": f"{run.back:.1f} s",
        "all processes": f"{run.mb:.0f} MB | <= {GOAL_MB} MB",
        "processor of the server": f"{100 * run.busy_s / size.seconds:.0f} % of one",
        "processor of the crowd": f"{100 * run.crowd_s / size.seconds:.0f} % of one",
    }


def attended(by: User, number: int) -> Bed:
    """A session that has run for an hour, judged, with somebody there and a device."""
    session = setting.running(setting.somebody(by, number), by)
    Presence.objects.create(session=session, who=by, entered=True, at=session.at, by=by)
    Judgement.objects.bulk_create(
        Judgement(reading=row, crossed=[], knowledge_digest="", at=row.at, by=by)
        for row in session.reading_set.all()
    )
    now, name = clock.now(), f"MONITOR-{number}"
    device = devices.register_device(name, kind="monitor", identity=name, at=now, by=by)
    devices.place_device(device, session=session, at=now, by=by)
    key = devices.give_key(device, at=now, by=by) if number % 2 else ""
    return Bed(session.pk, name, key)


def measure() -> dict[str, str]:
    by = setting.practice()
    asked = size()
    beds = [attended(by, number) for number in range(asked.sessions)]
    keys = [log_in(by, time.time() + asked.seconds + 600) for _ in range(asked.viewers + 1)]
    ports, told = Ports(port_of_ours(), port_of_ours()), Told()
    connections.close_all()
    with served(ports, asked.workers) as pid:
        run = asyncio.run(crowd(asked, (ports, pid), told, beds, keys))
    return figures(asked, told, run, [bed.session for bed in beds])


if __name__ == "__main__":
    print(json.dumps(measure()))
