"""A practice's own check times: settled by a prescriber, signed, dated, never edited."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kapstone import monitoring
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import access, audit, check_times
from kapstone.web.records.check_times import Times
from kapstone.web.records.models import TimesChange
from kapstone.web.records.refusals import Refused, refuse_other_name


@transaction.atomic
def settle_check_times(
    route: str, times: Times, *, why: str, name: str, at: datetime, by: User
) -> TimesChange:
    """Settle when the checks of one route are due from now on; what it was stays readable.

    Times equal to those that ship leave the practice with the shipped schedule.
    """
    access.refuse_others(by, "sign limits")
    refuse_other_name(name, by)
    schedule = monitoring.schedules().get(route)
    if schedule is None:
        raise Refused("no-route", f"There is no route {route}.")
    practice = Practice.objects.select_for_update(no_key=True).get(user=by)
    before = check_times.times(schedule, check_times.changes(practice.pk, at).get(route))
    after = {**before, **times}
    refuse_unfit(schedule, after, before=before, why=why)
    shipped = monitoring.times_of(schedule)
    row = TimesChange.objects.create(
        practice=practice,
        route=route,
        times={key: value for key, value in after.items() if value != shipped[key]},
        why=why.strip(),
        signed_name=by.signed_name,
        at=at,
        by=by,
    )
    changed = {key: value for key, value in after.items() if value != before[key]}
    was = {key: before[key] for key in changed}
    audit.record(by, "settle check times", about=f"route:{route}", before=was, after=changed)
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
