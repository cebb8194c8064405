"""What is half known is shown as such, and breaks no page."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import readings, treatment
from kapstone.web.records.models import Session
from kapstone.web.records.refusals import Refused


@pytest.mark.parametrize("sign", ["systolic_bp", "diastolic_bp", "heart_rate"])
def test_half_a_resting_pressure_leaves_the_page_standing(
    planned: Session, abara: User, enter: Enter, now: datetime, sign: str
) -> None:
    row = readings.record_reading(planned, {sign: 84.0}, resting=True, at=now, by=abara)
    page = enter(abara).get(f"/sessions/{planned.pk}/")
    assert page.status_code == 200
    told = enter(abara).get(f"/readings/{row.pk}/correct/").content.decode()
    assert {"systolic_bp": "84/?", "diastolic_bp": "?/84"}.get(sign, "Heart 84") in told


def test_an_infusion_stopped_early_says_how_much_went_in(
    started: Session, abara: User, now: datetime
) -> None:
    early = now + timedelta(minutes=5)
    with pytest.raises(Refused, match="how much"):
        treatment.stop_session(started, at=early, by=abara)
    phase = treatment.stop_session(started, words="Asked to stop; 8 of 34 mg", at=early, by=abara)
    assert phase.words
