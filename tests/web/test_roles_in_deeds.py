"""A deed that only some may do refuses the others itself, whatever page or script calls it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import (
    courses,
    leaving,
    medicines,
    screening,
    sessions,
    track_notes,
    treatment,
)
from kapstone.web.records.models import Course, Entry, TrackNote
from kapstone.web.records.refusals import Refused

Deed = Callable[[Course, datetime, User], object]


def order(course: Course, now: datetime, by: User) -> object:
    session = sessions.plan_session(course, route="iv", planned_for=now, at=now, by=by)
    dose = treatment.Dose(mg=Decimal(34), over_min=40, weight_kg=68.0, weight_at=now)
    return treatment.sign_order(session, dose, at=now, by=by)


def go_home(course: Course, now: datetime, by: User) -> object:
    session = sessions.plan_session(course, route="iv", planned_for=now, at=now, by=by)
    return leaving.discharge(session, {"escort_name": "Rio"}, at=now, by=by)


def decide(course: Course, now: datetime, by: User) -> object:
    reason = "Seen together with the person."
    return screening.decide_screening(course, decision="not_yet", reason=reason, at=now, by=by)


def mean(course: Course, now: datetime, by: User) -> object:
    return medicines.confirm_medicine(course, "Foozol", ["sertraline"], words="", at=now, by=by)


def review(course: Course, now: datetime, by: User) -> object:
    return courses.review_course(
        course, choice="go_on", reason="Better, and they want to go on.", at=now, by=by
    )


@pytest.mark.parametrize("deed", [order, go_home, decide, mean, review])
def test_a_therapist_is_refused(deed: Deed, course: Course, lind: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        deed(course, now, lind)
    assert refused.value.code == "not-your-deed"


def note_of_track(course: Course, now: datetime, by: User) -> object:
    return track_notes.write_track_note(course, "pain", {}, words="Better.", at=now, by=by)


def test_somebody_of_another_practice_is_refused_whatever_their_role(
    course: Course, marsh: User, now: datetime
) -> None:
    """No page leads there; a script might, and the entry of the trail is what all deeds share."""
    with pytest.raises(Refused) as refused:
        note_of_track(course, now, marsh)
    assert refused.value.code == "elsewhere"
    assert not TrackNote.objects.exists()
    assert not Entry.objects.filter(by=marsh, person=course.person).exists()
