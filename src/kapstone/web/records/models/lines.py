"""What a practice settles for itself: the figures of its limits, the times of its checks.

What is laxer than the row that ships holds only once a second person has signed it too.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, When

from kapstone.web.accounts.models import Practice, User
from kapstone.web.records.models.base import Appended

COUNTERSIGNED, TURNED_AWAY, TAKEN_BACK = "countersigned", "turned_away", "taken_back"


class ChangeQuerySet(models.QuerySet[Any]):
    """The changes of one kind."""

    def held(self, practice: int, at: datetime) -> Self:
        """The changes that have held by a moment, the one that took effect last at the end.

        Each with its answer, and `held_from`: when it was signed, or countersigned.
        """
        signed = self.filter(practice=practice).annotate(
            held_from=Case(
                When(asks_second=True, answer__verdict=COUNTERSIGNED, then=F("answer__at")),
                When(asks_second=True, then=None),
                default=F("at"),
                output_field=models.DateTimeField(),
            )
        )
        return signed.filter(held_from__lte=at).select_related("answer").order_by("held_from", "pk")

    def two_signed(self, practice: int, at: datetime) -> dict[str, list[Any]]:
        """What has held of each limit or route since two people signed it last, theirs in front.

        Nothing of one where they never did.
        """
        found: dict[str, list[Any]] = {}
        for row in self.held(practice, at):
            if row.asks_second:
                found[row.of] = [row]
            elif row.of in found:
                found[row.of].append(row)
        return found

    def waiting(self, practice: int) -> Self:
        """The changes that wait for a second signature: only the newest row of each can."""
        of = self.model.OF
        same = {"practice": OuterRef("practice"), of: OuterRef(of)}
        newer = self.model.objects.filter(**same, pk__gt=OuterRef("pk"))
        mine = self.filter(~Exists(newer), practice=practice, asks_second=True, answer=None)
        return mine.order_by("at", "pk")

    def newest(self, practice: int, of: str) -> Any:
        """The row that was written last of a limit or a route, whatever became of it, or None."""
        mine = self.filter(practice=practice, **{self.model.OF: of}).select_related("answer")
        return mine.order_by("-pk").first()


class SettledChange(Appended):
    """Something that a prescriber settled and signed; a change is a new row.

    One that asks for a second signature holds from that signature on, and without it never; any
    other from `at`. `asks_second` is None where one person alone signed something laxer than what
    ships, and it holds: from before two were asked, or no laxer than what held so already.
    """

    # The column that says of what it is a change.
    OF: ClassVar[str]

    why = models.TextField()
    signed_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asks_second = models.BooleanField(null=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def of(self) -> str:
        """The id of the limit, or of the route."""
        return str(getattr(self, self.OF))

    @property
    def waits(self) -> bool:
        """Whether a second signature is asked for and nobody has answered; a newer row ends it."""
        return self.asks_second is True and not hasattr(self, "answer")


class LineChange(SettledChange):
    """Figures of one limit as a prescriber settled and signed them.

    `figures` are by name (`yellow.above`); none at all goes back to what ships. They hold until the
    next row of the same limit does.
    """

    OF = "limit"

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="line_changes")
    limit = models.CharField(max_length=20)
    figures = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["practice", "limit", "at"], name="line_change_in_force")]


class TimesChange(SettledChange):
    """Check times of one route as a prescriber settled and signed them.

    `times` are minutes by name (`then_every_min`); none at all goes back to what ships. They hold
    until the next row of the same route does.
    """

    OF = "route"

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="times_changes")
    route = models.CharField(max_length=40)
    times = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["practice", "route", "at"], name="times_change_in_force")]


class SecondAnswer(Appended):
    """What became of a change that asked for a second signature: one answer, for good.

    Countersigned or turned away by somebody else, or taken back by whoever wrote it.
    """

    verdict = models.CharField(max_length=13)
    why = models.TextField(blank=True)
    signed_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict__in=[COUNTERSIGNED, TURNED_AWAY, TAKEN_BACK]),
                name="%(class)s_verdict",
            ),
            models.CheckConstraint(
                condition=~models.Q(verdict=TURNED_AWAY, why=""), name="%(class)s_says_why"
            ),
        ]


class LineAnswer(SecondAnswer):
    """The answer to laxer figures of a limit."""

    change = models.OneToOneField(LineChange, on_delete=models.PROTECT, related_name="answer")


class TimesAnswer(SecondAnswer):
    """The answer to laxer check times of a route."""

    change = models.OneToOneField(TimesChange, on_delete=models.PROTECT, related_name="answer")
