"""Sessions of several people: one event, and in each chart a note of its own.

What stands in one chart points to nobody else's; only the event knows who was there together.
"""

from __future__ import annotations

from typing import Self

from django.db import models

from kapstone.web import clock
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records.models.base import Appended, ClinicalFact
from kapstone.web.records.models.courses import OfCourse
from kapstone.web.records.models.people import Couple, Person


class GroupEventQuerySet(models.QuerySet["GroupEvent"]):
    def visible_to(self, user: User) -> Self:
        """Those of the practice, for its staff; for people themselves there is none."""
        return self.filter(practice=user.practice_id) if user.is_staff_member else self.none()

    def locked(self, pk: int) -> GroupEvent:
        """The row, nobody else's to change until the deed is over; its key stays free."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class GroupEvent(Appended):
    """A session that several people were in; it names none of them. `couple`: it was theirs."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    couple = models.ForeignKey(Couple, null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = GroupEventQuerySet.as_manager()


class GroupSeat(OfCourse):
    """One person's place in such a session; `taken_out`: they were put there by mistake."""

    event = models.ForeignKey(GroupEvent, on_delete=models.PROTECT, related_name="seats")
    taken_out = models.BooleanField(default=False)


class GroupNote(ClinicalFact):
    """The facilitator's note for one of them, in this chart only; `came` None: not known."""

    PERSON = "seat__course__person"

    seat = models.ForeignKey(GroupSeat, on_delete=models.PROTECT, related_name="notes")
    came = models.BooleanField(null=True)
    text = models.TextField(blank=True)


class JointNote(OfCourse):
    """A note about both of a couple: the same words once in each chart, while both agree to it."""

    event = models.ForeignKey(GroupEvent, on_delete=models.PROTECT, related_name="joint_notes")
    couple = models.ForeignKey(Couple, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()


class CoupleAgreement(ClinicalFact):
    """What one of a couple agrees to for both, or takes back: a later row.

    `about` is a note of both, or their scores side by side. It holds while both say so.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    couple = models.ForeignKey(Couple, on_delete=models.PROTECT, related_name="agreements")
    about = models.CharField(max_length=20)
    agreed = models.BooleanField()
