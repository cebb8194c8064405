"""Stories that a person lets be told: each version of the words, who approved it, who agreed."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.utils import timezone

from kapstone.web.records.models.base import ClinicalFact
from kapstone.web.records.models.courses import Course
from kapstone.web.records.models.people import Person


class PersonStory(ClinicalFact):
    """A story that the person themselves opened; `kind` says whose words it is made of."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stories")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)

    class Meta:
        verbose_name_plural = "stories"


class StoryText(ClinicalFact):
    """A version of the words; a later one corrects it, and has to be approved anew.

    `speaks_of` is the partner of whom it speaks; `instruments` are the questionnaires it tells of,
    `left_out` what a summary was made without. `digest` is of all that a reader is shown.
    """

    PERSON = "story__person"

    story = models.ForeignKey(PersonStory, on_delete=models.PROTECT, related_name="texts")
    words = models.TextField()
    speaks_of = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    instruments = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    digest = models.CharField(max_length=64)


class StoryApproval(ClinicalFact):
    """The person or a clinician approved exactly this version, or took that back (`approved`)."""

    PERSON = "text__story__person"
    ROLES = ("person", "clinician")

    text = models.ForeignKey(StoryText, on_delete=models.PROTECT, related_name="approvals")
    role = models.CharField(max_length=10)
    approved = models.BooleanField()
    digest = models.CharField(max_length=64)
    signed_name = models.CharField(max_length=200)


class StoryAuthorisation(ClinicalFact):
    """Somebody lets a story be told: to whom, what for, until when; `words` is what they signed.

    A partner of whom a story speaks gives one `beside` the teller's own, for one version (`text`).
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    story = models.ForeignKey(PersonStory, on_delete=models.PROTECT, related_name="authorisations")
    beside = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="others")
    text = models.ForeignKey(StoryText, null=True, on_delete=models.PROTECT, related_name="+")
    audience = models.CharField(max_length=20)
    recipient = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=20)
    paid = models.BooleanField()
    paid_words = models.CharField(max_length=400, blank=True)
    expires_at = models.DateTimeField(db_index=True)
    words = models.JSONField()
    digest = models.CharField(max_length=64)
    signed_name = models.CharField(max_length=200)

    @property
    def last_day(self) -> date:
        """The last day on which it may be told, on the practice's clock."""
        end = timezone.localtime(self.expires_at, self.person.practice.zone)
        return end.date() - timedelta(days=1)


class StoryWithdrawal(ClinicalFact):
    """Whoever had agreed took it back; the story is down from this moment on."""

    PERSON = "authorisation__person"

    authorisation = models.OneToOneField(
        StoryAuthorisation, on_delete=models.PROTECT, related_name="withdrawal"
    )
