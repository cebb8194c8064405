"""What a command reads and prints: a file or the standard input in, JSON out."""

from __future__ import annotations

import sys
from pathlib import Path


def read_bytes(name: str) -> bytes:
    """The file of that name; - is the standard input. Raises OSError."""
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def in_one_line(words: object) -> str:
    """Words on one line; half a character, which JSON may escape, becomes a question mark."""
    return " ".join(str(words).encode("utf-8", "replace").decode().split())


def put(written: bytes) -> None:
    """Print one JSON value, at once."""
    sys.stdout.buffer.write(written + b"\n")
    sys.stdout.buffer.flush()
