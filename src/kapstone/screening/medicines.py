"""Which medicines are meant by the words someone wrote.

Only whole names count. A near miss is a suggestion that a person confirms, and words left over
keep the question open: an unread word may be another medicine.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from rapidfuzz import fuzz, process

from kapstone.knowledge import Knowledge, KnowledgeError, read, rows

MEDICINES_FILE = "screening/medicines.toml"
WORDS_FILE = "screening/medicine_words.toml"

# A sign that is neither a letter, a number nor plain punctuation counts as a word: "?" or a picture
# may say something. So does a letter of any script.
WORD = re.compile(
    r"[^\W\d_]+|\d+(?:[.,]\d+)*|[^\w\s.,;:/()\[\]{}+&*#%|<>=@~!\"_\-\u2013\u2014\u2044\u2022\u00ae]"
)
RELEASE = re.compile(r"(.{4,}?)(?:xr|xl|er|sr|cr|ir|la|odt|hcl)")
LONGEST_LINE = 1_000
"""Characters read of one line; a longer one names more than anybody can check, and stays open."""
CLOSE_ENOUGH = 80.0
"""Out of 100; below it, words offered are often another medicine altogether."""
MOST_LOOKED_UP = 6
"""Unread words for which close names are looked up."""


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
    incomplete, the screening stays open, and `reason` says why in words for a person.
    `suggestions` are names for a person to confirm. `origin` and `at` say who named it and when;
    None is not known.
    """

    text: str
    ingredients: tuple[str, ...]
    classes: tuple[str, ...]
    recognised: bool
    suggestions: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    reason: str | None = None
    origin: str = "medicines"
    at: datetime | None = None


Phrase = tuple[str, ...]


def recognise(text: str, rxnorm: str | None = None) -> Recognised:
    """Read free text, a brand, a combination or an RxNorm display as ingredients.

    `rxnorm` is an ingredient code (TTY=IN) and adds its ingredient; a product code adds nothing.
    Where the code and the words name different medicines both count, and the line stays open
    [ENG-04]. Words of doubt ("stopped", "no", "allergic") leave nothing counted as taken.
    """
    named, unread = split(words(text))
    coded = codes().get(rxnorm) if rxnorm else None
    doubt = next((word for word in unread if word in doubting_words()), None)
    found = () if doubt else tuple(dict.fromkeys((*named, *((coded,) if coded else ()))))
    reason = why_open(named, unread, coded, doubt)
    return Recognised(
        text=text,
        ingredients=found,
        classes=classes_of(found),
        recognised=reason is None,
        suggestions=() if reason is None else offered(named if doubt else (), unread),
        unread=unread,
        reason=reason,
    )


def confirmed(line: Recognised, ingredients: Sequence[str], *, at: datetime) -> Recognised:
    """The line as a clinician says it is meant; no ingredient means none of those listed here.

    The line stays as it was read where the word names an ingredient that is listed no more, or
    leaves out one of a line that was read whole: what was read is not taken away.
    """
    drops = line.recognised and not {*line.ingredients} <= {*ingredients}
    if drops or any(one not in medicines() for one in ingredients):
        return line
    return Recognised(
        text=line.text,
        ingredients=tuple(ingredients),
        classes=classes_of(tuple(ingredients)),
        recognised=True,
        origin="clinician",
        at=at,
    )


def why_open(named: Phrase, unread: Phrase, coded: str | None, doubt: str | None) -> str | None:
    """Words for why a line cannot be taken as it stands, or None when all of it was read."""
    if doubt:
        return f"It says \u201c{doubt}\u201d. Ask whether it is taken now."
    if coded and named and coded not in named:
        told = ", ".join(medicines()[one].name for one in named)
        return f"Its code says {medicines()[coded].name}, its words say {told}. Ask which is right."
    if unread:
        return f"Not read: {' '.join(unread[:MOST_LOOKED_UP])}."
    return None if named or coded else "It names no medicine."


def classes_of(ingredients: tuple[str, ...]) -> tuple[str, ...]:
    known = medicines()
    return tuple(dict.fromkeys(name for one in ingredients for name in known[one].classes))


def words(text: str) -> Phrase:
    """Lower-case words, numbers and odd signs; an apostrophe joins, as in St. John's wort."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST_LINE]).lower()
    found = WORD.findall(re.sub(r"['\u2019\u2018`]", "", plain))
    return (*found, "\u2026") if len(text) > LONGEST_LINE else tuple(found)


def split(text: Phrase) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ingredients that the words name, longest name first, and the words left over."""
    found: dict[str, None] = {}
    unread: list[str] = []
    at = 0
    while at < len(text):
        named = longest(text, at) or before_release(text[at])
        if named is None:
            if not ignorable(text[at]):
                unread.append(text[at])
            at += 1
        else:
            found.update(dict.fromkeys(names()[named]))
            at += len(named)
    return tuple(found), tuple(unread)


def longest(text: Phrase, at: int) -> Phrase | None:
    for length in range(longest_from().get(text[at], 0), 0, -1):
        phrase = text[at : at + length]
        if phrase in names():
            return phrase
    return None


def before_release(word: str) -> Phrase | None:
    """The name in a word that runs on into how it is released, as in EffexorXR."""
    run_on = RELEASE.fullmatch(word)
    return (run_on[1],) if run_on and (run_on[1],) in names() else None


def ignorable(word: str) -> bool:
    """Whether a word is a dose, a form, a salt or a time of day, and never a medicine."""
    return word in idle_words() or word[0].isdecimal()


def offered(named: tuple[str, ...], unread: Phrase) -> tuple[str, ...]:
    """What a person may have meant: what a line in doubt names, else names that come close."""
    return tuple(medicines()[one].name for one in named) or suggest(unread)


def suggest(unread: tuple[str, ...]) -> tuple[str, ...]:
    """Up to three names that come close to the words that could not be read."""
    close: dict[str, float] = {}
    for word in dict.fromkeys((*unread[:MOST_LOOKED_UP], " ".join(unread[:MOST_LOOKED_UP]))):
        for name, score, _ in process.extract(
            word, spoken_names(), scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH, limit=3
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
        for phrase in dict.fromkeys(spellings(row)):
            found[phrase] = (*found.get(phrase, ()), row.id)
    return found


@cache
def spoken_names() -> tuple[str, ...]:
    return tuple(" ".join(name) for name in names())


@cache
def longest_from() -> Mapping[str, int]:
    """How many words the longest name has that begins with this word."""
    found: dict[str, int] = {}
    for phrase in names():
        found[phrase[0]] = max(len(phrase), found.get(phrase[0], 0))
    return found


@cache
def codes() -> Mapping[str, str]:
    """Each ingredient by its RxNorm code; raises KnowledgeError for a code that stands twice."""
    found: dict[str, str] = {}
    for row in medicines().values():
        if row.rxnorm in found:
            raise KnowledgeError(f"{MEDICINES_FILE}: code {row.rxnorm} stands there twice")
        if row.rxnorm is not None:
            found[row.rxnorm] = row.id
    return found


@cache
def idle_words() -> frozenset[str]:
    return worded() - doubting_words()


@cache
def doubting_words() -> frozenset[str]:
    """Words with which what a line names may not be taken at all, or no more."""
    return worded("doubt")


def worded(*ids: str) -> frozenset[str]:
    """The words of these rows, or of all."""
    table = read(WORDS_FILE)["words"]
    return frozenset(word for row in table if not ids or row["id"] in ids for word in row["are"])
