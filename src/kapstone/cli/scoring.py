"""`kapstone score`: what a questionnaire's answers come to, without a database."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from kapstone import instruments, outcomes
from kapstone.cli.streams import (
    NotReadable,
    content,
    gave_up,
    in_lines,
    in_one_line,
    parsed,
    refused,
    show,
)
from kapstone.fhir import local_codes, questionnaires, responses
from kapstone.instruments import Instrument, NotAnswers
from kapstone.knowledge import KnowledgeError

HELP = """\
Answers stand in the order of the form; null is a blank. Prints JSON: the score and, with a
baseline, the change from it. Context is what the form does not ask, such as sex=female for AUDIT-C
or phase=follow_up for ASRM.

Each line of a --batch has instrument, responses and, if you like, baseline_responses and context;
keys that are not known, and context of no such name or value, are named under "ignored".

exit codes: 0 scored (which may be: not scorable), 2 not readable as answers (the JSON has an
"error" and a "message"). With --batch such a line is answered with its error, the rest goes on.
"""


def add_score(commands: Any) -> None:
    command = commands.add_parser(
        "score",
        help="what the answers of a questionnaire come to, as JSON",
        description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("instrument", nargs="?", help="its name: PHQ-9, PCL-5, C-SSRS-Screener")
    command.add_argument("--answers", metavar="JSON", help="'[0, 1, null, 3]'")
    command.add_argument("--baseline", metavar="JSON", help="the answers to compare with")
    command.add_argument(
        "--context", metavar="NAME=VALUE", action="append", default=[], help="may stand repeatedly"
    )
    command.add_argument("--response", metavar="FILE", help="a FHIR QuestionnaireResponse; - stdin")
    what = command.add_mutually_exclusive_group()
    what.add_argument("--batch", metavar="FILE", help="one sheet a line (JSON lines); - for stdin")
    what.add_argument("--list", action="store_true", help="the questionnaires there are")
    command.set_defaults(run=run_score)


def add_questionnaire(commands: Any) -> None:
    command = commands.add_parser(
        "questionnaire",
        help="a questionnaire as a FHIR R4 Questionnaire",
        description="Prints the definition as FHIR; words that a licence keeps back are not in it.",
    )
    command.add_argument("instrument", nargs="?", help="its name: PHQ-9, PCL-5, C-SSRS-Screener")
    what = command.add_mutually_exclusive_group()
    what.add_argument("--codes", action="store_true", help="the CodeSystem of our own codes")
    what.add_argument("--definition", action="store_true", help="in our own schema, to bring words")
    command.set_defaults(run=run_questionnaire)


COMMANDS = (add_score, add_questionnaire)


def run_questionnaire(given: argparse.Namespace) -> int:
    """Exit 0 when there is such a questionnaire, 2 when not."""
    try:
        if given.codes:
            show(local_codes.code_system())
        elif given.instrument and given.definition:
            show(named(given.instrument).model_dump(mode="json", by_alias=True))
        elif given.instrument:
            show(questionnaires.questionnaire(named(given.instrument)))
        else:
            raise NotReadable("usage", "name a questionnaire, or ask for --codes")
    except NotReadable as fault:
        return gave_up("questionnaire", fault)
    return 0


def run_score(given: argparse.Namespace) -> int:
    """Exit 0 when the input was read, 2 when not."""
    try:
        if given.list:
            show({"instruments": [listed(of) for of in instruments.instruments()]})
        elif given.batch and (given.instrument or given.answers):
            raise NotReadable("usage", "each line of a --batch names its own questionnaire")
        elif given.batch:
            in_lines(content(given.batch), of_line)
        else:
            show(answered(of_options(given)))
    except NotReadable as fault:
        return gave_up("score", fault)
    return 0


def of_options(given: argparse.Namespace) -> dict[str, Any]:
    if not given.instrument or (given.answers is None) is (given.response is None):
        words = "name a questionnaire and either its --answers or a --response, or a --batch FILE"
        raise NotReadable("usage", words)
    answers = responded(given) if given.response else parsed("--answers", given.answers)
    sheet = {"instrument": given.instrument, "responses": answers}
    if given.baseline is not None:
        sheet["baseline_responses"] = parsed("--baseline", given.baseline)
    return sheet | {"context": dict(map(pair, given.context))}


def responded(given: argparse.Namespace) -> list[float | None]:
    """The answers of a QuestionnaireResponse, in the order of the form."""
    of, resource = named(given.instrument), parsed(given.response, content(given.response))
    if not isinstance(resource, dict):
        raise NotReadable("invalid_response", f"{given.response} is not a FHIR resource")
    try:
        answers = responses.answers(of, resource)
    except questionnaires.NotAForm as fault:
        raise NotReadable("invalid_response", f"{given.response}: {fault}") from fault
    return [answers.get(item.id) for item in of.item]


def pair(written: str) -> tuple[str, str]:
    name, found, value = written.partition("=")
    if not found:
        raise NotReadable("invalid_context", f"--context {written!r} is not NAME=VALUE")
    return name, value


# What a line may hold; another key may be a slip, and is named in the answer.
KEYS = frozenset(
    {"instrument", "responses", "baseline_responses", "context", "id", "note", "expected"}
)


def of_line(line: bytes, number: int) -> dict[str, Any]:
    try:
        sheet = parsed(f"line {number}", line)
        ignored = sorted(map(in_one_line, {*sheet} - KEYS)) if isinstance(sheet, dict) else []
        found = answered(sheet)
        ignored += found.get("ignored", [])
        return found | ({"ignored": ignored} if ignored else {})
    except NotReadable as fault:
        return refused(fault) | {"line": number}


def answered(sheet: Any) -> dict[str, Any]:
    """The score of one sheet and, with a baseline, the change from it."""
    if not isinstance(sheet, dict) or "instrument" not in sheet or "responses" not in sheet:
        raise NotReadable("invalid_sheet", "a sheet is an object with instrument and responses")
    of = named(sheet["instrument"])
    said = context_of(sheet.get("context"))
    context = {name: value for name, value in said.items() if is_known(name, value)}
    now = scored(of, "responses", sheet["responses"], context)
    found: dict[str, Any] = {"instrument": of.name, "version": of.version}
    found |= instruments.told(of, now)
    if odd := [f"context {name}={value}" for name, value in said.items() if name not in context]:
        found["ignored"] = sorted(map(in_one_line, odd))
    if sheet.get("baseline_responses") is None:
        return found
    before = scored(of, "baseline_responses", sheet["baseline_responses"], context)
    return found | changed(of, found, before, now)


def named(name: object) -> Instrument:
    try:
        return instruments.called(str(name))
    except KnowledgeError as fault:
        raise NotReadable("unknown_instrument", str(fault)) from fault


def context_of(given: object) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise NotReadable("invalid_context", "context is an object of names and values")
    return {str(name): str(value).casefold() for name, value in given.items() if value is not None}


# What a form may be told besides its answers; None where any word will do.
CONTEXT: Mapping[str, frozenset[str] | None] = {
    "sex": frozenset({"female", "male"}),
    "phase": None,
}


def is_known(name: str, value: str) -> bool:
    values = CONTEXT.get(name, frozenset())
    return values is None or value in values


def scored(
    of: Instrument, where: str, responses: object, context: Mapping[str, str]
) -> instruments.Score:
    if not isinstance(responses, Sequence) or isinstance(responses, str):
        raise NotReadable("invalid_response", f"{where} is not a list of answers")
    try:
        return instruments.score(of, instruments.in_order(of, responses), context)
    except NotAnswers as fault:
        raise NotReadable(fault.error, f"{where}: {fault}") from fault


def changed(
    of: Instrument, found: dict[str, Any], before: instruments.Score, now: instruments.Score
) -> dict[str, Any]:
    """The names of the change; the worsening joins the flags. Without thresholds, the points."""
    told: dict[str, Any] = {"baseline_score": instruments.shown(before.total, of.score.decimals)}
    if of.change is None:
        delta = outcomes.difference(before.total, now.total)
        return told | {"delta": instruments.shown(delta, 3)}
    change = outcomes.change(before.total, now.total, of)
    return told | {
        "delta": instruments.shown(change.delta, 3),
        "percent_change": instruments.shown(change.percent, 1),
        "response": change.response,
        "remission": change.remission,
        "reliable_change": change.reliable,
        "mcid_met": change.mcid_met,
        "clinically_significant": change.clinically_significant,
        "direction": f"{change.better}_is_better",
        "flags": [*found["flags"], *filter(None, [change.worsening])],
    }


def listed(of: Instrument) -> dict[str, Any]:
    return {
        "instrument": of.name,
        "id": of.id,
        "title": of.title,
        "items": len(of.item),
        "answers": of.least_answers,
        "tier": of.tier,
        "text": of.has_text,
    }
