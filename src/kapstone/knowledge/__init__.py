"""The clinical knowledge, as data. Nothing here decides; rooms read it and decide."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from importlib.resources import files
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

Row = TypeVar("Row", bound="Knowledge")


class Knowledge(BaseModel):
    """A row of a knowledge file: frozen, and refusing any key it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class KnowledgeError(Exception):
    """A knowledge file cannot be used; says which file, which row and why."""


def read(path: str) -> dict[str, Any]:
    """Parse `knowledge/<path>`; a key given twice is an error, not a silent override."""
    return parsed(path, text_of(path))


def text_of(path: str) -> str:
    """The file `knowledge/<path>` as it is written."""
    return files(__name__).joinpath(path).read_text(encoding="utf-8")


def parsed(path: str, text: str) -> dict[str, Any]:
    """Parse a knowledge file's text; `path` only names it in what goes wrong."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError(f"{path}: {error}") from error


def rows(path: str, key: str, shape: type[Row], *, text: str | None = None) -> Iterator[Row]:
    """Yield each `[[key]]` of the file, or of an earlier text of it, checked against `shape`."""
    table = read(path) if text is None else parsed(path, text)
    for number, raw in enumerate(table.get(key, []), start=1):
        try:
            yield shape.model_validate(raw)
        except ValidationError as error:
            name = raw.get("id", f"#{number}")
            raise KnowledgeError(f"{path}: {key} {name}: {error}") from error


def digest(paths: Iterable[str]) -> str:
    """SHA-256 over the named files, so that a stored decision says what it was decided with."""
    return seal({path: text_of(path) for path in paths})


def seal(texts: Mapping[str, str]) -> str:
    """SHA-256 over texts by their paths; the same texts give the same seal in any order."""
    found = sha256()
    for path in sorted(texts):
        content = texts[path].encode()
        found.update(f"{path}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()
