"""What two people who walk the road side by side share, and what each is asked alone."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from kapstone.web.accounts.models import User
from kapstone.web.records.models.base import ClinicalFact, FactQuerySet
from kapstone.web.records.models.people import Couple, Person


class SharedItemQuerySet(FactQuerySet):
    """What people offer their partners; staff read none of it: it was not offered to them."""

    def now(self) -> Self:
        """What is offered at this moment, by somebody of a couple that stands."""
        stands = Q(couple__corrected_by=None, couple__ended=False)
        return self.filter(stands, corrected_by=None, taken_back=False)

    def offered_to(self, user: User) -> Self:
        """What the partner of this user offers them now: the one way to read another's words."""
        of_the_couple = Q(couple__person__user=user) | Q(couple__partner__user=user)
        return self.now().filter(of_the_couple).exclude(person__user=user)

    def visible_to(self, user: User) -> Self:
        """One's own rows, old ones too, and what one's partner offers now."""
        offered = self.offered_to(user).values("pk")
        return self.filter(Q(person__user=user) | Q(pk__in=offered))


class SharedItem(ClinicalFact):
    """Words of the person's own that they offer their partner, or take back: a later row.

    `row` is the row the words come from, of the table that `kind` names; `words` as they stood.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="shared_items")
    couple = models.ForeignKey(Couple, on_delete=models.PROTECT, related_name="shared_items")
    kind = models.CharField(max_length=20)
    row = models.PositiveBigIntegerField()
    words = models.TextField()
    taken_back = models.BooleanField(default=False)

    objects = SharedItemQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base


class JointIntention(ClinicalFact):
    """An intention of both: one proposes it, the other agrees, and either lets it go.

    `person` is who said it last; each word about it is a row that corrects the one before.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    couple = models.ForeignKey(Couple, on_delete=models.PROTECT, related_name="intentions")
    words = models.TextField()
    said = models.CharField(max_length=20)


class AskedAlone(ClinicalFact):
    """What one of a couple answered alone, and how it is safe to reach them.

    `answers` holds yes, no or unsaid by question. Only prescribers and therapists read it.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="asked_alone")
    couple = models.ForeignKey(Couple, on_delete=models.PROTECT, related_name="asked_alone")
    answers = models.JSONField()
    reach = models.CharField(max_length=20, blank=True)
    reach_words = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "asked alone"


class AskedAloneReview(ClinicalFact):
    """A prescriber or therapist read the answers, and says if the two may be dosed together."""

    PERSON = "asked__person"

    asked = models.ForeignKey(AskedAlone, on_delete=models.PROTECT, related_name="reviews")
    together = models.BooleanField()
    words = models.TextField()
