"""A screening as CDS Hooks cards: the whole answer first, then each finding with its source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from django.urls import reverse

from kapstone import screening
from kapstone.screening.attributes import citation

Card = dict[str, Any]

MOST_FINDINGS = 20
MOST_LISTED = 12
LONGEST_SUMMARY = 139
INFORMS = "These rules inform; a clinician decides. What was not sent counts as not known."
LABEL = "Kapstone screening rules"
OVERALL = {
    screening.Decision.STOP: ("critical", "stop"),
    screening.Decision.INCOMPLETE: ("warning", "not all is known"),
    screening.Decision.REVIEW: ("warning", "specialist review first"),
    screening.Decision.OVERSIGHT: ("info", "extra oversight"),
    screening.Decision.NOTE: ("info", "something to note"),
    screening.Decision.CLEAR: ("info", "nothing found"),
}
INDICATOR = {"stop": "critical", "review": "warning", "oversight": "info", "note": "info"}
# A rule that nobody may override offers no reason for going on.
NOT_SO = ("record-wrong", "The record is wrong or out of date")
NOT_GIVEN = ("not-given", "Ketamine will not be given")
REASONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "none": (NOT_SO, NOT_GIVEN),
    "MD": (NOT_SO, NOT_GIVEN, ("director-decided", "The medical director has decided, in writing")),
    "prescriber": (NOT_SO, NOT_GIVEN, ("weighed", "Known, weighed, and planned for")),
}
MARKS = re.compile(r"([\\`*_{}\[\]<>()#+|~!&])")


def cards(found: screening.Screening, *, not_weighed: Sequence[str], site: str) -> list[Card]:
    """All cards of one screening; `site` is where the pages of the rules are."""
    notes = [each for each in found.findings if each.action == "note"]
    rest = [each for each in found.findings if each.action != "note"]
    shown = [finding(each, site) for each in rest[:MOST_FINDINGS]]
    gathered = [noted(notes, site)] if notes else []
    return [overall(found, rest[MOST_FINDINGS:], not_weighed), *shown, *gathered]


def doubtful(texts: Sequence[str]) -> Card:
    """One card for orders that may be ketamine, so that silence never means that none is."""
    said = "\n".join(f"- {plain(text)}" for text in texts[:MOST_LISTED])
    return card(
        "It is not known whether an order is ketamine: it was not read, or not recognised.",
        f"Which:\n\n{said}\n\nWrite the ingredient's name, or its RxNorm code.",
        "warning",
        {"label": LABEL},
    )


def overall(
    found: screening.Screening, unshown: Sequence[screening.Finding], not_weighed: Sequence[str]
) -> Card:
    indicator, word = OVERALL[found.decision]
    lacks = [*dict.fromkeys(each.words for each in screening.lacks(found))]
    summary = (
        f"Ketamine screening: {word}. {count(len(found.findings), 'finding')}, "
        f"{count(len(lacks), 'fact')} not known."
    )
    parts = [
        INFORMS,
        f"**Not known**: {plain('; '.join(lacks))}" if lacks else "",
        listing("In the record, but no rule weighed it", not_weighed),
        listing("Further findings, without a card here", [each.title for each in unshown]),
        f"{found.looked_at} rules were looked at. Version of the rules: {found.digest[:16]}.",
    ]
    return card(summary, "\n\n".join(filter(None, parts)), indicator, {"label": LABEL})


def listing(title: str, items: Sequence[str]) -> str:
    """A titled Markdown list, cut when long, and saying so; empty for no items."""
    if not items:
        return ""
    lines = [f"- {plain(each)}" for each in items[:MOST_LISTED]]
    if len(items) > MOST_LISTED:
        lines.append(f"- and {len(items) - MOST_LISTED} more")
    return "\n".join([f"**{title}**", "", *lines])


def finding(each: screening.Finding, site: str) -> Card:
    said = [screening.describe(name, given) for name, given in each.because]
    parts = [
        plain(each.tell),
        f"Why: {plain(each.why)}",
        listing("Because", said),
        f"Rule {each.id} · basis: {plain(each.basis)} · how sure: {plain(each.confidence)}",
    ]
    summary = f"{each.action.capitalize()}: {each.title}"
    detail = "\n\n".join(filter(None, parts))
    made = card(summary, detail, INDICATOR[each.action], source(each, site))
    made["links"] = [link(each, site)]
    if each.action in {"stop", "review"}:
        made["overrideReasons"] = list(reasons(each, site))
    return made


def noted(notes: Sequence[screening.Finding], site: str) -> Card:
    """The findings that only ask to be known, in one card."""
    said = "\n".join(f"- **{plain(each.title)}**: {plain(each.tell)}" for each in notes)
    made = card(f"{count(len(notes), 'note')} for the plan", said, "info", {"label": LABEL})
    made["links"] = [link(each, site) for each in notes]
    return made


def card(summary: str, detail: str, indicator: str, source: Mapping[str, str]) -> Card:
    return {
        "uuid": str(uuid4()),
        "summary": cut(summary),
        "detail": detail,
        "indicator": indicator,
        "source": dict(source),
    }


def cut(text: str) -> str:
    """The specification allows fewer than 140 characters."""
    return text if len(text) <= LONGEST_SUMMARY else f"{text[: LONGEST_SUMMARY - 1].rstrip()}…"


def source(each: screening.Finding, site: str) -> dict[str, str]:
    return {"label": cut(citation(each.sources[0]).citation), "url": rule_page(each, site)}


def link(each: screening.Finding, site: str) -> dict[str, str]:
    words = f"Rule {each.id}: condition, evidence, sources"
    return {"label": words, "url": rule_page(each, site), "type": "absolute"}


def rule_page(each: screening.Finding, site: str) -> str:
    return site + reverse("cds_rule", args=[each.id])


def reasons(each: screening.Finding, site: str) -> Iterator[dict[str, str]]:
    for code, words in REASONS[each.override]:
        yield {"code": code, "system": f"{site}/cds-services/override-reasons", "display": words}


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def plain(text: str) -> str:
    """Words of a record or a rule, with whatever Markdown or HTML would read as a mark escaped."""
    return MARKS.sub(r"\\\1", " ".join(text.split()))
