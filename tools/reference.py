"""Writes docs/reference from the data itself; `--check` only says which pages are stale.

One page for each folder of `src/kapstone/knowledge`, one for its sources, one for the settings, one
for the commands. Every table of rows is shown as it stands; under a screening rule or interaction
stands also what `kapstone.screening.attributes` works out of it, as on its page in the program.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from kapstone import screening, synthesis
from kapstone.pharmacokinetics.published import compared, published
from kapstone.screening import attributes

ROOT = Path(__file__).resolve().parents[1]
KNOWLEDGE = ROOT / "src/kapstone/knowledge"
PAGES = ROOT / "docs/reference"
SETTINGS = ROOT / "docs/settings.toml"
TITLES = {
    "screening": ("rules", "Screening rules"),
    "instruments": ("instruments", "Questionnaires"),
    "monitoring": ("limits", "The medicine session: limits, checks, routes, discharge"),
    "pathway": ("pathway", "The pathway: steps and gates"),
    "consent": ("consent", "Consent"),
    "intake": ("intake", "Intake questions"),
    "preparation": ("preparation", "Preparation"),
    "fhir": ("records", "Records from elsewhere (FHIR R4)"),
    "devices": ("devices", "Devices at the bedside: codes, units, limits"),
    "risk": ("risk", "Signs of suicide risk: times, and numbers to call"),
    "registry": ("registry", "The registry: tables, concepts, checks of quality, releases"),
    "pharmacokinetics": ("pharmacokinetics", "Ketamine in the blood: models, routes, effects"),
    "at_home": ("at-home", "A session at home: what must hold, and the sitter's watch"),
    "register": ("register", "The medicine register: forms, kinds of dose, and what the law asks"),
    "stories": ("stories", "Stories: what is agreed to, what is left out, what is refused"),
    "synthesis": ("synthesis", "The model behind the demonstration"),
}
HEADLINES = ("title", "label", "name", "tell", "ask", "text", "means", "flag", "verdict")
WIDE = 60
MARKS = re.compile(r"([\\`*_{}\[\]<>#|$~])")

Row = dict[str, Any]
Judged = screening.Rule | screening.Interaction


def plain(text: object) -> str:
    """The text with everything that Markdown would read as a mark made literal, on one line."""
    return MARKS.sub(r"\\\1", " ".join(str(text).split()))


def shown(value: object) -> str:
    """A value in words: lists with commas, tables as `key: value`, yes and no for booleans."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{plain(key)}: {shown(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        between = "; " if any(isinstance(inner, dict) for inner in value) else ", "
        return between.join(shown(inner) for inner in value)
    return plain(value)


@cache
def sources() -> dict[str, Row]:
    files = sorted(KNOWLEDGE.rglob("sources.toml"))
    rows = [
        row for path in files for row in tomllib.loads(path.read_text(encoding="utf-8"))["source"]
    ]
    return {row["id"]: row for row in rows}


def cited(names: list[str]) -> str:
    """Each source as a link to its citation; an id of the evidence itself stays plain text."""
    links = {name: f"[{plain(name)}](#source-{name.lower()})" for name in sources()}
    return ", ".join(links.get(name, plain(name)) for name in names)


def spoken(key: str) -> str:
    return key.replace("_", " ")


def line(key: str, value: object) -> str:
    words = cited(value) if key == "sources" and isinstance(value, list) else shown(value)
    return f"{spoken(key)}: {words}"


def opening_comment(text: str) -> str:
    """What the file says of itself: the comment it begins with."""
    lines = []
    for line_ in text.splitlines():
        if not line_.startswith("#"):
            break
        lines.append(line_.lstrip("# "))
    return " ".join(lines)


def is_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def headline(row: Row) -> str | None:
    return next((key for key in HEADLINES if isinstance(row.get(key), str)), None)


def is_short(row: Row) -> bool:
    return len(row) <= 6 and all(
        not is_rows(value) and len(shown(value)) <= WIDE for value in row.values()
    )


def as_table(rows: list[Row]) -> Iterator[str]:
    keys = list(dict.fromkeys(key for row in rows for key in row))
    yield "| " + " | ".join(map(spoken, keys)) + " |"
    yield "|" + " --- |" * len(keys)
    for row in rows:
        cells = [cited(row[key]) if key == "sources" else shown(row.get(key, "")) for key in keys]
        yield "| " + " | ".join(cells) + " |"


@cache
def judged() -> dict[str, Judged]:
    """Every row of which a clinician has to be able to judge the basis, by id."""
    every: tuple[Judged, ...] = (*screening.rules(), *screening.interactions())
    return {row.id: row for row in every}


def rests_on(row: Judged) -> Iterator[str]:
    """What the row reads, how strong and where its basis ends, and its source attributes."""
    about = attributes.attributes_of(row)
    used = {title: ", ".join(names) for title, names in about.uses.items() if names}
    unused = [title for title, names in about.uses.items() if not names]
    revised = about.revised.isoformat() if about.revised else "not since its release"
    said: Row = {
        "inputs": [of.id for of in attributes.inputs_of(row)],
        "medicines": [*attributes.medicines_of(row)],
        "uses": used,
        "does not use": unused,
        "version": f"released {about.release.released}, revised: {revised}",
    }
    sentences = {
        "condition in words": attributes.conditions_of(row),
        "evidence": [one.words for one in attributes.strengths_of(row)],
        "limits": attributes.limits_of(row),
    }
    if only_if := attributes.applies_when(row):
        said["only where"] = only_if
    yield from (f"- {line(key, value)}" for key, value in said.items() if value)
    for key, words in sentences.items():
        yield f"- {key}:"
        yield from (f"  - {plain(one)}" for one in words)


def as_sections(rows: list[Row], depth: int) -> Iterator[str]:
    for row in rows:
        head = headline(row)
        name = plain(row.get("id", ""))
        title = ": ".join(filter(None, (name, plain(row[head]) if head else "")))
        yield f"{'#' * min(depth, 6)} {title}\n"
        rest = {key: value for key, value in row.items() if key not in {"id", head}}
        yield from (f"- {line(key, value)}" for key, value in rest.items() if not is_rows(value))
        if row.get("id") in judged():
            yield from rests_on(judged()[row["id"]])
        yield ""
        for key, value in rest.items():
            if is_rows(value):
                yield f"{spoken(key).capitalize()}:\n"
                yield from rows_part(value, depth + 1)


def rows_part(rows: list[Row], depth: int) -> Iterator[str]:
    """Rows as one table where they are short, else a heading and a list for each."""
    if all(map(is_short, rows)):
        yield from as_table(rows)
        yield ""
    else:
        yield from as_sections(rows, depth)


def file_part(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    content = tomllib.loads(text)
    yield f"## {plain(content.get('title', spoken(path.stem).capitalize()))}\n"
    yield f"From `{path.relative_to(ROOT).as_posix()}`. {opening_comment(text)}".rstrip() + "\n"
    yield from (
        f"- {line(key, value)}"
        for key, value in content.items()
        if not is_rows(value) and key != "title"
    )
    yield ""
    tables = {key: value for key, value in content.items() if is_rows(value)}
    if len(tables) == 1:
        yield from rows_part(next(iter(tables.values())), 3)
        return
    for key, value in tables.items():
        yield f"### {spoken(key).capitalize()} ({len(value)})\n"
        yield from rows_part(value, 4)


def knowledge_page(folder: Path) -> str:
    _, title = TITLES.get(folder.name, (folder.name, spoken(folder.name).capitalize()))
    lines = [f"# {title}\n"]
    if folder.name == "screening":
        lines.append(f"Version of the rules: `{screening.knowledge_digest()}`.\n")
    for path in sorted(folder.glob("*.toml")):
        if path.name != "sources.toml":
            lines += file_part(path)
    return "\n".join(lines)


def published_part() -> Iterator[str]:
    """What the models say, worked out now, beside each published number."""
    yield "\n## What was published, and what the models say\n"
    yield "Of the typical person. A row in sample is a check that a model was taken over rightly.\n"
    yield "| id | study | what | published | model | apart by | may be | |"
    yield "|---|---|---|---|---|---|---|---|"
    for row in published():
        for each in compared(row):
            model = f"{each.predicted:.3g}" if each.predicted < 1000 else f"{each.predicted:.0f}"
            numbers = f"{each.observed:g} | {model} | {each.fold:.2f}"
            kind = row.kind.replace("_", " ")
            what = f"{plain(row.study)} | {each.what}, {each.unit}"
            yield f"| {row.id} | {what} | {numbers} | {row.within_fold:g} | {kind} |"


def targets_part() -> Iterator[str]:
    """What the outcome model gives, worked out now, beside each figure that it was fitted to."""
    yield "\n## What was published, and what the outcome model gives\n"
    yield "At 20,000 people of one seed. In sample: every row was a target of the fit.\n"
    yield "| kind of care | what | published | model | may be apart by | | source |"
    yield "|---|---|---|---|---|---|---|"
    for row in synthesis.targets():
        figure = synthesis.achieved(row)
        within = f"{row.within:g}" + (f" + {row.sampling:g} by chance" if row.sampling else "")
        verdict = "ok" if row.holds(figure) else "**missed**, a known limit"
        what = f"{row.preset} | {plain(row.what)}, {plain(row.unit)} | {row.published:g}"
        yield f"| {what} | {figure:.3g} | {within} | {verdict} | {cited(list(row.sources))} |"


def sources_page() -> str:
    lines = [
        "# Sources\n",
        "Every citation, once. `access` says how far the text itself was seen.\n",
    ]
    for name, row in sources().items():
        lines.append(f"(source-{name.lower()})=")
        lines.append(f"## {plain(name)}\n")
        lines.append(f"{plain(row['citation'])}\n")
        rest = {key: value for key, value in row.items() if key not in {"id", "citation"}}
        lines += [f"- {line(key, value)}" for key, value in rest.items()]
        lines.append("")
    return "\n".join(lines)


def settings_in_code() -> set[str]:
    """Every KAPSTONE_ name that the code reads."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "src").rglob("*.py")]
    texts = {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in texts if re.fullmatch(r"KAPSTONE_[A-Z_]+", text)}


def settings_page() -> str:
    lines = [
        "# Settings\n",
        "A practice sets these in the environment of the server. The demonstration needs none.\n",
    ]
    for name, row in tomllib.loads(SETTINGS.read_text(encoding="utf-8")).items():
        lines.append(f"## {plain(name)}\n")
        lines.append(f"{row['means']}\n")
        rest = {key: value for key, value in row.items() if key != "means"}
        lines += [f"- {key}: `{value}`" for key, value in rest.items()]
        lines.append("")
    return "\n".join(lines)


def arguments(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, (argparse._HelpAction, argparse._SubParsersAction)):
            continue
        name = ", ".join(action.option_strings) or str(action.metavar or action.dest)
        yield f"- `{name}`: {plain(action.help or '')}"


def command_parts(parser: argparse.ArgumentParser, above: str = "kapstone") -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            said = {listed.dest: listed.help for listed in action._choices_actions}
            for name, inner in sorted(action.choices.items()):
                yield f"## {above} {name}\n"
                yield f"{plain(inner.description or said.get(name) or '')}\n"
                yield from arguments(inner)
                yield ""
                yield from command_parts(inner, f"{above} {name}")


def commands_page() -> str | None:
    """The page of commands, from `kapstone.cli.parser()`; None while there is no such function."""
    make = getattr(importlib.import_module("kapstone.cli"), "parser", None)
    if make is None:
        return None
    parser = make()
    intro = plain(parser.description or "")
    return "\n".join([f"# Commands\n\n{intro}\n", *command_parts(parser)])


def pages() -> dict[Path, str]:
    """Every reference page by its place, as it should read now."""
    folders = sorted(path for path in KNOWLEDGE.iterdir() if any(path.glob("*.toml")))
    found = {
        TITLES.get(folder.name, (folder.name, ""))[0]: knowledge_page(folder) for folder in folders
    }
    found["pharmacokinetics"] += "\n".join(["", *published_part()])
    found["synthesis"] += "\n".join(["", *targets_part()])
    found |= {"sources": sources_page(), "settings": settings_page()}
    commands = commands_page()
    if commands:
        found["cli"] = commands
    found["index"] = index_page(sorted(found))
    note = "<!-- Written by tools/reference.py; change the data, then `make fix`. -->\n\n"
    return {PAGES / f"{name}.md": note + tidy(text) for name, text in found.items()}


def tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def index_page(names: list[str]) -> str:
    listed = "\n".join(names)
    return (
        "# Reference\n\nWritten from the data that the program itself reads.\n\n"
        f"```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```"
    )


def stale() -> list[str]:
    """The names of pages that are missing, out of date, or no longer wanted."""
    wanted = pages()
    old = [path.name for path in PAGES.glob("*.md") if path not in wanted]
    return old + [
        path.name
        for path, text in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def write() -> None:
    PAGES.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for path in PAGES.glob("*.md"):
        if path not in wanted:
            path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")


def main(words: list[str]) -> int:
    if "--check" not in words:
        write()
        return 0
    found = stale()
    if found:
        print(f"stale: {', '.join(found)}; run `make fix`")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
