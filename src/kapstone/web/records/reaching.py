"""Who is to be written to about open forms, and whom the front desk calls instead."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core import signing
from django.db.models import Exists, OuterRef, Q, QuerySet

from kapstone.instruments import reminding
from kapstone.web.records import channels, definitions, sheets
from kapstone.web.records.models import (
    ContactWishes,
    Discharge,
    Entry,
    FactQuerySet,
    Nudge,
    Outgoing,
    Person,
    Phase,
    PhoneCall,
    Reminder,
    Session,
    SessionPlan,
    Sheet,
)
from kapstone.web.records.session_facts import pick

STOPS = "stop messages"
# Longer than any rule looks back for the sake of a day.
LATELY = timedelta(days=3)
# After somebody said that they will do it, they are left alone for a day.
LEFT_ALONE = timedelta(days=1)


@dataclass(slots=True)
class Known:
    """What is on record about reaching one person; of the open sheets, those they fill in.

    `moves` holds the rows of each sheet that moved with the plan, the oldest first.
    """

    person: Person
    sheets: list[Sheet] = field(default_factory=list)
    moves: dict[int, list[Sheet]] = field(default_factory=dict)
    wishes: ContactWishes | None = None
    reminders: list[Reminder] = field(default_factory=list)
    sessions: list[reminding.MedicineSession] = field(default_factory=list)
    calls: list[PhoneCall] = field(default_factory=list)
    other_messages: list[datetime] = field(default_factory=list)

    def last_call(self, *outcomes: str) -> PhoneCall | None:
        """The newest call with one of these outcomes; with none named, the newest of all."""
        rows = (row for row in reversed(self.calls) if not outcomes or row.outcome in outcomes)
        return next(rows, None)

    @property
    def wanted(self) -> list[Sheet]:
        """The open forms that the person did not say no to."""
        declined = self.last_call("declined")
        if declined is None:
            return self.sheets
        return [each for each in self.sheets if not self.was_open(each, declined.at)]

    def rows_of(self, sheet: Sheet) -> list[Sheet]:
        """The form from where it was first asked to where it is now."""
        return self.moves.get(sheet.pk, [sheet])

    def reminded(self, sheet: Sheet) -> list[datetime]:
        """When they were written to about the form, wherever it stood then."""
        rows = {row.pk for row in self.rows_of(sheet)}
        return [each.at for each in self.reminders if each.sheet_id in rows]

    def was_open(self, sheet: Sheet, moment: datetime) -> bool:
        """Whether it was open at that moment where it stood then."""
        stood = [row for row in self.rows_of(sheet) if row.at <= moment]
        return bool(stood) and stood[-1].opens_at <= moment


def open_sheets(now: datetime) -> FactQuerySet:
    """What is open and not finished, whatever became of the course."""
    rows: FactQuerySet = Sheet.objects.open_at(now)
    return rows.select_related("course", "by")


def own(rows: Iterable[Sheet]) -> Iterator[Sheet]:
    """Those that the person meets on their own pages."""
    return (each for each in rows if sheets.is_shown(definitions.of_sheet(each)))


def with_open_forms(now: datetime) -> QuerySet[Person]:
    mine = open_sheets(now).filter(course__person=OuterRef("pk"))
    return Person.objects.filter(Exists(mine))


def known(
    people: QuerySet[Person], *, now: datetime, but: Outgoing | None = None
) -> dict[int, Known]:
    """Everything about reaching these people, in nine queries; `but` is a message left out."""
    found = {each.pk: Known(each) for each in people.select_related("practice", "user")}
    ids = people.order_by().values("pk")
    for sheet in own(open_sheets(now).filter(course__person__in=ids).order_by("due_at", "pk")):
        found[sheet.course.person_id].sheets.append(sheet)
    for rows in moves(ids, now):
        found[rows[-1].course.person_id].moves[rows[-1].pk] = rows
    for wishes in ContactWishes.objects.standing().filter(person__in=ids):
        found[wishes.person_id].wishes = wishes
    for row in reminders(ids, now, but):
        found[row.sheet.course.person_id].reminders.append(row)
    for person, session in sessions(ids, now):
        found[person].sessions.append(session)
    for call in PhoneCall.objects.standing().filter(person__in=ids).order_by("at", "pk"):
        found[call.person_id].calls.append(call)
    sent = Entry.objects.filter(person__in=ids, did="remind", at__gt=now - LATELY)
    nudged = Nudge.objects.filter(commitment__course__person__in=ids, at__gt=now - LATELY)
    asked = really_sent(nudged, but).values_list("commitment__course__person", "at")
    for pk, at in [*sent.values_list("person", "at"), *asked]:
        found[pk].other_messages.append(at)
    return found


def really_sent(rows: QuerySet[Nudge], but: Outgoing | None) -> QuerySet[Nudge]:
    """Without what was withdrawn before it was ever tried, and without `but`."""
    kept = rows.exclude(outgoing__withdrawn_at__isnull=False, outgoing__tries=0)
    return kept.exclude(outgoing=but)


def moves(ids: Any, now: datetime) -> Iterable[list[Sheet]]:
    """The rows of every open sheet that moved, the oldest first."""
    askings = open_sheets(now).filter(
        course=OuterRef("course"), instrument=OuterRef("instrument"), anchor=OuterRef("anchor")
    )
    moved = Sheet.objects.filter(Exists(askings), course__person__in=ids).exclude(corrects=None)
    found: dict[int, list[Sheet]] = {}
    for row in moved.select_related("corrects", "course").order_by("pk"):
        found[row.pk] = [*found.get(row.corrects_id, [row.corrects]), row]
    return found.values()


def reminders(ids: Any, now: datetime, but: Outgoing | None) -> QuerySet[Reminder]:
    """What was sent, or may have been: a message withdrawn before it was ever tried was not."""
    mine = Reminder.objects.standing().filter(sheet__course__person__in=ids)
    askings = open_sheets(now).filter(
        course=OuterRef("sheet__course"),
        instrument=OuterRef("sheet__instrument"),
        anchor=OuterRef("sheet__anchor"),
    )
    counted = mine.filter(Exists(askings) | Q(at__gt=now - LATELY))
    rows: QuerySet[Reminder] = counted.exclude(
        outgoing__withdrawn_at__isnull=False, outgoing__tries=0
    ).select_related("outgoing", "sheet__course")
    return rows.exclude(outgoing=but).order_by("at", "pk")


def sessions(ids: Any, now: datetime) -> Iterator[tuple[int, reminding.MedicineSession]]:
    """Medicine sessions near in time, and those that began and never ended, by person."""
    home = pick(Discharge.objects, "at")
    rows = Session.objects.filter(course__person__in=ids).annotate(
        planned_for=pick(SessionPlan.objects, "planned_for"),
        cancelled=pick(SessionPlan.objects, "cancelled"),
        started_at=pick(Phase.objects.filter(phase="started"), "at"),
        home_at=home,
    )
    near = Q(planned_for__range=(now - LATELY, now + LATELY), home_at=None)
    near |= Q(home_at__gt=now - LATELY) | Q(started_at__isnull=False, home_at=None)
    for row in rows.filter(near).exclude(cancelled=True).select_related("course"):
        yield (
            row.course.person_id,
            reminding.MedicineSession(
                planned_for=row.planned_for, started_at=row.started_at, ended_at=row.home_at
            ),
        )


def wishes_of(each: Known) -> reminding.Wishes:
    """As the person wishes; e-mail at the usual hour of the practice while nothing is known.

    The channel is `none` where it has no address, where this installation sends no text messages,
    or where there is no log-in to open a form with.
    """
    row, person = each.wishes, each.person
    if row is None:
        hour, zone, opted_out = reminding.rules().hour, person.practice.zone, False
    else:
        hour, zone, opted_out = row.hour, ZoneInfo(row.time_zone), row.opted_out
    channel, to = address(each)
    opens = person.user is not None and person.user.is_active
    offered = channel != "sms" or channels.sms_is_offered()
    usable: reminding.Channel = channel if to and opens and offered else "none"
    return reminding.Wishes(
        channel=usable,
        hour=hour,
        zone=zone,
        opted_out=opted_out,
        wants_call=row is not None and row.channel == "none",
    )


def address(each: Known) -> tuple[reminding.Channel, str]:
    """The channel they chose and their address on it; the address is empty when there is none."""
    row = each.wishes
    if row is None or row.channel == "email":
        return "email", each.person.email
    return ("sms", row.phone) if row.channel == "sms" else ("none", "")


def reached(each: Known) -> reminding.Reached:
    """The same in the words of the rule."""
    again = each.last_call("send_again")
    return reminding.Reached(
        forms=tuple(form(sheet, each.reminded(sheet)) for sheet in each.wanted),
        wishes=wishes_of(each),
        messages=(*(row.at for row in each.reminders), *each.other_messages),
        sessions=tuple(each.sessions),
        undelivered=is_undelivered(each),
        asked_again_at=again.at if again else None,
    )


def form(sheet: Sheet, reminded: list[datetime]) -> reminding.OpenForm:
    return reminding.OpenForm(
        id=sheet.pk,
        opens_at=sheet.opens_at,
        due_at=sheet.due_at,
        closes_at=sheet.closes_at,
        reminded=tuple(reminded),
    )


def is_undelivered(each: Known) -> bool:
    """Whether a message to the address of today was given up for good."""
    here = address(each)
    return any(
        row.outgoing.given_up_at is not None and (row.outgoing.channel, row.outgoing.to) == here
        for row in each.reminders
    )


def weigh(each: Known, now: datetime) -> dict[Sheet, reminding.Word]:
    """What is to be done about each open form of a person."""
    mine = {sheet.pk: sheet for sheet in each.sheets}
    return {mine[word.form]: word for word in reminding.weigh(reached(each), now=now)}


def to_send(each: Known, now: datetime) -> list[Sheet]:
    return [sheet for sheet, word in weigh(each, now).items() if word.does == "send"]


def unwanted(row: Outgoing, now: datetime) -> str:
    """Why a waiting reminder is not to be sent any more; empty when it is, or is no reminder.

    Asked again at every try: the form may be finished meanwhile, the person in a session, or it
    may be night.
    """
    about = list(row.reminders.select_related("sheet__course"))
    if not about:
        return ""
    people = Person.objects.filter(pk=about[0].sheet.course.person_id)
    (each,) = known(people, now=now, but=row).values()
    if about[0].by_hand:
        return reminding.by_hand(reached(each), now=now)
    words = {sheet.pk: word for sheet, word in weigh(each, now).items()}
    mine = [words[one.sheet_id] for one in about if one.sheet_id in words]
    if any(word.does == "send" for word in mine):
        return ""
    return mine[0].why if mine else "over"


@dataclass(frozen=True, slots=True)
class ToCall:
    """One person on the call list: which forms, why, since when, and the calls so far."""

    known: Known
    words: dict[Sheet, reminding.Word]

    @property
    def since(self) -> datetime:
        return min(word.at for word in self.words.values() if word.at is not None)


def to_call(people: QuerySet[Person], now: datetime) -> list[ToCall]:
    """Whom the front desk calls, the longest wait first."""
    found = []
    for each in known(people, now=now).values():
        last = each.last_call()
        if last and last.outcome == "reached" and now - last.at < LEFT_ALONE:
            continue
        words = {sheet: word for sheet, word in weigh(each, now).items() if word.does == "call"}
        if words:
            found.append(ToCall(each, words))
    return sorted(found, key=lambda row: (row.since, row.known.person.pk))


def of_person(person: Person, now: datetime) -> Known:
    (each,) = known(Person.objects.filter(pk=person.pk), now=now).values()
    return each


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def stop_token(person: Person) -> str:
    """For a message that is about no form: the address made with it stops messages, no more."""
    return signing.dumps(person.pk, salt=STOPS)


def whose_stop(token: str) -> Person | None:
    """Whose messages an address stops; None when no message has it."""
    if sent := of_token(token):
        return sent[0].sheet.course.person
    try:
        pk = signing.loads(token, salt=STOPS)
    except signing.BadSignature:
        return None
    return Person.objects.select_related("user", "practice").filter(pk=pk).first()


def of_token(token: str) -> list[Reminder]:
    """The forms that a reminder's link is about; nothing when no such link was sent."""
    rows = Reminder.objects.filter(token_hash=digest(token))
    return list(
        rows.select_related("sheet__course__person__user", "sheet__course__person__practice")
    )
