"""The people a practice cares for, and those who stand beside them."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from kapstone.web import clock
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import access
from kapstone.web.records.models.base import ClinicalFact


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(access.visible(user, ""))

    def locked(self, pk: int) -> Person:
        """The row, nobody else's to change until the deed is over; its key stays free."""
        return self.select_for_update(no_key=True).get(pk=pk)

    def named_like(self, words: str) -> Self:
        """People whose name, e-mail or number contains each of the words."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(given__icontains=word)
                | Q(family__icontains=word)
                | Q(email__icontains=word)
                | Q(number__iexact=word)
            )
        return found


class Person(models.Model):
    """Who somebody is and how to reach them.

    This is the practice's address book, so it may change; each change is a deed whose audit entry
    keeps what stood there before.
    """

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT)
    number = models.CharField(max_length=20)
    given = models.CharField(max_length=100)
    family = models.CharField(max_length=100)
    pronouns = models.CharField(max_length=40, blank=True)
    birth_date = models.DateField(null=True)
    sex_at_birth = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    # Where they are, for whom to call at once; blank is where the practice is.
    country = models.CharField(max_length=2, blank=True, default="")
    user = models.OneToOneField(User, null=True, on_delete=models.PROTECT, related_name="person")
    added_at = models.DateTimeField(default=clock.now)

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="person_number_once")
        ]
        indexes = [models.Index(fields=["practice", "family", "given"], name="person_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    def age(self, today: date) -> int | None:
        """Whole years; None when the birth date is not known."""
        if self.birth_date is None:
            return None
        had_birthday = (today.month, today.day) >= (self.birth_date.month, self.birth_date.day)
        return today.year - self.birth_date.year - (not had_birthday)


class Companion(ClinicalFact):
    """A partner, escort or sitter whom the person let in, and what they may see."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="companions")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="companion_of")
    relation = models.CharField(max_length=60)
    phone = models.CharField(max_length=40, blank=True)
    is_escort = models.BooleanField(default=False)
    ended = models.BooleanField(default=False)


class Couple(ClinicalFact):
    """Two people who walk the road side by side; each keeps a chart of their own."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="couples")
    partner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ended = models.BooleanField(default=False)
