"""The library: what people read, with its sources, what is not known, and how it is found."""

from __future__ import annotations

from kapstone.library.rows import (
    Article,
    Meaning,
    Piece,
    Shelf,
    Strength,
    article,
    articles,
    digest_of,
    for_step,
    meanings_of,
    routes,
    shelves,
    sources_of,
    steps,
    strength_of,
)
from kapstone.library.search import beginnings, by_full_text, document_of

__all__ = [
    "Article",
    "Meaning",
    "Piece",
    "Shelf",
    "Strength",
    "article",
    "articles",
    "beginnings",
    "by_full_text",
    "digest_of",
    "document_of",
    "for_step",
    "meanings_of",
    "routes",
    "shelves",
    "sources_of",
    "steps",
    "strength_of",
]
