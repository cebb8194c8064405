"""Is this installation safe to use? Each answer says what was looked at and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.db import connection

from kapstone.web import backups, environment, private
from kapstone.web import clock as our_clock
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import audit, guards, sealing, worker
from kapstone.web.records.models import PsychotherapyNote
from kapstone.web.records.refusals import Refused

SHORTEST_KEY = 50
BACKUP_WITHIN = timedelta(days=1)
ROUND_WITHIN = timedelta(minutes=5)
CLOCK_WITHIN = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing looked at: `ok` None means that it could not be found out."""

    name: str
    ok: bool | None
    says: str


def look() -> list[Answer]:
    """Everything, in the order in which one would mend it."""
    return list(answers())


def answers() -> Iterator[Answer]:
    yield knowledge()
    yield demonstration()
    yield secret_key()
    yield notes_key()
    yield files()
    yield tls()
    yield triggers()
    yield trail()
    yield second_factor()
    yield signed_settings()
    yield mail()
    yield worker_rounds()
    yield backup()
    yield clock()


def knowledge() -> Answer:
    faults = [check for check in run_checks() if check.level >= ERROR]
    says = "; ".join(str(fault.msg) for fault in faults) or "every file was read"
    return Answer("knowledge and settings", not faults, says)


def demonstration() -> Answer:
    if settings.DEMO:
        return Answer("demonstration", False, "KAPSTONE_DEMO is on; take it out of the environment")
    return Answer("demonstration", True, "off")


def secret_key() -> Answer:
    long_enough = len(settings.SECRET_KEY) >= SHORTEST_KEY
    where = (
        "from KAPSTONE_SECRET_KEY" if environment.text("KAPSTONE_SECRET_KEY") else "kept in file"
    )
    says = where if long_enough else f"shorter than {SHORTEST_KEY} letters; make a longer one"
    return Answer("secret key", long_enough, says)


def notes_key() -> Answer:
    """Whether every key that sealed a psychotherapy note is there; which notes is not looked at."""
    try:
        there = set(sealing.keys())
    except Refused as refused:
        return Answer("notes key", False, refused.words)
    used = set(PsychotherapyNote.objects.values_list("key_id", flat=True).distinct())
    if gone := ", ".join(sorted(used - there)):
        return Answer("notes key", False, f"{gone} sealed notes and is not there; put it back")
    says = "keep a copy apart from the database" if used else "none is needed yet"
    return Answer("notes key", True, says)


def files() -> Answer:
    found = ", ".join(str(file) for file in private.open_to_others())
    says = f"others on this machine can read {found}; chmod go= them" if found else "ours alone"
    return Answer("files", not found, says)


def tls() -> Answer:
    if settings.TLS and settings.SITE_ADDRESS.startswith("https://"):
        return Answer("TLS", True, settings.SITE_ADDRESS)
    return Answer(
        "TLS", False, "set KAPSTONE_TLS=1 and KAPSTONE_ADDRESS=https://... behind a TLS proxy"
    )


def triggers() -> Answer:
    gone = guards.missing(connection)
    says = f"not as made: {', '.join(gone)}; `kapstone serve` mends it" if gone else "all in place"
    return Answer("append-only guards", not gone, says)


def trail() -> Answer:
    walk = audit.verify()
    if walk.broken:
        return Answer("audit trail", False, f"broken at {walk.broken.number}: {walk.broken.why}")
    return Answer("audit trail", True, f"{walk.entries} entries hold")


NO_PRACTICE = "there is no practice yet; make one with kapstone setup"


def second_factor() -> Answer:
    if not Practice.objects.exists():
        return Answer("second factor", False, NO_PRACTICE)
    lacking = [
        user.email
        for user in User.objects.filter(is_active=True, authenticator=None)
        if user.is_hired
    ]
    says = f"not yet: {', '.join(lacking[:5])}" if lacking else "everybody on staff has one"
    return Answer("second factor", not lacking, says)


def signed_settings() -> Answer:
    if not Practice.objects.exists():
        return Answer("practice settings", False, NO_PRACTICE)
    unsigned = [str(each) for each in Practice.objects.filter(settings_signed_at=None)]
    if unsigned:
        who = ", ".join(unsigned)
        return Answer(
            "practice settings", False, f"a prescriber of {who} has to sign them, under Limits"
        )
    return Answer("practice settings", True, "signed")


def mail() -> Answer:
    if settings.EMAIL_HOST:
        return Answer("e-mail", True, f"through {settings.EMAIL_HOST}")
    return Answer("e-mail", False, f"goes to {settings.EMAIL_FILE_PATH}; set KAPSTONE_EMAIL_HOST")


def worker_rounds() -> Answer:
    """The worker sends mail and judges readings; nobody notices at once when it is not there."""
    last = worker.last_finished()
    if last is None:
        return Answer("worker", False, "no round is noted; run `kapstone serve` or `kapstone work`")
    says = f"the last whole round was at {last:%Y-%m-%d %H:%M} UTC"
    if our_clock.now() - last < ROUND_WITHIN:
        return Answer("worker", True, says)
    return Answer("worker", False, f"{says}; see its log, or start `kapstone work`")


def backup() -> Answer:
    if connection.vendor == "postgresql":
        return Answer(
            "backups", None, "PostgreSQL: see that your own backups are restored at times"
        )
    last = backups.newest()
    if last is None:
        return Answer("backups", False, "none was made yet; run `kapstone backup` every day")
    recent = our_clock.now() - last.at < BACKUP_WITHIN
    return Answer("backups", recent, f"the last is of {last.at:%Y-%m-%d %H:%M} UTC: {last.file}")


def clock() -> Answer:
    """Against the database server's clock, where there is one other than ours."""
    if connection.vendor != "postgresql":
        return Answer("clock", None, "nothing to compare with; see that time is synchronised")
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
    drift = abs(datetime.now(UTC) - row[0]) if row else CLOCK_WITHIN
    return Answer("clock", drift < CLOCK_WITHIN, f"{drift.total_seconds():.1f} s from the database")
