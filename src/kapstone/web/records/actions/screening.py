"""Deeds of screening: facts that a clinician gives, and the signed decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
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
    PersonTold,
    ScreeningDecision,
)
from kapstone.web.records.refusals import (
    SHORTEST_REASON,
    Refused,
    is_blank,
    refuse_long,
    refuse_short,
)

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
    told = [*told]
    refuse_upside_down(told)
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


def refuse_upside_down(told: Iterable[Telling]) -> None:
    if fault := screening.upside_down({each.fact: each.value for each in told}):
        raise Refused("upside-down", fault)


@transaction.atomic
def tell_facts(course: Course, told: Iterable[Telling], *, by: User) -> list[GivenFact]:
    """Write several facts; what a prescriber found themselves settles a graver answer."""
    told = [*told]
    refuse_upside_down(told)
    settles = access.may(by, "decide screening")
    return [
        settle_fact(course, each, by=by)
        if settles and each.origin == "clinician"
        else give_facts(course.person, [each], by=by)[0]
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


@transaction.atomic
def settle_fact(course: Course, told: Telling, *, by: User) -> GivenFact:
    """Say, as a prescriber, which answer stands where a graver one does; it names those set aside.

    Where nothing graver stands it is a fact like any other.
    """
    access.refuse_others(by, "decide screening")
    Person.objects.locked(course.person_id)
    refuse_unfit(told.fact, told.value)
    graver = facts.overruled(course, told.fact, told.value, now=told.at)
    if graver:
        refuse_short(
            told.words,
            f"{screening.describe(told.fact, graver[-1])}: to settle it otherwise, give the reason "
            f"in at least {SHORTEST_REASON} letters.",
        )
    row: GivenFact = GivenFact.objects.create(
        person=course.person,
        **asdict(told),
        settles=[
            {"value": each.value, "at": facts.when_of(each).isoformat(), "origin": each.origin}
            for each in graver
        ],
        by=by,
    )
    did = "settle fact" if graver else "give fact"
    audit.record(by, did, person=course.person, about=f"fact:{row.pk}", fact=told.fact)
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
    if not known.accepts(value) or (screening.plausible(known, value) and known.is_part(value)):
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
    person_told: bool = False,
) -> ScreeningDecision:
    """Sign a decision; it keeps the facts, findings and rule versions that it rests on.

    The person reads `words_for_person`, never the reason, and bad news only once told in person.
    """
    access.refuse_others(by, "decide screening")
    known, medicines = facts.collect(course, now=at), facts.medicines(course)
    found = screening.screen(known, medicines=medicines, now=facts.here(course, at))
    refuse_deciding(course, found, decision, reason, at)
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
    about, rules = f"screening_decision:{row.pk}", found.decision.name.lower()
    audit.record(
        by, "decide screening", person=course.person, about=about, decision=decision, rules=rules
    )
    if person_told:
        say_told(row, at=at, by=by)
    return row


@transaction.atomic
def say_told(decision: ScreeningDecision, *, at: datetime, by: User) -> PersonTold:
    """Note that a clinician has told the person; from then on they may read it themselves."""
    access.refuse_others(by, "give facts")
    row: PersonTold
    row, is_new = PersonTold.objects.get_or_create(decision=decision, defaults={"at": at, "by": by})
    if is_new:
        about = f"screening_decision:{decision.pk}"
        audit.record(by, "say the person was told", person=decision.course.person, about=about)
    return row


def keep_rules(rules: screening.Ruleset) -> None:
    """Keep the texts of these rules, once, so that what is decided with them can be replayed."""
    KeptRules.objects.get_or_create(digest=rules.digest, defaults={"texts": dict(rules.texts)})


def refuse_deciding(
    course: Course, found: screening.Screening, decision: str, reason: str, at: datetime
) -> None:
    refuse_unsaid(decision, reason)
    refuse_ending(course, decision, reason, at)
    refuse_over_stop(found, decision, reason)


def refuse_unsaid(decision: str, reason: str) -> None:
    if decision not in DECISIONS:
        raise Refused("no-such-decision", f"{decision!r} is none of: {', '.join(DECISIONS)}.")
    if is_blank(reason):
        raise Refused("no-reason", "Give the reason; the record keeps it beside the findings.")
    refuse_long(reason)


def refuse_ending(course: Course, decision: str, reason: str, at: datetime) -> None:
    """To take back a decision that lets somebody go on is said in words, as going on is."""
    last = ScreeningDecision.objects.of_now(course)
    if decisions.lets_go_on(last, at) and decision not in FAVOURABLE:
        refuse_short(
            reason,
            f"This ends a decision that {last.signed_name} signed and that still holds. Give the "
            f"reason in at least {SHORTEST_REASON} letters.",
        )


def refuse_over_stop(found: screening.Screening, decision: str, reason: str) -> None:
    """Going on against a stop, a review or an open question is possible, never by the way.

    Against a stop that nobody may override it is not: the rule has to fall silent first [ENG-07].
    """
    absolute = [
        each for each in found.findings if each.action == "stop" and each.override == "none"
    ]
    if decision in FAVOURABLE and absolute:
        titles = "; ".join(f"{each.title} ({each.id})" for each in absolute)
        raise Refused("absolute-stop", f"Nobody may override this: {titles}. Decide not yet.")
    refuse_unasked(found, decision)
    if decision in FAVOURABLE and (says := against(found)):
        refuse_short(
            reason,
            f"{says}. To decide otherwise, give the reason in at least {SHORTEST_REASON} letters.",
        )


def against(found: screening.Screening) -> str:
    """What speaks against going on, in words; empty where nothing does."""
    gravest = max((each.weight for each in found.findings), default=None)
    if gravest is screening.Decision.STOP:
        return "The rules say stop"
    if gravest is screening.Decision.REVIEW:
        return "The rules ask for a specialist's review"
    return "" if screening.enough(found) else "Not all is known that matters for deciding"


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
    refuse_changed(row, at)
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


def refuse_changed(row: ScreeningDecision, at: datetime) -> None:
    """A second signature passes what the first has to pass, as the rules find it now [ENG-07].

    And it is no signature under a stop or a review that the first did not weigh.
    """
    refuse_over_stop(facts.screen(row.course, now=at), row.decision, row.reason)
    since = [each for each in decisions.difference(row, now=at).new if decisions.is_grave(each)]
    if since:
        named = "; ".join(f"{each.action}: {each.title}" for each in since[:MOST_NAMED])
        more = f"; and {len(since) - MOST_NAMED} more" if len(since) > MOST_NAMED else ""
        raise Refused(
            "found-since",
            f"Found since it was signed: {named}{more}. A decision that weighs it has to be "
            "signed first.",
        )
