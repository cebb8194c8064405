"""The citations that rows name by id."""

from __future__ import annotations

from functools import cache

from kapstone.knowledge import Knowledge, KnowledgeError, rows


class Citation(Knowledge):
    """A work, where in it to look, and how far it was seen by those who cite it."""

    id: str
    citation: str
    locator: str = ""
    access: str


@cache
def all_citations() -> dict[str, Citation]:
    return {row.id: row for row in rows("sources.toml", "source", Citation)}


def cited(name: str) -> Citation:
    """The citation of that id; raises KnowledgeError when it is not on the list."""
    if name not in all_citations():
        raise KnowledgeError(f"sources.toml: no such source: {name}")
    return all_citations()[name]
