"""The citations that rows name by id."""

from __future__ import annotations

import re
from functools import cache

from kapstone.knowledge import Knowledge, KnowledgeError, rows

DOI = re.compile(r"\bdoi:\s*(10\.[^\s;,]+)", re.I)
PUBMED = re.compile(r"\bPMID:?\s*(\d+)", re.I)
WEB = re.compile(r"https?://[^\s;,]+")


class Citation(Knowledge):
    """A work, where in it to look, and how far it was seen by those who cite it."""

    id: str
    citation: str
    locator: str = ""
    access: str

    @property
    def address(self) -> str:
        """Where on the web the work is, by its DOI, PubMed number or own address; else nothing."""
        if found := DOI.search(self.locator):
            return f"https://doi.org/{found[1]}"
        if found := PUBMED.search(self.locator):
            return f"https://pubmed.ncbi.nlm.nih.gov/{found[1]}/"
        found = WEB.search(self.locator)
        return found[0] if found else ""


@cache
def all_citations() -> dict[str, Citation]:
    return {row.id: row for row in rows("sources.toml", "source", Citation)}


def cited(name: str) -> Citation:
    """The citation of that id; raises KnowledgeError when it is not on the list."""
    if name not in all_citations():
        raise KnowledgeError(f"sources.toml: no such source: {name}")
    return all_citations()[name]
