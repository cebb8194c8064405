"""What the library holds for one person and one practice: shown, read, asked, signed, found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from kapstone import library, pathway
from kapstone.library import Article
from kapstone.web.accounts.models import Practice
from kapstone.web.records.models import (
    ArticleChosen,
    ArticleQuestion,
    ArticleRead,
    ArticleReview,
    ArticleShown,
    Person,
)

# Each article as it is searched, given with the question: nothing is stored that could grow old.
FULL_TEXT = """
    WITH page AS (
        SELECT id, setweight(to_tsvector('simple', title), 'A')
            || setweight(to_tsvector('simple', summary), 'B')
            || setweight(to_tsvector('simple', body), 'D') AS words
        FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[])
            AS given(id, title, summary, body)
    )
    SELECT id FROM page, to_tsquery('simple', %s) AS asked
    WHERE words @@ asked ORDER BY ts_rank(words, asked) DESC, id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An article at a step of the road; `own` when it was chosen for this person alone."""

    article: Article
    step: str
    own: bool
    read_at: datetime | None = None


def search(asked: str) -> list[Article]:
    """The articles that hold every word asked for, each by its beginning, the best first."""
    find = by_postgresql if connection.vendor == "postgresql" else library.by_full_text
    return [library.article(name) for name in find(asked)]


def by_postgresql(asked: str) -> tuple[str, ...]:
    """The same question to PostgreSQL's own full text."""
    words = library.beginnings(asked)
    if not words:
        return ()
    columns = zip(*map(library.document_of, library.articles().values()), strict=True)
    query = " & ".join(f"{word}:*" for word in words)
    with connection.cursor() as cursor:
        cursor.execute(FULL_TEXT, [*map(list, columns), query])
        return tuple(name for (name,) in cursor.fetchall())


def standing_choices(rows: Iterable[Any]) -> dict[tuple[str, str], bool]:
    """The newest row for each step and article; the rows come oldest first."""
    return {(row.step, row.article): row.shown for row in rows}


def defaults(practice: Practice) -> dict[tuple[str, str], bool]:
    """What the practice shows at each step: its own rows over what ships."""
    shipped = {(step, each.id): True for each in library.articles().values() for step in each.steps}
    rows = ArticleShown.objects.filter(practice=practice).order_by("pk")
    return shipped | standing_choices(rows)


def shown_to(person: Person) -> dict[str, list[Shown]]:
    """By step of the road, the articles this person is shown, those read marked; three queries."""
    own = standing_choices(ArticleChosen.objects.filter(person=person).order_by("pk"))
    chosen, read = defaults(person.practice) | own, read_by(person)
    return {
        step: [
            Shown(article=each, step=step, own=(step, each.id) in own, read_at=read.get(each.id))
            for each in library.articles().values()
            if chosen.get((step, each.id))
        ]
        for step in library.steps()
    }


def read_by(person: Person) -> dict[str, datetime]:
    """When each article was read as it is written now; a changed one counts as unread."""
    rows = ArticleRead.objects.standing().filter(person=person)
    return {row.article: row.at for row in rows if is_as_written(row)}


def is_as_written(row: ArticleRead | ArticleReview) -> bool:
    known = row.article in library.articles()
    return known and row.digest == library.digest_of(row.article)


def for_now(person: Person, steps: Iterable[pathway.Step]) -> list[Shown]:
    """What is shown at the step where the person stands, unread first; empty off the road."""
    step = standing_at(steps)
    found = shown_to(person)[step] if step else []
    return sorted(found, key=lambda each: each.read_at is not None)


def standing_at(steps: Iterable[pathway.Step]) -> str | None:
    """The first step of the road that is now, or else stopped, or else waited for."""
    road = [step for step in steps if step.id in library.steps()]
    for state in ("now", "blocked", "waiting"):
        for step in road:
            if step.state == state:
                return step.id
    return None


def questions(person: Person, **of: Any) -> QuerySet[ArticleQuestion]:
    """What the person asked, the newest first, each with its answer."""
    rows: QuerySet[ArticleQuestion] = ArticleQuestion.objects.standing().filter(person=person, **of)
    return rows.select_related("by", "answer__by").order_by("-at", "-pk")


def reviews(practice: Practice | None) -> dict[str, ArticleReview]:
    """Who of the practice looked each article over as it is written now; the newest signature."""
    rows = ArticleReview.objects.filter(practice=practice).select_related("by").order_by("pk")
    return {row.article: row for row in rows if is_as_written(row)}
