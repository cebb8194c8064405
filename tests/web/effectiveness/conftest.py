"""Toy cohort A in a practice: each score by a deed, the first dose on its day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from outcomes.cohort_a import SCORES

from kapstone import instruments
from kapstone.web import clock
from kapstone.web.accounts import roles
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import effectiveness
from kapstone.web.records.actions import people, questionnaires, sessions
from kapstone.web.records.models import Course, DoseGiven, Sheet, SheetScore

Treat = Callable[..., Course]
# When cohort A is looked at: every visit of everybody is over.
LATER = timedelta(days=300)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """A test's rows are taken back, so that the next one has the same numbers for others."""
    effectiveness.reckoned.cache_clear()
    effectiveness.once_compared.cache_clear()
    yield
    effectiveness.reckoned.cache_clear()
    effectiveness.once_compared.cache_clear()


@pytest.fixture
def researcher(practice: Practice) -> User:
    return User.objects.create_user(
        "rao@example.org",
        "correct horse battery",
        name="Rao",
        practice=practice,
        roles=[roles.RESEARCHER],
    )


@pytest.fixture
def later(now: datetime) -> Iterator[datetime]:
    with clock.at(now + LATER):
        yield now + LATER


def answers(total: int) -> dict[str, float]:
    """Answers of PHQ-9 that add up to a total; the item on suicide is the last to be raised."""
    items = [item.id for item in instruments.instrument("phq9").item if item.id != "difficulty"]
    order = [name for name in items if name != "self_harm"] + ["self_harm"]
    found = dict.fromkeys(order, 0.0)
    for place in range(total):
        found[order[place % len(order)]] += 1
    return found


def by_deed(course: Course, total: int, at: datetime, by: User) -> Sheet:
    with clock.at(at):
        sheet = questionnaires.ask_now(course, "phq9", at=at, by=by)
        of, wanted = instruments.instrument("phq9"), answers(total)
        given: dict[str, float] = {}
        while (item := instruments.next_item(of, given)) is not None:
            given[item.id] = wanted.get(item.id, 0.0)
        questionnaires.take_down(sheet, given, finish=True, at=at, by=by)
    return sheet


def quickly(course: Course, total: int, at: datetime, by: User) -> SheetScore:
    """The row that the deed leaves, without the deed: for many people."""
    sheet = Sheet.objects.create(
        course=course,
        instrument="phq9",
        version="1",
        anchor=str(at),
        at=at,
        by=by,
        opens_at=at,
        due_at=at,
        closes_at=at + timedelta(days=1),
    )
    return SheetScore.objects.create(
        sheet=sheet,
        at=at,
        by=by,
        total=total,
        missing=[],
        answers=answers(total),
        knowledge_digest="",
    )


@pytest.fixture
def treat(desk: User, lind: User, now: datetime) -> Treat:
    """Somebody with a dose on day 0 and scores by day, each written by `how`."""

    def treating(
        name: str, days: dict[float, float], *, how: Callable[..., object] = quickly
    ) -> Course:
        told = {"given": name, "family": "Quux", "email": "", "phone": "", "birth_date": None}
        before = now - timedelta(days=1)
        with clock.at(before):
            course = people.add_person(told, at=before, by=desk)
            session = sessions.plan_session(course, route="im", planned_for=now, at=before, by=desk)
        for day, total in days.items():
            # The first score stands an hour before the dose.
            how(course, int(total), now + timedelta(days=day, hours=-1 if day == 0 else 0), lind)
        DoseGiven.objects.create(
            session=session,
            client_id=uuid4(),
            at=now,
            by=lind,
            kind="injection",
            amount_mg=Decimal(40),
            source="none",
        )
        return course

    return treating


@pytest.fixture
def cohort_a(treat: Treat) -> list[Course]:
    return [treat(f"P{name}", days, how=by_deed) for name, days in SCORES.items()]


@pytest.fixture
def many(treat: Treat) -> list[Course]:
    """Cohort A twelve times over, enough to be told."""
    return [treat(f"P{n}", days) for _ in range(12) for n, days in SCORES.items()]
