"""Every row of knowledge says who it is and where it is from."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
KNOWLEDGE = ROOT / "src/kapstone/knowledge"
# The demonstration's invented people and what they say: stories, no claims.
INVENTED = {
    "synthesis/stories.toml",
    "synthesis/words.toml",
    "synthesis/intake_answers.toml",
}
FILES = [
    path
    for path in sorted(KNOWLEDGE.rglob("*.toml"))
    if path.relative_to(KNOWLEDGE).as_posix() not in INVENTED
]
# A row of the practice's own may name where in the evidence the matter is raised.
EVIDENCE = re.compile(r"[A-Z]{3,4}(-[A-Z]+)*-\d+")
# Rows that name things and claim nothing: a word to ask with, a citation.
WORDS = {"fact", "source", "meaning", "option"}
# Parts of a row: an answer of a question, a band of a score, what a questionnaire flags or skips,
# what a line of the schedule asks; how a model's amounts move, and a route's come in.
PARTS = {"choices", "risk", "bands", "skip", "finding", "ask"}
PARTS |= {"flows", "covariances", "factors", "parts"}
# What an example of the learning page says instead, after a push or when it is spat out.
PARTS |= {"variants"}
# What counts as a look of long-term safety.
PARTS |= {"done_by"}


class Row(NamedTuple):
    """A row with its kind, and the sources of the rows and the file that it stands in."""

    kind: str
    content: dict[str, Any]
    above: tuple[str, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        return (*self.content.get("sources", ()), *self.above)

    @property
    def claims(self) -> bool:
        """Whether it needs a source of its own: not a word, and not merely a holder of rows."""
        return self.kind not in WORDS and not any(True for _ in rows(self.content))


def rows(content: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[Row]:
    """Every row of every array of tables, at any depth."""
    above = (*content.get("sources", ()), *above)
    for kind, value in content.items():
        if isinstance(value, list) and kind not in PARTS:
            for inner in value:
                if isinstance(inner, dict):
                    yield Row(kind, inner, above)
                    yield from rows(inner, above)


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def sources() -> list[str]:
    files = [path for path in FILES if path.name == "sources.toml"]
    return [row["id"] for path in files for row in read(path)["source"]]


every_file = pytest.mark.parametrize(
    "path", FILES, ids=lambda path: path.relative_to(KNOWLEDGE).as_posix()
)


@every_file
def test_every_row_has_an_id(path: Path) -> None:
    assert [row for row in rows(read(path)) if not row.content.get("id")] == []


@every_file
def test_no_id_stands_twice_for_rows_of_one_kind(path: Path) -> None:
    content = read(path)
    for kind, value in content.items():
        if isinstance(value, list) and value and isinstance(value[0], dict) and kind not in PARTS:
            ids = Counter(row.get("id") for row in value)
            assert [name for name, count in ids.items() if count > 1] == [], kind


@every_file
def test_every_claim_has_a_source_or_is_the_practices_own(path: Path) -> None:
    without = [
        row.content.get("id")
        for row in rows(read(path))
        if row.claims and not row.sources and row.content.get("basis") != "DEFAULT"
    ]
    assert without == []


@every_file
def test_every_source_named_is_in_the_list(path: Path) -> None:
    known = set(sources())
    content = read(path)
    named = set(content.get("sources", ()))
    for row in rows(content):
        own = "DEFAULT" in row.content.get("basis", "")
        named |= {name for name in row.sources if not (own and EVIDENCE.fullmatch(name))}
    assert named - known == set()


def test_no_source_is_listed_twice() -> None:
    assert [name for name, count in Counter(sources()).items() if count > 1] == []


def test_every_source_says_what_it_is_and_how_far_it_was_seen() -> None:
    listed = [row for p in FILES if p.name == "sources.toml" for row in read(p)["source"]]
    assert [row["id"] for row in listed if not (row.get("citation") and row.get("access"))] == []
