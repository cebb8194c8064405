"""Deeds about questionnaires: assign, answer, finish; a risk answer is acted on as it is given."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from kapstone import instruments
from kapstone.web.accounts.models import User
from kapstone.web.records import audit, definitions, sharing, sheets
from kapstone.web.records.actions import escalating, following
from kapstone.web.records.actions.notices import new_notice
from kapstone.web.records.actions.worsening import tell_worsening
from kapstone.web.records.models import Course, Notice, Sheet, SheetAnswer, SheetScore
from kapstone.web.records.models.notices import RISK_KIND, URGENT
from kapstone.web.records.refusals import Refused

# A questionnaire asked for by hand: to be answered within a day, open for three.
ASKED_WITHIN = timedelta(days=1)
ASKED_OPEN = timedelta(days=3)
RISK_DO = {"si_urgent": "speak with them now.", "si_positive": "ask about it today."}
BLANK_WORDS = "The question about thoughts of self-harm was left blank: ask about it."
LEVEL_WORDS = "The answers together come to high risk: speak with them now."
# How an answer was given that the person did not tap themselves.
GIVEN = {
    "phone": "given by phone",
    "room": "given in the room",
    "proxy": "given by somebody else for them",
    "rated": "rated",
}
CLOSED = "These questions had closed when this was answered."
# An answer that arrives later than this says so in its notice.
LATE = timedelta(minutes=2)


@transaction.atomic
def assign_sheet(
    course: Course, instrument: str, *, anchor: str, at: datetime, by: User, **times: datetime
) -> Sheet:
    """Ask for a questionnaire; asking twice for the same anchor gives the first sheet."""
    alike = Sheet.objects.standing().filter(course=course, instrument=instrument, anchor=anchor)
    found: Sheet | None = alike.first()
    if found:
        return found
    sheet: Sheet = Sheet.objects.create(
        course=course,
        instrument=instrument,
        version=definitions.version_to_ask(course.person.practice, instrument, at),
        anchor=anchor,
        opens_at=times["opens_at"],
        due_at=times["due_at"],
        closes_at=times["closes_at"],
        at=at,
        by=by,
    )
    audit.record(by, "assign sheet", person=course.person, about=f"sheet:{sheet.pk}")
    return sheet


@transaction.atomic
def answer_item(
    sheet: Sheet,
    item: str,
    value: float,
    *,
    at: datetime,
    by: User,
    client_id: UUID | None = None,
    arrived: datetime | None = None,
    **how: str,
) -> str | None:
    """Keep one answer; gives the risk it points to, if any, with the notice already open.

    The same answer sent twice is kept once and opens nothing again: known by the `client_id` that
    the device gave the tap, and without one by its value. `at` is when it was given, which may be
    before it `arrived`; `how` is how it was `given`, and who was `beside`.
    """
    sheet = Sheet.objects.locked(sheet.pk)
    if client_id and sheet.sheetanswer_set.filter(client_id=client_id).exists():
        return None
    if sheet.sheetscore_set.exists():
        raise Refused("finished", "This questionnaire is finished. Ask for a new one.")
    refuse_gone(sheet)
    definition = definitions.of_sheet(sheet)
    refuse_not_theirs(definition, sheet, by)
    rows = standing_answers(sheet)
    before = {name: row.value for name, row in rows.items()}
    refuse_unfit(definition, item, value, before)
    risk = instruments.risk(definition, item, value, {**before, item: value})
    if client_id is None and before.get(item) == value:
        return risk
    keep_answer(sheet, item, value, last=rows.get(item), at=at, by=by, client_id=client_id, **how)
    if risk:
        words = answered(definition, item, value, risk) + late_words(sheet, at, arrived)
        raise_risk(sheet, risk, words, at=arrived or at, by=by)
    return risk


def refuse_not_theirs(of: instruments.Instrument, sheet: Sheet, by: User) -> None:
    """What a clinician rates is not the person's to answer."""
    if of.respondent != "patient" and by.pk == sheet.course.person.user_id:
        raise Refused("not-yours", f"{of.short} is filled in by your care team.")


def refuse_closed(sheet: Sheet, at: datetime, by: User) -> None:
    """After the close nothing of the person's own is sent off; what staff take down still is."""
    if at >= sheet.closes_at and by.pk == sheet.course.person.user_id:
        raise Refused("closed", CLOSED)


def late_words(sheet: Sheet, at: datetime, arrived: datetime | None) -> str:
    """That an answer waited on the device, when it did; a time on the practice's clock."""
    if arrived is None or arrived - at <= LATE:
        return ""
    given = at.astimezone(sheet.course.person.practice.zone)
    return f" Given {given:%d %b at %H:%M}, without a network until now."


def refuse_gone(sheet: Sheet) -> None:
    """The plan moved while the sheet lay open: the answers belong on the one that stands now."""
    if not Sheet.objects.standing().filter(pk=sheet.pk).exists():
        raise Refused("gone", "This questionnaire has moved or is no longer asked. Go back.")


def refuse_unfit(
    of: instruments.Instrument, item: str, value: float, answers: dict[str, float]
) -> None:
    """Refuse a question that is not on the sheet or not open, and a value that is no choice."""
    if item not in {each.id for each in instruments.asked(of, answers)}:
        raise Refused("no-such-item", f"{of.short} does not ask {item!r} here. Start again.")
    if refusal := instruments.check(of, item, value):
        raise Refused("not-a-choice", refusal.words)


def keep_answer(
    sheet: Sheet,
    item: str,
    value: float,
    *,
    last: SheetAnswer | None,
    at: datetime,
    by: User,
    client_id: UUID | None = None,
    **how: str,
) -> SheetAnswer:
    row: SheetAnswer = SheetAnswer.objects.create(
        sheet=sheet, item=item, value=value, corrects=last, client_id=client_id, at=at, by=by, **how
    )
    about = {"item": item, **{name: said for name, said in how.items() if said}}
    audit.record(by, "answer item", person=sheet.course.person, about=f"sheet:{sheet.pk}", **about)
    return row


def answered(of: instruments.Instrument, item: str, value: float, risk: str) -> str:
    """What was asked and answered, and what is to be done about it."""
    return f"{sheets.told(of, item, value)}: {RISK_DO[risk]}"


def raise_risk(sheet: Sheet, risk: str, words: str, *, at: datetime, by: User) -> None:
    """One open notice for each answer of a sheet: one must not stand for another's."""
    person = sheet.course.person
    says = f"{definitions.of_sheet(sheet).short}: {words}"
    alike = Notice.objects.filter(person=person, kind=RISK_KIND, level=risk, says=says)
    alike = alike.filter(at__gte=sheet.opens_at)
    # What was reviewed stands for what was said before the review, and for nothing said since.
    if not alike.open().exclude(answers__reviews=True).exists():
        row = new_notice(person, kind=RISK_KIND, level=risk, says=says, at=at, by=by)
        escalating.tell_at_once(row, at=at)


def raise_open(sheet: Sheet, answers: dict[str, float], *, at: datetime, by: User) -> None:
    """An urgent notice where a yes stands and the graver questions after it have no answer."""
    if words := open_words(definitions.of_sheet(sheet), answers):
        raise_risk(sheet, URGENT, words, at=at, by=by)


def open_words(of: instruments.Instrument, answers: dict[str, float]) -> str:
    """What points to risk and what is not known; empty when nothing of that kind is open."""
    found = instruments.left_open(of, answers)
    if found is None:
        return ""
    yes, unknown = (", ".join(each.id.replace("_", " ") for each in items) for items in found)
    return f"Points to risk: {yes}. Not answered: {unknown}. {RISK_DO[URGENT].capitalize()}"


def answers_of(sheet: Sheet) -> dict[str, float]:
    """The answers that stand, by item."""
    return {item: row.value for item, row in standing_answers(sheet).items()}


def standing_answers(sheet: Sheet) -> dict[str, SheetAnswer]:
    return {row.item: row for row in sheet.sheetanswer_set.standing().order_by("pk")}


@transaction.atomic
def finish_sheet(
    sheet: Sheet, *, at: datetime, by: User, arrived: datetime | None = None
) -> SheetScore:
    """Score a sheet as defined today; missing stays missing, a blank risk item opens a notice.

    `at` is when it was sent off; the notice opens when it `arrived`, where that was later.
    """
    sheet = Sheet.objects.locked(sheet.pk)
    if kept := sheet.sheetscore_set.standing().first():
        finished: SheetScore = kept
        return finished
    definition = definitions.of_sheet(sheet)
    refuse_not_theirs(definition, sheet, by)
    refuse_closed(sheet, at, by)
    answers = answers_of(sheet)
    if not answers:
        raise Refused("empty", "Answer a question first; nothing has been answered yet.")
    row = keep_score(sheet, definition, answers, at=at, by=by)
    if instruments.risk_at_finish(definition, answers):
        raise_risk(sheet, "si_blank", BLANK_WORDS, at=arrived or at, by=by)
        raise_open(sheet, answers, at=arrived or at, by=by)
        if instruments.level_risk(definition, answers) == URGENT:
            raise_risk(sheet, URGENT, LEVEL_WORDS, at=arrived or at, by=by)
    tell_worsening(row, definition, at=arrived or at, by=by)
    audit.record(by, "finish sheet", person=sheet.course.person, about=f"sheet:{sheet.pk}")
    return row


def keep_score(
    sheet: Sheet,
    of: instruments.Instrument,
    answers: dict[str, float],
    *,
    at: datetime,
    by: User,
    corrects: SheetScore | None = None,
) -> SheetScore:
    """What the answers come to under the definition of today, kept with its digest."""
    result = instruments.score(of, answers)
    row: SheetScore = SheetScore.objects.create(
        sheet=sheet,
        total=result.total,
        band=result.band or "",
        missing=list(result.missing),
        answers=answers,
        knowledge_digest=result.digest,
        corrects=corrects,
        at=at,
        by=by,
    )
    return row


@transaction.atomic
def correct_answer(
    sheet: Sheet, item: str, value: float, *, reason: str, at: datetime, by: User
) -> SheetScore:
    """Correct an answer of a finished sheet, with the reason; its score is worked out anew.

    The new score stands for the day of the old one, so that no curve moves sideways.
    """
    sheet = Sheet.objects.locked(sheet.pk)
    sharing.refuse_kept(sheet, by, at=at)
    scored = sheet.sheetscore_set.standing().first()
    if scored is None:
        raise Refused("not-finished", "This sheet is still open: answer it instead.")
    if not reason.strip():
        raise Refused("no-reason", "Say why the answer is corrected; it stays beside it.")
    definition = definitions.of_sheet(sheet)
    rows = standing_answers(sheet)
    before = {name: row.value for name, row in rows.items()}
    refuse_unfit(definition, item, value, before)
    keep_answer(sheet, item, value, last=rows.get(item), at=at, by=by)
    answers = {**before, item: value}
    row = keep_score(sheet, definition, answers, at=scored.at, by=by, corrects=scored)
    risk = instruments.risk(definition, item, value, answers)
    if risk:
        raise_risk(sheet, risk, answered(definition, item, value, risk), at=at, by=by)
    if risk != URGENT and risen_to_urgent(definition, before, answers):
        raise_risk(sheet, URGENT, LEVEL_WORDS, at=at, by=by)
    tell_worsening(row, definition, at=at, by=by)
    about = {"item": item, "reason": reason.strip()}
    audit.record(
        by, "correct answer", person=sheet.course.person, about=f"sheet:{sheet.pk}", **about
    )
    return row


def risen_to_urgent(
    of: instruments.Instrument, before: dict[str, float], after: dict[str, float]
) -> bool:
    """Whether the answers together have come to high risk by the correction of one."""
    was, now = (instruments.level_risk(of, each) for each in (before, after))
    return now == URGENT and was != URGENT


@transaction.atomic
def schedule_due(course: Course, *, at: datetime, by: User) -> list[Sheet]:
    """Ask for every questionnaire that has come due on the course; asked once, never twice."""
    course = Course.objects.locked(course.pk)
    found = following.changes_of(course, at)
    following.put_in_place(found, at=at, by=by)
    return [following.ask(course, each, at=at, by=by) for each in found.ask]


@transaction.atomic
def ask_now(course: Course, instrument: str, *, at: datetime, by: User) -> Sheet:
    """Ask for a questionnaire today, outside the schedule; refused while one is open."""
    course = Course.objects.locked(course.pk)
    open_one = Sheet.objects.open_at(at).filter(course=course, instrument=instrument)
    if open_one.exists():
        raise Refused("open-already", "It is open already: enter the answers there.")
    return assign_sheet(
        course,
        instrument,
        anchor=f"asked-{at:%Y%m%dT%H%M%S}",
        opens_at=at,
        due_at=at + ASKED_WITHIN,
        closes_at=at + ASKED_OPEN,
        at=at,
        by=by,
    )


@transaction.atomic
def take_down(
    sheet: Sheet, said: dict[str, float], *, finish: bool, at: datetime, by: User, **how: Any
) -> None:
    """Keep answers entered on behalf of the person, or rated, under the name of who enters them.

    `how` says how they were `given` (one of GIVEN) and who else was `beside`.
    """
    if how.get("given", "phone") not in GIVEN:
        raise Refused("no-such-way", f"Say how the answers were given: {', '.join(GIVEN)}.")
    sharing.refuse_kept(sheet, by, at=at)
    definition = definitions.of_sheet(sheet)
    whole = {**answers_of(sheet), **said}
    asked = [item.id for item in instruments.asked(definition, whole)]
    if strays := [item for item in said if item not in asked]:
        words = definition.named(strays[0]).words
        raise Refused("not-asked", f"This is not asked after the answers before it: “{words}”")
    for item in (item for item in asked if item in said):
        answer_item(sheet, item, said[item], at=at, by=by, **how)
    if finish:
        finish_sheet(sheet, at=at, by=by)
