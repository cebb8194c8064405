"""Finding a page by the words in it, each by its beginning; several words must all be there."""

from __future__ import annotations

import re
import sqlite3
import unicodedata

from kapstone.library.rows import Article, articles, meanings_of

MOST_WORDS = 8
# A plural is found by its beginning too, but not where the s belongs to a short word.
SHORTEST_PLURAL = 4


def plain(text: str) -> str:
    """Small letters without accents, so that both engines compare the same."""
    found = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in found if not unicodedata.combining(letter))


def beginnings(asked: str) -> tuple[str, ...]:
    """The words that were asked for, as the beginnings to look for; at most eight."""
    words = re.findall(r"[a-z0-9]+", plain(asked))
    return tuple(dict.fromkeys(map(singular, words)))[:MOST_WORDS]


def singular(word: str) -> str:
    is_plural = len(word) > SHORTEST_PLURAL and word.endswith("s") and not word.endswith("ss")
    return word.removesuffix("s") if is_plural else word


def document_of(of: Article) -> tuple[str, str, str, str]:
    """A page as it is searched: its id, title, summary, and all else that it says."""
    words = " ".join(f"{row.title} {row.words}" for row in meanings_of(of))
    return of.id, plain(of.title), plain(of.summary), plain(f"{of.text} {words}")


def by_full_text(asked: str) -> tuple[str, ...]:
    """The ids of the pages that hold every word, the best first, by SQLite's FTS5.

    The index holds a few dozen pages and lives in memory for one question: nothing of it can be
    older than the pages. No word asked for finds nothing.
    """
    words = beginnings(asked)
    if not words:
        return ()
    index = sqlite3.connect(":memory:")
    try:
        index.execute("CREATE VIRTUAL TABLE page USING fts5(id UNINDEXED, title, summary, body)")
        index.executemany("INSERT INTO page VALUES (?, ?, ?, ?)", map(document_of, all_pages()))
        found = index.execute(
            "SELECT id FROM page WHERE page MATCH ? ORDER BY bm25(page, 0, 10, 4, 1), id",
            [" ".join(f'"{word}"*' for word in words)],
        )
        return tuple(name for (name,) in found)
    finally:
        index.close()


def all_pages() -> tuple[Article, ...]:
    return tuple(articles().values())
