"""The questionnaires there are: read from their files, found by any name they go by."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from pydantic import ValidationError
from rapidfuzz import process

import kapstone.knowledge
from kapstone.instruments.definition import Instrument
from kapstone.instruments.elsewhere import elsewhere
from kapstone.knowledge import KnowledgeError, read

# The second folder holds texts that are free for non-commercial use; whoever installs Kapstone may
# leave it out.
FOLDERS = ("instruments", "instruments/noncommercial")
NOT_DEFINITIONS = frozenset({"reminding.toml", "elsewhere.toml", "schedule.toml", "sources.toml"})


@cache
def paths() -> dict[str, str]:
    """The file of each questionnaire, by its id, in order of the ids."""
    found = {name.removesuffix(".toml"): f"{folder}/{name}" for folder, name in definitions()}
    return dict(sorted(found.items()))


def definitions() -> Iterator[tuple[str, str]]:
    for folder in FOLDERS:
        here = inside(folder)
        if here.is_dir():
            names = (each.name for each in here.iterdir())
            yield from ((folder, n) for n in names if n.endswith(".toml") and is_definition(n))


def is_definition(name: str) -> bool:
    return name not in NOT_DEFINITIONS and not name.startswith("schedule")


def inside(path: str) -> Traversable:
    return files(kapstone.knowledge.__name__).joinpath(path)


@cache
def instrument(id: str) -> Instrument:
    """The questionnaire of that id; raises KnowledgeError when there is none."""
    try:
        path = paths()[id]
    except KeyError:
        known = ", ".join(paths())
        raise KnowledgeError(f"no such instrument: {id}; there are {known}") from None
    try:
        return Instrument.model_validate(read(path))
    except ValidationError as error:
        raise KnowledgeError(f"{path}: {error}") from error


def instruments() -> tuple[Instrument, ...]:
    return tuple(map(instrument, paths()))


@cache
def by_any_name() -> dict[str, str]:
    """The id of each questionnaire by all its names, letters and digits only."""
    return {
        plain(name): of.id
        for of in instruments()
        for name in (of.id, of.name, of.short, *of.aliases)
    }


def plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def called(name: str) -> Instrument:
    """The questionnaire of that name, as written in the field; raises KnowledgeError for none."""
    try:
        return instrument(by_any_name()[plain(name)])
    except KeyError:
        for each in elsewhere():
            if plain(name) in map(plain, (each.id, each.name, *each.aliases)):
                raise KnowledgeError(f"no such instrument: {each.words}") from None
        meant = " or ".join(near(name))
        raise KnowledgeError(f"no such instrument: {name}; did you mean {meant}?") from None


def near(name: str) -> list[str]:
    """The three names nearest to one that there is none of: those it begins, then those alike."""
    asked = plain(name)
    begun = [of.name for of in instruments() if asked and plain(of.name).startswith(asked)]
    alike = process.extract(asked, {of.name: plain(of.name) for of in instruments()}, limit=3)
    return list(dict.fromkeys([*begun, *(found for _, _, found in alike)]))[:3]


def licence_text(of: Instrument) -> str:
    """The licence of the questionnaire's own text, which that of the software does not cover."""
    if not of.licence.file:
        return of.licence.notice
    folder = paths()[of.id].rpartition("/")[0]
    return inside(folder).joinpath(of.licence.file).read_text(encoding="utf-8")
