"""What a person is told of their screening: plain words, nothing private, and other paths."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from kapstone.knowledge import Knowledge, rows
from kapstone.screening.judge import UNASKED, UNREAD
from kapstone.screening.outcome import Finding, Screening, Waiting
from kapstone.screening.rules import interactions, rules
from kapstone.screening.vocabulary import MEDICINES, Domain, vocabulary

OTHER_PATHS = "screening/other_paths.toml"
ASK_MEDICINES = "Which medicines do you take?"


class Path(Knowledge):
    """Another way to get help, in plain words."""

    id: str
    title: str
    words: str
    sources: tuple[str, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class Told:
    """What may be said to the person: findings, questions for them, and what others look at.

    `stop_for_two` is whether one of these findings is a stop that goes on only with two signatures.
    `dark` asks for help to be shown first; which answer it comes from is not said.
    """

    findings: tuple[str, ...]
    questions: tuple[str, ...]
    looked_at_by_others: tuple[Domain, ...]
    stop_for_two: bool
    dark: bool


@cache
def other_paths() -> tuple[Path, ...]:
    """The other ways to get help, in the order they are told."""
    return tuple(rows(OTHER_PATHS, "path", Path))


def told(found: Screening) -> Told:
    """What the person may read of a screening, now or as it was stored.

    A rule that is private today is left out, and so is one that is not known any more: it may
    have been private.
    """
    shown, about_suicide = may_be_told(), frozenset(row.id for row in rules() if row.about_suicide)
    findings = [one for one in found.findings if one.id in shown - about_suicide]
    missing = dict.fromkeys(missing_in(one for one in found.waiting if one.id in shown))
    asked = [(name, question(name)) for name in missing]
    return Told(
        findings=tuple(dict.fromkeys(map(in_words, findings))),
        questions=tuple(words for _, words in asked if words is not None),
        looked_at_by_others=tuple(
            dict.fromkeys(domain for name, words in asked if words is None for domain in of(name))
        ),
        stop_for_two=any(one.action == "stop" and one.override == "MD" for one in findings),
        dark=any(one.id in about_suicide for one in found.findings),
    )


def may_be_told() -> frozenset[str]:
    open_ = {rule.id for rule in rules() if not rule.private}
    return frozenset({*open_, *(row.id for row in interactions()), UNASKED, UNREAD})


def in_words(finding: Finding) -> str:
    """The words for the person; what is said of a medicine names it: "keep taking it" must."""
    named = [str(given.value) for name, given in finding.because if name == MEDICINES]
    about_it = finding.domain == "medicines" and named
    return f"{', '.join(named)}: {finding.tell_person}" if about_it else finding.tell_person


def missing_in(waiting: Iterable[Waiting]) -> Iterable[str]:
    return (lack.fact for one in waiting for lack in one.missing)


def question(name: str) -> str | None:
    """How the person is asked, or None when somebody else has to look."""
    if name == MEDICINES:
        return ASK_MEDICINES
    row = vocabulary().get(name)
    return row.ask_person if row else None


def of(name: str) -> tuple[Domain, ...]:
    row = vocabulary().get(name)
    return (row.domain,) if row else ()
