"""The calendar: places, what a booking takes of them, feeds, and people who wait for a time."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from kapstone.web.accounts.models import Practice, User
from kapstone.web.records.models.base import Appended, ClinicalFact, FactQuerySet
from kapstone.web.records.models.courses import Appointment, OfCourse
from kapstone.web.records.models.outbox import Outgoing
from kapstone.web.records.models.people import Person
from kapstone.web.records.models.sessions import SessionPlan

OPENS, CLOSES = time(8), time(18)
ASK_HOURS, OFFER_HOURS = 24, 12


class PlaceQuerySet(models.QuerySet[Any]):
    """The places of practices."""

    def visible_to(self, user: User) -> Self:
        """Those of the staff's own practice; nobody else sees any."""
        here = user.practice_id if user.is_staff_member else None
        return self.filter(practice_id=here) if here else self.none()

    def standing(self) -> Self:
        """Each with what was settled of it last, as columns."""
        newest = PlaceTerms.objects.filter(place=OuterRef("pk")).order_by("-pk")
        names = ("name", "purpose", "at_once", "out_from")
        return self.annotate(**{each: Subquery(newest.values(each)[:1]) for each in names})

    def in_use(self, on: date) -> Self:
        """Those that are not taken out of use by this day."""
        return self.standing().filter(Q(out_from=None) | Q(out_from__gt=on))


class Place(Appended):
    """A chair, a room or a video room of the practice; what it is called stands in its terms."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="places")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = PlaceQuerySet.as_manager()


class PlaceTerms(Appended):
    """What a place is called and for, and how many it takes at once; the newest row counts.

    `out_from` is the first day on which it is out of use; None is in use.
    """

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="terms")
    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=20)
    at_once = models.PositiveSmallIntegerField(default=1)
    out_from = models.DateField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")


def weekdays() -> list[int]:
    """Monday to Friday."""
    return [0, 1, 2, 3, 4]


class CalendarSettingsQuerySet(models.QuerySet["CalendarSettings"]):
    def now(self, practice: Practice) -> CalendarSettings:
        """What the practice settled last; unsaved, with the defaults, before it has."""
        rows = self.filter(practice=practice).order_by("-pk")
        return rows.first() or CalendarSettings(practice=practice)


class CalendarSettings(Appended):
    """When times are offered, how late a person may ask for another, and what feeds say.

    A time outside of the hours can be booked by hand; it is only never offered.
    """

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT)
    opens = models.TimeField(default=OPENS)
    closes = models.TimeField(default=CLOSES)
    days = models.JSONField(default=weekdays)
    ask_hours = models.PositiveSmallIntegerField(default=ASK_HOURS)
    offer_hours = models.PositiveSmallIntegerField(default=OFFER_HOURS)
    names_in_feeds = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = CalendarSettingsQuerySet.as_manager()


class PartQuerySet(FactQuerySet):
    """Parts of bookings."""

    def taken(self) -> Self:
        """Those of bookings that stand and were not called off."""
        return self.filter(
            Q(appointment__corrected_by=None, appointment__cancelled=False, plan=None)
            | Q(plan__corrected_by=None, plan__cancelled=False, appointment=None)
        )

    def within(self, start: datetime, end: datetime) -> Self:
        """Those that take any of this time; one that ends when another begins does not."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class BookedPart(ClinicalFact):
    """What one booking takes, and from when to when: a place, or somebody of the staff.

    All parts of a booking are written in one transaction with it. They hold as long as their
    appointment, or their plan of a session, stands; a move writes new ones.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="booked_parts")
    appointment = models.ForeignKey(
        Appointment, null=True, on_delete=models.PROTECT, related_name="parts"
    )
    plan = models.ForeignKey(SessionPlan, null=True, on_delete=models.PROTECT, related_name="parts")
    part = models.CharField(max_length=20)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="parts")
    who = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()

    objects = PartQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(appointment=None) ^ Q(plan=None), name="part_of_one_booking"
            ),
            models.CheckConstraint(condition=Q(place=None) ^ Q(who=None), name="part_takes_one"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="part_ends_after_it_starts"
            ),
        ]
        indexes = [models.Index(fields=["place", "starts_at"], name="part_of_place")]


class FeedQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        """The addresses that open something."""
        return self.filter(replaced_by=None, ended=False)


class CalendarFeed(Appended):
    """A secret address that gives the times of one member of staff, one person or one place.

    Only the hash of the secret is kept. A new address, or taking it back, is a row that replaces
    this one.
    """

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="feeds")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="feeds")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="feeds")
    token_hash = models.CharField(max_length=64, db_index=True)
    ended = models.BooleanField(default=False)
    replaces = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = FeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(user=None) ^ Q(place=None), name="feed_of_one")
        ]


class TimeLink(ClinicalFact):
    """The secret address in the mail about a time, by which its person asks for another.

    It works while the time that it is about stands and is still to come.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="time_links")
    appointment = models.ForeignKey(
        Appointment, null=True, on_delete=models.PROTECT, related_name="links"
    )
    plan = models.ForeignKey(SessionPlan, null=True, on_delete=models.PROTECT, related_name="links")
    token_hash = models.CharField(max_length=64, db_index=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(appointment=None) ^ Q(plan=None), name="link_about_one_time"
            )
        ]


class AskedQuerySet(FactQuerySet):
    def open(self) -> Self:
        """What the desk has not answered yet."""
        return self.filter(~Exists(TimeSettled.objects.filter(asked=OuterRef("pk"))))


class TimeAsked(ClinicalFact):
    """What a person asked by the link: another time, or that they cannot come.

    `starts_at` is the time they chose; None is that they cannot come.
    """

    PERSON = "link__person"

    link = models.ForeignKey(TimeLink, on_delete=models.PROTECT, related_name="asked")
    starts_at = models.DateTimeField(null=True)

    objects = AskedQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base


class TimeSettled(ClinicalFact):
    """What became of it: moved, called off, or it stays as it was."""

    PERSON = "asked__link__person"

    asked = models.OneToOneField(TimeAsked, on_delete=models.PROTECT, related_name="answer")
    verdict = models.CharField(max_length=12)


class Standby(OfCourse):
    """A person waits for a time of this kind; a later row with `ended` takes them off the list.

    `day_part` is any, morning or afternoon; `who` None is with whomever.
    """

    kind = models.CharField(max_length=20)
    minutes = models.PositiveSmallIntegerField()
    day_part = models.CharField(max_length=10)
    who = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    ended = models.BooleanField(default=False)


class TimeOffer(ClinicalFact):
    """A free time was offered by mail to somebody who waits; the first who takes it has it."""

    PERSON = "standby__course__person"

    standby = models.ForeignKey(Standby, on_delete=models.PROTECT, related_name="offers")
    starts_at = models.DateTimeField()
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    who = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, db_index=True)
    expires_at = models.DateTimeField()
    outgoing = models.ForeignKey(Outgoing, on_delete=models.PROTECT, related_name="+")


class TimeTaken(ClinicalFact):
    """An offer was taken: which appointment came of it."""

    PERSON = "offer__standby__course__person"

    offer = models.OneToOneField(TimeOffer, on_delete=models.PROTECT, related_name="taken")
    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="+")
