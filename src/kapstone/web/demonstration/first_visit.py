"""What the prescriber of a synthetic life finds, at the first visit and before each decision."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kapstone import screening, synthesis
from kapstone.web.accounts.models import User
from kapstone.web.demonstration.intake_answers import table
from kapstone.web.demonstration.life import Life
from kapstone.web.records import facts
from kapstone.web.records.actions import screening as deeds

# One answer opens the next question: a liver panel on file asks for each of its values.
MOST_ROUNDS = 5
# What the story of a life tells by itself, a minute after the visit begins.
TOLD_BY_STORY = ("systolic_bp_mmhg", "diastolic_bp_mmhg", "heart_rate_bpm")
# Nothing to be found: it is planned, and asked for only while a session at home may be.
PLANNED = "planned_route"
PANEL_AGE = timedelta(days=2)
BEFORE_DECISION = timedelta(minutes=20)


def give(life: Life, event: synthesis.Event, fact: str) -> None:
    """A fact of the first visit; with the first one comes all else that the visit finds."""
    by, what = life.who(event.by), event.what
    if not life.visited:
        life.visited = True
        own = life.told.health.found.items()
        told = [telling(name, found, event.at) for name, found in own]
        deeds.give_facts(life.person, told, by=by)
        find(life, at=event.at, by=by, but=TOLD_BY_STORY)
    if fact in screening.vocabulary():
        told = [telling(fact, what["value"], event.at, what["words"])]
        deeds.give_facts(life.person, told, by=by)


def look_again(life: Life, *, at: datetime, by: User) -> None:
    """Before a decision at `at`: what has aged is asked and measured anew."""
    find(life, at=at - BEFORE_DECISION, by=by)


def find(life: Life, *, at: datetime, by: User, but: tuple[str, ...] = ()) -> None:
    """What rules still wait for: as it was the last time, else found to be well."""
    for _ in range(MOST_ROUNDS):
        open_ = facts.screen(life.course, now=at + BEFORE_DECISION).waiting
        names = {lack.fact for rule in open_ for lack in rule.missing}
        wanted = sorted(names - {screening.MEDICINES, PLANNED, *but, *life.told.health.unknown})
        if not wanted:
            return
        last = facts.collect(life.course, now=at)
        told = [telling(name, last_or_well(name, last), at) for name in wanted]
        deeds.give_facts(life.person, told, by=by)


def last_or_well(name: str, last: screening.Facts) -> Any:
    return last[name].value if name in last else table()["found"].get(name, False)


def tell_news(life: Life, event: synthesis.Event) -> None:
    """What has come to be known since."""
    what = event.what
    told = telling(what["fact"], what["value"], event.at, what["words"])
    deeds.give_facts(life.person, [told], by=life.who(event.by))


def telling(name: str, value: Any, at: datetime, words: str = "") -> deeds.Telling:
    """A panel comes from the laboratory, dated when the blood was taken."""
    if name in table()["by_report"]:
        words = "Report on file"
        return deeds.Telling(
            fact=name, value=value, origin="import", at=at - PANEL_AGE, words=words
        )
    may_give = screening.fact(name).from_
    origin = next((each for each in ("reading", "clinician") if each in may_give), may_give[0])
    return deeds.Telling(fact=name, value=value, origin=origin, at=at, words=words)
