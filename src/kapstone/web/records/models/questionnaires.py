"""Questionnaires: what was asked, what was answered, what it added up to."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models

from kapstone.web.records.models.base import ClinicalFact, FactQuerySet
from kapstone.web.records.models.courses import OfCourse
from kapstone.web.records.models.people import Person


class SheetQuerySet(FactQuerySet):
    """Sheets; one that was withdrawn stands no more."""

    def standing(self) -> Self:
        return super().standing().filter(withdrawal=None)

    def open_at(self, moment: datetime) -> Self:
        """What can be answered at this moment and is not finished."""
        opened = self.standing().filter(opens_at__lte=moment, closes_at__gt=moment)
        return opened.filter(sheetscore=None)

    def with_begun(self) -> Self:
        """Each with `begun`: whether an answer or a score is on it."""
        answers = SheetAnswer.objects.filter(sheet=models.OuterRef("pk"))
        scores = SheetScore.objects.filter(sheet=models.OuterRef("pk"))
        return self.annotate(begun=models.Exists(answers) | models.Exists(scores))


class Sheet(OfCourse):
    """A questionnaire that is due; `anchor` says what it is counted from.

    One that moved with the plan corrects the one before it; `again` counts those of one anchor.
    """

    instrument = models.CharField(max_length=40)
    version = models.CharField(max_length=60)
    anchor = models.CharField(max_length=60)
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    closes_at = models.DateTimeField()
    again = models.PositiveSmallIntegerField(default=0)

    objects = SheetQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course", "instrument", "anchor", "again"], name="sheet_once_per_asking"
            )
        ]


class OfSheet(ClinicalFact):
    """A fact of one sheet."""

    PERSON = "sheet__course__person"

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT)

    class Meta:
        abstract = True


class SheetWithdrawal(ClinicalFact):
    """A sheet that is not asked any more, and why; nobody had answered any of it."""

    PERSON = "sheet__course__person"

    sheet = models.OneToOneField(Sheet, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=200)


# How an answer was given that came once its form took none any more.
LATE = "late"


class SheetAnswerQuerySet(FactQuerySet):
    """Answers; one that came late stands beside the form and in no score."""

    def standing(self) -> Self:
        return super().standing().exclude(given=LATE)


class SheetAnswer(OfSheet):
    """One answer; a later one corrects it.

    `given` is how it came to be entered, empty for the person's own tap; `beside` is who else took
    part. `client_id` makes sending a tap twice harmless.
    """

    item = models.CharField(max_length=60)
    value = models.FloatField()
    given = models.CharField(max_length=20, blank=True, default="")
    beside = models.CharField(max_length=200, blank=True, default="")
    client_id = models.UUIDField(null=True)

    objects = SheetAnswerQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "client_id"], name="sheet_tap_once")
        ]


class SheetScore(OfSheet):
    """What a finished sheet came to, under the definition of that day; no total when incomplete."""

    total = models.FloatField(null=True)
    band = models.CharField(max_length=60, blank=True)
    missing = models.JSONField()
    answers = models.JSONField()
    knowledge_digest = models.CharField(max_length=64)


class AnswersShared(ClinicalFact):
    """The person lets their therapist see a questionnaire that is kept until then, or no more.

    The newest word counts for what is answered after it; see `records/sharing.py`.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="answers_shared")
    instrument = models.CharField(max_length=40)
    agreed = models.BooleanField()
