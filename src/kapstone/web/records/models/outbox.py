"""Rows that do change: mail on its way, and drafts not yet part of the chart."""

from __future__ import annotations

from django.db import models

from kapstone.web import clock
from kapstone.web.accounts.models import User


class Outgoing(models.Model):
    """A message to be sent; tried again until it is sent or given up."""

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    made_at = models.DateTimeField(default=clock.now)
    next_try_at = models.DateTimeField(default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failed = models.TextField(blank=True)


class Draft(models.Model):
    """What somebody was writing when they were called away."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    key = models.CharField(max_length=100)
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="draft_once")]
