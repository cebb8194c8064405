"""The figures of a practice's own limits: settled by a prescriber, signed, dated, never edited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from kapstone import monitoring
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import access, audit, lines
from kapstone.web.records.models import LineChange
from kapstone.web.records.refusals import SHORTEST_REASON, Refused, refuse_other_name, refuse_short


@transaction.atomic
def settle_limit(
    id: str, figures: Mapping[str, float], *, why: str, name: str, at: datetime, by: User
) -> LineChange:
    """Settle every figure of one limit from now on; what it was stays readable.

    Figures equal to those that ship leave the practice with the shipped limit.
    """
    access.refuse_others(by, "sign limits")
    refuse_other_name(name, by)
    limit = next((each for each in monitoring.limits() if each.id == id), None)
    if limit is None:
        raise Refused("no-limit", f"There is no limit {id}.")
    practice = Practice.objects.select_for_update(no_key=True).get(user=by)
    before = lines.figures(limit, lines.changes(practice.pk, at).get(id))
    after = {**before, **figures}
    refuse_unfit(limit, after, before=before, why=why)
    shipped = monitoring.figures_of(limit)
    row = LineChange.objects.create(
        practice=practice,
        limit=id,
        figures={key: value for key, value in after.items() if value != shipped[key]},
        why=why.strip(),
        signed_name=by.signed_name,
        at=at,
        by=by,
    )
    changed = {key: value for key, value in after.items() if value != before[key]}
    was = {key: before[key] for key in changed}
    audit.record(by, "settle limit", about=f"limit:{id}", before=was, after=changed)
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
    shipped, loose = monitoring.figures_of(limit), monitoring.looser(limit, after)
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
