"""The pages of the library and the words they need, read from `knowledge/library/`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal, Self

from pydantic import model_validator

from kapstone import knowledge
from kapstone.knowledge import Knowledge, KnowledgeError, digest, parsed, read, rows, text_of
from kapstone.knowledge.citations import Citation

FOLDER = "library"
LISTS = frozenset({"shelves.toml", "words.toml"})
SHELVES, WORDS = f"{FOLDER}/shelves.toml", f"{FOLDER}/words.toml"
# A page cites the list that every rule cites, and what the simulations and the levels rest on.
CITATIONS = ("sources.toml", "synthesis/sources.toml", "pharmacokinetics/sources.toml")


class Piece(Knowledge):
    """A paragraph, or a list, with its own sources; a heading begins a part of the page.

    `evidence` names the rows of the evidence it was written from; `basis` DEFAULT marks what the
    practice itself has settled.
    """

    id: str
    heading: str | None = None
    words: str | None = None
    items: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    basis: Literal["DEFAULT"] | None = None

    @model_validator(mode="after")
    def is_one_and_sourced(self) -> Self:
        if (self.words is None) == (not self.items):
            raise ValueError("either words or items, and not both")
        if not self.sources and self.basis is None:
            raise ValueError("no source, and not marked as the practice's own")
        return self


class Article(Knowledge):
    """One page: what it says piece by piece, how sure that is, and what nobody knows.

    `steps` are the steps of the road at which it is shown unless a practice chooses otherwise: none
    for what concerns only some;
    `help` puts whom to call on the page; `meanings` are the words of the field it explains.
    """

    id: str
    title: str
    summary: str
    steps: tuple[str, ...]
    strength: str
    reviewed_on: date
    help: bool = False
    pictures: tuple[str, ...] = ()
    meanings: tuple[str, ...] = ()
    not_known: tuple[str, ...]
    piece: tuple[Piece, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source of its pieces, each once, in the order in which they come."""
        return tuple(dict.fromkeys(name for piece in self.piece for name in piece.sources))

    @property
    def text(self) -> str:
        """All that a reader reads, a sentence a line: a title and a heading end like one."""
        pieces = (
            words
            for piece in self.piece
            for words in (piece.heading, piece.words, *piece.items)
            if words
        )
        lines = (self.title, self.summary, *pieces, *self.not_known)
        return "\n".join(line if line[-1] in ".?!" else f"{line}." for line in lines)


class Shelf(Knowledge):
    """A topic with its pages, in order."""

    id: str
    title: str
    articles: tuple[str, ...]
    basis: Literal["DEFAULT"]


class Strength(Knowledge):
    """How sure a page can be, in words."""

    id: str
    title: str
    words: str
    basis: Literal["DEFAULT"]


class Named(Knowledge):
    """What has a name here and is kept elsewhere: a drawing, a route."""

    id: str
    title: str
    basis: Literal["DEFAULT"]


class Meaning(Knowledge):
    """A word that a page cannot do without, explained; `forms` are the ways it is written."""

    id: str
    title: str
    words: str
    forms: tuple[str, ...]


@cache
def shelves() -> tuple[Shelf, ...]:
    """The shelves, in the order of the page."""
    return tuple(rows(SHELVES, "shelf", Shelf))


@cache
def articles() -> Mapping[str, Article]:
    """Every page by its id, in the order of the shelves.

    Raises KnowledgeError for a page that stands twice or nowhere, or names what does not exist.
    """
    names = [name for shelf in shelves() for name in shelf.articles]
    if len(names) != len(set(names)):
        raise KnowledgeError(f"{SHELVES}: a page stands on two shelves")
    return {name: read_article(name) for name in names}


def files_of_articles() -> tuple[Traversable, ...]:
    """The files that are pages, and not lists that belong to all of them."""
    folder = files(knowledge).joinpath(FOLDER)
    return tuple(each for each in folder.iterdir() if each.name not in LISTS)


def path_of(name: str) -> str:
    return f"{FOLDER}/{name}.toml"


def read_article(name: str) -> Article:
    path = path_of(name)
    # A file is one row, so it is read as a list of one.
    raw = parsed(path, text_of(path))
    try:
        found = Article.model_validate(raw)
    except ValueError as error:
        raise KnowledgeError(f"{path}: {error}") from error
    if strange := sorted(strange_names(found, name)):
        raise KnowledgeError(f"{path}: no such {', '.join(strange)}")
    return found


def strange_names(found: Article, name: str) -> set[str]:
    """What the page names and nobody knows."""
    return (
        ({f"id {found.id}"} if found.id != name else set())
        | {f"step {each}" for each in found.steps if each not in steps()}
        | {f"word {each}" for each in found.meanings if each not in meanings()}
        | {f"picture {each}" for each in found.pictures if each not in pictures()}
        | {f"source {each}" for each in found.sources if each not in citations()}
        | ({f"strength {found.strength}"} - {f"strength {each}" for each in strengths()})
    )


def article(name: str) -> Article:
    """The page of that id; raises LookupError when there is none."""
    if name not in articles():
        raise LookupError(f"no such page of the library: {name}")
    return articles()[name]


def digest_of(name: str) -> str:
    """SHA-256 of the page as it is written: a changed page has to be reviewed again."""
    return digest([path_of(article(name).id)])


@cache
def steps() -> Mapping[str, str]:
    """The steps of the road that a person meets, with their titles for them."""
    road = read("pathway/steps.toml")["step"]
    return {row["id"]: row["title_person"] for row in road if row["on_road"]}


def for_step(step: str) -> tuple[Article, ...]:
    """The pages that are shown at a step of the road when nobody has chosen otherwise."""
    return tuple(each for each in articles().values() if step in each.steps)


@cache
def strengths() -> Mapping[str, Strength]:
    return {row.id: row for row in rows(SHELVES, "strength", Strength)}


def strength_of(of: Article) -> Strength:
    return strengths()[of.strength]


@cache
def pictures() -> Mapping[str, Named]:
    """The drawings; each is a template of the pages."""
    return {row.id: row for row in rows(SHELVES, "picture", Named)}


@cache
def routes() -> Mapping[str, Named]:
    """The routes as the drawing of the hours names them."""
    return {row.id: row for row in rows(SHELVES, "route", Named)}


@cache
def meanings() -> Mapping[str, Meaning]:
    return {row.id: row for row in rows(WORDS, "meaning", Meaning)}


def meanings_of(of: Article) -> tuple[Meaning, ...]:
    """The words of the field that the page explains, in the order of the alphabet."""
    return tuple(sorted((meanings()[name] for name in of.meanings), key=lambda row: row.title))


@cache
def citations() -> Mapping[str, Citation]:
    return {row.id: row for path in CITATIONS for row in rows(path, "source", Citation)}


def sources_of(names: tuple[str, ...]) -> tuple[Citation, ...]:
    """The works of these ids, in their order."""
    return tuple(citations()[name] for name in names)
