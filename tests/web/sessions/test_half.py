"""What is half known is shown as such, and breaks no page."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import readings, treatment
from kapstone.web.records.models import Notice, Session


@pytest.mark.parametrize("sign", ["systolic_bp", "diastolic_bp", "heart_rate"])
def test_half_a_resting_pressure_leaves_the_page_standing(
    planned: Session, abara: User, enter: Enter, now: datetime, sign: str
) -> None:
    row = readings.record_reading(planned, {sign: 84.0}, resting=True, at=now, by=abara)
    page = enter(abara).get(f"/sessions/{planned.pk}/")
    assert page.status_code == 200
    told = enter(abara).get(f"/readings/{row.pk}/correct/").content.decode()
    assert {"systolic_bp": "84/?", "diastolic_bp": "?/84"}.get(sign, "Heart 84") in told


def test_a_stop_with_its_words_owes_nothing(started: Session, abara: User, now: datetime) -> None:
    early = now + timedelta(minutes=5)
    phase = treatment.stop_session(started, words="Asked to stop; 8 of 34 mg", at=early, by=abara)
    assert phase.words
    assert not Notice.objects.filter(session=started, kind="stop-reason-owed").exists()
