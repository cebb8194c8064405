"""What invented people have read of the library, what they ask, and who signed for a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import THERAPIST
from kapstone.web.records import library as shelves
from kapstone.web.records.actions import library as deeds
from kapstone.web.records.models import Course
from kapstone.web.records.road_ahead import steps_of

READERS = 8
SIGNED = ("what-kap-is", "the-road", "integration")
ANSWERED = "I get sick on buses. Will I get sick from this too?"
ANSWER = "It can happen. Tell us on the day: there are ways to make it less likely."
OPEN = "Last time I felt very little. Does it make sense to go on?"


def read(staff: Mapping[str, User], now: datetime) -> None:
    """The newest people have read something; one waits for an answer, another has one."""
    therapist = next(user for user in staff.values() if THERAPIST in user.roles)
    for name in SIGNED:
        at = now - timedelta(days=30)
        deeds.review_article(name, signed=therapist.name, at=at, by=therapist)
    readers = [course for course in courses() if shelves.for_now(course.person, steps_of(course))]
    for course in readers[:READERS]:
        (first, *_) = shelves.for_now(course.person, steps_of(course))
        at = now - timedelta(hours=20)
        deeds.mark_read(course.person, first.article.id, at=at, by=themselves(course))
    answered, asks = readers[0], readers[1]
    ask(answered, "side-effects", ANSWERED, now - timedelta(hours=19))
    question = shelves.questions(answered.person).get()
    at = now - timedelta(hours=2)
    deeds.answer_question(question, words=ANSWER, talked=False, at=at, by=therapist)
    ask(asks, "questions", OPEN, now - timedelta(hours=3))


def courses() -> list[Course]:
    rows = Course.objects.standing().exclude(person__user=None).order_by("pk")
    return list(rows.select_related("person__practice", "person__user"))


def ask(course: Course, name: str, words: str, at: datetime) -> None:
    deeds.ask_about(course.person, name, words=words, at=at, by=themselves(course))


def themselves(course: Course) -> User:
    return User.objects.get(person=course.person)
