"""What the screens of running sessions are told; not part of the chart, and thrown away soon."""

from __future__ import annotations

from django.db import models

from kapstone.web import clock
from kapstone.web.accounts.models import Practice
from kapstone.web.records.models.sessions import Session


class Change(models.Model):
    """Something of a session changed; its number is the position of a screen that heard it.

    `what` holds the figures to put on the screen at once, when there are any.
    """

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    what = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now, db_index=True)
