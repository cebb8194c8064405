"""A medicine session: the order, the checks, who was there, and what was seen."""

from __future__ import annotations

from django.db import models

from kapstone import monitoring
from kapstone.web.accounts.models import User
from kapstone.web.records.models.base import ClinicalFact
from kapstone.web.records.models.courses import OfCourse
from kapstone.web.records.models.people import Companion


class Session(OfCourse):
    """One medicine session of a course: what its plan, order, readings and marks hang on."""

    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="session_number_once")
        ]


class OfSession(ClinicalFact):
    """A fact of one session."""

    PERSON = "session__course__person"

    session = models.ForeignKey(Session, on_delete=models.PROTECT)

    class Meta:
        abstract = True


class SessionPlan(OfSession):
    """When, where and by which route; moving the session is a new row that corrects this one."""

    route = models.CharField(max_length=40)
    planned_for = models.DateTimeField(db_index=True)
    room = models.CharField(max_length=60, blank=True)
    at_home = models.BooleanField(default=False)
    cancelled = models.BooleanField(default=False)


class Order(OfSession):
    """The signed order: route and dose, beside what the literature uses.

    `pump_steps` are [minutes, milligrams] in order; `booster_mg` None says that none was ordered.
    """

    route = models.CharField(max_length=40)
    dose_mg = models.DecimalField(max_digits=7, decimal_places=2)
    over_min = models.PositiveSmallIntegerField(null=True)
    weight_kg = models.FloatField()
    weight_at = models.DateTimeField()
    concentration_mg_ml = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    diluted = models.BooleanField(null=True)
    pump_mg_ml = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    pump_steps = models.JSONField(default=list)
    booster_mg = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    booster_after_min = models.PositiveSmallIntegerField(null=True)
    hold_min = models.PositiveSmallIntegerField(null=True)
    spit = models.BooleanField(null=True)
    nasal = models.CharField(max_length=20, blank=True)
    checks = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    signed_name = models.CharField(max_length=200)
    meaning = models.CharField(max_length=300)

    @property
    def mg_per_kg(self) -> float:
        return float(self.dose_mg) / self.weight_kg


class CheckAnswer(OfSession):
    """One line of the dose-day checklist: yes, no, or not known (None)."""

    check_id = models.CharField(max_length=20)
    ok = models.BooleanField(null=True)
    words = models.TextField(blank=True)


class GateOverride(OfSession):
    """A prescriber let a gate be passed; the reason stays beside it."""

    gate = models.CharField(max_length=40)
    reason = models.TextField()


class Presence(OfSession):
    """Somebody came into the room, or left it; `client_id` where a device gave one."""

    who = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered = models.BooleanField()
    client_id = models.UUIDField(null=True, unique=True)


class Phase(OfSession):
    """The session moved on: arrived, started, paused, resumed, stopped.

    `client_id` where a device gave one.
    """

    phase = models.CharField(max_length=20)
    words = models.TextField(blank=True)
    client_id = models.UUIDField(null=True, unique=True)


class PumpRate(OfSession):
    """Somebody set the pump of a running infusion to another rate, in milligrams an hour."""

    mg_h = models.DecimalField(max_digits=7, decimal_places=2)
    words = models.TextField(blank=True)
    client_id = models.UUIDField(unique=True)


class Reading(OfSession):
    """Vital signs taken together; `client_id` makes sending it twice harmless."""

    signs = models.JSONField()
    resting = models.BooleanField(default=False)
    client_id = models.UUIDField(unique=True)

    class Meta:
        indexes = [models.Index(fields=["session", "at"], name="reading_of_session")]

    def to_core(self) -> monitoring.Reading:
        return monitoring.Reading(at=self.at, signs=self.signs)


class Judgement(ClinicalFact):
    """What the limits said of a reading; a reading without one is still to be judged."""

    PERSON = "reading__session__course__person"

    reading = models.OneToOneField(Reading, on_delete=models.PROTECT, related_name="judgement")
    crossed = models.JSONField()
    knowledge_digest = models.CharField(max_length=64)


class Mark(OfSession):
    """One tap: how the person is, a side effect, a touch, a piece of music, their own words.

    `area` is where a touch was asked for, given or declined.
    """

    kind = models.CharField(max_length=20)
    mark = models.CharField(max_length=60)
    area = models.CharField(max_length=40, blank=True)
    severity = models.CharField(max_length=20, blank=True)
    words = models.TextField(blank=True)
    client_id = models.UUIDField(unique=True)


class DischargeScore(OfSession):
    """A discharge score: Aldrete or modified PADSS, item by item."""

    tool = models.CharField(max_length=20)
    answers = models.JSONField()
    total = models.PositiveSmallIntegerField(null=True)


class LeavingAnswer(OfSession):
    """One line of what is asked before going home: yes, no, or not known (None)."""

    criterion = models.CharField(max_length=20)
    ok = models.BooleanField(null=True)


class Discharge(OfSession):
    """The person went home, with whom, and what they were told."""

    escort = models.ForeignKey(Companion, null=True, on_delete=models.PROTECT)
    escort_name = models.CharField(max_length=200)
    escort_phone = models.CharField(max_length=40, blank=True)
    criteria = models.JSONField()
    override_reason = models.TextField(blank=True)
    signed_name = models.CharField(max_length=200)
