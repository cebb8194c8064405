"""Session notes of the therapy tracks."""

from __future__ import annotations

from django.db import models

from kapstone.web.records.models.courses import OfCourse


class TrackNote(OfCourse):
    """A note of one track: structured `answers` by question, free `words` beside them.

    A question that is not among the answers is not known. `owed` names what the answers asked for
    when it was written. `own`: the person wrote it on their own page.
    """

    track = models.CharField(max_length=40)
    answers = models.JSONField(default=dict)
    words = models.TextField(blank=True)
    owed = models.JSONField(default=list)
    own = models.BooleanField(default=False)
