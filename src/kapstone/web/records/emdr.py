"""EMDR as it stands: each target with the sets of its sittings, and what is owed after the last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from kapstone.pathway import emdr
from kapstone.web.records.models import (
    Course,
    DoseGiven,
    EmdrClosing,
    EmdrSet,
    EmdrTarget,
    IntegrationContact,
)

# Longer ago than this a call is no longer about that sitting.
FORGOTTEN_AFTER = timedelta(days=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """The sets of one sitting, oldest first, and how it was closed; None: it runs still."""

    sets: tuple[EmdrSet, ...]
    closing: EmdrClosing | None

    def of(self, phase: str) -> list[EmdrSet]:
        return [each for each in self.sets if each.phase == phase]

    @property
    def sud(self) -> list[EmdrSet]:
        return self.of(emdr.DESENSITISATION)

    @property
    def voc(self) -> list[EmdrSet]:
        return self.of(emdr.INSTALLATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A target as it stands, with every sitting; `call` is held, due, overdue, or empty."""

    row: EmdrTarget
    sittings: tuple[Sitting, ...]
    call: str

    @property
    def running(self) -> Sitting | None:
        last = self.sittings[-1] if self.sittings else None
        return last if last is not None and last.closing is None else None

    @property
    def last_closing(self) -> EmdrClosing | None:
        closed = [each.closing for each in self.sittings if each.closing is not None]
        return closed[-1] if closed else None


def of_course(course: Course, now: datetime) -> list[Target]:
    """The targets that stand, oldest first; as many queries for many as for one."""
    rows = EmdrTarget.objects.filter(course=course).select_related("by").order_by("pk")
    sets = EmdrSet.objects.standing().filter(target__course=course).select_related("by")
    closings = EmdrClosing.objects.standing().filter(target__course=course).select_related("by")
    contacts = IntegrationContact.objects.standing().filter(course=course)
    held = list(contacts.values_list("at", flat=True))
    told = sorted([*sets, *closings], key=lambda row: (row.at, row.pk))
    by_target: dict[int, list[Any]] = {}
    for each in told:
        by_target.setdefault(each.target_id, []).append(each)
    return [
        standing(row, [each for pk in chain for each in by_target.get(pk, [])], held, now)
        for row, chain in chains(rows)
    ]


def of_target(target: EmdrTarget, now: datetime) -> Target:
    """The one that stands for this target now."""
    found = of_course(target.course, now)
    chain = next(chain for _, chain in chains(all_of(target.course)) if target.pk in chain)
    return next(each for each in found if each.row.pk == chain[-1])


def all_of(course: Course) -> Iterable[EmdrTarget]:
    return EmdrTarget.objects.filter(course=course).order_by("pk")


def chains(rows: Iterable[EmdrTarget]) -> list[tuple[EmdrTarget, list[int]]]:
    """Each target that stands, with the numbers of all rows that said it, oldest first."""
    found: dict[int, tuple[EmdrTarget, list[int]]] = {}
    for row in rows:
        _, before = found.pop(row.corrects_id or 0, (None, []))
        found[row.pk] = (row, [*before, row.pk])
    return list(found.values())


def standing(row: EmdrTarget, told: list[Any], held: list[datetime], now: datetime) -> Target:
    ordered = sorted(told, key=lambda each: (each.at, isinstance(each, EmdrClosing), each.pk))
    sittings = tuple(sittings_of(ordered))
    target = Target(row=row, sittings=sittings, call="")
    last = target.last_closing
    owed = "" if last is None else call_of(last, held, now)
    return Target(row=row, sittings=sittings, call=owed)


def sittings_of(told: Iterable[Any]) -> list[Sitting]:
    """Sets up to each closing, and those since the last."""
    found: list[Sitting] = []
    sets: list[EmdrSet] = []
    for each in told:
        if isinstance(each, EmdrClosing):
            found.append(Sitting(sets=tuple(sets), closing=each))
            sets = []
        else:
            sets.append(each)
    return [*found, Sitting(sets=tuple(sets), closing=None)] if sets else found


def call_of(closing: EmdrClosing, held: Iterable[datetime], now: datetime) -> str:
    """Whether the call after a sitting was held: an integration contact of any kind counts."""
    if closing.call_by is None:
        return ""
    if any(at > closing.at for at in held):
        return "held"
    return "overdue" if now > closing.call_by else "due"


def told(sets: Iterable[EmdrSet]) -> list[emdr.Set]:
    """The sets as the room of the pathway takes them."""
    return [emdr.Set(phase=each.phase, value=each.value) for each in sets]


def near_a_dose(course: Course, at: datetime) -> emdr.Timing:
    """How long after the last charted dose of the course `at` is; unknown where none is charted."""
    given = DoseGiven.objects.standing().filter(session__course=course, amount_mg__gt=0)
    last = given.filter(at__lte=at).order_by("-at").values_list("at", flat=True).first()
    return emdr.timing(at, last_dose_at=last)


def calls_owed(courses: QuerySet[Course], now: datetime) -> QuerySet[Course]:
    """Courses with a sitting that ended open, less than ten days ago, and nobody in touch since."""
    since = IntegrationContact.objects.standing().filter(
        course=OuterRef("target__course"), at__gt=OuterRef("at")
    )
    again = EmdrClosing.objects.standing().filter(target=OuterRef("target"), at__gt=OuterRef("at"))
    owed = EmdrClosing.objects.standing().filter(
        ~Exists(since), ~Exists(again), target__course=OuterRef("pk"), at__gt=now - FORGOTTEN_AFTER
    )
    first = owed.exclude(call_by=None).order_by("call_by").values("call_by")[:1]
    return courses.annotate(due=Subquery(first)).exclude(due=None)
