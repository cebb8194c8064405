"""The figures of a practice's own limits: settled by a prescriber, signed, dated, never edited.

Laxer ones than those that ship hold once another has signed them too (`actions/countersigning.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from kapstone import monitoring
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import access, lines
from kapstone.web.records.actions.countersigning import record, refuse_overtaken, refuse_waiting
from kapstone.web.records.models import LineChange
from kapstone.web.records.refusals import SHORTEST_REASON, Refused, refuse_other_name, refuse_short


@transaction.atomic
def settle_limit(
    id: str, figures: Mapping[str, float], *, why: str, seen: str, name: str, at: datetime, by: User
) -> LineChange:
    """Settle every figure of one limit from now on; what it was stays readable.

    `seen` is the newest row that whoever signs has seen (`shown_of`): figures that were left as
    they stood would else undo what a colleague signed since.

    Figures equal to those that ship leave the practice with the shipped limit. Laxer ones wait for
    a second signature, and what held goes on holding.
    """
    access.refuse_others(by, "sign limits")
    refuse_other_name(name, by)
    limit = next((each for each in monitoring.limits() if each.id == id), None)
    if limit is None:
        raise Refused("no-limit", f"There is no limit {id}.")
    practice = Practice.objects.select_for_update(no_key=True).get(user=by)
    last = LineChange.objects.newest(practice.pk, id)
    refuse_overtaken(last, seen=seen, at=at)
    held = lines.changes(practice.pk, at).get(id)
    before = lines.figures(limit, held)
    after = {**before, **figures}
    refuse_unfit(limit, after, before=before, why=why)
    if last and lines.figures(limit, last) == after:
        refuse_waiting(last)
    two = LineChange.objects.two_signed(practice.pk, at).get(id, [])
    shipped = monitoring.figures_of(limit)
    row: LineChange = LineChange.objects.create(
        practice=practice,
        limit=id,
        figures={key: value for key, value in after.items() if value != shipped[key]},
        asks_second=lines.asks_second(limit, after, held, two),
        why=why.strip(),
        signed_name=by.signed_name,
        at=at,
        by=by,
    )
    record(row, before, after)
    return row


def refuse_unfit(
    limit: monitoring.Limit, after: Mapping[str, float], *, before: Mapping[str, float], why: str
) -> None:
    """Refuse figures that cannot be, that stand as they are, or without a reason."""
    if unknown := after.keys() - monitoring.figures_of(limit).keys():
        raise Refused("no-figure", f"{limit.id} has no figure {', '.join(sorted(unknown))}.")
    for key, words in monitoring.doubts(limit, after):
        raise Refused("figure", f"{monitoring.called(limit, key)}: {words}")
    if after == before:
        raise Refused("same", "These are the figures that hold already.")
    if not why.strip():
        raise Refused("why", "Say why, in a sentence: it stands beside the figures.")
    refuse_looser(limit, after, why)


def refuse_looser(limit: monitoring.Limit, after: Mapping[str, float], why: str) -> None:
    """Figures that notice less than the row that ships name that row, and need a reason."""
    shipped = monitoring.figures_of(limit)
    loose = monitoring.laxer(monitoring.settled(limit, after), limit)
    if not loose:
        return
    names = "; ".join(
        f"{monitoring.called(limit, key)} {after[key]:g}, where {shipped[key]:g} ships"
        for key in loose
    )
    source = f"{limit.id}: {', '.join(limit.sources)}"
    refuse_short(
        why,
        f"Less is noticed by these figures: {names} ({source}). Give the reason in at least "
        f"{SHORTEST_REASON} letters; it is kept.",
        code="looser",
    )
