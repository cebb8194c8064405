"""What is done beside the pages: mail sent, readings judged, rooms watched, sheets asked."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError, close_old_connections

from kapstone.knowledge import KnowledgeError
from kapstone.web import clock
from kapstone.web.records import outbox, schedule
from kapstone.web.records.actions import questionnaires, readings, watching
from kapstone.web.records.models import Course
from kapstone.web.records.refusals import Refused

EVERY_S = 5.0
log = logging.getLogger("kapstone.worker")


def one_round() -> bool:
    """Do what is due now; True when nothing was left over by a fault."""
    outbox.deliver()
    unjudged = readings.judge_unjudged()
    watching.call_for_those_alone(at=clock.now())
    return ask_due(clock.now()) == 0 and unjudged == 0


def ask_due(now: datetime) -> int:
    """Ask for the questionnaires that came due; gives how many courses a fault kept back."""
    wanted = schedule.unasked(schedule.followed(), now=now)
    courses = Course.objects.filter(pk__in=wanted).select_related("by")
    return sum(not asked(course, now) for course in courses)


def asked(course: Course, now: datetime) -> bool:
    """Whether it could be done; one course that fails must not keep the others waiting."""
    try:
        questionnaires.schedule_due(course, at=now, by=course.by)
    except (DatabaseError, KnowledgeError, Refused):
        log.exception("course %s: its questionnaires could not be asked", course.pk)
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
            beat(clock.now())
        stop.wait(EVERY_S)
