"""A session at home: the sitter, what was released, counted, seen, and asked afterwards."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.models.base import Appended, ClinicalFact, FactQuerySet
from kapstone.web.records.models.outbox import Outgoing
from kapstone.web.records.models.register import Holding, RegisterEntry
from kapstone.web.records.models.sessions import OfSession


class Sitter(OfSession):
    """Who sits with the person at home; another one corrects this row.

    `adult` and `person_agrees` are None while nobody has said. The sitter's own consent is theirs
    to give (`SitterAnswer`).
    """

    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=40, blank=True)
    adult = models.BooleanField(null=True)
    person_agrees = models.BooleanField(null=True)


class SitterLink(ClinicalFact):
    """A page without a log-in for one sitter; a row with `ended` corrects it and shuts it.

    The address is signed and nowhere kept. `on_call` answers for the session that evening, under
    `call_phone`.
    """

    PERSON = "sitter__session__course__person"

    sitter = models.ForeignKey(Sitter, on_delete=models.PROTECT, related_name="links")
    on_call = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    call_phone = models.CharField(max_length=40)
    expires_at = models.DateTimeField()
    ended = models.BooleanField(default=False)


class SaidBySitter(Appended):
    """Something that a sitter said on their page: they have no log-in that could be named."""

    PERSON: ClassVar[str] = "link__sitter__session__course__person"

    link = models.ForeignKey(SitterLink, on_delete=models.PROTECT)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now)

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True


class SitterAnswer(SaidBySitter):
    """The sitter agrees to what is asked of them, or does not; the newest counts."""

    agrees = models.BooleanField()
    name = models.CharField(max_length=200)


class SitterLook(SaidBySitter):
    """The sitter looked in; `at` is the time of the look, `recorded_at` when it arrived."""

    saw = models.CharField(max_length=20)
    client_id = models.UUIDField(unique=True)


class LinkSent(ClinicalFact):
    """A sitter's link went into the outbox, to an address that they agreed to; once for each link.

    Was the address wrong, another link is opened, which shuts this one.
    """

    PERSON = "link__sitter__session__course__person"

    link = models.OneToOneField(SitterLink, on_delete=models.PROTECT, related_name="sent")
    channel = models.CharField(max_length=10)
    to = models.CharField(max_length=254)
    outgoing = models.OneToOneField(Outgoing, on_delete=models.PROTECT, related_name="link_sent")

    class Meta:
        verbose_name_plural = "links sent"


class Release(OfSession):
    """So many units of a lot were released for one session; `conditions` as they stood then.

    No units: the release that this row corrects was typed wrongly, and `words` say how. The number
    is the second lock: of two that were written beside each other one is refused.
    """

    holding = models.ForeignKey(Holding, on_delete=models.PROTECT)
    number = models.PositiveSmallIntegerField(default=1)
    units = models.PositiveSmallIntegerField()
    entry = models.OneToOneField(RegisterEntry, on_delete=models.PROTECT)
    conditions = models.JSONField()
    words = models.TextField(blank=True)
    signed_name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="release_once")]


class HomeCount(ClinicalFact):
    """The lozenges at home, counted before or after the medicine; each once.

    `expected` is what should have been there then; None when nobody could know.
    """

    PERSON = "release__session__course__person"
    MOMENTS = ("before", "after")

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="counts")
    moment = models.CharField(max_length=10)
    counted = models.PositiveSmallIntegerField()
    expected = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "moment"], name="counted_at_home_once")
        ]


class CountExplained(ClinicalFact):
    """A person wrote down why a count at home differs; without it nothing more is released."""

    PERSON = "count__release__session__course__person"

    count = models.OneToOneField(HomeCount, on_delete=models.PROTECT, related_name="explained")
    words = models.TextField()


class BoosterAnswer(SaidBySitter):
    """The sitter confirms that the second dose may be taken now, or says no; the newest counts."""

    agrees = models.BooleanField()


class BoosterConfirmed(OfSession):
    """A therapist confirms that the second dose may be taken now, or says no; the newest counts."""

    agrees = models.BooleanField()
    signed_name = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "boosters confirmed"


class HomeCheckInAsked(OfSession):
    """The person was written to about one check-in after the session; once for each."""

    moment = models.CharField(max_length=20)
    outgoing = models.OneToOneField(
        Outgoing, on_delete=models.PROTECT, related_name="check_in_asked"
    )

    class Meta:
        verbose_name_plural = "check-ins at home asked"
        constraints = [
            models.UniqueConstraint(fields=["session", "moment"], name="check_in_asked_once")
        ]


class HomeCheckIn(OfSession):
    """How the person was at one check-in: by themselves, or by staff who asked them.

    It may be answered again; every answer stays.
    """

    moment = models.CharField(max_length=20)
    answer = models.CharField(max_length=20)
    words = models.TextField(blank=True)
    client_id = models.UUIDField(unique=True)

    class Meta:
        verbose_name_plural = "check-ins at home"
