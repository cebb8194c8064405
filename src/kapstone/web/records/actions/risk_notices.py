"""The notices that answers about suicide open, in words: what was said, and what is to be done."""

from __future__ import annotations

from datetime import datetime, timedelta

from kapstone import instruments
from kapstone.web.accounts.models import User
from kapstone.web.records import definitions, sheets
from kapstone.web.records.actions import escalating
from kapstone.web.records.actions.notices import new_notice
from kapstone.web.records.models import Notice, Sheet
from kapstone.web.records.models.notices import RISK_KIND, URGENT

RISK_DO = {"si_urgent": "speak with them now.", "si_positive": "ask about it today."}
BLANK_WORDS = "The question about thoughts of self-harm was left blank: ask about it."
LEVEL_WORDS = "The answers together come to high risk: speak with them now."
# Said in the notice of an answer that came when its form was over.
AFTER = {
    "finished": " It came after the form was sent: it stands beside its score, not in it.",
    "gone": " It came after the form was taken back or had moved.",
    "closed": " It was given after the form had closed.",
}
# An answer that arrives later than this says so in its notice.
WAITED = timedelta(minutes=2)


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


def late_words(sheet: Sheet, at: datetime, arrived: datetime | None) -> str:
    """That an answer waited on the device, when it did; a time on the practice's clock."""
    if arrived is None or arrived - at <= WAITED:
        return ""
    given = at.astimezone(sheet.course.person.practice.zone)
    return f" Given {given:%d %b at %H:%M}, without a network until now."


def risen_to_urgent(
    of: instruments.Instrument, before: dict[str, float], after: dict[str, float]
) -> bool:
    """Whether the answers together have come to high risk by the correction of one."""
    was, now = (instruments.level_risk(of, each) for each in (before, after))
    return now == URGENT and was != URGENT
