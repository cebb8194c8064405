"""How DuckDB is held within its memory, and names a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def bounds(memory_mb: int, spill: Path) -> dict[str, Any]:
    """DuckDB's settings that keep it within its memory: what is over goes to the folder `spill`."""
    return {
        "memory_limit": f"{memory_mb}MB",
        "temp_directory": str(spill),
        "preserve_insertion_order": False,
    }


def quoted(path: Path) -> str:
    """A path inside an SQL text."""
    return str(path).replace("'", "''")
