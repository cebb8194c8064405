"""What comes after a session: insight, commitment, check-ins, journal, review, and the exits."""

from __future__ import annotations

from datetime import datetime, timedelta

from kapstone.synthesis.cast import shared
from kapstone.synthesis.draft import Draft, at, next_working_day
from kapstone.synthesis.road import plan_session

REVIEW_WORDS = {
    "go_on": "The weekly rhythm stays as planned; we look again after the last session.",
    "more_sessions": "The gain faded by month three. Two more sessions, closer integration.",
    "space_out": "Holding well between sessions. Every three weeks from here.",
    "maintenance": "One session a month keeps it. We look at it again each quarter.",
    "another_path": "Six sessions changed little. Referred for TMS; therapy here goes on.",
    "good_ending": "What was hoped for has held. The door stays open.",
}
WITHDRAWAL_WORDS = "I have thought about it and want to stop here. Thank you for the care."
CHECK_IN_DAYS, JOURNAL_DAYS = 4, (3, 5)
MESSAGE_HOURS_AGO = 5
# Later than the first review, which decides on maintenance at all.
BOOKED_AHEAD_DAYS = 10


def change(life: Draft) -> None:
    """Write integration, journal, review, messages and withdrawal."""
    for number, start in enumerate(life.every_start, start=1):
        _after_session(life, number, start)
    if life.midway < len(life.starts):
        _review_midway(life)
    if not life.story.skips_review:
        _review(life)
    if life.story.maintained:
        _maintenance(life)
    if life.story.message is not None:
        sent = life.now - timedelta(hours=MESSAGE_HOURS_AGO)
        words = shared().messages[life.story.message]
        life.write(sent, "send_message", life.person.key, words=words)
    if life.story.withdraws:
        when = life.starts[-1] + timedelta(days=5, hours=4)
        life.write(when, "withdraw_consent", life.person.key, words=WITHDRAWAL_WORDS)


def integration_at(start: datetime) -> datetime:
    """The first integration meeting: a working day, 24 to 72 hours after the start."""
    second = (start + timedelta(days=2)).replace(hour=15, minute=0)
    if second.weekday() < 5:
        return second
    # The second day falls on a weekend: the Friday before it, or the Monday after.
    return start + timedelta(days=1 if second.weekday() == 5 else 3)


def _after_session(life: Draft, number: int, start: datetime) -> None:
    if number < len(life.starts) or not life.story.skips_integration:
        _integration(life, number, integration_at(start))
    for days in JOURNAL_DAYS:
        if life.rng.random() < 0.6:
            evening = (start + timedelta(days=days)).replace(hour=21, minute=10)
            words = life.one_of(life.words.journal)
            life.write(evening, "write_journal", life.person.key, words=words)


def _integration(life: Draft, number: int, when: datetime) -> None:
    therapist, said = life.team.therapist, life.words.insight[number % len(life.words.insight)]
    insight, commitment = f"insight-{number}", f"commitment-{number}"
    life.write(when, "record_insight", life.person.key, insight=insight, words=said.insight)
    life.write(
        when + timedelta(minutes=20),
        "make_commitment",
        life.person.key,
        insight=insight,
        commitment=commitment,
        words=said.commitment,
    )
    note = life.one_of(shared().integration_notes)
    noted = when + timedelta(minutes=50)
    life.write(noted, "write_note", therapist, kind="integration", words=note)
    looked = at(next_working_day((when + timedelta(days=CHECK_IN_DAYS)).date()), 9, 20, life.zone)
    kept = bool(life.rng.random() < 0.75)
    words = said.check_in if kept else "Not this week. Made it smaller and kept it."
    life.write(looked, "check_in", life.person.key, commitment=commitment, kept=kept, words=words)


def _review_midway(life: Draft) -> None:
    third_day = life.starts[life.midway - 1].date() + timedelta(days=3)
    when = at(next_working_day(third_day), 16, 0, life.zone)
    words = REVIEW_WORDS["go_on"]
    life.write(when, "review_course", life.team.prescriber, decision="go_on", words=words)


def _review(life: Draft) -> None:
    decision = life.story.decision_review or "go_on"
    last = life.starts[-1].date() + timedelta(days=life.story.review_at_days)
    when = at(next_working_day(last), 15, 30, life.zone)
    words = REVIEW_WORDS[decision]
    life.write(when, "review_course", life.team.prescriber, decision=decision, words=words)


def _maintenance(life: Draft) -> None:
    """Each monthly session is booked ahead; the course is looked at each quarter."""
    for number, start in enumerate(life.extra_starts, start=len(life.starts) + 1):
        booked = start - timedelta(days=BOOKED_AHEAD_DAYS)
        plan_session(life, number, start, booked.replace(hour=9, minute=30))
        if number % 3 == 0:
            when = at(next_working_day(start.date() + timedelta(days=10)), 15, 30, life.zone)
            words = REVIEW_WORDS["maintenance"]
            by = life.team.prescriber
            life.write(when, "review_course", by, decision="maintenance", words=words)
