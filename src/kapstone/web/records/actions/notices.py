"""Deeds about notices: opened once, answered by a name, closed with words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from kapstone.web.accounts.models import User
from kapstone.web.records import audit
from kapstone.web.records.models import Notice, NoticeAnswer, Person, Session
from kapstone.web.records.refusals import Refused


def open_notice(
    person: Person, *, kind: str, level: str, session: Session | None = None, **told: Any
) -> Notice:
    """Open a notice, unless the same one is already open; call it inside the deed that finds it.

    `kind` with its session names the episode, so that ten readings over a limit are one notice.
    """
    alike = Notice.objects.filter(person=person, kind=kind, level=level, session=session)
    same: Notice | None = alike.open().first()
    return same or new_notice(person, kind=kind, level=level, session=session, **told)


def new_notice(
    person: Person,
    *,
    kind: str,
    level: str,
    says: str,
    at: datetime,
    by: User,
    do: str = "",
    session: Session | None = None,
) -> Notice:
    """Open a notice, whatever else is open."""
    alike = Notice.objects.filter(person=person, kind=kind, level=level, session=session)
    where = f"session:{session.pk}" if session else f"person:{person.pk}"
    notice: Notice = Notice.objects.create(
        person=person,
        session=session,
        kind=kind,
        level=level,
        says=says,
        do=do,
        key=f"{where}:{kind}:{level}:{alike.count() + 1}",
        at=at,
        by=by,
    )
    audit.record(by, "open notice", person=person, about=f"notice:{notice.pk}", kind=kind)
    return notice


@transaction.atomic
def answer_notice(
    notice: Notice, *, words: str, closes: bool, at: datetime, by: User
) -> NoticeAnswer:
    """A named person answers a notice; closing it needs words about what was done."""
    notice = Notice.objects.locked(notice.pk)
    if notice.answers.filter(closes=True).exists():
        raise Refused("closed", "This notice was already closed; its answers stay below.")
    if closes and not words.strip():
        raise Refused("no-words", "Say what was done before you close the notice.")
    answer: NoticeAnswer = NoticeAnswer.objects.create(
        notice=notice, words=words.strip(), closes=closes, at=at, by=by
    )
    did = "close notice" if closes else "answer notice"
    audit.record(by, did, person=notice.person, about=f"notice:{notice.pk}")
    return answer
