"""Deeds about questionnaires: assign, answer, finish; a risk answer is acted on as it is given."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from kapstone import instruments
from kapstone.web.accounts.models import User
from kapstone.web.records import audit, definitions, sharing, sheets
from kapstone.web.records.actions import following, risk_notices
from kapstone.web.records.actions.worsening import tell_worsening
from kapstone.web.records.models import Course, Sheet, SheetAnswer, SheetScore
from kapstone.web.records.models.notices import URGENT
from kapstone.web.records.models.questionnaires import LATE
from kapstone.web.records.refusals import Refused, is_blank

# A questionnaire asked for by hand: to be answered within a day, open for three.
ASKED_WITHIN = timedelta(days=1)
ASKED_OPEN = timedelta(days=3)
# How an answer was given that the person did not tap themselves.
GIVEN = {
    "phone": "given by phone",
    "room": "given in the room",
    "proxy": "given by somebody else for them",
    "rated": "rated",
}
CLOSED = "These questions had closed when this was answered."


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
    definition = definitions.of_sheet(sheet)
    refuse_not_theirs(definition, sheet, by)
    if ended := over(sheet, at, by):
        when = arrived or at
        return answer_late(
            sheet, item, value, ended=ended, at=at, arrived=when, by=by, client_id=client_id
        )
    rows = standing_answers(sheet)
    before = {name: row.value for name, row in rows.items()}
    refuse_unfit(definition, item, value, before)
    risk = instruments.risk(definition, item, value, {**before, item: value})
    if client_id is None and before.get(item) == value:
        return risk
    keep_answer(sheet, item, value, last=rows.get(item), at=at, by=by, client_id=client_id, **how)
    if risk:
        words = risk_notices.answered(definition, item, value, risk) + risk_notices.late_words(
            sheet, at, arrived
        )
        risk_notices.raise_risk(sheet, risk, words, at=arrived or at, by=by)
    return risk


def answer_late(
    sheet: Sheet,
    item: str,
    value: float,
    *,
    ended: Refused,
    at: datetime,
    arrived: datetime,
    by: User,
    client_id: UUID | None,
) -> str | None:
    """Keep what a person says of risk when the form is over, and act on it; refuse the rest.

    It stands beside the form, with what they answer after it, and changes no score. Staff correct.
    """
    definition = definitions.of_sheet(sheet)
    late = late_answers(sheet)
    known = item in {each.id for each in definition.item}
    unfit = not known or instruments.check(definition, item, value)
    risk = None if unfit else instruments.risk(definition, item, value, heard_of(sheet))
    if unfit or by.pk != sheet.course.person.user_id or not (risk or late):
        raise ended
    last = late.get(item)
    if client_id is None and last and last.value == value:
        return risk
    keep_answer(sheet, item, value, last=last, at=at, by=by, client_id=client_id, given=LATE)
    if risk:
        words = (
            risk_notices.answered(definition, item, value, risk) + risk_notices.AFTER[ended.code]
        )
        risk_notices.raise_risk(
            sheet, risk, words + risk_notices.late_words(sheet, at, arrived), at=arrived, by=by
        )
    return risk


def over(sheet: Sheet, at: datetime, by: User) -> Refused | None:
    """Why the form takes no answers any more; None while it does.

    Staff still take down what was said before the close.
    """
    if sheet.sheetscore_set.exists():
        return Refused("finished", "This questionnaire is finished. Ask for a new one.")
    if not Sheet.objects.standing().filter(pk=sheet.pk).exists():
        # The plan moved while the sheet lay open: the answers belong on the one that stands now.
        return Refused("gone", "This questionnaire has moved or is no longer asked. Go back.")
    if at >= sheet.closes_at and by.pk == sheet.course.person.user_id:
        return Refused("closed", CLOSED)
    return None


def refuse_not_theirs(of: instruments.Instrument, sheet: Sheet, by: User) -> None:
    """What a clinician rates is not the person's to answer."""
    if of.respondent != "patient" and by.pk == sheet.course.person.user_id:
        raise Refused("not-yours", f"{of.short} is filled in by your care team.")


def refuse_closed(sheet: Sheet, at: datetime, by: User) -> None:
    """After the close nothing of the person's own is sent off; what staff take down still is."""
    if at >= sheet.closes_at and by.pk == sheet.course.person.user_id:
        raise Refused("closed", CLOSED)


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


def answers_of(sheet: Sheet) -> dict[str, float]:
    """The answers that stand, by item."""
    return {item: row.value for item, row in standing_answers(sheet).items()}


def standing_answers(sheet: Sheet) -> dict[str, SheetAnswer]:
    return {row.item: row for row in sheet.sheetanswer_set.standing().order_by("pk")}


def late_answers(sheet: Sheet) -> dict[str, SheetAnswer]:
    """What came once the form was over, as it was last said, by item."""
    return {row.item: row for row in sheets.late(sheet)}


def heard_of(sheet: Sheet) -> dict[str, float]:
    """All that was last said, in time or late, by item."""
    return answers_of(sheet) | {item: row.value for item, row in late_answers(sheet).items()}


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
        risk_notices.raise_risk(
            sheet, "si_blank", risk_notices.BLANK_WORDS, at=arrived or at, by=by
        )
        risk_notices.raise_open(sheet, answers, at=arrived or at, by=by)
        if instruments.level_risk(definition, answers) == URGENT:
            risk_notices.raise_risk(
                sheet, URGENT, risk_notices.LEVEL_WORDS, at=arrived or at, by=by
            )
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
    if is_blank(reason):
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
        risk_notices.raise_risk(
            sheet, risk, risk_notices.answered(definition, item, value, risk), at=at, by=by
        )
    if risk != URGENT and risk_notices.risen_to_urgent(definition, before, answers):
        risk_notices.raise_risk(sheet, URGENT, risk_notices.LEVEL_WORDS, at=at, by=by)
    tell_worsening(row, definition, at=at, by=by)
    about = {"item": item, "reason": reason.strip()}
    audit.record(
        by, "correct answer", person=sheet.course.person, about=f"sheet:{sheet.pk}", **about
    )
    return row


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
