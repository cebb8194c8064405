"""What the invented practice and its people write to each other: hours, an absence, threads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import PRESCRIBER, THERAPIST
from kapstone.web.demonstration.readers import courses, themselves
from kapstone.web.records import access
from kapstone.web.records.actions import messages, office
from kapstone.web.records.actions.messages import Heading
from kapstone.web.records.models import Person
from kapstone.web.records.opening import Closed, Span

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LONG: Span = (time(9), time(17))
SHORT: Span = (time(9), time(13))
# Monday to Sunday.
WEEK = (LONG, LONG, LONG, LONG, SHORT, None, None)
ASKED = Heading(subject="The day after", about="worry")
WORDS = (
    "I slept long and I am a little dizzy when I stand up. Is that usual?",
    "It can happen on the day after. Get up slowly and drink enough. Call us if it goes on "
    "tomorrow, or at once if you faint.",
    "Thank you. It is better already.",
)
WAITS = Heading(subject="Thursday", about="appointment")
OPEN = "Could my sister pick me up instead of my husband?"


def write(staff: Mapping[str, User], now: datetime) -> None:
    """Hours and who is away, a thread that was answered, and one that waits for its answer."""
    settle_office(staff, now)
    therapist = next(user for user in staff.values() if THERAPIST in user.roles)
    answered, waits, *_ = courses()
    talk(answered.person, themselves(answered), therapist, now)
    messages.begin_thread(waits.person, WAITS, text=OPEN, at=now - 2 * HOUR, by=themselves(waits))


def settle_office(staff: Mapping[str, User], now: datetime) -> None:
    """The hours in which messages are read, closed days to come, and a prescriber's leave."""
    by = next(user for user in staff.values() if access.may(user, "settle hours"))
    first, second = [user for user in staff.values() if PRESCRIBER in user.roles][:2]
    today = now.astimezone(first.practice.zone).date() if first.practice else now.date()
    closed = [Closed(today + 30 * DAY, today + 31 * DAY, "Closed for a training of the team")]
    office.settle_hours(WEEK, closed=closed, answer_days=1, at=now - 90 * DAY, by=by)
    office.note_absence(
        second,
        first_on=today + 5 * DAY,
        last_on=today + 11 * DAY,
        covered_by=first,
        at=now - DAY,
        by=second,
    )


def talk(person: Person, they: User, therapist: User, now: datetime) -> None:
    """One asks, the therapist answers, and they write back."""
    asked, answer, thanks = WORDS
    at = now - 3 * DAY
    thread = messages.begin_thread(person, ASKED, text=asked, at=at, by=they)
    for words, by, hours in ((answer, therapist, 2), (thanks, they, 5)):
        last = messages.send_message(person, text=words, at=at + hours * HOUR, by=by, thread=thread)
    messages.deal_with_messages(person, thread, read_to=last.pk, at=at + 6 * HOUR, by=therapist)
