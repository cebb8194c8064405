"""Reaching a person: how they wish it, what was sent about which form, and who called them."""

from __future__ import annotations

from django.db import models

from kapstone.web.records.models.base import ClinicalFact
from kapstone.web.records.models.outbox import Outgoing
from kapstone.web.records.models.people import Person
from kapstone.web.records.models.questionnaires import OfSheet


class ContactWishes(ClinicalFact):
    """How somebody wants to be reached from one moment on; a changed mind corrects the row."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contact_wishes")
    channel = models.CharField(max_length=10)
    hour = models.PositiveSmallIntegerField()
    time_zone = models.CharField(max_length=60)
    phone = models.CharField(max_length=16, blank=True)
    opted_out = models.BooleanField(default=False)


class Reminder(OfSheet):
    """One form of one message; all open forms of a person share the message and its link."""

    outgoing = models.ForeignKey(Outgoing, on_delete=models.PROTECT, related_name="reminders")
    number = models.PositiveSmallIntegerField()
    by_hand = models.BooleanField(default=False)
    token_hash = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="reminder_number_once")
        ]


class PhoneCall(ClinicalFact):
    """The front desk called about the open forms: what came of it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="phone_calls")
    outcome = models.CharField(max_length=20)
    words = models.TextField(blank=True)
