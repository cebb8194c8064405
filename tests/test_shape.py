"""The shape of the house, kept by test: small functions, small modules, one place that writes."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/kapstone"
OURS = [
    path
    for folder in ("src", "tools", "tests", "benchmarks")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]
SHIPPED = [path for path in OURS if path.is_relative_to(SOURCE)]
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in OURS}

LONGEST_MODULE = 400
LONGEST_FUNCTION = 40
MEDIAN_FUNCTION = 10

WRITES = {
    "save",
    "asave",
    "delete",
    "adelete",
    "create",
    "acreate",
    "get_or_create",
    "update_or_create",
    "bulk_create",
    "bulk_update",
}
SQL_WRITES = re.compile(r"\s*(insert|update|delete|replace|drop|alter|truncate|create)\b", re.I)
# Only of a queryset: `update` is also a method of dictionaries and hashes.
QUERYSETS = {"filter", "exclude", "all", "objects", "select_for_update"}
MAY_WRITE = {
    "records/actions/": "the deeds themselves",
    "records/models/base.py": "the one `save`, which refuses a second one",
    "records/audit.py": "the trail of every deed",
    "records/outbox.py": "marks what was sent",
    "records/live.py": "tells the screens what a deed changed, and forgets it an hour later",
    "records/guards.py": "installs the triggers that refuse edits",
    "accounts/": "log-in links, roles and factors; nothing clinical",
}
NOW = {"now", "today", "utcnow", "monotonic", "perf_counter"}
WITHOUT_SEED = {"default_rng", "Random", "SystemRandom", "uuid4", "token_hex", "token_urlsafe"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(paths: list[Path]) -> Iterator[tuple[str, int]]:
    """Each function and method with its length in lines, from `def` to its last line."""
    for path in paths:
        for node in ast.walk(TREES[path]):
            if isinstance(node, Function):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{place(path)}:{node.lineno} {node.name}", length


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(TREES[path]) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    """The last name of what is called: `create` for `Reading.objects.create(...)`."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def names_in(node: ast.AST) -> set[str]:
    return {inner.attr for inner in ast.walk(node) if isinstance(inner, ast.Attribute)}


def texts_in(node: ast.AST) -> list[str]:
    constants = (inner.value for inner in ast.walk(node) if isinstance(inner, ast.Constant))
    return [value for value in constants if isinstance(value, str)]


def writes(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr in {"execute", "executemany"}:
        return any(SQL_WRITES.match(text) for text in texts_in(call))
    if call.func.attr in {"update", "aupdate"}:
        return bool(names_in(call.func.value) & QUERYSETS)
    return call.func.attr in WRITES


def pure_rooms() -> list[Path]:
    """The rooms that the contract keeps from Django; the same list keeps them from the clock."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = next(
        c
        for c in contracts["tool"]["importlinter"]["contracts"]
        if c["name"] == "Only web knows Django"
    )
    rooms = [SOURCE / name.removeprefix("kapstone.") for name in contract["source_modules"]]
    return [
        p for p in SHIPPED if any(p.is_relative_to(r) or p == r.with_suffix(".py") for r in rooms)
    ]


def reads_the_clock(call: ast.Call) -> bool:
    return called(call) in NOW and not call.args


def draws_without_a_seed(call: ast.Call) -> bool:
    return called(call) in WITHOUT_SEED and not call.args and not call.keywords


def tracked() -> list[Path]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        [git, "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_modules_stay_under_400_lines() -> None:
    shipped = [path for path in OURS if not path.is_relative_to(ROOT / "tests")]
    lengths = {place(p): len(p.read_text(encoding="utf-8").splitlines()) for p in shipped}
    assert {name: n for name, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_functions_stay_under_40_lines() -> None:
    assert {name: n for name, n in functions(OURS) if n > LONGEST_FUNCTION} == {}


def test_most_functions_are_short(record_property: Callable[[str, object], None]) -> None:
    middle = median(length for _, length in functions(SHIPPED))
    record_property("median_function_lines", middle)
    assert middle <= MEDIAN_FUNCTION


def test_only_actions_write_to_the_database() -> None:
    elsewhere = [
        f"{place(path)}:{call.lineno} {called(call)}"
        for path in SHIPPED
        if path.is_relative_to(SOURCE / "web")
        and not any(f"web/{allowed}" in place(path) for allowed in MAY_WRITE)
        for call in calls(path)
        if writes(call)
    ]
    assert elsewhere == []


@pytest.mark.parametrize(
    "code",
    [
        "row.save()",
        "Reading.objects.create(a=1)",
        "Reading.objects.filter(a=1).update(a=2)",
        "cursor.execute('UPDATE reading SET a = 1')",
    ],
)
def test_a_write_is_recognised(code: str) -> None:
    assert any(isinstance(n, ast.Call) and writes(n) for n in ast.walk(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ["seen.update(a=1)", "cursor.execute('SELECT 1')", "Reading.objects.filter(a=1)"]
)
def test_what_only_reads_is_no_write(code: str) -> None:
    assert not any(isinstance(n, ast.Call) and writes(n) for n in ast.walk(ast.parse(code)))


def test_every_lock_leaves_the_key_free() -> None:
    """A row that points to a locked row, written by whoever holds the audit chain, must not wait
    for a deed that waits for the chain."""
    holding = [
        f"{place(path)}:{call.lineno}"
        for path in SHIPPED
        for call in calls(path)
        if called(call) == "select_for_update"
        and "no_key" not in {keyword.arg for keyword in call.keywords}
    ]
    assert holding == []


def test_no_except_catches_everything() -> None:
    broad = [
        f"{place(path)}:{node.lineno}"
        for path in OURS
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or {"Exception", "BaseException"} & set(names_of(node.type)))
    ]
    assert broad == []


def names_of(node: ast.AST) -> list[str]:
    return [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]


def test_pure_rooms_are_told_the_time_and_the_chance() -> None:
    found = [
        f"{place(path)}:{call.lineno} {called(call)}"
        for path in pure_rooms()
        for call in calls(path)
        if reads_the_clock(call) or draws_without_a_seed(call)
    ]
    assert found == []


def test_no_room_uses_a_wastebasket_name() -> None:
    words = {"utils", "helpers", "common", "manager", "service", "misc"}
    assert [place(p) for p in OURS if words & {p.stem, p.parent.name}] == []


def test_nothing_names_one_persons_machine_or_a_registry() -> None:
    # Written apart, so that this file does not find itself.
    machine = "|".join(("/work" + "/", "/r" + "oot/", "/ho" + "me/[a-z]", "/Us" + "ers/[a-z]"))
    registry = "|".join(("pythonho" + "sted", "pypi.org" + "/simple", "registry.np" + "mjs"))
    pattern = re.compile(rf"(?<![\w.])(?:{machine})|{registry}".encode())
    found = [
        f"{place(path)}: {match.group().decode()}"
        for path in tracked()
        if (match := pattern.search(path.read_bytes()))
    ]
    assert found == []


def test_rooms_keep_their_layers() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
