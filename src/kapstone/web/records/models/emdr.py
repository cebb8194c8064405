"""EMDR: the targets of a course, the sets of each, and how each sitting was closed."""

from __future__ import annotations

from django.db import models

from kapstone.web.records.models.base import ClinicalFact
from kapstone.web.records.models.courses import OfCourse


class EmdrTarget(OfCourse):
    """A memory to work on, as its owner says it; `sud` and `voc` are those before the first set."""

    picture = models.TextField()
    negative = models.TextField()
    positive = models.TextField(blank=True)
    emotion = models.TextField(blank=True)
    body = models.TextField(blank=True)
    sud = models.PositiveSmallIntegerField(null=True)
    voc = models.PositiveSmallIntegerField(null=True)


class OfTarget(ClinicalFact):
    """A fact of one target; it stays with the row that was worked on, corrected or not."""

    PERSON = "target__course__person"

    target = models.ForeignKey(EmdrTarget, on_delete=models.PROTECT)

    class Meta:
        abstract = True


class EmdrSet(OfTarget):
    """One set of bilateral stimulation; `value` is what was said after it, None was not asked.

    The phase says of which scale it is: SUD while desensitizing, VOC while installing.
    """

    phase = models.CharField(max_length=20)
    value = models.PositiveSmallIntegerField(null=True)
    client_id = models.UUIDField(unique=True)


class EmdrClosing(OfTarget):
    """A sitting ended: where the target stood, what was done, and by when a call is owed.

    The figures are those that it was decided with; a later set begins another sitting.
    """

    state = models.CharField(max_length=20)
    sud = models.PositiveSmallIntegerField(null=True)
    voc = models.PositiveSmallIntegerField(null=True)
    body_clear = models.BooleanField(null=True)
    exercises = models.JSONField(default=list)
    words = models.TextField(blank=True)
    call_by = models.DateTimeField(null=True)
