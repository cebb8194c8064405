"""Makes the environment in `.venv`: the locked packages with their hashes, and Kapstone itself."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENV = ROOT / ".venv"
BOOT = ROOT / ".boot"
STAMP = ENV / "kapstone.stamp"
LOCKS = ROOT / "requirements"
# PYTHONDONTWRITEBYTECODE makes every later import about three times slower; the others would mix
# another environment's packages or interpreter into ours.
DROPPED = (
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPATH",
    "PYTHONHOME",
    "VIRTUAL_ENV",
    "PIP_USER",
    "PIP_TARGET",
)
OFFLINE = """
Kapstone could not fetch its packages (the lines above say why).
  - No network? Connect once and run the same command again; later starts need no network.
  - Behind a mirror? Name it in pip's settings (`pip config set global.index-url ADDRESS`)
    or in UV_DEFAULT_INDEX, then run the same command again."""
NO_PIP = """
Python's installer, pip, is missing and so is its venv module. Install them and try again:
  - Debian, Ubuntu: sudo apt-get install python3-pip python3-venv
  - Fedora:         sudo dnf install python3-pip
  - Alpine:         sudo apk add py3-pip"""


class CannotGoOn(Exception):
    """Something that the person at the keyboard has to change; says what and how."""


def say(words: str) -> None:
    print(f"kapstone: {words}", flush=True)


def run(*command: str | Path, **more: str) -> int:
    """Run a command in the project's folder with our environment; give its exit code."""
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=ROOT, env=variables() | more, check=False).returncode


def quiet(*command: str | Path) -> bool:
    """Whether a command succeeds; nothing of it is shown."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=ROOT, env=variables(), check=False, capture_output=True)
    return done.returncode == 0


def variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in DROPPED}


def need_a_folder_to_write() -> None:
    if not os.access(ROOT, os.W_OK):
        raise CannotGoOn(
            f"{ROOT} cannot be written, and the set-up keeps its environment there: copy "
            "the folder to a place of your own, or change its owner, and try again."
        )


def python() -> Path:
    return ENV / "bin/python"


def stamp(kind: str) -> str:
    """What the environment was made of: lock, its hash, the Python and the place."""
    digest = hashlib.sha256((LOCKS / f"{kind}.txt").read_bytes()).hexdigest()
    return f"{kind} {digest} {sys.version_info[0]}.{sys.version_info[1]} {ROOT}\n"


def is_ready(kind: str) -> bool:
    """Whether `.venv` already holds this lock; `dev` holds all of `run`."""
    if not (STAMP.exists() and python().exists()):
        return False
    made_of = STAMP.read_text(encoding="utf-8")
    return made_of in {stamp("dev")} | {stamp(kind)}


def prepare(kind: str) -> None:
    """Make `.venv` hold exactly the locked packages of `kind`, and Kapstone itself."""
    if is_ready(kind):
        return
    need_a_folder_to_write()
    began = time.monotonic()
    say(f"setting up the environment in .venv ({kind}.txt); this happens once")
    STAMP.unlink(missing_ok=True)
    if not (with_uv(kind) or with_pip(kind)):
        raise CannotGoOn(OFFLINE)
    link_the_project()
    STAMP.write_text(stamp(kind), encoding="utf-8")
    say(f"environment ready in {time.monotonic() - began:.0f} s")


def with_uv(kind: str) -> bool:
    uv = find_uv()
    if uv is None:
        return False
    lock = LOCKS / f"{kind}.txt"
    more = {"UV_PYTHON_DOWNLOADS": "never"}
    made = run(
        uv, "venv", "--quiet", "--clear", "--no-project", "--python", sys.executable, ENV, **more
    )
    sync = (uv, "pip", "sync", "--require-hashes", "--python", python(), lock)
    return made == 0 and run(*sync, **more) == 0


def find_uv() -> Path | None:
    """The pinned uv, installed into `.boot` on first use; None where it cannot be had."""
    uv = BOOT / "bin/uv"
    if uv.exists() and quiet(uv, "--version"):
        return uv
    pip = find_pip()
    say("fetching the installer (uv)")
    shutil.rmtree(BOOT / "bin", ignore_errors=True)
    fetched = run(*pip, *PIP, "--target", BOOT, "--upgrade", "-r", LOCKS / "boot.txt")
    if fetched == 0 and quiet(uv, "--version"):
        return uv
    say("uv cannot be had here; going on with pip, which takes about a minute longer")
    return None


PIP = (
    "install",
    "--quiet",
    "--no-deps",
    "--require-hashes",
    "--disable-pip-version-check",
    "--root-user-action=ignore",
    "--timeout=20",
    "--retries=1",
)


def find_pip() -> tuple[str | Path, ...]:
    """A command that runs pip: this Python's own, one in a small venv, or Debian's."""
    own = (sys.executable, "-m", "pip")
    if quiet(*own, "--version"):
        return own
    small = BOOT / "pip"
    if quiet(sys.executable, "-m", "venv", small):
        return (small / "bin/python", "-m", "pip")
    if apt_install("python3-pip", "python3-venv") and quiet(*own, "--version"):
        return own
    raise CannotGoOn(NO_PIP)


def with_pip(kind: str) -> bool:
    shutil.rmtree(ENV, ignore_errors=True)
    if not quiet(sys.executable, "-m", "venv", ENV):
        raise CannotGoOn(NO_PIP)
    say("installing with pip; this takes a minute or two")
    return run(python(), "-m", "pip", *PIP, "-r", LOCKS / f"{kind}.txt") == 0


def link_the_project() -> None:
    """Put `src` on the path and the `kapstone` command in the environment; needs no network."""
    packages = next((ENV / "lib").glob("python3.*/site-packages"))
    (packages / "kapstone.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")
    command = ENV / "bin/kapstone"
    # `exec` by sh, since a `#!` line breaks on a folder with a space in its name.
    command.write_text(
        f'#!/bin/sh\nexec "{python()}" -c '
        "'import sys; from kapstone.cli import main; sys.exit(main())' \"$@\"\n",
        encoding="utf-8",
    )
    command.chmod(0o755)


def apt_install(*packages: str) -> bool:
    """Install Debian packages where we may (root, apt); False where we may not or it fails."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"installing {' '.join(packages)} with apt-get")
    apt = ("apt-get", "-qq", "-o", "Dpkg::Use-Pty=0")
    more = {"DEBIAN_FRONTEND": "noninteractive"}
    run(*apt, "update", **more)
    return run(*apt, "install", "-y", "--no-install-recommends", *packages, **more) == 0
