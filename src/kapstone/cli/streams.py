"""What a command reads and prints: a file or the standard input in, JSON out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson

from kapstone.fhir.strict import read_strictly


class NotReadable(Exception):
    """The input cannot be used; `error` is one word, the message says where and why."""

    def __init__(self, error: str, words: str) -> None:
        super().__init__(words)
        self.error = error


def read_bytes(name: str) -> bytes:
    """The file of that name; - is the standard input. Raises OSError."""
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def content(name: str) -> bytes:
    """The file of that name, or the standard input; raises NotReadable."""
    try:
        return read_bytes(name)
    except OSError as fault:
        raise NotReadable("unreadable", f"{name}: {fault.strerror or fault}") from fault


def parsed(where: str, text: str | bytes) -> Any:
    """The JSON of a text; raises NotReadable with `where` it stood."""
    try:
        return read_strictly(text)
    except ValueError as fault:
        raise NotReadable("invalid_json", f"{where} is not JSON: {fault}") from fault
    except RecursionError as fault:
        raise NotReadable("invalid_json", f"{where} is nested too deep") from fault


def in_one_line(words: object) -> str:
    """Words on one line; half a character, which JSON may escape, becomes a question mark."""
    return " ".join(str(words).encode("utf-8", "replace").decode().split())


def in_lines(text: bytes, answer: Callable[[bytes, int], Mapping[str, Any]]) -> None:
    """Print the answer to each line that is not empty, a line each; answers get its number."""
    out = sys.stdout.buffer
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            out.write(orjson.dumps(answer(line, number)) + b"\n")
    out.flush()


def put(written: bytes) -> None:
    """Print one JSON value, at once."""
    sys.stdout.buffer.write(written + b"\n")
    sys.stdout.buffer.flush()


def show(found: Mapping[str, Any]) -> None:
    put(orjson.dumps(found, option=orjson.OPT_INDENT_2))


def refused(fault: NotReadable) -> dict[str, Any]:
    return {"error": fault.error, "message": in_one_line(fault)}


def gave_up(command: str, fault: NotReadable) -> int:
    """Say on both streams what could not be read; gives the exit code."""
    show(refused(fault))
    sys.stderr.write(f"kapstone {command}: {in_one_line(fault)}\n")
    return 2
