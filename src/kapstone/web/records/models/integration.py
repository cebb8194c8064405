"""From insight to habit, in the person's own words."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from kapstone.web.accounts.models import User
from kapstone.web.records.models.base import ClinicalFact, FactQuerySet
from kapstone.web.records.models.courses import OfCourse
from kapstone.web.records.models.outbox import Outgoing
from kapstone.web.records.models.people import Person
from kapstone.web.records.models.sessions import Session


class IntegrationContact(OfCourse):
    """An integration session that was held."""

    session = models.ForeignKey(Session, null=True, on_delete=models.PROTECT)
    how = models.CharField(max_length=20)


class Insight(OfCourse):
    """What the person brought back, as they say it."""

    session = models.ForeignKey(Session, null=True, on_delete=models.PROTECT)
    words = models.TextField()
    domain = models.CharField(max_length=30, blank=True)


class Meaning(OfCourse):
    """What an insight means to the person, in their words; a later one stands in its place."""

    insight = models.ForeignKey(Insight, on_delete=models.PROTECT, related_name="meanings")
    words = models.TextField()


class Commitment(OfCourse):
    """Something small, dated and theirs."""

    insight = models.ForeignKey(Insight, on_delete=models.PROTECT, related_name="commitments")
    words = models.TextField()
    due_on = models.DateField(null=True)


class CheckIn(ClinicalFact):
    """How a commitment went: kept, changed, let go."""

    PERSON = "commitment__course__person"

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="check_ins")
    how = models.CharField(max_length=20)
    words = models.TextField(blank=True)


class Nudge(ClinicalFact):
    """A message that one question about a commitment waits; `moment` names which."""

    PERSON = "commitment__course__person"

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="nudges")
    moment = models.CharField(max_length=20)
    outgoing = models.ForeignKey(Outgoing, on_delete=models.PROTECT, related_name="nudges")


class JournalQuerySet(FactQuerySet):
    """Pages of journals; the only way to ask for them on somebody's behalf is `visible_to`."""

    def visible_to(self, user: User) -> Self:
        """Its writer sees every page; their care team what is shared now; companions nothing."""
        own = Q(person__user=user)
        if not user.is_staff_member:
            return self.filter(own)
        shared_now = Q(person__practice=user.practice_id, shared=True, corrected_by=None)
        return self.filter(own | shared_now)


class JournalEntry(ClinicalFact):
    """A page of the person's journal; private unless they share it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="journal")
    text = models.TextField()
    shared = models.BooleanField(default=False)

    objects = JournalQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base
