"""Rows that do change: messages on their way, and drafts not yet part of the chart."""

from __future__ import annotations

from django.db import models
from django.utils.crypto import salted_hmac

from kapstone.web import clock
from kapstone.web.accounts.models import User


class Outgoing(models.Model):
    """A message to be sent; tried again until it is sent, given up, or no longer wanted."""

    channel = models.CharField(max_length=10, default="email")
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    made_at = models.DateTimeField(default=clock.now)
    next_try_at = models.DateTimeField(default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    failed = models.TextField(blank=True)

    @property
    def key(self) -> str:
        """The same at every try, so that a receiver knows a message it was given already.

        The time is in it: a restored backup may give a number to another message.
        """
        said = f"{self.pk} {self.made_at.isoformat()}"
        return salted_hmac("kapstone.outbox", said, algorithm="sha256").hexdigest()[:32]


class Draft(models.Model):
    """What somebody was writing when they were called away."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    key = models.CharField(max_length=100)
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="draft_once")]
