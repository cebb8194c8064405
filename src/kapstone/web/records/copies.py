"""A person's data to take away: what may lie on their phone, and all of it from hand to hand.

Somebody else may hold the phone. What could harm the person there is left out by whole tables,
columns and questions, the same for everybody, so that a gap tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from django.core.serializers.python import Serializer
from django.db.models import Model, QuerySet

from kapstone import instruments, intake
from kapstone.intake import own_words
from kapstone.screening.telling import private_facts
from kapstone.web.accounts.models import User
from kapstone.web.records import attachments, captures, groups, guards, other_records, telling
from kapstone.web.records.models import (
    AcceptedReading,
    ArticleChosen,
    ArticleReview,
    ArticleShown,
    AskedAlone,
    AskedAloneReview,
    Attachment,
    Capture,
    CaptureDevice,
    Confirmation,
    Consultation,
    Countersignature,
    Couple,
    CoupleAgreement,
    CourseTracks,
    Delivery,
    Destruction,
    Discharge,
    Discrepancy,
    DiscrepancyAnswer,
    DoseGiven,
    EmdrClosing,
    EmdrSet,
    EmdrTarget,
    Entry,
    Escalation,
    FormLicence,
    GateOverride,
    GivenFact,
    GroupEvent,
    GroupNote,
    GroupSeat,
    Holding,
    HomeCheckIn,
    IntakeAnswer,
    JointNote,
    KeptRules,
    LinkSent,
    LongTermCheck,
    LookAgain,
    LossReport,
    NextStep,
    Note,
    Notice,
    NoticeAnswer,
    NoticeSeen,
    Order,
    OutsideNote,
    Person,
    PhoneCall,
    Preparation,
    PreparationAnswer,
    PsychotherapyNote,
    RecordImport,
    RegisterEntry,
    RegisterSettings,
    Release,
    Review,
    RiskSettings,
    ScreeningDecision,
    SheetAnswer,
    SheetScore,
    Standby,
    Statement,
    StockCount,
    TimeLink,
    TimeOffer,
    TrackNote,
    WatchContact,
)

SAYS = "Some parts are given by your practice in person. Ask your team for your full copy."
# What the practice keeps of its stock; the doses that a person was given are theirs.
OF_THE_REGISTER = {
    *(Holding, RegisterEntry, StockCount, Delivery, LossReport, Destruction),
    *(Discrepancy, DiscrepancyAnswer, RegisterSettings),
}
# A therapist's own notes (45 CFR 164.501), a trail that names others, and who else is cared for.
NOT_THEIRS = {
    *(PsychotherapyNote, Entry, Couple, KeptRules, FormLicence, RiskSettings),
    *(*guards.LINES, *guards.OFFICE, *guards.FIGURES, *guards.OUTSIDE_CODES),
    # Which chairs there are, and who may read their times.
    *guards.CALENDAR,
    *(ArticleShown, ArticleReview),
    # Only it knows who was in a session together.
    GroupEvent,
    *OF_THE_REGISTER,
    # What a device told is somebody's only once it was accepted, and then a reading.
    *guards.BEDSIDE,
}
# What staff write freely may name anything, a weighing names what it weighed, and a second
# signature tells of a stop.
# A track names what somebody is cared for, and so may what was chosen for them to read.
IN_PERSON = {
    *(Note, Notice, NoticeAnswer, NoticeSeen, Escalation),
    *(LookAgain, GateOverride, Countersignature, CourseTracks, ArticleChosen),
    # Asked alone about fear and violence: the phone may lie in the hand that it is about.
    *(AskedAlone, AskedAloneReview),
    # The picture of the worst moment is nobody's to come upon.
    *(EmdrTarget, EmdrSet, EmdrClosing),
    # So are craving, use, and what somebody believes; what was found, and what was weighed.
    *(TrackNote, LongTermCheck, NextStep, WatchContact),
    # What was said among others, and whether somebody agreed to share or took it back.
    *(GroupSeat, GroupNote, JointNote, CoupleAgreement),
    # What somebody outside writes freely may name anything, too.
    OutsideNote,
}
COLUMNS_IN_PERSON: dict[type[Model], frozenset[str]] = {
    AcceptedReading: frozenset({"despite"}),
    ScreeningDecision: frozenset({"reason", "facts", "screening", "worked_out"}),
    GivenFact: frozenset({"words"}),
    Consultation: frozenset({"brings", "hopes", "questions", "why", "next_step"}),
    RecordImport: frozenset({"taken", "not_understood", "warnings"}),
    Preparation: frozenset({"note"}),
    Review: frozenset({"reason"}),
    Order: frozenset({"reason"}),
    Discharge: frozenset({"override_reason"}),
    PhoneCall: frozenset({"words"}),
    DoseGiven: frozenset({"words"}),
    Release: frozenset({"words"}),
    HomeCheckIn: frozenset({"words"}),
    LinkSent: frozenset({"to"}),
    CaptureDevice: frozenset({"secret_hash"}),
    TimeLink: frozenset({"token_hash"}),
    # A reason to wait is written by staff, and may name anything.
    Standby: frozenset({"reason"}),
    TimeOffer: frozenset({"token_hash"}),
}


def full(person: Person) -> dict[str, Any]:
    """Each table's rows about the person, corrected ones as well, by the name of the table."""
    found = {name_of(table): serialized(rows_of(table, person)) for table in tables()}
    return {"person": serialized(Person.objects.filter(pk=person.pk)), **found}


def for_phone(person: Person) -> dict[str, Any]:
    """The copy that one tap gives, without what another reader of the phone must not see."""
    found = {
        name_of(table): without(
            COLUMNS_IN_PERSON.get(table, frozenset()), serialized(shown(table, person))
        )
        for table in tables()
        if table not in IN_PERSON
    }
    return {
        "about": SAYS,
        "person": serialized(Person.objects.filter(pk=person.pk)),
        **found,
    }


def as_file(copy: dict[str, Any]) -> bytes:
    return orjson.dumps(copy, option=orjson.OPT_INDENT_2, default=str)


def tables() -> list[type[Model]]:
    return [table for table in guards.guarded_models() if table not in NOT_THEIRS]


def name_of(table: type[Model]) -> str:
    return str(table._meta.verbose_name_plural)


def rows_of(table: Any, person: Person) -> QuerySet[Any]:
    rows: QuerySet[Any] = table._default_manager.filter(**{table.PERSON: person})
    return groups.open_joint(rows) if table is JointNote else rows


def shown(table: type[Model], person: Person) -> QuerySet[Any]:
    """The rows of a table that the phone may show."""
    rows = rows_of(table, person)
    if table is GivenFact:
        return rows.exclude(fact__in=private_answers())
    if table in {IntakeAnswer, PreparationAnswer}:
        return rows.exclude(question__in=private_questions() | own_words.private_questions())
    if table in {Statement, Confirmation}:
        said = Statement.objects.filter(person=person).select_related("source")
        hidden = other_records.private(said)
        return rows.exclude(**{"pk__in" if table is Statement else "statement__in": hidden})
    if table is ScreeningDecision:
        # Bad news is told by somebody before a phone tells it.
        return rows.exclude(pk__in=[row.pk for row in rows if telling.is_held(row)])
    if table in {SheetAnswer, SheetScore}:
        return rows.exclude(sheet__instrument__in=of_suicide())
    return rows


def of_suicide() -> list[str]:
    """The questionnaires about suicide, which are talked about in person."""
    return [of.id for of in instruments.instruments() if of.domain == "suicide risk"]


def private_questions() -> frozenset[str]:
    """The questions of the intake whose answers only clinicians see."""
    asked = (each for sitting in intake.sittings() for each in sitting.question)
    return frozenset(each.id for each in asked if each.private or each.fact in private_facts())


def private_answers() -> frozenset[str]:
    """The facts that private rules read, and those that a private question gives."""
    given = {intake.question(name).fact for name in private_questions()}
    return private_facts() | {name for name in given if name is not None}


def without(columns: Iterable[str], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: row[name] for name in row if name not in columns} for row in rows]


def serialized(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    """Rows as plain values; somebody who logs in is named, since their number says nothing."""
    users = [each.name for each in rows.model._meta.fields if each.related_model is User]
    plain: list[dict[str, Any]] = Serializer().serialize(rows)
    found = [{"id": row["pk"], **row["fields"]} for row in plain]
    for row, shown_row in zip(found, rows.select_related(*users), strict=True):
        row |= {name: str(getattr(shown_row, name) or "") for name in users}
        if isinstance(shown_row, Capture):
            # What was written lies beside the database; a sound is heard, and stays out.
            row["words"] = captures.words_of(shown_row)
    if rows.model is Attachment:
        attachments.put_into(found)
    return found
