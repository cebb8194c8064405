"""`kapstone demo` and `kapstone serve`: the pages and, beside them, the worker that sends mail."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self

from kapstone.cli import application
from kapstone.cli.application import err, out

# Between the death of the worker and the next one, so that a broken one does not spin.
PAUSE_S = 5.0
RESPAWN_S = 0.5
# Every screen holds a connection: those of a worker that died must all fit into one that is left.
CONNECTIONS = 8_192
# Files and sockets that a process opens besides: databases, logs, what it serves.
BESIDES = 512


def add_demo(commands: Any) -> None:
    demo = commands.add_parser("demo", help="a practice of synthetic people, on this machine only")
    listening(demo)
    demo.add_argument("--fresh", action="store_true", help="throw the old demonstration away")
    demo.add_argument("--seed", type=int, default=20, help="another seed, other people")
    demo.add_argument("--only-build", action="store_true", help="build it and stop")
    demo.set_defaults(run=run_demo)


def add_serve(commands: Any) -> None:
    serve = commands.add_parser("serve", help="run your practice")
    listening(serve)
    serve.add_argument("--workers", type=int, default=1, help="processes that answer pages")
    serve.add_argument("--no-worker", action="store_true", help="mail is sent by `kapstone work`")
    serve.set_defaults(run=run_serve)


def add_work(commands: Any) -> None:
    work = commands.add_parser("work", help="send what waits in the outbox, and judge readings")
    work.add_argument("--once", action="store_true", help="one round, then stop")
    work.add_argument("--demo-readings", action="store_true", help=argparse.SUPPRESS)
    work.set_defaults(run=run_work)


COMMANDS = (add_demo, add_serve, add_work)


def listening(command: argparse.ArgumentParser) -> None:
    command.add_argument("--host", default="127.0.0.1", help="address to listen on")
    command.add_argument("--port", type=int, default=8000, help="port to listen on")


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def run_demo(given: argparse.Namespace) -> int:
    """Build the demonstration when there is none, wake it up, and serve it."""
    if not is_loopback(given.host):
        application.refuse(
            f"the demonstration lets anybody in with one click, so it does not listen on "
            f"{given.host}. Use --host 127.0.0.1, or `kapstone serve` for a real practice."
        )
    folder = Path(os.environ.setdefault("KAPSTONE_DATA", "practice")).resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / application.DEMONSTRATION
    os.environ["KAPSTONE_DEMO"] = "1"
    os.environ.setdefault("KAPSTONE_DATABASE", f"sqlite:///{file}")
    os.environ.setdefault("KAPSTONE_ADDRESS", f"http://{given.host}:{given.port}")
    if given.fresh:
        for old in folder.glob(f"{application.DEMONSTRATION}*"):
            old.unlink()
    application.start()
    build_or_wake(given.seed)
    if given.only_build:
        return 0
    out.print(f"Kapstone's demonstration is at http://{given.host}:{given.port} (Ctrl+C stops it)")
    out.print(mail_goes())
    with companion("kapstone.cli", "work", "--demo-readings"), devices_beside():
        return pages(given.host, given.port, workers=1)


def mail_goes() -> str:
    """Where the mail of the demonstration goes, in words."""
    from django.conf import settings  # noqa: PLC0415

    if settings.EMAIL_HOST:
        return f"Its mail is sent by {settings.EMAIL_HOST}."
    return f"Its mail is sent to nobody; read it in the files under {settings.EMAIL_FILE_PATH}"


def build_or_wake(seed: int) -> None:
    from kapstone.web.demonstration import build, is_built, wake  # noqa: PLC0415

    application.prepare()
    now = datetime.now().astimezone()
    if is_built():
        wake(now=now)
        out.print(
            "The demonstration goes on where it stood; `kapstone demo --fresh` builds a new one."
        )
    else:
        build(seed, now=now)


def run_serve(given: argparse.Namespace) -> int:
    """Bring the database up to date and serve it."""
    if os.environ.get("KAPSTONE_DEMO"):
        application.refuse("KAPSTONE_DEMO is set; `kapstone serve` is for a real practice.")
    application.start()
    application.prepare()
    out.print(f"Kapstone is at http://{given.host}:{given.port}")
    if given.no_worker:
        return pages(given.host, given.port, workers=given.workers)
    with companion("kapstone.cli", "work"), devices_beside():
        return pages(given.host, given.port, workers=given.workers)


def devices_beside() -> AbstractContextManager[object]:
    """The process that listens for bedside devices, where a port is set for them."""
    port = os.environ.get("KAPSTONE_DEVICES_PORT", "").strip()
    if not port:
        return nullcontext()
    return companion("kapstone.cli", "devices", "listen", "--port", port)


class companion:  # noqa: N801  # reads as a word in `with companion(...)`
    """A second process of ours for as long as the pages live; when it dies, another follows."""

    def __init__(self, *module: str) -> None:
        self.command = [sys.executable, "-m", *module]
        self.ending = threading.Event()
        self.starting = threading.Lock()

    def __enter__(self) -> Self:
        self.start()
        self.watch = threading.Thread(target=self.start_again, daemon=True)
        self.watch.start()
        return self

    def start(self) -> None:
        with self.starting:
            # Under the lock, so that none is started behind the back of the end.
            if not self.ending.is_set():
                self.process = subprocess.Popen(self.command)  # noqa: S603  # our own module

    def start_again(self) -> None:
        while not self.ending.is_set():
            code = self.process.wait()
            if not self.ending.wait(PAUSE_S):
                what = " ".join(self.command[3:])
                err.print(f"`kapstone {what}` beside the pages ended ({code}); starting it again.")
                self.start()

    def __exit__(self, *_: object) -> None:
        with self.starting:
            self.ending.set()
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.watch.join()


def pages(host: str, port: int, *, workers: int) -> int:
    """Answer pages until stopped."""
    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415

    # Never a fork of this process: what its libraries have begun here (the threads of the PDF
    # compiler, once the demonstration is built) is dead in a fork, and waited for without end.
    multiprocessing.set_start_method("spawn", force=True)
    allow_connections()
    Granian(
        "kapstone.web.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        workers=workers,
        backpressure=CONNECTIONS,
        # A worker that dies is followed by another; the others go on meanwhile.
        respawn_failed_workers=True,
        respawn_interval=RESPAWN_S,
        log_level="warning",  # type: ignore[arg-type]
        workers_kill_timeout=3,
    ).serve()
    return 0


def run_work(given: argparse.Namespace) -> int:
    application.open_practice()
    from kapstone.web.records import worker  # noqa: PLC0415

    if given.once:
        return 0 if worker.one_round() else 1
    worker.run(demonstration_beat() if given.demo_readings else None)
    return 0


def demonstration_beat() -> Callable[[datetime], int]:
    from kapstone.web.demonstration import beat_since  # noqa: PLC0415

    return beat_since(datetime.now().astimezone())


def allow_connections() -> None:
    """Let a process hold that many connections, as far as the machine permits."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + BESIDES
    if most != resource.RLIM_INFINITY:
        wanted = min(wanted, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
