"""What all clinical tables share: rows are appended, corrected by a later row, never edited."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import access


class AppendOnlyError(Exception):
    """Code tried to change a row that may only be appended or corrected."""


# What a correcting row says for itself: when and by whom it was written.
OWN = frozenset({"id", "at", "recorded_at", "by", "corrects"})


class FactQuerySet(models.QuerySet[Any]):
    """Rows of one clinical table."""

    def visible_to(self, user: User) -> Self:
        """The rows that `user` may know of: those of their practice, or their own."""
        return self.filter(access.visible(user, self.model.PERSON))

    def standing(self) -> Self:
        """The rows that no later row has corrected."""
        return self.filter(corrected_by=None)

    def newest(self, **of: Any) -> Any:
        """The row that stands now, which a new one would correct; None when there is none."""
        return self.standing().filter(**of).order_by("-pk").first()

    def locked(self, pk: int) -> Any:
        """The row, nobody else's to change until the deed is over, with the person it is about.

        Its key stays free (as in every lock here): a row that points to it, written by a deed that
        already holds the audit chain, would otherwise wait for a deed that waits for the chain.
        """
        mine = self.select_for_update(of=("self",), no_key=True)
        return mine.select_related(self.model.PERSON).get(pk=pk)

    def until(self, moment: datetime) -> Self:
        return self.filter(at__lte=moment)

    def update(self, **kwargs: Any) -> int:
        raise AppendOnlyError(f"{self.model.__name__} is appended and corrected, never edited")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError(f"{self.model.__name__} is never deleted")


class Appended(models.Model):
    """A row that is written once; the database refuses UPDATE and DELETE (`records/guards.py`)."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuses a second save at once; the database would refuse it too, less kindly."""
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} {self.pk} is never edited")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError(f"{type(self).__name__} {self.pk} is never deleted")


class ClinicalFact(Appended):
    """A row that was true when it was written.

    `at` is when it was so, `recorded_at` when it was written down; `corrects` names the row that
    this one stands in for. The database refuses UPDATE and DELETE (see `records/guards.py`).
    """

    # How a query gets from this table to the person it is about.
    PERSON: ClassVar[str] = "person"

    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    corrects = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="corrected_by"
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True

    def but(self, **changed: Any) -> dict[str, Any]:
        """The fields of a row that corrects this one: the same, but for what changed."""
        fields = (field.name for field in self._meta.concrete_fields)
        same = {name: getattr(self, name) for name in fields if name not in OWN | changed.keys()}
        return {**same, **changed, "corrects": self}
