"""Notices: something that a named person has to answer for."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When
from django.db.models.functions import Cast

from kapstone.knowledge.helplines import answer_times
from kapstone.web.accounts.models import Practice, User
from kapstone.web.accounts.roles import PRESCRIBER
from kapstone.web.records.models.base import Appended, ClinicalFact, FactQuerySet
from kapstone.web.records.models.people import Person
from kapstone.web.records.models.sessions import Phase, Session

RISK_KIND, URGENT = "suicide-risk", "si_urgent"
# Levels that are shown in red wherever a notice stands open.
RED = ("red", URGENT)
# Of a session at home: a look that did not come, a sitter who needs help or cannot sit, a count
# that differs, a check-in afterwards that did not come.
LOOK_KIND, HELP_KIND, SITTER_KIND = "home-look", "home-help", "home-sitter"
COUNT_KIND, CHECK_IN_KIND = "home-count", "home-check-in"
# The person ended the session while a reading or a call for help stood open.
END_KIND = "home-end"
# Of an answer in the note of a therapy track, with the id of what it asks for.
TRACK_KIND = "track-"
# Those that nobody may leave unanswered: passed on, step by step.
PASSED_ON = (RISK_KIND, LOOK_KIND, HELP_KIND, CHECK_IN_KIND, END_KIND)


class NoticeQuerySet(FactQuerySet):
    def open(self) -> Self:
        """Notices that nobody has closed."""
        return self.exclude(answers__closes=True)

    def unanswered(self) -> Self:
        """Notices that nobody has answered; to have tried, and not reached them, is none."""
        return self.with_answered().filter(answered=False)

    def with_answered(self) -> Self:
        """Each with `answered`: has somebody answered it?"""
        answers = NoticeAnswer.objects.answering().filter(notice=OuterRef("pk"))
        return self.annotate(answered=Exists(answers))

    def holding_back(self, *, at: datetime | None = None) -> Self:
        """Red notices that wait: nobody has closed them, and no prescriber has answered them.

        As it was at a moment, or by everything that is known.
        """
        rows, answers = self.filter(level="red"), NoticeAnswer.objects.filter(notice=OuterRef("pk"))
        if at is not None:
            rows, answers = rows.until(at), answers.until(at)
        # SQLite knows no "contains" of JSON; a role is a word of its own, in its quotes.
        named = answers.answering().annotate(of=Cast("by__roles", models.TextField()))
        prescribers = named.filter(of__contains=f'"{PRESCRIBER}"')
        return rows.exclude(Exists(answers.filter(closes=True))).exclude(Exists(prescribers))

    def unreviewed(self) -> Self:
        """Urgent notices of suicide risk, open or closed, that nobody fit to has reviewed."""
        urgent = self.filter(kind=RISK_KIND, level=URGENT)
        return urgent.exclude(answers__reviews=True)

    def unsettled(self) -> Self:
        """What somebody still has to do something about: open, or closed and not yet reviewed."""
        answers = NoticeAnswer.objects.filter(notice=OuterRef("pk"))
        to_review = Q(kind=RISK_KIND, level=URGENT) & ~Exists(answers.filter(reviews=True))
        return self.filter(~Exists(answers.filter(closes=True)) | to_review)

    def gravest_first(self) -> Self:
        """Urgent suicide risk before all (ENG-02), then what a running session waits for.

        After them urgent risk that somebody has answered, other risk, red limits, yellow, the rest.
        Among equals those that nobody has answered, the one that has waited longest first. Each
        carries `live`: is its session running?
        """
        return self.weighed().order_by("weight", "answered", "at", "pk")

    def newest_first(self) -> Self:
        """As in a room: by the same weight, but of two the one that was opened last."""
        return self.weighed().order_by("weight", "answered", "-at", "-pk")

    def weighed(self) -> Self:
        """Each with its `weight`, the least the gravest, and `live`: is its session running?"""
        begun = Exists(
            Phase.objects.filter(session=OuterRef("session"), phase="started", corrected_by=None)
        )
        rows = self.with_answered().annotate(live=begun & Q(session__discharge=None))
        weight = Case(
            When(level=URGENT, answered=False, then=0),
            When(live=True, level="red", then=1),
            When(live=True, then=2),
            When(level=URGENT, then=3),
            When(kind=RISK_KIND, then=4),
            When(level="red", then=5),
            When(level="yellow", then=6),
            default=7,
        )
        return rows.annotate(weight=weight)


class Notice(ClinicalFact):
    """A reading beyond a limit, a suicide-risk answer, an empty room: seen until it is closed."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")
    session = models.ForeignKey(Session, null=True, on_delete=models.PROTECT)
    kind = models.CharField(max_length=40)
    level = models.CharField(max_length=20)
    says = models.TextField()
    do = models.TextField(blank=True)
    key = models.CharField(max_length=100, unique=True)

    objects = NoticeQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base

    @property
    def is_risk(self) -> bool:
        return self.kind == RISK_KIND


class NoticeAnswerQuerySet(FactQuerySet):
    def answering(self) -> Self:
        """Without those that only say that nobody was reached."""
        return self.exclude(reached=False)

    def closing_by(self, at: datetime) -> NoticeAnswer | None:
        """The one that closed first, when it had by a moment."""
        return self.filter(closes=True).until(at).order_by("at", "pk").select_related("by").first()


class NoticeAnswer(ClinicalFact):
    """A named person saw the notice, did something, or closed it.

    `client_id` where a device gave one.
    """

    PERSON = "notice__person"

    objects = NoticeAnswerQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="answers")
    words = models.TextField()
    closes = models.BooleanField(default=False)
    # A prescriber or therapist has weighed an urgent answer: only this opens the gate to dosing.
    reviews = models.BooleanField(default=False)
    # False: somebody tried and did not reach them, which answers nothing; None: not asked.
    reached = models.BooleanField(null=True)
    client_id = models.UUIDField(null=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reached=False) | Q(reviews=False, closes=False),
                name="not_reached_settles_nothing",
            )
        ]


class NoticeSeen(ClinicalFact):
    """A clinician opened the notice; once for each of them, whether or not they answered."""

    PERSON = "notice__person"

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="seen")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "by"], name="notice_seen_once")]


class Escalation(ClinicalFact):
    """Mail about a notice: at once to the care team, then to others when nobody answers.

    Each step once. `by` is whoever the notice was opened by: nobody did it. `told` keeps the names
    it went to.
    """

    PERSON = "notice__person"
    STEPS = ("at_once", "second", "everyone")

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="escalations")
    step = models.CharField(max_length=20)
    told = models.JSONField()
    waited_min = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "step"], name="step_once")]


class RiskSettingsQuerySet(models.QuerySet["RiskSettings"]):
    def now(self, practice: Practice) -> RiskSettings:
        """What the practice settled last; unsaved, with the defaults, before it has."""
        last = self.filter(practice=practice).order_by("-pk").select_related("second_contact")
        return last.first() or RiskSettings(
            practice=practice,
            urgent_min=answer_times()[URGENT].minutes,
            positive_min=answer_times()["si_positive"].minutes,
        )


class RiskSettings(Appended):
    """How a practice answers notices of suicide risk, signed; a change is a new row.

    `hours` is when somebody looks, in its own words; `country` picks the numbers that people see.
    """

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="risk_settings")
    urgent_min = models.PositiveSmallIntegerField()
    positive_min = models.PositiveSmallIntegerField()
    second_contact = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    hours = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    signed_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = RiskSettingsQuerySet.as_manager()

    def minutes(self, level: str) -> int:
        """The minutes for a notice of this level; a blank answer counts as a positive one."""
        return self.urgent_min if level == URGENT else self.positive_min
