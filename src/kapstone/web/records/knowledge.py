"""Every knowledge file read once at start-up, so that a bad one is found before a person is."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from kapstone import knowledge, library, screening


def read_all() -> None:
    """Raises KnowledgeError, naming file, row and reason, at the first file that cannot be used."""
    for path in paths(files(knowledge), ""):
        knowledge.read(path)
    screening.read_knowledge()
    library.articles()


def paths(folder: Traversable, prefix: str) -> Iterator[str]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from paths(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".toml"):
            yield f"{prefix}{entry.name}"
