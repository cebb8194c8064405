"""The recipes of the Makefile, and what they need beside packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from environment import (
    ENV,
    LOCKS,
    ROOT,
    CannotGoOn,
    apt_install,
    find_uv,
    prepare,
    python,
    quiet,
    run,
    say,
    variables,
)

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
POSTGRES = (
    "postgresql://postgres@127.0.0.1:5432/postgres",
    "postgresql://root@127.0.0.1:5432/postgres",
)


def find_chromium() -> str | None:
    """The browser the tests drive: KAPSTONE_CHROMIUM, one on the path, or Debian's."""
    given = os.environ.get("KAPSTONE_CHROMIUM")
    if given:
        return shutil.which(given)
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None and apt_install("chromium"):
        found = shutil.which("chromium")
    return found


def find_postgres() -> str | None:
    """The first PostgreSQL that answers: KAPSTONE_TEST_POSTGRES, else the usual local ones."""
    ask = "import psycopg, sys; psycopg.connect(sys.argv[1], connect_timeout=2).close()"
    given = os.environ.get("KAPSTONE_TEST_POSTGRES")
    addresses = (given,) if given else POSTGRES
    return next((a for a in addresses if quiet(python(), "-c", ask, a)), None)


LEFT_OUT = {
    "KAPSTONE_CHROMIUM": "the browser tests: no Chromium. Install one (Debian: apt-get install "
    "chromium) or name it in KAPSTONE_CHROMIUM",
    "KAPSTONE_TEST_POSTGRES": "the PostgreSQL tests: no server answered. Start one or name it in "
    "KAPSTONE_TEST_POSTGRES (postgresql://USER:PASSWORD@HOST/NAME; the user may create databases)",
}


def recipe_run(words: list[str]) -> int:
    prepare("run")
    return run(ENV / "bin/kapstone", "demo", *words)


def recipe_test(words: list[str]) -> int:
    """Run every test this machine can run, and say at the end what it could not."""
    prepare("dev")
    # An empty value tells the tests that it was looked for and is not there.
    have = {
        "KAPSTONE_CHROMIUM": find_chromium() or "",
        "KAPSTONE_TEST_POSTGRES": find_postgres() or "",
    }
    missing = [LEFT_OUT[name] for name, value in have.items() if not value]
    for line in missing:
        say(f"will leave out {line}.")
    # One more than there are processors: the tests of a browser mostly wait for it.
    workers = str((os.cpu_count() or 1) + 1)
    code = run(python(), "-m", "pytest", "-n", workers, *words, **have)
    for line in missing:
        say(f"left out {line}.")
    return code


def recipe_bench(words: list[str]) -> int:
    prepare("dev")
    return run(python(), "-m", "benchmarks", *words, KAPSTONE_TEST_POSTGRES=find_postgres() or "")


def recipe_docs(words: list[str]) -> int:
    prepare("dev")
    built = ROOT / "docs/_build/html"
    code = run(python(), "tools/reference.py") or run(*sphinx(), *words)
    if code == 0:
        say(f"the documentation is in {built}/index.html")
    return code


def sphinx() -> tuple[str | Path, ...]:
    return (
        python(),
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-b",
        "html",
        "docs",
        "docs/_build/html",
    )


def templates() -> list[str]:
    """The pages' templates as djade is given them; it refuses to be given none."""
    return [str(p) for p in sorted((ROOT / "src/kapstone/web/templates").rglob("*.html"))]


def checks() -> dict[str, tuple[str | Path, ...]]:
    """Each check by its name; all of them run, so that one run shows everything to mend."""
    tool = ENV / "bin"
    django = (python(), "-m", "django")
    web = ("--settings", "kapstone.web.settings")
    return {
        "ruff": (tool / "ruff", "check"),
        "format": (tool / "ruff", "format", "--check"),
        "types": (tool / "mypy",),
        "layers": (tool / "lint-imports", "--no-cache"),
        "templates": (tool / "djade", "--check", "--target-version", "5.2", *templates()),
        "spelling": (tool / "codespell",),
        "migrations": (*django, "makemigrations", "--check", "--dry-run", *web),
        "changelog": (tool / "towncrier", "build", "--draft", "--version", "next"),
        "reference": (python(), "tools/reference.py", "--check"),
        "docs": sphinx(),
    }


def recipe_check(words: list[str]) -> int:
    prepare("dev")
    unknown = set(words) - set(checks())
    if unknown:
        raise CannotGoOn(f"No such check: {', '.join(unknown)}. There are: {', '.join(checks())}.")
    chosen = {name: command for name, command in checks().items() if not words or name in words}
    failed = []
    for name, command in chosen.items():
        began = time.monotonic()
        done = subprocess.run(
            [str(word) for word in command],
            cwd=ROOT,
            env=variables(),
            check=False,
            capture_output=True,
            text=True,
        )
        verdict = "FAILED" if done.returncode else "ok"
        say(f"{name}: {verdict} ({time.monotonic() - began:.1f} s)")
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    say(f"to mend: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def recipe_fix(_words: list[str]) -> int:
    """Let the tools mend what they can: lint, format, templates, the reference pages."""
    prepare("dev")
    tool = ENV / "bin"
    run(tool / "djade", "--target-version", "5.2", *templates())  # gives 1 when it changed a file
    codes = [
        run(tool / "ruff", "check", "--fix"),
        run(tool / "ruff", "format"),
        run(python(), "tools/reference.py"),
    ]
    return max(codes)


def recipe_lock(words: list[str]) -> int:
    """Resolve both locks again; nothing younger than a week is taken."""
    uv = find_uv()
    if uv is None:
        raise CannotGoOn("Locking needs uv, and it could not be fetched; see the lines above.")
    week_ago = time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(time.time() - 7 * 86_400))
    common: tuple[str, ...] = (
        "--universal",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-header",
        "--no-annotate",
        "--quiet",
        "--python-version=3.11",
        f"--exclude-newer={week_ago}",
    )
    groups = ("--group=test", "--group=lint", "--group=docs")
    resolve: tuple[str | Path, ...] = (uv, "pip", "compile", "pyproject.toml", *common, *words)
    return run(*resolve, "-o", LOCKS / "run.txt") or run(
        *resolve, *groups, "-c", LOCKS / "run.txt", "-o", LOCKS / "dev.txt"
    )


RECIPES = {
    "run": recipe_run,
    "test": recipe_test,
    "bench": recipe_bench,
    "check": recipe_check,
    "fix": recipe_fix,
    "docs": recipe_docs,
    "lock": recipe_lock,
}


def main(words: list[str]) -> int:
    """Follow the recipe that the first word names; the other words go on to its command."""
    try:
        return RECIPES[words[0]](words[1:])
    except CannotGoOn as stop:
        print(f"\n{str(stop).strip()}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
