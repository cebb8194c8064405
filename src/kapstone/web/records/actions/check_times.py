"""A practice's own check times: settled by a prescriber, signed, dated, never edited.

Laxer ones than those that ship hold once another has signed them too (`actions/countersigning.py`).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kapstone import monitoring
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import access, check_times
from kapstone.web.records.actions.countersigning import record, refuse_overtaken, refuse_waiting
from kapstone.web.records.check_times import Times
from kapstone.web.records.models import TimesChange
from kapstone.web.records.refusals import SHORTEST_REASON, Refused, refuse_other_name, refuse_short


@transaction.atomic
def settle_check_times(
    route: str, times: Times, *, why: str, seen: str, name: str, at: datetime, by: User
) -> TimesChange:
    """Settle when the checks of one route are due from now on; what it was stays readable.

    `seen` is the newest row that whoever signs has seen (`shown_of`): times that were left as they
    stood would else undo what a colleague signed since.

    Times equal to those that ship leave the practice with the shipped schedule. Laxer ones wait for
    a second signature, and what held goes on holding.
    """
    access.refuse_others(by, "sign limits")
    refuse_other_name(name, by)
    schedule = monitoring.schedules().get(route)
    if schedule is None:
        raise Refused("no-route", f"There is no route {route}.")
    practice = Practice.objects.select_for_update(no_key=True).get(user=by)
    last = TimesChange.objects.newest(practice.pk, route)
    refuse_overtaken(last, seen=seen, at=at)
    held = check_times.changes(practice.pk, at).get(route)
    before = check_times.times(schedule, held)
    after = {**before, **times}
    refuse_unfit(schedule, after, before=before, why=why)
    if last and check_times.times(schedule, last) == after:
        refuse_waiting(last)
    two = TimesChange.objects.two_signed(practice.pk, at).get(route, [])
    shipped = monitoring.times_of(schedule)
    row: TimesChange = TimesChange.objects.create(
        practice=practice,
        route=route,
        times={key: value for key, value in after.items() if value != shipped[key]},
        asks_second=check_times.asks_second(schedule, after, held, two),
        why=why.strip(),
        signed_name=by.signed_name,
        at=at,
        by=by,
    )
    record(row, before, after)
    return row


def refuse_unfit(schedule: monitoring.Schedule, after: Times, *, before: Times, why: str) -> None:
    """Refuse times that cannot be, that stand as they are, or without a reason."""
    if unknown := after.keys() - monitoring.times_of(schedule).keys():
        raise Refused("no-time", f"{schedule.id} has no time {', '.join(sorted(unknown))}.")
    for key, words in monitoring.time_doubts(schedule, after):
        raise Refused("times", f"{monitoring.times_called(key)}: {words}")
    if after == before:
        raise Refused("same", "These are the times that hold already.")
    if not why.strip():
        raise Refused("why", "Say why, in a sentence: it stands beside the times.")
    refuse_rarer(schedule, after, why)


def refuse_rarer(schedule: monitoring.Schedule, after: Times, why: str) -> None:
    """Times that look less than the row that ships name that row, and need a reason."""
    shipped = monitoring.times_of(schedule)
    rarer = monitoring.laxer(monitoring.timed(schedule, after), schedule)
    if not rarer:
        return
    names = "; ".join(
        f"{monitoring.times_called(name)}: {monitoring.minutes_said(after[name])}, where "
        f"{monitoring.minutes_said(shipped[name])} ships"
        for name in rarer
    )
    source = f"{schedule.id}: {', '.join(schedule.sources)}"
    refuse_short(
        why,
        f"Somewhere it is looked less often by these times. {names} ({source}). Give the reason in "
        f"at least {SHORTEST_REASON} letters; it is kept.",
        code="rarer",
    )
