"""The demonstration's sessions to come have a chair; what was begun stays as it was."""

from __future__ import annotations

from datetime import datetime, timedelta

from kapstone.web.accounts.models import User
from kapstone.web.demonstration import chairs
from kapstone.web.records.actions import people, sessions
from kapstone.web.records.models import BookedPart, Course, Outgoing, Place


def test_each_room_is_a_chair_and_two_at_once_stay_as_they_were(
    course: Course, desk: User, osei: User, now: datetime
) -> None:
    other = people.add_person({"given": "Noor", "family": "Haddad"}, at=now, by=desk)
    hour = timedelta(hours=1)
    first, second = (
        sessions.plan_session(
            each, route="iv", planned_for=now + hour, room="Maple", at=now, by=osei
        )
        for each in (course, other)
    )
    begun = sessions.plan_session(
        other, route="iv", planned_for=now + 5 * hour, room="Birch", at=now, by=osei
    )
    begun.phase_set.create(phase="started", at=now, by=osei)
    mails = Outgoing.objects.count()
    chairs.stand({"desk": desk, "osei": osei}, now)
    names = Place.objects.standing().order_by("name").values_list("name", "purpose")
    assert list(names) == [
        *(("Birch", "chair"), ("Maple", "chair")),
        *(("Quiet room", "recovery"), ("Talk 1", "talk")),
    ]
    booked = {part.plan.session for part in BookedPart.objects.taken().filter(part="chair")}
    assert booked == {first}
    assert second.sessionplan_set.standing().get().room == "Maple"
    assert Outgoing.objects.count() == mails, "nobody is written to"
