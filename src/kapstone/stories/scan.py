"""Finds the places of a text that could tell who somebody is, each with its line and why.

Safe harbor asks for eighteen kinds to be gone [CFR-164.514]; this finds those that text can show.
Trap: that nothing is found does not prove that nobody could be known; a person reads it after it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from kapstone.knowledge import Knowledge, rows

FILE = "stories/scan.toml"
# One letter of a name is no name.
SHORTEST = 2
E_MAIL = re.compile(r"\S+@\S+|(?<!\w)@\w+")
ADDRESS = re.compile(r"https?://\S+|www\.\S+|\b[\w-]+\.(?:com|org|net|edu|gov|io)\b", re.I)
# Seven digits or more, whatever stands between them.
PHONE = re.compile(r"\+?\(?\d(?:[\s().-]{0,2}\d){6,}")
DATE = re.compile(r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b|\b\d{1,2}/\d{1,2}\b|\b(?:19|20)\d\d\b")
LONG_NUMBER = re.compile(r"\b\d{5,}\b")
AGED = re.compile(
    r"\b(?:9\d|1[0-2]\d)(?:[\s-]years?(?:[\s-]old)?|[\s-]year-old)\b"
    r"|\baged? (?:of )?(?:9\d|1[0-2]\d)\b",
    re.I,
)
WORD = re.compile(r"[^\W\d_][\w'\u2019]*")
BEGINS = re.compile(r"(?:^|[.!?]|\n)[\s\"'“”\u2018\u2019(•·\u2013—-]*$")


class Words(Knowledge):
    """Words of one kind; `why` is what is wrong with them."""

    id: str
    words: tuple[str, ...]
    why: str = ""
    basis: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place that could tell who somebody is: from and to which letter, line, words, why."""

    start: int
    end: int
    line: int
    words: str
    why: str

    @property
    def says(self) -> str:
        return f"Line {self.line}: “{self.words}” ({self.why})"


@cache
def listed(kind: str) -> tuple[Words, ...]:
    return tuple(rows(FILE, kind, Words))


@cache
def words_of(kind: str) -> frozenset[str]:
    return frozenset(word for row in listed(kind) for word in row.words)


def spots(text: str, names: Iterable[str]) -> list[Spot]:
    """Everything that a summary must not hold, in order: names, dates, places, ways to reach.

    `names` are of the person, those beside them, the team and the practice. Every word with a
    capital inside a sentence counts as a name that nobody knows here, unless it is all capitals.
    """
    found = [
        *contacts(text),
        *known_names(text, names),
        *patterns(text, DATE, "a date or a year: count days from the first dose"),
        *patterns(text, LONG_NUMBER, "a long number could be a record or a postcode"),
        *patterns(text, AGED, "an age of 90 or more is told as 90 or older"),
        *listed_words(text),
        *capitals(text),
    ]
    return without_overlaps(found)


def spots_of_contact(text: str, names: Iterable[str]) -> list[Spot]:
    """What no story may hold, in own words either: a name of anybody known here, a way to reach."""
    return without_overlaps([*contacts(text), *known_names(text, names)])


def cited(found: Iterable[Spot]) -> tuple[str, ...]:
    return tuple(spot.says for spot in found)


def speaks_of_partner(text: str) -> Spot | None:
    """The first words that speak of a partner; None when there are none."""
    for word in sorted(words_of("partner")):
        if spot := next(whole_words(text, word, "this speaks of a partner"), None):
            return spot
    return None


def contacts(text: str) -> Iterator[Spot]:
    yield from patterns(text, E_MAIL, "an e-mail or an account")
    yield from patterns(text, ADDRESS, "a web address")
    yield from patterns(text, PHONE, "a phone number")


def known_names(text: str, names: Iterable[str]) -> Iterator[Spot]:
    """Each part of each name; one that is a word as well counts with a capital alone."""
    for part in sorted(parts_of(names)):
        for spot in whole_words(text, part, "a name"):
            ordinary = plain(part) in words_of("ordinary")
            if not ordinary or (spot.words[0].isupper() and not begins(text, spot.start)):
                yield spot


def parts_of(names: Iterable[str]) -> set[str]:
    """The words of names; a record number counts whole."""
    every = list(names)
    words = {part for name in every for part in WORD.findall(name) if len(part) >= SHORTEST}
    return words | {name for name in every if any(each.isdigit() for each in name)}


def listed_words(text: str) -> Iterator[Spot]:
    for row in listed("list"):
        for word in row.words:
            exact = word != word.lower()
            for spot in whole_words(text, word, row.why):
                if not exact or (spot.words == word and not is_ordinary_start(text, spot)):
                    yield spot


def is_ordinary_start(text: str, spot: Spot) -> bool:
    """A month that is a word too ("May I", "March on"), where a sentence begins anyway."""
    return plain(spot.words) in {"may", "march", "mar"} and begins(text, spot.start)


def capitals(text: str) -> Iterator[Spot]:
    for match in WORD.finditer(text):
        word, at = match[0], match.start()
        is_name = (
            word[0].isupper() and not word.isupper() and plain(word) not in words_of("allowed")
        )
        if is_name and not begins(text, at) and not within_word(text, at):
            why = "a capital inside a sentence could be a name or a place: write it small"
            yield spot_at(text, at, match.end(), why)


def within_word(text: str, at: int) -> bool:
    return at > 0 and (text[at - 1].isalnum() or text[at - 1] in "-_")


def begins(text: str, at: int) -> bool:
    """Whether a sentence begins here, where every word has a capital."""
    return BEGINS.search(text[max(0, at - 12) : at]) is not None if at else True


def patterns(text: str, pattern: re.Pattern[str], why: str) -> Iterator[Spot]:
    for match in pattern.finditer(text):
        yield spot_at(text, match.start(), match.end(), why)


def whole_words(text: str, word: str, why: str) -> Iterator[Spot]:
    """Where the word stands by itself or with an s; case and accents do not count."""
    even, wanted = evened(text), evened(word)
    pattern = re.compile(rf"(?<!\w){re.escape(wanted)}(?=s?\b)")
    for match in pattern.finditer(even):
        yield spot_at(text, match.start(), match.end(), why)


def evened(text: str) -> str:
    """Small letters without accents, letter by letter: each place stays where it was."""
    return "".join((plain(each) or each)[0] for each in text)


def plain(word: str) -> str:
    shown = unicodedata.normalize("NFKD", word.casefold().replace("\u2019", "'"))
    return "".join(each for each in shown if not unicodedata.combining(each))


def spot_at(text: str, start: int, end: int, why: str) -> Spot:
    return Spot(start, end, text.count("\n", 0, start) + 1, text[start:end], why)


def without_overlaps(found: Iterable[Spot]) -> list[Spot]:
    """In the order of the text; of two at one place the longer."""
    kept: list[Spot] = []
    for spot in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or spot.start >= kept[-1].end:
            kept.append(spot)
    return kept
