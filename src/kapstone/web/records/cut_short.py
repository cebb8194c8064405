"""An infusion stopped before its time: what went in by the pump, beside what is charted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from kapstone import monitoring
from kapstone.register import said
from kapstone.web.records import session_facts
from kapstone.web.records.models import DoseGiven, Session

# Stopped within this of its time an infusion has gone in as ordered: so much is no difference.
EARLY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class CutShort:
    """About how much went in, by the charted rates, where more than that is charted, or nothing."""

    in_mg: Decimal
    charted_mg: Decimal

    @property
    def says(self) -> str:
        return f"stopped early: about {said(self.in_mg)} went in by the pump's rates (calculated)"


def of(session: Session) -> CutShort | None:
    """None where no infusion was stopped early, and once what is charted agrees with its pump."""
    infusion = session_facts.giving(session).infusion
    if infusion is None or infusion.stopped_at is None:
        return None
    as_ordered = monitoring.ends_at(replace(infusion, stopped_at=None))
    if infusion.stopped_at >= as_ordered - EARLY:
        return None
    rows = DoseGiven.objects.standing().filter(session=session, kind="infusion")
    charted = sum((row.amount_mg for row in rows), start=Decimal(0))
    went_in = monitoring.went_in(infusion, infusion.stopped_at)
    minutes = sum(step.minutes for step in infusion.steps)
    slack = infusion.mg * Fraction(EARLY / timedelta(minutes=1)) / minutes
    if charted and abs(Fraction(charted) - went_in) <= slack:
        return None
    return CutShort(in_mg=Decimal(f"{float(went_in):.1f}"), charted_mg=charted)
