"""The clinical knowledge, as data. Nothing here decides; rooms read it and decide."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
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
    text = files(__name__).joinpath(path).read_text(encoding="utf-8")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError(f"{path}: {error}") from error


def rows(path: str, key: str, shape: type[Row]) -> Iterator[Row]:
    """Yield each `[[key]]` of the file, checked against `shape`."""
    for number, raw in enumerate(read(path).get(key, []), start=1):
        try:
            yield shape.model_validate(raw)
        except ValidationError as error:
            name = raw.get("id", f"#{number}")
            raise KnowledgeError(f"{path}: {key} {name}: {error}") from error


def digest(paths: Iterable[str]) -> str:
    """SHA-256 over the named files, so that a stored decision says what it was decided with."""
    seal = sha256()
    for path in sorted(paths):
        content = files(__name__).joinpath(path).read_bytes()
        seal.update(f"{path}\0{len(content)}\0".encode())
        seal.update(content)
    return seal.hexdigest()
