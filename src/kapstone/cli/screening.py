"""`kapstone screen`: what the rules say of a record or a table of facts, without a database."""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson

from kapstone import fhir
from kapstone import screening as room
from kapstone.cli.streams import in_one_line, put, read_bytes
from kapstone.fhir.strict import NotPlain, read_strictly
from kapstone.screening.tables import moment, read_table

HELP = """\
FILE is a FHIR R4 Bundle of one person (JSON), or a table of facts (JSON or TOML); - reads from the
standard input. Prints JSON. The rules inform; a clinician decides. With --batch each answer
names its line.

exit codes: 0 the file was read, 2 it was not (one line says why). With --batch a line that cannot
be read gives {"error": ..., "line": n}, the rest goes on, and what would change is left out.
"""


class NotReadable(Exception):
    """The input cannot be used; the words say where and why, in one line."""


def add_screen(commands: Any) -> None:
    command = commands.add_parser(
        "screen",
        help="what the rules say of a record or a table of facts, as JSON",
        description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("file", nargs="?", help="a Bundle or a table; - for the standard input")
    what.add_argument("--batch", metavar="FILE", help="one Bundle or table a line (JSON lines)")
    what.add_argument("--facts", action="store_true", help="the facts that a table may hold")
    command.add_argument("--now", metavar="ISO", help="weigh the facts as of this time")
    command.set_defaults(run=run_screen)


COMMANDS = (add_screen,)


def run_screen(given: argparse.Namespace) -> int:
    """Exit 0 when the input was read, 2 when not."""
    try:
        if given.facts:
            show({"facts": [*vocabulary()]})
            return 0
        now = None if given.now is None else moment("--now", given.now)
        if given.batch is not None:
            return run_batch(given.batch, now)
        show(answer(opened(content(given.file), given.file, now), changes=True))
    except (NotReadable, room.FactError, fhir.Unreadable) as fault:
        where = given.batch or given.file
        sys.stderr.write(f"kapstone screen: {where}: {in_one_line(fault)}\n")
        return 2
    return 0


def run_batch(name: str, now: datetime | None) -> int:
    out = sys.stdout.buffer
    for number, line in enumerate(content(name).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found = written(answer(opened(line, None, now), changes=False) | {"line": number})
        except (NotReadable, room.FactError, fhir.Unreadable) as fault:
            found = written({"error": in_one_line(fault), "line": number})
        out.write(found + b"\n")
    out.flush()
    return 0


def show(found: Mapping[str, Any]) -> None:
    put(written(found, orjson.OPT_INDENT_2))


def written(found: Mapping[str, Any], option: int = 0) -> bytes:
    try:
        return orjson.dumps(found, option=option)
    except TypeError as fault:
        # JSON may escape half a character, which nothing can print.
        raise NotReadable(f"holds text that is no text: {fault}") from fault


def content(name: str) -> bytes:
    try:
        return read_bytes(name)
    except OSError as fault:
        raise NotReadable(fault.strerror or str(fault)) from fault


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of one person, and what their record leaves to somebody."""

    facts: room.Facts
    medicines: tuple[room.Recognised, ...] | None
    now: datetime
    suggested: tuple[room.Suggestion, ...] = ()
    not_weighed: tuple[fhir.NotWeighed, ...] = ()


def opened(raw: bytes, name: str | None, now: datetime | None) -> Asked:
    """A Bundle by its resourceType, anything else as a table; `now` given wins over the table's.

    `name` is None for a line of a batch, which is JSON only.
    """
    text = decoded(raw)
    is_toml = name is not None and (name.endswith(".toml") or looks_like_toml(text))
    table = parsed(text, is_toml=is_toml)
    if "resourceType" in table:
        at = now or datetime.now(UTC)
        record = fhir.read_bundle(raw, now=at)
        told = fhir.told(record, at)
        left = (*told.not_weighed, *unread(record))
        return Asked(told.facts, told.medicines, at, told.suggested, left)
    if now is not None:
        table = {**table, "now": now}
    found = read_table(table, datetime.now(UTC))
    return Asked(found.facts, found.medicines, found.now)


def unread(record: fhir.Imported) -> Iterator[fhir.NotWeighed]:
    """What of a record could not be taken at all: it may hold what a rule asks for."""
    for one in record.not_understood:
        yield fhir.NotWeighed(f"{one.resource_type}, {one.where}", one.why)


def decoded(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise NotReadable(f"not UTF-8 at byte {fault.start}") from fault
    if not text.strip():
        raise NotReadable("is empty")
    return text


def parsed(text: str, *, is_toml: bool) -> dict[str, Any]:
    try:
        found = tomllib.loads(text) if is_toml else read_strictly(text)
    except tomllib.TOMLDecodeError as fault:
        raise NotReadable(f"neither JSON nor TOML: {fault}") from fault
    except json.JSONDecodeError as fault:
        raise NotReadable(f"not JSON: {fault}") from fault
    except NotPlain as fault:
        raise NotReadable(str(fault)) from fault
    except ValueError as fault:
        raise NotReadable(f"holds what cannot be read: {fault}") from fault
    except RecursionError as fault:
        raise NotReadable("nested too deep to be a record") from fault
    if not isinstance(found, dict):
        raise NotReadable("holds no table and no Bundle")
    return found


def looks_like_toml(text: str) -> bool:
    """A record in JSON starts with a brace; a table in TOML with a name or a bracket."""
    return not text.lstrip().startswith(("{", "[{", '"')) and "=" in text


def answer(asked: Asked, *, changes: bool) -> dict[str, Any]:
    """The screening of one person as plain values."""
    known, medicines, now = asked.facts, asked.medicines, asked.now
    found = room.screen(known, medicines=medicines, now=now)
    moves = room.what_would_change(known, medicines=medicines, now=now) if changes else None
    return {
        "decision": found.decision.name.lower(),
        "decision_by_domain": {name: one.name.lower() for name, one in found.by_domain.items()},
        "findings": [finding(one) for one in found.findings],
        "missing": [missing(one) for one in room.lacks(found)],
        "medicines": None if medicines is None else [medicine(one) for one in medicines],
        "what_would_change": None if moves is None else [change(one) for one in moves],
        "ask_next": [one.fact for one in room.ask_next(found)],
        "suggested": [
            {"fact": one.fact, "value": one.value, "text": one.words, "why": one.why}
            for one in asked.suggested
        ],
        "not_weighed": [{"text": one.text, "why": one.why} for one in asked.not_weighed],
        "digest": found.digest,
        "at": found.at.isoformat(),
    }


def finding(one: room.Finding) -> dict[str, Any]:
    return {
        "id": one.id,
        "domain": one.domain,
        "action": one.action,
        "urgent": one.urgent,
        "title": one.title,
        "because": [because(name, given) for name, given in one.because],
        "sources": one.sources,
        "tell": one.tell,
        "tell_person": one.tell_person,
        "why": one.why,
        "basis": one.basis,
        "confidence": one.confidence,
        "override": one.override,
        "revised": revised().get(one.id),
    }


def because(name: str, given: room.Given) -> dict[str, Any]:
    at = given.at and given.at.isoformat()
    words = {"at": at, "words": given.words}
    return {"fact": name, "value": given.value, "from": given.origin, **words}


@cache
def revised() -> Mapping[str, str]:
    """When a rule was last changed, where its row says so; `digest` names the whole knowledge."""
    return {rule.id: rule.revised.isoformat() for rule in room.rules() if rule.revised}


def missing(one: room.Lack) -> dict[str, Any]:
    return {
        "fact": one.fact,
        "words": one.words,
        "reason": one.missing.reason.value,
        "rules": [rule.id for rule in one.rules],
        "matters": one.matters,
        "could_be": one.could_be.name.lower(),
        "from": one.who,
    }


def medicine(one: room.Recognised) -> dict[str, Any]:
    return {
        "text": one.text,
        "ingredients": one.ingredients,
        "recognised": one.recognised,
        "suggestions": one.suggestions,
    }


def change(one: room.Change) -> dict[str, Any]:
    facts = [{"fact": name, "words": words} for name, words in one.facts]
    return {"facts": facts, "words": one.words, "decision": one.decision.name.lower()}


def vocabulary() -> Iterator[dict[str, Any]]:
    """Every fact that can be given, so that another system can write a table."""
    for fact in room.vocabulary().values():
        if fact.from_:
            yield {
                "id": fact.id,
                "domain": fact.domain,
                "kind": fact.kind,
                "unit": fact.unit,
                "choices": fact.choices,
                "plausible": fact.plausible,
                "whole": fact.whole,
                "from": fact.from_,
                "fresh_days": fact.fresh_days,
                "only_if": fact.only_if,
                "ask": fact.ask,
                "ask_person": fact.ask_person,
            }
