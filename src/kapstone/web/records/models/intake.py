"""What a person told us, what other records say, and what a clinician or a reading adds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models

from kapstone.web import clock
from kapstone.web.records.models.base import ClinicalFact, FactQuerySet
from kapstone.web.records.models.courses import OfCourse
from kapstone.web.records.models.people import Person


class IntakeAnswer(OfCourse):
    """One answer, kept as it was given; a changed mind is a later row."""

    question = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    words = models.TextField(blank=True)


class IntakeFinished(OfCourse):
    """The person said that this is all."""


class GivenFact(ClinicalFact):
    """A screening fact from a clinician, a reading, an instrument or an import.

    `settles` are graver answers that a prescriber sets aside with it: value, time, origin of each.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="facts")
    fact = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    origin = models.CharField(max_length=20)
    words = models.TextField(blank=True)
    settles = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["person", "fact", "at"], name="fact_of_person")]


class MedicineMeaning(ClinicalFact):
    """What a clinician says a line about a medicine means, for this person only.

    `ingredients` are ids of the list of medicines; none means checked, and none of those.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="medicine_meanings")
    text = models.TextField()
    ingredients = models.JSONField()
    words = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="meaning_of_person")]


class RecordImport(ClinicalFact):
    """A file from another system, as it came."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    taken = models.JSONField()
    not_understood = models.JSONField()
    warnings = models.JSONField(default=list)


class Statement(ClinicalFact):
    """Something another record, or the person, says of their health.

    `kind` is condition, medicine, allergy, vital_sign or observation; `detail` holds what the kind
    needs (a `fhir` value as data) and `key` makes a second import of the same thing add nothing.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="statements")
    kind = models.CharField(max_length=20)
    text = models.CharField(max_length=400)
    code = models.CharField(max_length=40, blank=True)
    code_system = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=30, blank=True)
    value = models.FloatField(null=True)
    unit = models.CharField(max_length=20, blank=True)
    detail = models.JSONField(default=dict)
    source = models.ForeignKey(RecordImport, null=True, on_delete=models.PROTECT)
    key = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="statement_once_per_person")
        ]
        indexes = [models.Index(fields=["person", "kind", "at"], name="statement_of_person")]

    @property
    def own_date(self) -> date | datetime | str | None:
        """The record's own date, no more exact than it was written; None when it gives none.

        `at` is then the time of the import, which says nothing of how old the matter is.
        """
        given = [self.detail.get(name) for name in ("onset", "authored", "at")]
        when = next(filter(None, given), None)
        if when is None:
            return None
        if "T" in when["value"]:
            return datetime.fromisoformat(when["value"])
        exact = when["precision"] == "day"
        return date.fromisoformat(when["value"]) if exact else str(when["as_written"])


class Confirmation(ClinicalFact):
    """The person's word on a statement: yes, no, or not sure (None)."""

    PERSON = "statement__person"

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="confirmations")
    answer = models.BooleanField(null=True)
    words = models.TextField(blank=True)


FAVOURABLE = ("suitable", "extra_oversight")


class StopsForTwo(models.Func):
    """The titles of the stops that need two signatures [ENG-07], and of those not ruled out.

    Of a stored screening, read in the database from the row as it was signed: a list needs no more
    of it. A stop that is open for want of an answer counts as one (ENG-03).
    """

    output_field = models.JSONField()

    def as_sqlite(self, compiler: Any, connection: Any, **also: Any) -> Any:
        found = (
            "(SELECT JSON_GROUP_ARRAY(title) FROM"
            " (SELECT JSON_EXTRACT(value, '$.title') AS title"
            " FROM JSON_EACH(%(expressions)s, '$.findings')"
            " WHERE JSON_EXTRACT(value, '$.action') = 'stop'"
            " AND JSON_EXTRACT(value, '$.override') = 'MD'"
            " UNION ALL SELECT 'not known: ' || JSON_EXTRACT(value, '$.title')"
            " FROM JSON_EACH(%(expressions)s, '$.waiting')"
            " WHERE JSON_EXTRACT(value, '$.could_be') = 'stop'))"
        )
        return self.as_sql(compiler, connection, template=found, **also)

    def as_postgresql(self, compiler: Any, connection: Any, **also: Any) -> Any:
        found = (
            "(SELECT COALESCE(JSONB_AGG(title), '[]'::jsonb) FROM"
            " (SELECT each->>'title' AS title"
            " FROM JSONB_ARRAY_ELEMENTS(%(expressions)s->'findings') each"
            " WHERE each->>'action' = 'stop' AND each->>'override' = 'MD'"
            " UNION ALL SELECT 'not known: ' || (each->>'title')"
            " FROM JSONB_ARRAY_ELEMENTS(%(expressions)s->'waiting') each"
            " WHERE each->>'could_be' = 'stop') found)"
        )
        return self.as_sql(compiler, connection, template=found, **also)


class DecisionQuerySet(FactQuerySet):
    def with_over(self) -> Any:
        """Each with `over`: the stops that need a second signature, should it be favourable."""
        return self.annotate(over=StopsForTwo("screening"))

    def of_now(self, course: Any) -> Any:
        """The course's newest decision, which is the one that holds."""
        return self.standing().filter(course=course).order_by("-at", "-pk").first()

    def lacking_second(self, now: datetime) -> Any:
        """Those that go on over such a stop, still hold, and have one signature only."""
        alone = self.with_over().filter(decision__in=FAVOURABLE, countersignature=None)
        return alone.filter(valid_until__gte=now).exclude(over=[])


class KeptRules(models.Model):
    """The screening rules as they were when somebody decided with them, under their seal.

    Once for each rule set; the database refuses to change it (`records/guards.py`).
    """

    digest = models.CharField(max_length=64, unique=True)
    texts = models.JSONField()
    kept_at = models.DateTimeField(default=clock.now)


class ScreeningDecision(OfCourse):
    """A clinician's signed decision, with everything it was decided with.

    `worked_out` are the derived facts with what made them so; None in rows from before it was kept.
    """

    decision = models.CharField(max_length=20)
    reason = models.TextField()
    words_for_person = models.TextField(blank=True, default="")
    signed_name = models.CharField(max_length=200)
    valid_until = models.DateTimeField()
    facts = models.JSONField()
    screening = models.JSONField()
    worked_out = models.JSONField(null=True)
    knowledge_digest = models.CharField(max_length=64)

    objects = DecisionQuerySet.as_manager()  # type: ignore[misc]  # narrower than the base


class Countersignature(ClinicalFact):
    """A second prescriber's signature under a decision that goes on over a stop [ENG-07]."""

    PERSON = "decision__course__person"

    decision = models.OneToOneField(
        ScreeningDecision, on_delete=models.PROTECT, related_name="countersignature"
    )
    signed_name = models.CharField(max_length=200)
    meaning = models.TextField()


class PersonTold(ClinicalFact):
    """A clinician has told the person of a decision; until then a phone may not be the first to."""

    PERSON = "decision__course__person"

    decision = models.OneToOneField(
        ScreeningDecision, on_delete=models.PROTECT, related_name="told"
    )


class LookAgain(ClinicalFact):
    """The rules were asked once more about a signed decision, which itself stays as it was.

    `differs` says whether the rules would now say something else; `new`, `gone` and `opened` name
    the rules by id and title. Written in the name of who signed: nobody pressed anything.
    """

    PERSON = "decision__course__person"

    decision = models.ForeignKey(ScreeningDecision, on_delete=models.PROTECT, related_name="looks")
    knowledge_digest = models.CharField(max_length=64)
    differs = models.BooleanField()
    says = models.JSONField()


class Consent(OfCourse):
    """A consent as it was signed: the words, the answers, the name, the meaning."""

    version = models.CharField(max_length=20)
    text_digest = models.CharField(max_length=64)
    document = models.JSONField()
    choices = models.JSONField(default=dict)
    read_back = models.JSONField()
    signed_name = models.CharField(max_length=200)
    meaning = models.CharField(max_length=300)
    expires_at = models.DateTimeField()
    pdf = models.BinaryField()
    pdf_digest = models.CharField(max_length=64)


class ConsentWithdrawal(ClinicalFact):
    """The person took their consent back; this needs no reason."""

    PERSON = "consent__course__person"

    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField(blank=True)
