"""A therapist's own notes, in a store apart from the chart (45 CFR 164.501)."""

from __future__ import annotations

from typing import Self

from django.db import models

from kapstone.web.accounts.models import User
from kapstone.web.records.models.base import FactQuerySet
from kapstone.web.records.models.courses import OfCourse


class PsychotherapyNoteQuerySet(FactQuerySet):
    def visible_to(self, user: User) -> Self:
        """Those that `user` wrote in their practice; no role and no office sees more."""
        return super().visible_to(user).filter(by=user)


class PsychotherapyNote(OfCourse):
    """A therapist's own note: sealed with a key of its own (`records/sealing.py`).

    `key_id` is the fingerprint of the key that opens it. The words are never in the database.
    """

    key_id = models.CharField(max_length=20)
    sealed = models.TextField()

    objects = PsychotherapyNoteQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base
