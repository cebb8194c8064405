"""What people are given to read, what they have read, and what they ask about it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import access
from kapstone.web.records.models.base import Appended, ClinicalFact, FactQuerySet
from kapstone.web.records.models.people import Person


class OwnReadingQuerySet(FactQuerySet):
    """What one person reads and asks; the only way to ask for it on somebody's behalf."""

    def visible_to(self, user: User) -> Self:
        """Their own, and those of the practice for who sees its charts; a companion sees nothing.

        Whoever walks with a person may be the one that a question is about.
        """
        person = self.model.PERSON
        own = Q(**{f"{person}__user": user})
        if not (user.is_staff_member and access.may(user, "see charts")):
            return self.filter(own)
        return self.filter(own | Q(**{f"{person}__practice": user.practice_id}))

    def unanswered(self) -> Self:
        """Questions that nobody has answered yet."""
        return self.filter(answer=None)


class ArticleChosen(ClinicalFact):
    """Whether an article is shown to this person at a step of the road; the newest row holds."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="articles_chosen")
    step = models.CharField(max_length=30)
    article = models.CharField(max_length=60)
    shown = models.BooleanField()

    objects = OwnReadingQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base


class ArticleRead(ClinicalFact):
    """The person marked an article as read, as it was written then (`digest`)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="articles_read")
    article = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)

    objects = OwnReadingQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "article", "digest"], name="article_read_once"
            )
        ]


class ArticleQuestion(ClinicalFact):
    """What the person asks their team about an article."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="article_questions")
    article = models.CharField(max_length=60)
    words = models.TextField()

    objects = OwnReadingQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base


class ArticleAnswer(ClinicalFact):
    """The team's answer, which the person reads; without words it was talked about."""

    PERSON = "question__person"

    question = models.OneToOneField(
        ArticleQuestion, on_delete=models.PROTECT, related_name="answer"
    )
    words = models.TextField(blank=True)

    objects = OwnReadingQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base


class ArticleShown(Appended):
    """Whether a practice shows an article at a step to everybody; the newest row holds."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="articles_shown")
    step = models.CharField(max_length=30)
    article = models.CharField(max_length=60)
    shown = models.BooleanField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")


class ArticleReview(Appended):
    """A clinician of the practice has read an article, as it is written (`digest`), and signed."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="articles_reviewed"
    )
    article = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    signed_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
