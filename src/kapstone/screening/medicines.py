"""Which medicines are meant by the words someone wrote.

Only whole names count. A near miss is a suggestion that a person confirms, and words left over
keep the question open: an unread word may be another medicine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from rapidfuzz import fuzz, process

from kapstone.knowledge import Knowledge, KnowledgeError, read, rows

MEDICINES_FILE = "screening/medicines.toml"
WORDS_FILE = "screening/medicine_words.toml"

WORD = re.compile(r"[^\W\d_][^\W_]*|\d+(?:\.\d+)?")
DOSE = re.compile(r"\d+(?:\.\d+)?|a?nda\d+")
CLOSE_ENOUGH = 80.0
"""Out of 100; below it, words offered are often another medicine altogether."""


class Medicine(Knowledge):
    """One ingredient: its names and the interaction classes it belongs to."""

    id: str
    name: str
    brands: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    rxnorm: str | None = None
    basis: str | None = None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What the words mean, as far as they could be read.

    `recognised` is True only when every word was accounted for; until then `ingredients` may be
    incomplete, and the screening stays open. `suggestions` are names for a person to confirm.
    `origin` and `at` say who named it and when; None is not known.
    """

    text: str
    ingredients: tuple[str, ...]
    classes: tuple[str, ...]
    recognised: bool
    suggestions: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    origin: str = "medicines"
    at: datetime | None = None


Phrase = tuple[str, ...]


def recognise(text: str, rxnorm: str | None = None) -> Recognised:
    """Read free text, a brand, a combination or an RxNorm display as ingredients.

    `rxnorm` is an ingredient code (TTY=IN) and adds its ingredient; a product code adds nothing.
    """
    found, unread = split(words(text))
    by_code = codes().get(rxnorm) if rxnorm is not None else None
    if by_code is not None and by_code not in found:
        found = (*found, by_code)
    whole = bool(found) and (not unread or (by_code is not None and len(found) == 1))
    return Recognised(
        text=text,
        ingredients=found,
        classes=classes_of(found),
        recognised=whole,
        suggestions=() if whole else suggest(unread),
        unread=unread,
    )


def classes_of(ingredients: tuple[str, ...]) -> tuple[str, ...]:
    known = medicines()
    return tuple(dict.fromkeys(name for one in ingredients for name in known[one].classes))


def of_classes(taken: Sequence[Recognised], classes: Iterable[str]) -> frozenset[str]:
    """The distinct ingredients among these medicines that belong to any of the classes."""
    wanted = {*classes}
    return frozenset(
        ingredient
        for one in taken
        if not wanted.isdisjoint(one.classes)
        for ingredient in one.ingredients
        if not wanted.isdisjoint(medicines()[ingredient].classes)
    )


def words(text: str) -> Phrase:
    """Lower-case words and numbers; an apostrophe joins, as in St. John's wort."""
    return tuple(WORD.findall(re.sub(r"['\u2019]", "", text.lower())))


def split(text: Phrase) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ingredients that the words name, longest name first, and the words left over."""
    found: dict[str, None] = {}
    unread: list[str] = []
    at = 0
    while at < len(text):
        named = longest(text, at)
        if named is None:
            if not ignorable(text[at]):
                unread.append(text[at])
            at += 1
        else:
            found.update(dict.fromkeys(names()[named]))
            at += len(named)
    return tuple(found), tuple(unread)


def longest(text: Phrase, at: int) -> Phrase | None:
    for length in range(longest_name(), 0, -1):
        phrase = text[at : at + length]
        if len(phrase) == length and phrase in names():
            return phrase
    return None


def ignorable(word: str) -> bool:
    """Whether a word is a dose, a form, a salt or a time of day, and never a medicine."""
    return word in idle_words() or DOSE.fullmatch(word) is not None


def suggest(unread: tuple[str, ...]) -> tuple[str, ...]:
    """Up to three names that come close to the words that could not be read."""
    spoken = {" ".join(name): name for name in names()}
    close: dict[str, float] = {}
    for word in (*unread, " ".join(unread)):
        for name, score, _ in process.extract(
            word, spoken.keys(), scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH, limit=3
        ):
            close[name] = max(score, close.get(name, 0.0))
    return tuple(sorted(close, key=lambda name: (-close[name], name))[:3])


@cache
def medicines() -> Mapping[str, Medicine]:
    """Every known ingredient by id."""
    found: dict[str, Medicine] = {}
    for row in rows(MEDICINES_FILE, "medicine", Medicine):
        if row.id in found:
            raise KnowledgeError(f"{MEDICINES_FILE}: medicine {row.id} stands there twice")
        found[row.id] = row
    return found


def spellings(of: Medicine) -> Iterator[Phrase]:
    for name in (of.name, *of.brands, *of.also):
        yield words(name)


@cache
def names() -> Mapping[Phrase, tuple[str, ...]]:
    """Every name, and the ingredients it stands for; a combination's brand stands for several."""
    found: dict[Phrase, tuple[str, ...]] = {}
    for row in medicines().values():
        for phrase in spellings(row):
            found[phrase] = (*found.get(phrase, ()), row.id)
    return found


@cache
def longest_name() -> int:
    return max(len(phrase) for phrase in names())


@cache
def codes() -> Mapping[str, str]:
    return {row.rxnorm: row.id for row in medicines().values() if row.rxnorm is not None}


@cache
def idle_words() -> frozenset[str]:
    table = read(WORDS_FILE)
    return frozenset(word for row in table["words"] for word in row["are"])
