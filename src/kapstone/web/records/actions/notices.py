"""Deeds about notices: opened once, seen and answered by a name, reviewed, closed with words."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit, live
from kapstone.web.records.models import Notice, NoticeAnswer, NoticeSeen, Person, Session
from kapstone.web.records.models.notices import RISK_KIND, URGENT
from kapstone.web.records.refusals import (
    SHORTEST_REASON,
    Refused,
    is_blank,
    refuse_long,
    refuse_short,
)


def open_notice(
    person: Person, *, kind: str, level: str, session: Session | None = None, **told: Any
) -> Notice:
    """Open a notice, unless the same one is already open; call it inside the deed that finds it.

    `kind` with its session names the episode, so that ten readings over a limit are one notice;
    whoever finds something worse opens a `new_notice`.
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
    if session:
        live.tell(session, "notice")
    return notice


@transaction.atomic
def answer_notice(
    notice: Notice,
    *,
    words: str,
    closes: bool,
    at: datetime,
    by: User,
    client_id: UUID | None = None,
) -> NoticeAnswer:
    """A named person answers a notice; closing it needs words about what was done.

    What a tablet sends carries a `client_id`: the same again gives the first. It is held against
    what was so at its own time, and where somebody had closed the notice by then its words stand
    beside the closing. Refused is a page that asks to answer a closed one.
    """
    notice, words = Notice.objects.locked(notice.pk), words.strip()
    if client_id and (found := NoticeAnswer.objects.filter(client_id=client_id).first()):
        return same_answer(found, notice, words=words, closes=closes, by=by)
    if client_id:
        closes = closes and notice.answers.closing_by(at) is None
    elif notice.answers.filter(closes=True).exists():
        raise Refused("closed", "This notice was already closed; its answers stay below.")
    if closes and is_blank(words):
        raise Refused("no-words", "Say what was done before you close the notice.")
    refuse_long(words)
    answer: NoticeAnswer = NoticeAnswer.objects.create(
        notice=notice, words=words, closes=closes, client_id=client_id, at=at, by=by
    )
    did = "close notice" if closes else "answer notice"
    audit.record(by, did, person=notice.person, about=f"notice:{notice.pk}")
    if notice.session:
        live.tell(notice.session, "notice")
    return answer


def same_answer(
    found: NoticeAnswer, notice: Notice, *, words: str, closes: bool, by: User
) -> NoticeAnswer:
    """The answer that came before under the same id; Refused when it says something else.

    One that was to close may stand as one that does not: the notice was closed by then.
    """
    told = (notice.pk, by.pk, words)
    if (found.notice_id, found.by_id, found.words) != told or found.closes > closes:
        raise Refused(
            "other-answer",
            "Another answer came with the same id and stands. Enter this one again as a new one.",
        )
    return found


@transaction.atomic
def see_notice(notice: Notice, *, at: datetime, by: User) -> NoticeSeen:
    """Keep that somebody has opened a notice; a second time gives the first."""
    access.refuse_others(by, "answer notices")
    notice = Notice.objects.locked(notice.pk)
    before: NoticeSeen | None = notice.seen.filter(by=by).first()
    if before:
        return before
    seen: NoticeSeen = NoticeSeen.objects.create(notice=notice, at=at, by=by)
    audit.record(by, "note notice seen", person=notice.person, about=f"notice:{notice.pk}")
    return seen


@transaction.atomic
def review_risk(
    notice: Notice, *, words: str, closes: bool, at: datetime, by: User
) -> NoticeAnswer:
    """Weigh an urgent answer about suicide with the person; nothing else lets dosing go on.

    It may come after the notice was closed: whoever closes one need not be fit to review it.
    """
    access.refuse_others(by, "review risk")
    notice = Notice.objects.locked(notice.pk)
    if (notice.kind, notice.level) != (RISK_KIND, URGENT):
        raise Refused("not-urgent", "Only an urgent answer about suicide blocks dosing.")
    if notice.answers.filter(reviews=True).exists():
        raise Refused("reviewed", "This answer was already reviewed; the words stay below.")
    refuse_short(
        words,
        f"Say in at least {SHORTEST_REASON} letters how you weighed it and what was agreed.",
    )
    closed = notice.answers.filter(closes=True).exists()
    review: NoticeAnswer = NoticeAnswer.objects.create(
        notice=notice,
        words=words.strip(),
        reviews=True,
        reached=True,
        closes=closes and not closed,
        at=at,
        by=by,
    )
    about, closing = f"notice:{notice.pk}", review.closes
    audit.record(by, "review risk", person=notice.person, about=about, closes=closing)
    if notice.session:
        live.tell(notice.session, "notice")
    return review


@transaction.atomic
def note_unreached(notice: Notice, *, words: str, at: datetime, by: User) -> NoticeAnswer:
    """Keep that somebody tried to reach the person: it reviews nothing and stops no clock."""
    access.refuse_others(by, "answer notices")
    notice = Notice.objects.locked(notice.pk)
    if notice.kind != RISK_KIND:
        raise Refused("no-risk", "Only a notice of suicide risk asks whether they were reached.")
    if is_blank(words):
        raise Refused("no-words", "Say how you tried to reach them, and what comes next.")
    row: NoticeAnswer = NoticeAnswer.objects.create(
        notice=notice, words=words.strip(), reached=False, at=at, by=by
    )
    audit.record(by, "note not reached", person=notice.person, about=f"notice:{notice.pk}")
    return row
