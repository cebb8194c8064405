"""The effectiveness page of 10,000 people: with nothing kept, and kept for what the data is at.

The rows are made in bulk from a synthetic practice whose course is that of `outcomes`' tests: each
person has a baseline, four doses, and up to ten scores, of which three in ten are missing.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import numpy as np

from benchmarks import setting
from kapstone.web import clock
from kapstone.web.accounts import roles
from kapstone.web.records import effectiveness
from kapstone.web.records.models import (
    Course,
    DoseGiven,
    IntegrationContact,
    Person,
    Session,
    SessionPlan,
    Sheet,
    SheetScore,
)

MANY = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
SCORED = (7, 14, 21, 28, 42, 56, 91, 120, 150, 182)
DOSES = (0, 7, 14, 21)
DAY = timedelta(days=1)
chance = np.random.default_rng(2026)


def kept(rows: list[Any]) -> list[Any]:
    """Write rows in bulk: a benchmark of reading has no use for ten thousand deeds."""
    return list(type(rows[0]).objects.bulk_create(rows, batch_size=2_000))


by = setting.practice()
by.roles = [*by.roles, roles.OWNER]
by.save()
now = clock.now()
first = [now - int(days) * DAY for days in chance.integers(220, 900, MANY)]
people = kept(
    [
        Person(practice=by.practice, number=f"B{n:06}", given="P", family="Q", email="", phone="")
        for n in range(MANY)
    ]
)
courses = kept(
    [
        Course(person=p, number=1, concern="Depression", at=at, by=by)
        for p, at in zip(people, first, strict=True)
    ]
)
sessions = kept(
    [
        Session(course=c, number=n, at=at, by=by)
        for c, at in zip(courses, first, strict=True)
        for n in range(1, len(DOSES) + 1)
    ]
)
start = {c.pk: at for c, at in zip(courses, first, strict=True)}
days = [start[s.course_id] + DOSES[s.number - 1] * DAY for s in sessions]
kept(
    [
        SessionPlan(
            session=s, route="im" if s.course_id % 3 else "iv", planned_for=at, at=at, by=by
        )
        for s, at in zip(sessions, days, strict=True)
    ]
)
kept(
    [
        DoseGiven(
            session=s,
            kind="injection",
            amount_mg=Decimal(40),
            source="none",
            client_id=uuid4(),
            at=at,
            by=by,
        )
        for s, at in zip(sessions, days, strict=True)
    ]
)
kept(
    [
        IntegrationContact(course=c, how="video", at=start[c.pk] + int(d) * DAY, by=by)
        for c in courses
        for d in chance.integers(1, 60, 2)
    ]
)
scored = []
for course in courses:
    begun, reach = int(chance.integers(8, 27)), chance.uniform(0, 1)
    scored.append((course, start[course.pk] - DAY / 24, begun))
    for day in SCORED:
        if chance.random() < 0.7:
            total = int(np.clip(round(begun * (1 - reach) + chance.normal(0, 2)), 0, 27))
            scored.append((course, start[course.pk] + day * DAY, total))
sheets = kept(
    [
        Sheet(
            course=c,
            instrument="phq9",
            version="1",
            anchor=str(at),
            at=at,
            by=by,
            opens_at=at,
            due_at=at,
            closes_at=at + DAY,
        )
        for c, at, _ in scored
    ]
)
kept(
    [
        SheetScore(
            sheet=sheet,
            at=at,
            by=by,
            total=total,
            missing=[],
            knowledge_digest="",
            answers={"self_harm": int(total > 15)},
        )
        for sheet, (_, at, total) in zip(sheets, scored, strict=True)
    ]
)
client = setting.inside(by)
page = "/effectiveness/"
# What a server has loaded already is not the page's: the pages, and the libraries of the methods.
client.get("/effectiveness/?measure=gad7")
cold, worked = [], []
for _ in range(3):
    effectiveness.reckoned.cache_clear()
    began, busy = time.perf_counter(), time.process_time()
    answer = client.get(page)
    cold.append((time.perf_counter() - began) * 1_000)
    worked.append((time.process_time() - busy) * 1_000)
if answer.status_code != 200:
    raise SystemExit(f"the page answered {answer.status_code}")
figures = {
    "people": f"{MANY:,}",
    "scores": f"{len(scored):,}",
    "cold, median of three": f"{sorted(cold)[1]:.0f} ms | <= 2000 ms",
    "cold, processor": f"{sorted(worked)[1]:.0f} ms",
}
warm = setting.timed(lambda: client.get(page), 40, 200)
figures |= {f"warm, {name}": value for name, value in warm.items()}
print(json.dumps(figures))
