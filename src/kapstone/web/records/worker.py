"""What is done beside the pages: messages sent, readings judged, rooms watched, sheets asked."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections

from kapstone.web import clock
from kapstone.web.records import live, outbox, reaching, schedule
from kapstone.web.records.actions import (
    breaking_off,
    checking_in,
    escalating,
    looking,
    nudging,
    outside,
    questionnaires,
    readings,
    sitting,
    watching,
)
from kapstone.web.records.actions import reaching as reaching_deeds
from kapstone.web.records.actions.one_by_one import FAULTS
from kapstone.web.records.models import Course, Person

EVERY_S = 5.0
log = logging.getLogger("kapstone.worker")


def one_round() -> bool:
    """Do what is due now, each job whatever became of the others; True when nothing was left over.

    A round in which no job failed is noted in the data folder, for `kapstone check`.
    """
    now = clock.now()
    left = {"unjudged": 0, "unasked": 0, "unreminded": 0}
    jobs: dict[str, Callable[[], object]] = {
        # Before the mail, so that what it passes on goes out in the same round.
        "broken off": lambda: breaking_off.raise_broken_off(at=now),
        "looks at home": lambda: sitting.call_for_missed_looks(at=now),
        "check-ins at home": lambda: checking_in.call_for_missed_check_ins(at=now),
        "check-ins asked": lambda: checking_in.ask_check_ins(at=now),
        "risk": lambda: escalating.escalate_unanswered(at=now),
        "mail": outbox.deliver,
        "readings": lambda: left.update(unjudged=readings.judge_unjudged()),
        "those alone": lambda: watching.call_for_those_alone(at=now),
        "decisions": lambda: looking.look_again(at=now),
        "questionnaires": lambda: left.update(unasked=ask_due(now)),
        "reminders": lambda: left.update(unreminded=remind_due(now)),
        # After the reminders: who has a form open is written to about that.
        "questions": lambda: nudging.nudge_due(at=now),
        "therapists outside": lambda: outside.ask_outside_due(at=now),
        "heard by screens": lambda: live.forget(before=now),
    }
    failed = [name for name, job in jobs.items() if not done(name, job)]
    if failed:
        return False
    noted = done("note of the round", lambda: round_file().write_text(now.isoformat()))
    return noted and not any(left.values())


def done(name: str, job: Callable[[], object]) -> bool:
    """Whether a job could be done; a fault is logged, and the next round tries again."""
    try:
        job()
    except FAULTS:
        log.exception("%s: not done in this round", name)
        # A connection that was lost is dropped here, so that the next job gets a new one.
        close_old_connections()
        return False
    return True


def round_file() -> Path:
    return Path(settings.DATA) / "worker-round"


def last_finished() -> datetime | None:
    """When the last round without a failed job began; None when none was noted."""
    try:
        return datetime.fromisoformat(round_file().read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def ask_due(now: datetime) -> int:
    """Ask for what came due, and follow plans; gives how many courses a fault kept back."""
    wanted = schedule.changes(schedule.followed(), now=now)
    courses = Course.objects.filter(pk__in=wanted).select_related("by")
    return sum(not asked(course, now) for course in courses)


def asked(course: Course, now: datetime) -> bool:
    """Whether it could be done; one course that fails must not keep the others waiting."""
    try:
        questionnaires.schedule_due(course, at=now, by=course.by)
    except FAULTS:
        log.exception("course %s: its questionnaires could not be asked", course.pk)
        return False
    return True


def remind_due(now: datetime) -> int:
    """Write to whom it is time to write to; gives how many people a fault kept back."""
    known = reaching.known(reaching.with_open_forms(now), now=now).values()
    return sum(not reminded(each.person, now) for each in known if reaching.to_send(each, now))


def reminded(person: Person, now: datetime) -> bool:
    """Whether it could be done; one person's fault must not keep the others waiting."""
    try:
        reaching_deeds.remind_due(person, at=now)
    except FAULTS:
        log.exception("person %s: could not be reminded", person.pk)
        return False
    return True


def run(beat: Callable[[datetime], int] | None = None) -> None:
    """Go round until told to stop by a signal; `beat` is the demonstration's own."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        close_old_connections()
        one_round()
        if beat:
            done("demonstration", partial(beat, clock.now()))
        stop.wait(EVERY_S)
