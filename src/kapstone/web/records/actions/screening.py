"""Deeds of screening: facts that a clinician gives, and the signed decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from kapstone import screening
from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit, decisions, facts
from kapstone.web.records.models import (
    FAVOURABLE,
    Countersignature,
    Course,
    GivenFact,
    KeptRules,
    Person,
    ScreeningDecision,
)
from kapstone.web.records.refusals import SHORTEST_REASON, Refused, refuse_short

DECISIONS = ("suitable", "extra_oversight", "not_yet", "another_path")
# ENG-06: a psychiatric evaluation holds 90 days; the decision cannot outlive what it rests on.
HOLDS_FOR = timedelta(days=90)
MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One fact as it is told: its value, when it was so, where it comes from, and why."""

    fact: str
    value: bool | float | str
    origin: str
    at: datetime
    words: str = ""


@transaction.atomic
def give_facts(person: Person, told: Iterable[Telling], *, by: User) -> list[GivenFact]:
    """Write several facts, all of them or none."""
    return [
        give_fact(
            person,
            each.fact,
            each.value,
            origin=each.origin,
            at=each.at,
            by=by,
            words=each.words,
        )
        for each in told
    ]


@transaction.atomic
def give_fact(
    person: Person,
    fact: str,
    value: bool | float | str | None,
    *,
    origin: str,
    at: datetime,
    by: User,
    words: str = "",
) -> GivenFact:
    """Write a fact that screening asks for; None says that it was asked and is not known."""
    refuse_unfit(fact, value)
    row: GivenFact = GivenFact.objects.create(
        person=person, fact=fact, value=value, origin=origin, words=words, at=at, by=by
    )
    audit.record(by, "give fact", person=person, about=f"fact:{row.pk}", fact=fact)
    return row


def refuse_unfit(fact: str, value: bool | float | str | None) -> None:
    """A fact must be one that screening knows, of its kind, and possible for a living person."""
    known = screening.vocabulary().get(fact)
    if known is None:
        raise Refused("no-such-fact", f"{fact} is not a fact that screening asks for.")
    if not known.from_:
        raise Refused("worked-out", f"{known.ask}: worked out from other facts; give those.")
    if value is None:
        return
    if not known.accepts(value):
        raise Refused("unfit", f"{known.ask}: answer with {screening.expected(known)}.")
    if not screening.plausible(known, value):
        low, high = known.plausible or (0, 0)
        raise Refused(
            "implausible",
            f"{known.ask}: {value} {known.unit} cannot be; it lies between {low:g} and {high:g}.",
        )


@transaction.atomic
def decide_screening(
    course: Course,
    *,
    decision: str,
    reason: str,
    at: datetime,
    by: User,
    words_for_person: str = "",
) -> ScreeningDecision:
    """Sign a decision; it keeps the facts, findings and rule versions that it rests on.

    The person reads `words_for_person`, never the reason.
    """
    access.refuse_others(by, "decide screening")
    refuse_unsaid(decision, reason)
    known, medicines = facts.collect(course, now=at), facts.medicines(course)
    found = screening.screen(known, medicines=medicines, now=facts.here(course, at))
    refuse_over_stop(found, decision, reason)
    keep_rules(screening.ruleset())
    row: ScreeningDecision = ScreeningDecision.objects.create(
        course=course,
        decision=decision,
        reason=reason.strip(),
        words_for_person=words_for_person.strip(),
        signed_name=by.signed_name,
        valid_until=at + HOLDS_FOR,
        **decisions.kept_beside(known, medicines, found),
        at=at,
        by=by,
    )
    audit.record(
        by,
        "decide screening",
        person=course.person,
        about=f"screening_decision:{row.pk}",
        decision=decision,
        rules=found.decision.name.lower(),
    )
    return row


def keep_rules(rules: screening.Ruleset) -> None:
    """Keep the texts of these rules, once, so that what is decided with them can be replayed."""
    KeptRules.objects.get_or_create(digest=rules.digest, defaults={"texts": dict(rules.texts)})


def refuse_unsaid(decision: str, reason: str) -> None:
    if decision not in DECISIONS:
        raise Refused("no-such-decision", f"{decision!r} is none of: {', '.join(DECISIONS)}.")
    if not reason.strip():
        raise Refused("no-reason", "Give the reason; the record keeps it beside the findings.")


def refuse_over_stop(found: screening.Screening, decision: str, reason: str) -> None:
    """Going on against a stop or an open question is possible, never by the way.

    Against a stop that nobody may override it is not: the rule has to fall silent first [ENG-07].
    """
    absolute = [
        each for each in found.findings if each.action == "stop" and each.override == "none"
    ]
    if decision in FAVOURABLE and absolute:
        titles = "; ".join(f"{each.title} ({each.id})" for each in absolute)
        raise Refused("absolute-stop", f"Nobody may override this: {titles}. Decide not yet.")
    refuse_unasked(found, decision)
    against = found.decision.name.lower()
    if decision in FAVOURABLE and against in {"stop", "incomplete"}:
        refuse_short(
            reason,
            f"The rules say {against}. To decide otherwise, give the reason in at least "
            f"{SHORTEST_REASON} letters.",
        )


def refuse_unasked(found: screening.Screening, decision: str) -> None:
    """What nobody may override has to be known before anybody is found suitable [ENG-03]."""
    open_ = [lack.words for lack in screening.lacks(found) if any(r.absolute for r in lack.rules)]
    if decision in FAVOURABLE and open_:
        more = f"; and {len(open_) - MOST_NAMED} more" if len(open_) > MOST_NAMED else ""
        raise Refused(
            "open-stop",
            f"Not known, and the answer may forbid it: {'; '.join(open_[:MOST_NAMED])}{more}. "
            "Nobody may go on without it: ask first, or decide not yet.",
        )


@transaction.atomic
def countersign(decision: ScreeningDecision, *, at: datetime, by: User) -> Countersignature:
    """Sign, as a second prescriber, a decision that goes on over a stop."""
    access.refuse_others(by, "decide screening")
    row = ScreeningDecision.objects.with_over().locked(decision.pk)
    refuse_countersigning(row, at, by)
    signed: Countersignature = Countersignature.objects.create(
        decision=row,
        signed_name=by.signed_name,
        meaning=f"I have looked at it too, and agree to go on over: {'; '.join(row.over)}",
        at=at,
        by=by,
    )
    audit.record(
        by,
        "countersign screening",
        person=row.course.person,
        about=f"screening_decision:{row.pk}",
        over=row.over,
    )
    return signed


def refuse_countersigning(row: Any, at: datetime, by: User) -> None:
    """A second signature is another prescriber's, under the newest decision, once."""
    if Countersignature.objects.filter(decision=row).exists():
        raise Refused("already", "A second prescriber has signed this decision already.")
    if row != ScreeningDecision.objects.of_now(row.course):
        raise Refused("not-newest", "A newer decision stands now; look at that one.")
    if not ScreeningDecision.objects.lacking_second(at).filter(pk=row.pk).exists():
        raise Refused("not-needed", "This decision needs no second signature, or has run out.")
    if row.by == by:
        raise Refused("same-person", "You signed this decision; somebody else has to sign too.")
