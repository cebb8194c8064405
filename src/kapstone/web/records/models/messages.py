"""Messages between a person and their practice: threads, what is attached, and when they are read.

What is attached is sealed in a file beside the database (`sealed.py`).
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Coalesce

from kapstone.web.accounts.models import Practice, User
from kapstone.web.records.models.base import Appended, ClinicalFact, FactQuerySet
from kapstone.web.records.models.people import Person


class Thread(ClinicalFact):
    """What a person and their practice write about, and for whom of the team it is meant.

    `addressed_to` is None where it is for whoever is there.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="threads")
    subject = models.CharField(max_length=120, blank=True)
    about = models.CharField(max_length=20)
    addressed_to = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")


def same_thread() -> Coalesce:
    """The thread as a number, 0 for what was written before there were threads."""
    return Coalesce("thread_id", Value(0))


class MessageQuerySet(FactQuerySet):
    def open(self) -> Self:
        """What people wrote that nobody has answered since in its thread, or marked as dealt with.

        All that was written before there were threads is one thread.
        """
        later = Message.objects.annotate(of=same_thread()).filter(
            person=OuterRef("person"),
            from_person=False,
            pk__gt=OuterRef("pk"),
            of=Coalesce(OuterRef("thread_id"), Value(0)),
        )
        dealt = MessageSeen.objects.filter(message=OuterRef("pk"), dealt_with=True)
        return self.filter(~Exists(later), ~Exists(dealt), from_person=True)

    def new_to(self, user: User) -> Self:
        """Open messages that this member of staff has not seen yet."""
        seen = MessageSeen.objects.filter(message=OuterRef("pk"), by=user)
        return self.open().filter(~Exists(seen))


class Message(ClinicalFact):
    """A message between a person and their practice; `thread` is None before there were threads."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="messages")
    thread = models.ForeignKey(Thread, null=True, on_delete=models.PROTECT, related_name="messages")
    text = models.TextField()
    from_person = models.BooleanField()

    objects = MessageQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base


class MessageSeen(ClinicalFact):
    """Somebody of the other side has read a message, or dealt with it where no answer is needed."""

    PERSON = "message__person"

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="seen")
    dealt_with = models.BooleanField(default=False)


class Attachment(ClinicalFact):
    """A file that came with a message: how it is called and what it is; it is sealed in a file.

    `name` is safe to save under, `content_type` what it was found to be, `digest` the SHA-256 of
    what is kept, without the places and dates that a photo carried.
    """

    PERSON = "message__person"

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=100)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    key = models.UUIDField(unique=True)

    @property
    def file(self) -> str:
        """The name of the sealed file."""
        return f"attachment-{self.key.hex}"


class OfficeHoursQuerySet(models.QuerySet["OfficeHours"]):
    def now(self, practice: Practice | None) -> OfficeHours | None:
        """What the practice settled last; None before it has, and nothing is guessed then."""
        mine = self.filter(practice=practice) if practice else self.none()
        return mine.order_by("-pk").select_related("practice").first()


class OfficeHours(Appended):
    """When a practice reads messages, by its own clock; a change is a new row.

    `week` has a pair of hours such as ["09:00", "17:00"] for each day from Monday, or None;
    `closed` has [first day, last day, words] of the days it is closed. An answer is expected by
    the close of the day on which a message is read, or `answer_days` reading days later.
    """

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="office_hours")
    week = models.JSONField()
    closed = models.JSONField(default=list)
    answer_days = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = OfficeHoursQuerySet.as_manager()


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def standing(self, practice: int | None) -> Self:
        """The absences of a practice that nobody took back."""
        mine = self.filter(who__practice=practice, ended=False, corrected_by=None)
        return mine.select_related("who", "covered_by")


class Absence(Appended):
    """Somebody of the staff is away, from one day to another by the practice's clock, both within.

    `covered_by` reads what is addressed to them; None leaves it to whoever is there. `ended` takes
    it back.
    """

    who = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    first_on = models.DateField()
    last_on = models.DateField()
    covered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    corrects = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="corrected_by"
    )

    objects = AbsenceQuerySet.as_manager()
