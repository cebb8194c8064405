"""Deeds of the effectiveness pages: to plan a comparison, to open the plain page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from kapstone.outcomes import trial
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import access, audit
from kapstone.web.records.models import ComparisonPlan, EffectivenessShown
from kapstone.web.records.refusals import Refused, refuse_nul, refuse_other_name

LONGEST = 2000


@transaction.atomic
def sign_plan(
    comparison: str, answers: Mapping[str, str], *, signed_name: str, at: datetime, by: User
) -> ComparisonPlan:
    """Sign the protocol of a comparison; what was signed before stays readable."""
    access.refuse_others(by, "plan comparisons")
    if comparison not in trial.COMPARISONS:
        raise Refused("no-comparison", "There is no such comparison.")
    refuse_other_name(signed_name, by)
    kept = {each.id: answers.get(each.id, "").strip() for each in trial.PROTOCOL}
    for each in trial.PROTOCOL:
        refuse_nul(kept[each.id])
        if not kept[each.id] or len(kept[each.id]) > LONGEST:
            raise Refused("unfilled", f"{each.title}: fill it in, in at most {LONGEST} letters.")
    row = ComparisonPlan.objects.create(
        practice=Practice.objects.get(user=by),
        comparison=comparison,
        answers=kept,
        knowledge_digest=trial.digest(),
        signed_name=signed_name,
        at=at,
        by=by,
    )
    audit.record(by, "sign comparison plan", about=f"comparison_plan:{row.pk}")
    return row


@transaction.atomic
def show_effectiveness(shown: bool, *, at: datetime, by: User) -> EffectivenessShown:
    """Open the plain page to everybody, or shut it; saying it twice changes nothing."""
    access.refuse_others(by, "publish effectiveness")
    practice = Practice.objects.select_for_update(no_key=True).get(user=by)
    before = EffectivenessShown.objects.now(practice)
    if before is not None and before.shown == shown:
        return before
    row = EffectivenessShown.objects.create(practice=practice, shown=shown, at=at, by=by)
    did = "publish effectiveness" if shown else "take effectiveness down"
    audit.record(by, did, about=f"effectiveness:{row.pk}")
    return row
