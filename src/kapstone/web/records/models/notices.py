"""Notices: something that a named person has to answer for."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Case, Exists, OuterRef, When

from kapstone.web.records.models.base import ClinicalFact, FactQuerySet
from kapstone.web.records.models.people import Person
from kapstone.web.records.models.sessions import Session


class NoticeQuerySet(FactQuerySet):
    def open(self) -> Self:
        """Notices that nobody has closed."""
        return self.exclude(answers__closes=True)

    def gravest_first(self) -> Self:
        """Suicide risk before everything else (ENG-02), then red limits, then yellow, the rest.

        Among equals those that nobody has answered, the one that has waited longest first.
        """
        weight = Case(
            When(level="si_urgent", then=0),
            When(kind="suicide-risk", then=1),
            When(level="red", then=2),
            When(level="yellow", then=3),
            default=4,
        )
        answered = Exists(NoticeAnswer.objects.filter(notice=OuterRef("pk")))
        return self.order_by(weight, answered, "at", "pk")


class Notice(ClinicalFact):
    """A reading beyond a limit, a suicide-risk answer, an empty room: seen until it is closed."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")
    session = models.ForeignKey(Session, null=True, on_delete=models.PROTECT)
    kind = models.CharField(max_length=40)
    level = models.CharField(max_length=20)
    says = models.TextField()
    do = models.TextField(blank=True)
    key = models.CharField(max_length=100, unique=True)

    objects = NoticeQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base


class NoticeAnswer(ClinicalFact):
    """A named person saw the notice, did something, or closed it."""

    PERSON = "notice__person"

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="answers")
    words = models.TextField()
    closes = models.BooleanField(default=False)
