"""A real server in a process of its own, on a database of its own, to be talked to and killed."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

TESTS = Path(__file__).parents[1]
SOURCE = TESTS.parent / "src"
SERVING = Path(__file__).with_name("serving.py")
START_WITHIN_S = 30.0
# A page hangs only after this: beside other tests the first one of a worker takes its time.
ANSWERS_WITHIN_S = 60.0


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


@dataclass
class Server:
    """Kapstone's pages as a child process; `database` is what KAPSTONE_DATABASE would hold.

    `later_min` is how many minutes its clock is ahead.
    """

    folder: Path
    database: str
    workers: int = 1
    demo: bool = True
    later_min: int = 0
    name: str = "127.0.0.1"
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://{self.name}:{self.port}"

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, (SOURCE, TESTS))),
            "KAPSTONE_LATER_MIN": str(self.later_min),
            "KAPSTONE_DATA": str(self.folder),
            "KAPSTONE_DATABASE": self.database,
            "KAPSTONE_DEMO": "1" if self.demo else "",
            "KAPSTONE_ADDRESS": self.address,
            "DJANGO_SETTINGS_MODULE": "kapstone.web.settings",
        }

    def run(self, *command: str, typed: str = "") -> str:
        """Run Python with this server's environment, typing these words; gives what it printed."""
        done = subprocess.run(
            [sys.executable, *command],
            input=typed,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"{command} failed:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.later() if self.later_min else self.now(),
            env=self.environment(),
            start_new_session=True,
        )
        self.wait_until_up()

    def now(self) -> list[str]:
        return [sys.executable, str(SERVING), str(self.port), str(self.workers)]

    def later(self) -> list[str]:
        """Pages alone, no live screens: their clock is the thread's that answers."""
        return [
            sys.executable,
            *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
            *("--port", str(self.port), "--workers", str(self.workers)),
            *("--blocking-threads", "4", "--log-level", "error"),
            "server.later:application",
        ]

    def wait_until_up(self) -> None:
        until = time.monotonic() + START_WITHIN_S
        while time.monotonic() < until:
            try:
                if Visitor(self.address).get("/healthz/") == "ok":
                    return
            except (URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
        raise AssertionError(f"the server at {self.address} did not answer in {START_WITHIN_S} s")

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=START_WITHIN_S)
            self.process = None

    def worker_pids(self) -> list[int]:
        """The processes that answer, beside the one that keeps them."""
        if self.process is None:
            return []
        kept = self.process.pid
        listed = Path(f"/proc/{kept}/task/{kept}/children").read_text(encoding="ascii")
        pids = [int(each) for each in listed.split()]
        return [pid for pid in pids if "spawn_main" in command_of(pid)]

    def kill(self) -> None:
        """SIGKILL to the whole group: no handler runs, nothing is flushed."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").replace("\0", " ")


class Visitor:
    """A browser without a screen: cookies, forms, and nothing else."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies = CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> str:
        with self.opener.open(self.address + path, timeout=ANSWERS_WITHIN_S) as answer:
            text: str = answer.read().decode()
            return text

    def post(self, path: str, fields: Mapping[str, str]) -> int:
        """The final status after redirects; an error page is its own status."""
        body = urlencode({**fields, "csrfmiddlewaretoken": self.token()}).encode()
        request = Request(self.address + path, data=body, headers={"Referer": self.address})
        try:
            with self.opener.open(request, timeout=ANSWERS_WITHIN_S) as answer:
                status: int = answer.status
                return status
        except HTTPError as refused:
            return refused.code

    def token(self) -> str:
        for cookie in self.cookies:
            if cookie.name == "csrftoken" and cookie.value:
                return cookie.value
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get("/enter/"))
        if found is None:
            raise AssertionError("no form on /enter/ to take a token from")
        return found[1]

    def enter_as(self, user: int) -> None:
        status = self.post(f"/demo/{user}/", {})
        assert status == 200, f"could not enter as user {user}: {status}"


@contextmanager
def running(server: Server) -> Iterator[Server]:
    server.start()
    try:
        yield server
    finally:
        server.kill()
