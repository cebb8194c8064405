"""What helped a person before: what they kept, saw, found good and wrote down, and nothing else.

Made of the person's own rows; a journal is never read here, shared or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from kapstone.web.preparing import comforts_said
from kapstone.web.records.models import (
    CheckIn,
    Commitment,
    Course,
    Insight,
    Meaning,
    Notice,
    Preparation,
    SafetyPlan,
)

MOST = 10
WORSE = "worse-"
# How the safety plan names its lines: what somebody does alone, and where and with whom.
ALONE, PLACES = ("alone_1", "alone_2", "alone_3"), ("place_1", "place_2")
PEOPLE = ("company_1", "company_2", "helper_1", "helper_2", "helper_3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A commitment that was kept: how often, when last, and what they said then."""

    commitment: Commitment
    times: int
    last_at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Helped:
    """Everything on one page; empty where nothing was ever said."""

    kept: tuple[Kept, ...]
    insights: tuple[Insight, ...]
    comforts: tuple[tuple[str, str], ...]
    alone: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    places: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        lists = (self.kept, self.insights, self.comforts, self.alone, self.people, self.places)
        return not any(lists)


def of_course(course: Course) -> Helped:
    """Six queries, however much there is."""
    plan = SafetyPlan.objects.newest(person=course.person)
    lines: Mapping[str, str] = plan.fields if plan else {}
    return Helped(
        kept=tuple(kept(course))[:MOST],
        insights=tuple(insights(course)),
        comforts=tuple(comforts(course)),
        alone=written(lines, ALONE),
        people=tuple(people(lines)),
        places=written(lines, PLACES),
    )


def kept(course: Course) -> list[Kept]:
    """What was kept at least once and was not let go since, the last kept first."""
    rows = Commitment.objects.standing().filter(course=course, check_ins__how="kept").distinct()
    said = Prefetch("check_ins", queryset=CheckIn.objects.standing().order_by("at", "pk"))
    found = [of_commitment(row) for row in rows.prefetch_related(said)]
    return sorted((each for each in found if each), key=lambda each: each.last_at, reverse=True)


def of_commitment(row: Commitment) -> Kept | None:
    answers = list(row.check_ins.all())
    times = [each for each in answers if each.how == "kept"]
    if not times or answers[-1].how == "let_go":
        return None
    last = times[-1]
    return Kept(commitment=row, times=len(times), last_at=last.at, words=last.words)


def insights(course: Course) -> Any:
    """The newest, each with what it means."""
    means = Prefetch("meanings", queryset=Meaning.objects.standing().order_by("-at", "-pk"))
    rows = Insight.objects.standing().filter(course=course).prefetch_related(means)
    return rows.order_by("-at", "-pk")[:MOST]


def comforts(course: Course) -> Iterator[tuple[str, str]]:
    """What makes a room easier, as they last said it; agreements on touch are not for here."""
    row = Preparation.objects.standing().filter(course=course).order_by("-at", "-pk").first()
    said = comforts_said(row.comforts) if row else ()
    # The page is read by the person too: no line of it speaks of "them".
    plain = ((title.removesuffix(", in their words"), words) for title, words in said)
    return (line for line in plain if line[0] != "Touch")


def people(lines: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Names of their safety plan with their numbers, each once."""
    seen: set[str] = set()
    for name in PEOPLE:
        who = lines.get(f"{name}_name", "").strip()
        if who and who.casefold() not in seen:
            seen.add(who.casefold())
            yield who, lines.get(f"{name}_phone", "").strip()


def written(lines: Mapping[str, str], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(words for name in names if (words := lines.get(name, "").strip()))


def is_harder_now(course: Course) -> bool:
    """Whether a score that fell by more than its error waits to be talked about."""
    rows = Notice.objects.open().filter(person=course.person, kind__startswith=WORSE)
    return rows.exists()
