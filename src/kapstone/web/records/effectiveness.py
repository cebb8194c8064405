"""The effectiveness pages' rows out of the charts: so many queries, however many people there are.

Every table here may only grow, so its newest row and how many there are say whether it changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max
from django.db.models.fields.json import KeyTransform

from kapstone import instruments, stories
from kapstone.knowledge import seal
from kapstone.outcomes import trial
from kapstone.outcomes.counting import VERSION
from kapstone.outcomes.effectiveness import effectiveness
from kapstone.outcomes.figures import Figure
from kapstone.outcomes.harms import harms
from kapstone.outcomes.panel import Given, Panel, Treated
from kapstone.outcomes.plain_result import Told, plain_result
from kapstone.web.accounts.models import Practice
from kapstone.web.records.models import (
    Course,
    DoseGiven,
    EffectivenessShown,
    EmergencyEvent,
    IntegrationContact,
    Mark,
    Order,
    Preparation,
    SessionPlan,
    SheetScore,
    SheetWithdrawal,
)

# Whose change is told: shipped, judged, and asked of nearly everybody.
MEASURES = ("phq9", "gad7", "pcl5")
IDEATION = ("phq9", "self_harm")
READ = (
    *(Course, DoseGiven, EmergencyEvent, IntegrationContact, Mark, Order, Preparation),
    *(SessionPlan, SheetScore, SheetWithdrawal),
)
A_DAY = timedelta(days=1)
SEVERE = "severe"
# The words of a concern that put it into one of the few kinds that are told.
CONCERNS = (
    ("trauma", ("ptsd", "trauma")),
    ("depression", ("depress", "mood", "mdd")),
    ("anxiety", ("anxi", "worry", "gad")),
    ("pain", ("pain",)),
    ("alcohol or drugs", ("alcohol", "drink", "cocaine", "opioid", "substance")),
)
Stamp = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The figures of a practice as they may be told, and what they were asked with."""

    figures: tuple[Figure, ...]
    query: dict[str, Any]

    def figure(self, id: str) -> Figure:
        """Raises LookupError for one that is not here."""
        found = next((each for each in self.figures if each.id == id), None)
        if found is None:
            raise LookupError(f"there is no figure {id}")
        return found


def stamp() -> Stamp:
    """What the tables are at: any row that was added since makes another one."""
    found = (model.objects.aggregate(newest=Max("pk"), many=Count("pk")) for model in READ)
    return tuple((each["newest"] or 0, each["many"]) for each in found)


def helped(practice: Practice, measure: str, *, at: datetime) -> Reckoned:
    """Does it help, how fast, does it last; raises LookupError for a measure that is not told."""
    if measure not in MEASURES:
        raise LookupError(f"{measure} is not told")
    day = at.astimezone(ZoneInfo(practice.time_zone)).date().isoformat()
    return reckoned(practice.pk, measure, day, stamp())


def harmed(practice: Practice, *, at: datetime) -> Reckoned:
    """What did harm."""
    day = at.astimezone(ZoneInfo(practice.time_zone)).date().isoformat()
    return reckoned(practice.pk, "", day, stamp())


@lru_cache(maxsize=32)
def reckoned(practice: int, measure: str, day: str, stamped: Stamp) -> Reckoned:
    """Worked out once for what the tables were at; `measure` "" is the page of harms."""
    fewest = stories.fewest()
    read = panel(Practice.objects.get(pk=practice), measure, day=day)
    found = (
        effectiveness(read, instruments.instrument(measure), fewest=fewest)
        if measure
        else harms(read, fewest=fewest)
    )
    asked = {"measure": measure or "harms", "until": day, "cells hidden below": fewest}
    written = "|".join(f"{newest}:{many}" for newest, many in stamped)
    digest = seal({"data": written, "practice": str(practice), "asked": str(asked)})
    return Reckoned(found, {**asked, "version": VERSION, "digest": digest})


def panel(practice: Practice, measure: str, *, day: str) -> Panel:
    """Everybody of the practice with a dose; keys are numbers, and no name is read."""
    until = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(practice.time_zone)) + A_DAY
    doses = list(rows(DoseGiven, practice, "session__course", "at", "amount_mg", "session"))
    first: dict[int, datetime] = {}
    amounts: dict[tuple[int, int], float] = defaultdict(float)
    began: dict[tuple[int, int], datetime] = {}
    for person, at, amount, session in sorted(doses, key=lambda row: row[1]):
        if not amount or at >= until:
            continue
        first.setdefault(person, at)
        began.setdefault((person, session), at)
        amounts[person, session] += float(amount)
    told = details(practice, began, amounts, first)
    scores, ideation = scored(practice, measure, first) if measure else ({}, {})
    days = {person: (until - at) / A_DAY for person, at in first.items()}
    return Panel(
        people=tuple(Treated(name=str(p), since_days=days[p], **told[p]) for p in first),
        scores={str(p): scores.get(p, {}) for p in first},
        ideation={str(p): ideation.get(p, {}) for p in first},
    )


def rows(model: Any, practice: Practice, course: str, *names: str) -> Iterable[tuple[Any, ...]]:
    """Standing rows of the practice, the person's key first."""
    path = f"{course}__person" if course else "person"
    found = model.objects.standing().filter(**{f"{path}__practice": practice})
    return found.values_list(path, *names)  # type: ignore[no-any-return]


def details(
    practice: Practice,
    began: dict[tuple[int, int], datetime],
    amounts: dict[tuple[int, int], float],
    first: dict[int, datetime],
) -> dict[int, dict[str, Any]]:
    """For each person treated: the sessions, integration kept, whether prepared, the concern."""
    zone = ZoneInfo(practice.time_zone)
    plans = {
        s: (route, room)
        for _, s, route, room in rows(
            SessionPlan, practice, "session__course", "session", "route", "room"
        )
    }
    weights = {
        s: kg for _, s, kg in rows(Order, practice, "session__course", "session", "weight_kg")
    }
    marks, severe = marked(practice)
    urgent = {s for _, s in rows(EmergencyEvent, practice, "session__course", "session")}
    found: dict[int, dict[str, Any]] = {p: {"sessions": []} for p in first}
    for (person, session), at in began.items():
        route, room = plans.get(session, ("not known", ""))
        kg = weights.get(session)
        found[person]["sessions"].append(
            Given(
                day=(at - first[person]) / A_DAY,
                on=at.astimezone(zone).date(),
                route=route,
                mg_kg=amounts[person, session] / kg if kg else None,
                harms=tuple(sorted(marks[session])),
                severe=session in severe,
                emergency=session in urgent,
                place=room,
            )
        )
    beside(practice, found, first)
    return found


def marked(practice: Practice) -> tuple[dict[int, set[str]], set[int]]:
    """The side effects that were written down in each session, and which had a severe one."""
    found = Mark.objects.standing().filter(
        kind="side_effect", session__course__person__practice=practice
    )
    marks: dict[int, set[str]] = defaultdict(set)
    severe: set[int] = set()
    for session, mark, how in found.values_list("session", "mark", "severity"):
        marks[session].add(mark)
        severe |= {session} if how == SEVERE else set()
    return marks, severe


def beside(
    practice: Practice, found: dict[int, dict[str, Any]], first: dict[int, datetime]
) -> None:
    """What stands beside the medicine: integration kept, preparation held, what it is about."""
    kept: dict[int, list[float]] = defaultdict(list)
    for person, at in rows(IntegrationContact, practice, "course", "at"):
        if person in first:
            kept[person].append((at - first[person]) / A_DAY)
    prepared = {
        person
        for person, at, held in rows(Preparation, practice, "course", "at", "held")
        if held and person in first and at <= first[person] + 28 * A_DAY
    }
    concerns = dict(rows(Course, practice, "", "concern"))
    for person, words in found.items():
        words["sessions"] = tuple(words["sessions"])
        words["integration"] = tuple(sorted(kept[person]))
        words["prepared"] = person in prepared
        words["concern"] = concern_of(concerns.get(person, ""))


def concern_of(words: str) -> str:
    said = words.lower()
    return next((kind for kind, parts in CONCERNS if any(p in said for p in parts)), "other")


Days = dict[int, dict[float, float]]


def scored(practice: Practice, measure: str, first: dict[int, datetime]) -> tuple[Days, Days]:
    """Totals by person and day since the first dose, and the item on suicide of the same sheets."""
    item = IDEATION[1] if measure == IDEATION[0] else ""
    found = SheetScore.objects.standing().filter(
        sheet__instrument=measure, sheet__withdrawal=None, sheet__course__person__practice=practice
    )
    names = ["sheet__course__person", "at", "total"]
    if item:
        found = found.annotate(item=KeyTransform(item, "answers"))
        names.append("item")
    totals: Days = defaultdict(dict)
    items: Days = defaultdict(dict)
    for person, at, total, *answer in found.values_list(*names).iterator(5_000):
        if person not in first:
            continue
        day = (at - first[person]) / A_DAY
        if total is not None:
            totals[person][day] = total
        if answer and answer[0] is not None:
            items[person][day] = float(answer[0])
    return totals, items


# What a comparison is made in.
COMPARED = "phq9"


def compared(practice: Practice, *, at: datetime) -> tuple[trial.Compared, dict[str, Any]]:
    """The comparison as its protocol has it, and what it was asked with."""
    day = at.astimezone(ZoneInfo(practice.time_zone)).date().isoformat()
    return once_compared(practice.pk, day, stamp())


@lru_cache(maxsize=8)
def once_compared(practice: int, day: str, stamped: Stamp) -> tuple[trial.Compared, dict[str, Any]]:
    read = panel(Practice.objects.get(pk=practice), COMPARED, day=day)
    found = trial.compare(read, instruments.instrument(COMPARED), fewest=stories.fewest())
    asked = {"measure": COMPARED, "until": day, "protocol": trial.digest()}
    digest = seal({"data": str(stamped), "practice": str(practice), "asked": str(asked)})
    return found, {**asked, "version": VERSION, "digest": digest}


def published(at: datetime) -> list[tuple[Practice, Told]]:
    """The practices whose owner lets everybody read how it went, with what is told of each."""
    newest = EffectivenessShown.objects.values("practice").annotate(newest=Max("pk"))
    rows = EffectivenessShown.objects.filter(pk__in=newest.values("newest"), shown=True)
    return [
        (row.practice, plain_of(row.practice, at=at)) for row in rows.select_related("practice")
    ]


def plain_of(practice: Practice, *, at: datetime) -> Told:
    found = helped(practice, MEASURES[0], at=at)
    return plain_result(found.figures, harmed(practice, at=at).figures)
