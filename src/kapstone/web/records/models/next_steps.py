"""What comes next after a session: looks at long-term safety, the person's wish, the decision."""

from __future__ import annotations

from django.db import models

from kapstone.web.records.models.courses import OfCourse


class LongTermCheck(OfCourse):
    """Somebody looked at one row of long-term safety; `found` None is looked, and not known."""

    look = models.CharField(max_length=20)
    found = models.BooleanField(null=True)
    words = models.TextField(blank=True)


class StepWish(OfCourse):
    """How the person would like to go on; a changed mind is a later row."""

    wish = models.CharField(max_length=20)
    words = models.TextField(blank=True)


class NextStep(OfCourse):
    """The step that was chosen after a session, with the card that lay before whoever chose.

    `inputs` are all that the card was made from, `rules_digest` the rules it was made by, so that
    the same card can be made again. `proposed` is empty where the card proposed nothing; `chips`
    and `reason` say why another step was chosen.
    """

    choice = models.CharField(max_length=20)
    proposed = models.CharField(max_length=20, blank=True)
    chips = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    inputs = models.JSONField()
    card = models.JSONField()
    rules_digest = models.CharField(max_length=64)
    signed_name = models.CharField(max_length=200)


class WatchContact(OfCourse):
    """Somebody tried to be in touch before a fall becomes a relapse: why, and what came of it.

    `why` names the rows of the watch that held then.
    """

    why = models.JSONField(default=list)
    outcome = models.CharField(max_length=20)
    words = models.TextField(blank=True)
