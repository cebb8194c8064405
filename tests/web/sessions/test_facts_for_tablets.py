"""What a tablet is given to compare with: the newest figures, the oldest of them first."""

from __future__ import annotations

from datetime import datetime, timedelta

from kapstone.web.accounts.models import User
from kapstone.web.records import comparing
from kapstone.web.records.actions import readings
from kapstone.web.records.models import Session


def test_of_two_at_one_moment_the_later_row_is_the_newer_one(
    started: Session, abara: User, now: datetime
) -> None:
    """Two devices tell a figure in the same second; the browser takes the last as the newest."""
    at = now + timedelta(minutes=10)
    for rate in (71.0, 131.0):
        readings.record_reading(started, {"heart_rate": rate}, at=at, by=abara)
    given = comparing.of_session(started, at)["readings"]
    assert [each["signs"]["heart_rate"] for each in given][-2:] == [71.0, 131.0]
    assert [each["at"] for each in given] == sorted(each["at"] for each in given)
