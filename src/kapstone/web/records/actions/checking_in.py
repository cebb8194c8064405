"""Deeds of the check-ins after a session at home: asked by message, answered, missed."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from kapstone import at_home
from kapstone.instruments import reminding
from kapstone.web.accounts.models import User
from kapstone.web.records import at_home as home
from kapstone.web.records import audit, check_ins, outbox, reaching
from kapstone.web.records.actions.at_home import refuse_neither, refuse_not_home, told
from kapstone.web.records.actions.one_by_one import one_by_one
from kapstone.web.records.actions.sitting import newest_link, tell
from kapstone.web.records.models import (
    HomeCheckIn,
    HomeCheckInAsked,
    Notice,
    Session,
)
from kapstone.web.records.models.notices import CHECK_IN_KIND
from kapstone.web.records.refusals import Refused, refuse_long


@transaction.atomic
def answer_check_in(
    session: Session,
    moment: str,
    answer: str,
    *,
    words: str = "",
    client_id: UUID,
    at: datetime,
    by: User,
) -> HomeCheckIn:
    """Keep how the person is at a check-in; the same `client_id` again gives the first.

    By the person themselves, or by a clinician who asked them. Whatever is not well opens a notice.
    """
    session = Session.objects.locked(session.pk)
    own = refuse_neither(session, by)
    if found := HomeCheckIn.objects.filter(client_id=client_id, session=session).first():
        kept: HomeCheckIn = found
        return kept
    refuse_not_home(session)
    refuse_check_in(session, moment, answer, at=at)
    refuse_long(words)
    row: HomeCheckIn = HomeCheckIn.objects.create(
        session=session,
        moment=moment,
        answer=answer,
        words=words.strip(),
        client_id=client_id,
        at=at,
        by=by,
    )
    told(session, "check in at home", f"home_check_in:{row.pk}", by)
    if not at_home.answers()[answer].well:
        call_not_well(session, moment, by=None if own else by, at=at)
    return row


def refuse_check_in(session: Session, moment: str, answer: str, *, at: datetime) -> None:
    found = {each.row.id: each for each in check_ins.of(session, now=at)}
    if moment not in found:
        raise Refused("not-begun", "There is nothing to ask before the medicine was taken.")
    if answer not in at_home.answers():
        raise Refused("no-answer", "Say how they are: choose one of the answers.")
    if found[moment].state == "ahead":
        due = found[moment].due_at.astimezone(session.course.person.practice.zone)
        raise Refused("too-early", f"This is asked from {due:%H:%M}. Not well now? Call us.")


def call_not_well(session: Session, moment: str, *, by: User | None, at: datetime) -> Notice:
    """A notice for each time that somebody is not well; told to who is on call."""
    row = at_home.check_in_rows()[moment]
    who = f"as {by.signed_name} was told" if by else "by their own word"
    says = f"{row.title} the session at home: not well, {who}. {sitter_words(session)}"
    return tell(session, newest_link(session), CHECK_IN_KIND, says, row.do, at=at)


def sitter_words(session: Session) -> str:
    sitter = home.sitter_of(session)
    return f"Sitter: {sitter.name}, {sitter.phone}." if sitter else "No sitter is named."


def call_for_missed_check_ins(*, at: datetime) -> int:
    """Open a notice for each check-in that did not come; gives how many."""
    return one_by_one(check_ins.lately_begun(now=at), partial(call_for, at=at))


@transaction.atomic
def call_for(session: Session, *, at: datetime) -> int:
    """One notice for each check-in that was missed; an answer that comes later closes none."""
    session = Session.objects.locked(session.pk)
    missed = [each for each in check_ins.of(session, now=at) if each.state == "missed"]
    return sum(call_missed(session, each, at=at) for each in missed)


def call_missed(session: Session, missed: at_home.CheckIn, *, at: datetime) -> bool:
    # The title in the words keeps the two apart, also when a worker that was away finds both.
    says = f"{missed.row.title} the session at home: no answer came. "
    rows = Notice.objects.filter(session=session, kind=CHECK_IN_KIND, says__startswith=says)
    if rows.exists():
        return False
    link = newest_link(session)
    tell(session, link, CHECK_IN_KIND, says + sitter_words(session), missed.row.do, at=at)
    return True


def ask_check_ins(*, at: datetime) -> int:
    """Write to each person whose check-in came due, as they wish to be reached; gives how many."""
    return one_by_one(check_ins.lately_begun(now=at), partial(ask, at=at))


@transaction.atomic
def ask(session: Session, *, at: datetime) -> int:
    """One message for each check-in, at a time of the day at which they are written to at all.

    While one that they were written to about still waits, there is no second message.
    """
    session = Session.objects.locked(session.pk)
    asked = HomeCheckInAsked.objects.filter(session=session)
    before = set(asked.values_list("moment", flat=True))
    due = [each for each in check_ins.of(session, now=at) if each.state == "due"]
    if not due or any(each.row.id in before for each in due):
        return 0
    return int(put(session, due[0], at=at))


def put(session: Session, due: at_home.CheckIn, *, at: datetime) -> bool:
    person = session.course.person
    known = reaching.of_person(person, at)
    wishes, of = reaching.wishes_of(known), reminding.rules()
    awake = of.first_hour <= at.astimezone(wishes.zone).hour < of.last_hour
    if wishes.channel == "none" or wishes.opted_out or not awake:
        return False
    words = {
        "practice": person.practice,
        "address": settings.SITE_ADDRESS + reverse("portal:evening", args=[session.pk]),
        "stop": settings.SITE_ADDRESS
        + reverse("stop_reminders", args=[reaching.stop_token(person)]),
    }
    channel, to = reaching.address(known)
    text = render_to_string("mail/check_in.txt", words).strip()
    subject = f"A note from {person.practice}"
    message = outbox.put(to, subject=subject, text=text, channel=channel)
    row = HomeCheckInAsked.objects.create(
        session=session, moment=due.row.id, outgoing=message, at=at, by=session.by
    )
    audit.record(None, "ask check-in", person=person, about=f"home_check_in_asked:{row.pk}")
    return True
