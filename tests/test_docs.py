"""The documentation says what the program is: reference, glossary, decisions, commands."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src/kapstone"
TERM = re.compile(r"^(\w[^\n]*)\n: (.+?)(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([\w./]+)`")
HEADINGS = ("## Context", "## Decision", "## Consequences")


@pytest.fixture
def reference(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return importlib.import_module("reference")


def glossary() -> dict[str, str]:
    return dict(TERM.findall((DOCS / "glossary.md").read_text(encoding="utf-8")))


def names_in_code() -> set[str]:
    """Every module, class, function, attribute and variable of the source."""
    names: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        names |= {path.stem, path.parent.name}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            fields = (getattr(node, field, None) for field in ("name", "id", "attr", "arg"))
            names |= {name for name in fields if isinstance(name, str)}
    return names


def tables() -> set[str]:
    """The chart's tables: every class in records/models that is a fact or a model of its own."""
    bases = {"ClinicalFact", "OfCourse", "OfSession", "OfSheet", "Model", "Appended"}
    bases |= {"OfPractice", "OfHolding", "OfEntry", "SettledChange", "SecondAnswer", "OfTarget"}
    return {
        node.name
        for path in (SOURCE / "web/records/models").glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
        and node.name not in bases
        and bases
        & {
            base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
            for base in node.bases
        }
    } - bases


def test_the_reference_is_what_the_data_say(reference: object) -> None:
    assert reference.stale() == []  # type: ignore[attr-defined]


def test_the_reference_says_of_every_rule_what_it_rests_on(reference: object) -> None:
    pages = {path.name: text for path, text in reference.pages().items()}  # type: ignore[attr-defined]
    entries = pages["rules.md"].split("\n### ")
    for row in reference.judged().values():  # type: ignore[attr-defined]
        (entry,) = (each for each in entries if each.startswith(f"{row.id}: "))
        for said in ("evidence:", "limits:", "version: released", "does not use: Race, Ethnicity"):
            assert f"\n- {said}" in entry, row.id


def test_every_setting_of_the_code_is_explained(reference: object) -> None:
    explained = tomllib.loads((DOCS / "settings.toml").read_text(encoding="utf-8"))
    assert reference.settings_in_code() == set(explained)  # type: ignore[attr-defined]


def test_every_term_of_the_glossary_is_a_word_of_the_code() -> None:
    known = names_in_code()
    used = {
        term: [name.split(".")[-1].split("/")[-1] for name in CODE.findall(text)]
        for term, text in glossary().items()
    }
    assert len(used) > 20
    assert [term for term, names in used.items() if not set(names) & known] == []


def test_every_table_of_the_chart_is_in_the_glossary() -> None:
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    assert sorted(name for name in tables() if f"`{name}`" not in text) == []


def test_the_readme_opens_with_the_two_commands() -> None:
    opening = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## ")[0]
    assert "make run" in opening
    assert "make test" in opening


def test_decisions_are_numbered_without_gaps() -> None:
    names = sorted(path.name for path in (DOCS / "decisions").glob("[0-9]*.md"))
    assert [name[:4] for name in names] == [f"{n:04}" for n in range(1, len(names) + 1)]


@pytest.mark.parametrize(
    "path", sorted((DOCS / "decisions").glob("[0-9]*.md")), ids=lambda path: path.stem
)
def test_a_decision_says_why_what_and_what_follows(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [heading for heading in HEADINGS if heading not in text] == []


def test_every_recipe_the_documentation_names_is_in_the_makefile() -> None:
    listed = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert listed is not None
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")]
    named = {
        word
        for page in pages
        for word in re.findall(r"`make ([a-z]+)", page.read_text(encoding="utf-8"))
    }
    assert named - set(listed[1].split()) == set()
