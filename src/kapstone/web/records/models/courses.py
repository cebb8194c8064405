"""A course of treatment, from the first call to a good ending."""

from __future__ import annotations

from django.db import models

from kapstone.web.accounts.models import User
from kapstone.web.records.models.base import ClinicalFact
from kapstone.web.records.models.people import Person


class Course(ClinicalFact):
    """One person's course of treatment: what everything on the road hangs on."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="courses")
    number = models.PositiveSmallIntegerField(default=1)
    concern = models.CharField(max_length=200, blank=True)


class OfCourse(ClinicalFact):
    """A fact of one course."""

    PERSON = "course__person"

    course = models.ForeignKey(Course, on_delete=models.PROTECT)

    class Meta:
        abstract = True


class CareTeam(OfCourse):
    """Who carries the course, from one day on."""

    prescriber = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    therapist = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")


class CourseTracks(OfCourse):
    """Which tracks the course is on, from one day on: trauma, pain, couples and the like."""

    tracks = models.JSONField(default=list)


class Appointment(OfCourse):
    """A time that was agreed; moving it is a new row that corrects the old one."""

    kind = models.CharField(max_length=20)
    starts_at = models.DateTimeField(db_index=True)
    minutes = models.PositiveSmallIntegerField()
    room = models.CharField(max_length=60, blank=True)
    who = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    cancelled = models.BooleanField(default=False)


class Consultation(OfCourse):
    """The first call: what brings the person, what they hope for, and whether we fit."""

    minutes = models.PositiveSmallIntegerField()
    brings = models.TextField()
    hopes = models.TextField(blank=True)
    questions = models.TextField(blank=True)
    fit = models.BooleanField(null=True)
    why = models.TextField()
    next_step = models.TextField(blank=True)


class Roadmap(OfCourse):
    """The plan of sessions as it stood from one day on."""

    preparation = models.PositiveSmallIntegerField()
    medicine = models.PositiveSmallIntegerField()
    integration = models.PositiveSmallIntegerField()
    route = models.CharField(max_length=40)
    days_between = models.PositiveSmallIntegerField()
    review_after = models.PositiveSmallIntegerField()
    words = models.TextField(blank=True)


class Preparation(OfCourse):
    """A preparation session: what the person carries in, and what steadies them."""

    held = models.BooleanField(default=True)
    intentions = models.TextField(blank=True)
    worries = models.TextField(blank=True)
    comforts = models.JSONField(default=dict)
    expectations_read = models.BooleanField(default=False)
    note = models.TextField(blank=True)


class PreparationAnswer(OfCourse):
    """One answer of the preparation, kept as it is given; a changed mind is a later row.

    `value` None is asked and not answered; a question without a row was not asked.
    """

    question = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    words = models.TextField(blank=True)


class SafetyPlan(ClinicalFact):
    """The person's own safety plan (Stanley and Brown), in their words."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="safety_plans")
    fields = models.JSONField()


class Review(OfCourse):
    """What was decided about the rest of the road, and why."""

    choice = models.CharField(max_length=20)
    reason = models.TextField()
    signed_name = models.CharField(max_length=200)


class Note(OfCourse):
    """A note in the chart."""

    kind = models.CharField(max_length=30)
    text = models.TextField()
