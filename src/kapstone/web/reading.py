"""A page of the library as it is shown, to a person and to their practice alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404

from kapstone import library
from kapstone.intake import preparation
from kapstone.library import Article, Piece
from kapstone.web.accounts.models import Practice
from kapstone.web.records import library as shelves

LONGEST_SEARCH, LONGEST_QUESTION, LONGEST_ANSWER = 100, 2_000, 4_000
# The drawing of the hours: minutes along its width, and where the line of each route stands.
MOST_MINUTES, LEFT, WIDTH, TOP, A_LINE = 240, 4, 332, 34, 46


class QuestionForm(forms.Form):
    """A question about an article, to the team."""

    words = forms.CharField(
        label="Your question",
        help_text="Your team answers here. It is not for emergencies.",
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A heading of a page with the pieces under it, each with the numbers of its sources."""

    heading: str
    pieces: tuple[tuple[Piece, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """How time goes on one route, drawn: from the first feeling to mostly gone, in pixels."""

    label: str
    words: str
    y: int
    feels: tuple[int, int]
    strongest: tuple[int, int]


def article_named(name: str) -> Article:
    """The article of that name; 404 when there is none."""
    try:
        return library.article(name)
    except LookupError as error:
        raise Http404("There is no such page in the library.") from error


def shown(article: Article, practice: Practice | None) -> dict[str, Any]:
    """All that the page of an article needs, whoever reads it."""
    return {
        "article": article,
        "parts": parts(article),
        "strength": library.strength_of(article),
        "meanings": library.meanings_of(article),
        "sources": library.sources_of(article.sources),
        "reviewed": shelves.reviews(practice).get(article.id),
        "bars": bars() if "hours" in article.pictures else [],
        "hours": [LEFT + round(WIDTH * each / MOST_MINUTES) for each in range(0, 241, 60)],
    }


def parts(article: Article) -> list[Part]:
    """The pieces under their headings; one without a heading belongs to the heading before it."""
    number = {name: place for place, name in enumerate(article.sources, start=1)}
    found: list[Part] = []
    for piece in article.piece:
        told = (piece, tuple(number[name] for name in piece.sources))
        if piece.heading is not None:
            found.append(Part(piece.heading, (told,)))
        else:
            found[-1] = Part(found[-1].heading, (*found[-1].pieces, told))
    return found


def on_shelves(asked: str, articles: dict[str, Any] | None = None) -> dict[str, Any]:
    """The shelves, or what was found for the words that were asked for."""
    words = asked.strip()[:LONGEST_SEARCH]
    every = library.articles()
    return {
        "asked": words,
        "found": shelves.search(words) if words else [],
        "shelves": [
            {"shelf": shelf, "articles": [every[name] for name in shelf.articles]}
            for shelf in library.shelves()
        ],
        "read": articles or {},
    }


def bars() -> list[Bar]:
    """One line for each route whose time course the knowledge gives."""
    clocks = preparation.clocks()
    return [
        bar(number, route.title, clocks[route.id])
        for number, route in enumerate(library.routes().values())
    ]


def bar(number: int, label: str, clock: preparation.Clock) -> Bar:
    begins = clock.starts_min[0] if clock.starts_min else 0
    return Bar(
        label=label,
        words=clock.words,
        y=TOP + number * A_LINE,
        feels=drawn(begins, clock.mostly_gone_min[1]),
        strongest=drawn(*clock.strongest_min),
    )


def drawn(start_min: int, end_min: int) -> tuple[int, int]:
    """Where a span of minutes begins in the drawing, and how wide it is; a moment is a sliver."""
    begin, end = (LEFT + round(WIDTH * each / MOST_MINUTES) for each in (start_min, end_min))
    return begin, max(end - begin, 4)
