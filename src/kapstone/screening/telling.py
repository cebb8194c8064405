"""What a person is told of their screening: plain words, nothing private, and other paths."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from kapstone.knowledge import Knowledge, rows
from kapstone.screening.asking import lacks
from kapstone.screening.judge import UNASKED, UNREAD
from kapstone.screening.outcome import Finding, Screening
from kapstone.screening.rules import Decision, Rule, interactions, rules
from kapstone.screening.vocabulary import MEDICINES, Domain, vocabulary

OTHER_PATHS = "screening/other_paths.toml"
ASK_MEDICINES = "Which medicines do you take?"
EMERGENCY = "call 911"
BY_OTHERS = frozenset({"clinician", "import", "reading"})


class Path(Knowledge):
    """Another way to get help, in plain words."""

    id: str
    title: str
    words: str
    sources: tuple[str, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class Told:
    """What may be said to the person: findings, questions for them, and that others check more.

    `closely` are the areas of what a prescriber goes on over. `urgent_questions` are never shown
    without whom to call. `stop_for_two` is whether one of these findings is a stop that goes on
    only with two signatures. `dark` asks for help to be shown first; which answer it comes from is
    not said.
    """

    findings: tuple[str, ...]
    closely: tuple[Domain, ...]
    questions: tuple[str, ...]
    urgent_questions: tuple[str, ...]
    checked_by_others: bool
    stop_for_two: bool
    dark: bool


@cache
def other_paths() -> tuple[Path, ...]:
    """The other ways to get help, in the order they are told."""
    return tuple(rows(OTHER_PATHS, "path", Path))


def told(found: Screening) -> Told:
    """What the person may read of a screening, now or as it was stored.

    A rule that is private today is left out, and so is one that is not known any more: it may
    have been private. Of what is open only what matters for deciding is asked.
    """
    said = openly(found)
    missing = dict.fromkeys(each.fact for each in lacks(said) if each.matters)
    asked = {name: question(name) for name in missing}
    urgent = urgent_facts()
    return Told(
        findings=words_of(said.findings),
        closely=(),
        questions=tuple(words for name, words in asked.items() if words and name not in urgent),
        urgent_questions=tuple(words for name, words in asked.items() if words and name in urgent),
        checked_by_others=None in asked.values(),
        stop_for_two=any(one.action == "stop" and one.override == "MD" for one in said.findings),
        dark=any(one.id in about_suicide() and one.action != "note" for one in found.findings),
    )


def told_going_on(found: Screening) -> Told:
    """The same where a prescriber goes on: a rule that speaks against it is named by its area.

    Its own words would say the opposite of the decision. What is said of a medicine stays.
    """
    rows = {row.id for row in interactions()}
    said = openly(found).findings
    against = [one for one in said if one.weight >= Decision.REVIEW and one.id not in rows]
    return replace(
        told(found),
        findings=words_of(one for one in said if one not in against),
        closely=tuple(dict.fromkeys(one.domain for one in against)),
    )


def told_of_another_path(found: Screening) -> Told:
    """The same where ketamine is not for this person: nothing more is asked."""
    said = told(found)
    return replace(said, questions=(), urgent_questions=(), checked_by_others=False)


def news_to_them(found: Screening) -> bool:
    """Whether a stop or a review that the person reads rests on what somebody else found."""
    grave = (one for one in openly(found).findings if one.weight >= Decision.REVIEW)
    return any(given.origin in BY_OTHERS for one in grave for _, given in one.because)


def openly(found: Screening) -> Screening:
    """The screening without what is private and without the level of suicide risk.

    What is asked is weighed from this alone, so that no question comes or goes by what is hidden.
    """
    shown = may_be_told()
    return replace(
        found,
        findings=tuple(one for one in found.findings if one.id in shown - about_suicide()),
        waiting=tuple(one for one in found.waiting if one.id in shown),
    )


@cache
def private_facts() -> frozenset[str]:
    """The facts that private rules read, with what those are worked out from."""
    return read_by(rule for rule in rules() if rule.private)


@cache
def urgent_facts() -> frozenset[str]:
    """The signs that may mean an emergency: their rule is urgent, or tells to call for help."""
    read = read_by(rule for rule in rules() if rule.urgent or EMERGENCY in rule.tell_person)
    return frozenset(name for name in read if vocabulary()[name].kind == "yes_no")


def read_by(some: Iterable[Rule]) -> frozenset[str]:
    names = [line.fact for rule in some for line in rule.every_line()]
    for name in names:
        names += [each for each in vocabulary()[name].derived_from if each not in names]
    return frozenset(names)


def may_be_told() -> frozenset[str]:
    open_ = {rule.id for rule in rules() if not rule.private}
    return frozenset({*open_, *(row.id for row in interactions()), UNASKED, UNREAD})


@cache
def about_suicide() -> frozenset[str]:
    return frozenset(rule.id for rule in rules() if rule.about_suicide)


def words_of(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(in_words, findings)))


def in_words(finding: Finding) -> str:
    """The words for the person; what is said of a medicine names it: "keep taking it" must."""
    named = [str(given.value) for name, given in finding.because if name == MEDICINES]
    about_it = finding.domain == "medicines" and named
    return f"{', '.join(named)}: {finding.tell_person}" if about_it else finding.tell_person


def question(name: str) -> str | None:
    """How the person is asked, or None when somebody else has to look."""
    if name == MEDICINES:
        return ASK_MEDICINES
    row = vocabulary().get(name)
    return row.ask_person if row else None
