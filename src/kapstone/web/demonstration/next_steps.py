"""Long-term safety, wishes, chosen steps and calls in the invented practice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from kapstone import instruments
from kapstone.pathway import long_term
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import PRESCRIBER, THERAPIST
from kapstone.web.demonstration.life import Life
from kapstone.web.records import next_step as cards
from kapstone.web.records import slipping
from kapstone.web.records.actions import next_steps as deeds
from kapstone.web.records.actions import questionnaires
from kapstone.web.records.models import Course, LongTermCheck, Phase, SessionPlan
from kapstone.web.records.refusals import Refused

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
# What is asked before each session, and what before the first and then before every sixth.
EACH, SIXTH = ("LTS-01",), ("LTS-03", "LTS-05", "LTS-08", "LTS-10", "LTS-11", "LTS-13")
SIX = 6
WISHES = ("go_on", "go_on", "space_out", "talk", "go_on", "rest")
# How many of those home from a session have said what they want, and had a step chosen.
MOST_SAID, MOST_CHOSEN = 12, 3


def keep_up(life: Life, number: int, at: datetime) -> None:
    """What the monitor looked at before a session, so that nothing overdue holds it."""
    by = life.staff_in("session_monitor")
    for name in (*EACH, *(SIXTH if number % SIX == 1 else ())):
        deeds.look_at(life.course, name, found=False, words="", at=at - 20 * MINUTE, by=by)


def stand(staff: Mapping[str, User], now: datetime) -> None:
    """Some have said what they want, some steps were chosen, and one person was called."""
    prescriber, therapist = (
        next(user for user in staff.values() if role in user.roles)
        for role in (PRESCRIBER, THERAPIST)
    )
    home = cards.to_choose(Course.objects.standing(), now).select_related("person__user")
    for number, course in enumerate(home.order_by("pk")[:MOST_SAID]):
        well_since(course, now, by=therapist)
        if course.person.user is not None and number % 4 != 1:
            wish = WISHES[number % len(WISHES)]
            deeds.say_wish(course, wish, at=now - DAY / 8, by=course.person.user)
            tell_effects(course, now - DAY / 9, course.person.user)
    chosen(list(home.order_by("pk")[:MOST_SAID]), now, prescriber)
    called(now, therapist)
    found_something(now, therapist)


def well_since(course: Course, now: datetime, *, by: User) -> None:
    """The bladder questions asked again on the way, where nothing was found before."""
    if LongTermCheck.objects.filter(course=course).exists():
        deeds.look_at(course, long_term.check_rows()[0].id, found=False, words="", at=now, by=by)


def tell_effects(course: Course, at: datetime, by: User) -> None:
    """The list of side effects since the session: a little sick and tired, the rest none."""
    sheet = questionnaires.ask_now(course, "side-effects", at=at, by=by)
    of = instruments.instrument("side-effects")
    while item := instruments.next_item(of, questionnaires.answers_of(sheet)):
        value = float(item.id in ("nausea", "drowsiness"))
        questionnaires.answer_item(sheet, item.id, value, at=at, by=by)
    questionnaires.finish_sheet(sheet, at=at, by=by)


def chosen(courses: list[Course], now: datetime, by: User) -> None:
    """The last of them have a step: the first as proposed, the others over the card."""
    for number, course in enumerate(courses[::-1][:MOST_CHOSEN]):
        proposed = cards.before(course, now=now).card.proposed
        try:
            deeds.choose_step(
                course,
                proposed if proposed and number == 0 else "go_on",
                seen=proposed or "",
                chips=["therapy-under-way"],
                at=now,
                by=by,
            )
        except Refused:
            # A notice of risk waits for an answer: nothing is chosen past it.
            continue


def called(now: datetime, by: User) -> None:
    """The first on the list was tried in vain."""
    for row in slipping.people(by, now=now)[:1]:
        words = "Tried twice in the morning."
        deeds.note_contact(row.course, "no_answer", words=words, at=now - DAY / 12, by=by)


def found_something(now: datetime, by: User) -> None:
    """One person with a session in some days has answered yes to the bladder questions."""
    soon = SessionPlan.objects.standing().filter(
        cancelled=False, planned_for__gt=now + 4 * DAY, planned_for__lt=now + 13 * DAY
    )
    begun = Phase.objects.standing().filter(phase="started", at__gt=now - DAY)
    others = soon.exclude(session__course__in=begun.values("session__course"))
    plan = others.order_by("planned_for", "pk").first()
    if plan is not None:
        words = "Has had to rush to the toilet since last week."
        deeds.look_at(plan.session.course, "LTS-01", found=True, words=words, at=now, by=by)
