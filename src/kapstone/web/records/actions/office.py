"""Deeds about when the practice reads messages, and who is away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import access, audit, away, opening
from kapstone.web.records.models import Absence, OfficeHours
from kapstone.web.records.refusals import Refused, refuse_nul

# An answer that may take longer than this is none.
MOST_ANSWER_DAYS = 5
MOST_CLOSED = 60
LONGEST_WORDS = 100
# Whatever is longer is a year written wrong, or somebody who has left.
LONGEST_AWAY_DAYS = 370


@transaction.atomic
def settle_hours(
    week: Sequence[opening.Span | None],
    *,
    closed: Sequence[opening.Closed],
    answer_days: int,
    at: datetime,
    by: User,
) -> OfficeHours:
    """Settle when messages are read; what stood before stays readable."""
    access.refuse_others(by, "settle hours")
    refuse_no_hours(week)
    refuse_wrong_days(closed)
    if not 0 <= answer_days <= MOST_ANSWER_DAYS:
        raise Refused("answer-days", f"Answer within 0 to {MOST_ANSWER_DAYS} reading days.")
    row: OfficeHours = OfficeHours.objects.create(
        practice=Practice.objects.get(user=by),
        week=[span and [f"{each:%H:%M}" for each in span] for span in week],
        closed=[[str(each.first), str(each.last), each.words] for each in closed],
        answer_days=answer_days,
        at=at,
        by=by,
    )
    audit.record(by, "settle hours", about=f"office_hours:{row.pk}")
    return row


def refuse_no_hours(week: Sequence[opening.Span | None]) -> None:
    if len(week) != len(opening.DAYS) or not any(week):
        raise Refused("no-hours", "Give the hours of at least one day of the week.")
    for name, span in zip(opening.DAYS, week, strict=True):
        if span and span[0] >= span[1]:
            raise Refused("backwards", f"{name}: it closes after it opens. Look at both hours.")


def refuse_wrong_days(closed: Sequence[opening.Closed]) -> None:
    if len(closed) > MOST_CLOSED:
        raise Refused("too-many-days", f"Keep it to {MOST_CLOSED} lines of closed days.")
    for each in closed:
        refuse_nul(each.words)
        if each.last < each.first:
            raise Refused("backwards", f"{each.first} to {each.last}: the first day comes first.")
        if len(each.words) > LONGEST_WORDS:
            raise Refused("long-words", f"{each.first}: keep the words to {LONGEST_WORDS} letters.")


@transaction.atomic
def note_absence(
    who: User, *, first_on: date, last_on: date, covered_by: User | None, at: datetime, by: User
) -> Absence:
    """Somebody is away; what is addressed to them is read by who covers, or by whoever is there."""
    access.refuse_others(by, "say who is away")
    if who != by:
        access.refuse_others(by, "say that others are away")
    practice = Practice.objects.select_for_update(no_key=True).get(user=by)
    if who.practice_id != practice.pk or not who.is_staff_member:
        raise Refused("not-on-staff", "Choose somebody on your staff.")
    refuse_dates(first_on, last_on, today=away.on(practice, at))
    refuse_no_cover(who, covered_by)
    rows = Absence.objects.standing(practice.pk).filter(who=who)
    if twice := rows.filter(first_on__lte=last_on, last_on__gte=first_on).first():
        words = (
            f"{who.signed_name} is away from {twice.first_on} to {twice.last_on} already. Take "
            "that back first."
        )
        raise Refused("twice", words)
    row: Absence = Absence.objects.create(
        who=who, first_on=first_on, last_on=last_on, covered_by=covered_by, at=at, by=by
    )
    audit.record(by, "say who is away", about=f"absence:{row.pk}", who=who.pk)
    return row


def refuse_dates(first_on: date, last_on: date, *, today: date) -> None:
    if last_on < first_on:
        raise Refused("backwards", "The first day comes before the last one. Look at both.")
    if last_on < today:
        raise Refused("past", "These days are over. Say from today on who is away.")
    if (last_on - first_on).days > LONGEST_AWAY_DAYS:
        raise Refused("too-long", "That is more than a year. Whoever has left is closed the door.")


def refuse_no_cover(who: User, covered_by: User | None) -> None:
    if covered_by is None:
        return
    if covered_by == who:
        raise Refused("own-cover", "Somebody else covers, or whoever is there.")
    if covered_by.practice_id != who.practice_id or not away.reads(covered_by):
        raise Refused("cannot-cover", "Choose somebody on your staff who may answer messages.")


@transaction.atomic
def take_absence_back(absence: Absence, *, at: datetime, by: User) -> None:
    """They are there after all; saying it twice changes nothing."""
    access.refuse_others(by, "say who is away")
    if absence.who_id != by.pk:
        access.refuse_others(by, "say that others are away")
    if absence.who.practice_id != by.practice_id:
        raise Refused("not-on-staff", "Choose somebody on your staff.")
    Practice.objects.select_for_update(no_key=True).get(user=by)
    if absence.ended or Absence.objects.filter(corrects=absence).exists():
        return
    Absence.objects.create(
        who=absence.who,
        first_on=absence.first_on,
        last_on=absence.last_on,
        covered_by=absence.covered_by,
        ended=True,
        corrects=absence,
        at=at,
        by=by,
    )
    audit.record(by, "take absence back", about=f"absence:{absence.pk}", who=absence.who_id)
