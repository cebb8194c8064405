"""Small words and figures that a tired reader stumbles over."""

from __future__ import annotations

import re
from datetime import datetime

from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.clinician.session_forms import VitalsForm
from kapstone.web.records.actions import readings, sessions, treatment
from kapstone.web.records.models import Session

from .conftest import CALM


def test_a_question_has_no_full_stop_behind_it() -> None:
    form = VitalsForm({"systolic_bp": "80", "diastolic_bp": "120", "heart_rate": "300"})
    said = str(form.non_field_errors()[0])
    assert "Swapped? Take it again" in said
    assert not re.search(r"[.?]\.|\d [A-Z]", said), said


def test_a_correction_begins_with_the_figures_as_they_were_typed(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    signs = CALM | {"systolic_bp": 320.0, "temperature_c": 36.6}
    row = readings.record_reading(started, signs, at=now, by=abara)
    page = enter(abara).get(f"/readings/{row.pk}/correct/").content.decode()
    assert 'value="320"' in page
    assert 'value="36.6"' in page
    assert not re.search(r'value="\d+\.0"', page)


def test_today_has_no_dot_before_a_session_without_a_room(
    started: Session, abara: User, osei: User, now: datetime, enter: Enter
) -> None:
    bare = sessions.plan_session(
        started.course, route="iv", planned_for=now, room="", at=now, by=osei
    )
    treatment.write_phase(bare, "started", at=now, by=osei)
    page = enter(abara).get("/").content.decode()
    assert page.count("since start") == 2
    assert page.count(" · since start") == 1, "the dot stands behind a room only"
