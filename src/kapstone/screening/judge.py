"""Every rule and every interaction, against one picture of a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from kapstone.screening.conditions import Known, Line
from kapstone.screening.medicines import Recognised
from kapstone.screening.outcome import Finding, Missing, Screening, Waiting
from kapstone.screening.picture import Picture, WorkedOut
from kapstone.screening.rules import ACTION, WEIGHT, Decision, Interaction, Rule, Ruleset
from kapstone.screening.vocabulary import MEDICINES, RULE, Facts, Given, Reason

UNASKED = "MED-UNASKED"
UNREAD = "MED-UNREAD"


def screen(facts: Facts, *, medicines: Sequence[Recognised] | None, now: datetime) -> Screening:
    """Weigh what is known at `now` against all screening knowledge.

    `medicines` None means that nobody asked, which keeps the screening open; an empty list means
    that the person takes none. Raises FactError for a fact the vocabulary does not hold.
    The rules inform; a clinician decides.
    """
    return weighed(Picture.of(facts, medicines, now), facts, now)


def worked_out(facts: Facts, *, medicines: Sequence[Recognised] | None, now: datetime) -> WorkedOut:
    """What the derived facts come to now, to be kept beside a decision."""
    return Picture.of(facts, medicines, now).worked_out()


def replay(
    facts: Facts,
    *,
    medicines: Sequence[Recognised] | None,
    now: datetime,
    by: Ruleset,
    kept: WorkedOut,
) -> Screening:
    """The screening of then once more: from its facts, its rules and what was worked out then."""
    return weighed(Picture.of(facts, medicines, now, by).with_kept(kept), facts, now)


def weighed(picture: Picture, facts: Facts, now: datetime) -> Screening:
    ruleset = picture.ruleset
    said = [(rule, picture.rule(rule)) for rule in ruleset.rules]
    speaking = [rule for rule, answer in said if answer]
    undecided = [rule for rule, answer in said if answer is None]
    findings = [*rule_findings(speaking, picture, facts), *speaking_interactions(picture, facts)]
    return Screening(
        findings=tuple(sorted(findings, key=lambda one: (-one.weight, not one.urgent))),
        waiting=(*waiting_rules(undecided, picture), *open_medicines(picture)),
        looked_at=len(ruleset.rules) + len(ruleset.interactions),
        digest=ruleset.digest,
        at=now,
    )


def absolute(row: Rule | Finding) -> bool:
    """Whether it is a stop that nobody may override."""
    return row.action == "stop" and row.override == "none"


def rule_findings(rules: Iterable[Rule], picture: Picture, facts: Facts) -> Iterator[Finding]:
    for rule in rules:
        yield finding_of(rule, given_for(because(rule, picture), facts, picture))


def finding_of(rule: Rule, said: Iterable[tuple[str, Given]]) -> Finding:
    return Finding(
        id=rule.id,
        domain=rule.domain,
        action=rule.action,
        urgent=rule.urgent,
        title=rule.title,
        tell=rule.tell,
        tell_person=rule.tell_person,
        why=rule.why,
        sources=rule.sources,
        basis=rule.basis,
        confidence=rule.confidence,
        override=rule.override,
        because=tuple(said),
    )


def because(rule: Rule, picture: Picture) -> Iterator[str]:
    """The facts behind a rule that speaks: for `any` only those of the lines that hold."""
    for line in rule.every_line():
        if picture.answer(line):
            yield from picture.because(line.fact)


def given_for(ids: Iterable[str], facts: Facts, picture: Picture) -> Iterator[tuple[str, Given]]:
    for name in dict.fromkeys(ids):
        if name in facts:
            yield name, facts[name]
        elif classes := picture.ruleset.facts[name].classes:
            yield from taken(classes, picture)


def taken(classes: Iterable[str], picture: Picture) -> Iterator[tuple[str, Given]]:
    for one in picture.medicines or ():
        if picture.ruleset.of_classes([one], classes):
            yield MEDICINES, Given(value=one.text, at=one.at, origin=one.origin, words=one.text)


def speaking_interactions(picture: Picture, facts: Facts) -> Iterator[Finding]:
    present = {name for one in picture.medicines or () for name in one.classes}
    for row in picture.ruleset.interactions:
        if not present.isdisjoint(row.classes) and concerns(row, picture):
            yield interaction_finding(row, picture, facts)


def concerns(row: Interaction, picture: Picture) -> Known:
    return picture.within(row.gate())


def interaction_finding(row: Interaction, picture: Picture, facts: Facts) -> Finding:
    route = ["planned_route"] if row.routes else []
    gate = row.gate()
    behind = [*route, *(picture.because(gate.fact) if gate is not None else ())]
    return Finding(
        id=row.id,
        domain="medicines",
        action=ACTION[row.severity_by(picture.word("planned_route"))],
        urgent=False,
        title=row.title,
        tell=row.tell,
        tell_person=row.tell_person,
        why=row.why,
        sources=row.sources,
        basis=row.basis,
        confidence=row.confidence,
        override="prescriber",
        because=(*taken(row.classes, picture), *given_for(behind, facts, picture)),
    )


def waiting_rules(rules: Iterable[Rule], picture: Picture) -> Iterator[Waiting]:
    for rule in rules:
        missing, could_be = what_for(rule, picture), WEIGHT[rule.action]
        yield Waiting(rule.id, rule.domain, rule.title, missing, could_be, absolute(rule))


def what_for(rule: Rule, picture: Picture) -> tuple[Missing, ...]:
    found = lacking(rule.every_line(), picture)
    if rule.valid_to is None or picture.day <= rule.valid_to:
        return found
    return (*found, Missing(RULE, Reason.RUN_OUT, f"{rule.id}, {rule.valid_to.isoformat()}"))


def lacking(lines: Iterable[Line], picture: Picture) -> tuple[Missing, ...]:
    undecided = [line for line in lines if picture.answer(line) is None]
    found = dict(pair for line in undecided for pair in picture.missing(line.fact))
    return tuple(
        Missing(name, reason, unread(picture) if name == MEDICINES else None)
        for name, reason in found.items()
    )


def open_medicines(picture: Picture) -> Iterator[Waiting]:
    """One entry for a list nobody asked for or could not read, and any interaction in doubt."""
    reason = picture.medicines_reason()
    if reason is Reason.MISSING:
        yield of_medicines(UNASKED, "Medicines not yet asked", reason, picture)
    if reason is Reason.UNRECOGNISED:
        yield of_medicines(UNREAD, "Medicine not recognised", reason, picture)
    present = {name for one in picture.medicines or () for name in one.classes}
    for row in picture.ruleset.interactions:
        gate = row.gate()
        if gate is None or present.isdisjoint(row.classes) or concerns(row, picture) is not None:
            continue
        could_be = WEIGHT[ACTION[row.severity_by(picture.word("planned_route"))]]
        yield Waiting(row.id, "medicines", row.title, lacking([gate], picture), could_be)


def of_medicines(id: str, title: str, reason: Reason, picture: Picture) -> Waiting:
    """An unread medicine may be any: the gravest that a medicine can lead to is a stop."""
    lacks = (Missing(MEDICINES, reason, unread(picture)),)
    return Waiting(id, "medicines", title, lacks, Decision.STOP)


def unread(picture: Picture) -> str | None:
    """The medicines that could not be read, as they were written."""
    found = [one.text for one in picture.medicines or () if not one.recognised]
    return "; ".join(found) or None
