"""Deeds of the sitter's page, and of noticing that nobody has looked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction

from kapstone import at_home
from kapstone.knowledge import KnowledgeError
from kapstone.web.accounts.models import User
from kapstone.web.records import at_home as home
from kapstone.web.records import audit, live
from kapstone.web.records.access import may
from kapstone.web.records.actions.escalating import AT_ONCE, answerable, care_team, pass_on
from kapstone.web.records.actions.notices import new_notice, open_notice
from kapstone.web.records.actions.one_by_one import one_by_one
from kapstone.web.records.lengths import span
from kapstone.web.records.models import (
    Notice,
    Session,
    Sitter,
    SitterAnswer,
    SitterLink,
    SitterLook,
)
from kapstone.web.records.models.notices import HELP_KIND, LOOK_KIND, SITTER_KIND
from kapstone.web.records.refusals import Refused, is_blank

LATE = timedelta(minutes=1)
AGAIN = timedelta(minutes=1)
OTHER_PAGE = "Another page was opened for you: use its link, or call the practice."


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One look as the phone sent it; `at` by its own counting."""

    client_id: UUID
    saw: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of the looks: kept, or refused in words."""

    kept: tuple[UUID, ...]
    refused: Mapping[UUID, str]


@transaction.atomic
def answer_as_sitter(link: SitterLink, *, agrees: bool, name: str, at: datetime) -> SitterAnswer:
    """The sitter agrees to what is asked of them, or says no; they may say otherwise later."""
    session = Session.objects.locked(link.sitter.session_id)
    if agrees and is_blank(name):
        raise Refused("nameless", "Write your name.")
    row: SitterAnswer = SitterAnswer.objects.create(
        link=link, agrees=agrees, name=name.strip(), at=at
    )
    noted(session, "sitter agrees" if agrees else "sitter declines", link)
    if not agrees:
        says = f"{link.sitter.name} cannot be the sitter for session {session.number}, at home."
        told = {"says": says, "do": "Find somebody else, or move it.", "at": at, "by": link.by}
        person = session.course.person
        open_notice(person, kind=SITTER_KIND, level="yellow", session=session, **told)
    return row


def noted(session: Session, did: str, link: SitterLink, **detail: object) -> None:
    """Under nobody's name: a sitter has no log-in."""
    about = f"sitter:{link.sitter_id}"
    audit.record(None, did, person=session.course.person, about=about, **detail)
    live.tell(session, "look")


def take_looks(link: SitterLink, looks: Sequence[Seen], *, at: datetime) -> Taken:
    """Keep looks in the order they were made, each by itself and each once."""
    kept: list[UUID] = []
    refused: dict[UUID, str] = {}
    for each in looks:
        try:
            take_look(link, each, at=at)
            kept.append(each.client_id)
        except Refused as why:
            refused[each.client_id] = why.words
    return Taken(kept=tuple(kept), refused=refused)


@transaction.atomic
def take_look(link: SitterLink, seen: Seen, *, at: datetime) -> SitterLook:
    """Keep one look; the same `client_id` again gives the first. Whoever needs help gets a notice.

    It counts at its own time, never in the future and never before the sitter was named. A page
    in whose place another was opened still brings what was seen before, and a call for help.
    """
    session = Session.objects.locked(link.sitter.session_id)
    found: SitterLook | None = SitterLook.objects.filter(client_id=seen.client_id).first()
    if found:
        return found
    try:
        sight = at_home.sight_named(seen.saw)
    except KnowledgeError as why:
        raise Refused("no-such-sight", "This answer is not known here.") from why
    if sight.is_well and SitterLink.objects.filter(corrects=link, at__lt=seen.at).exists():
        raise Refused("replaced", OTHER_PAGE)
    row: SitterLook = SitterLook.objects.create(
        link=link,
        saw=sight.id,
        client_id=seen.client_id,
        at=max(min(seen.at, at), link.sitter.at),
        recorded_at=at,
    )
    noted(session, "sitter looks in", link, saw=sight.id)
    if not sight.is_well:
        call_for_help(session, row, at=at)
    return row


def call_for_help(session: Session, look: SitterLook, *, at: datetime) -> Notice:
    """A notice for each time that a sitter asks for help, told at once to who is on call.

    The same again within a minute is the same call, while nobody has answered it.
    """
    sitter: Sitter = look.link.sitter
    late = at - look.at
    says = f"{sitter.name} at home says: {at_home.sight_named(look.saw).label}."
    calls = Notice.objects.filter(session=session, kind=HELP_KIND, says__startswith=says)
    found: Notice | None = calls.filter(at__gt=at - AGAIN).open().unanswered().first()
    if found:
        return found
    if late > LATE:
        says += f" Said {span(late)} before it arrived."
    says += f" Phone {sitter.phone}."
    return tell(session, newest_link(session), HELP_KIND, says, at_home.watch().do_help, at=at)


def newest_link(session: Session) -> SitterLink | None:
    """The last link of the session, open or not: it says who is on call."""
    sitter = home.sitter_of(session)
    return SitterLink.objects.filter(sitter=sitter).order_by("-pk").first() if sitter else None


def tell(
    session: Session, link: SitterLink | None, kind: str, says: str, do: str, *, at: datetime
) -> Notice:
    """Open the notice and write to who is on call for the session; else to the care team.

    It stands under the name of who opened the sitter's page, since a sitter has no log-in.
    """
    person = session.course.person
    by: User = link.by if link else session.by
    row = new_notice(
        person, kind=kind, level="red", says=says, do=do, session=session, at=at, by=by
    )
    pass_on(row, AT_ONCE, on_call(link) or care_team(row) or answerable(row), at=at)
    return row


def on_call(link: SitterLink | None) -> list[User]:
    """Who is on call for the session, while they work here and may answer."""
    if link is None or not link.on_call.is_active or not may(link.on_call, "answer notices"):
        return []
    return [link.on_call]


def call_for_missed_looks(*, at: datetime) -> int:
    """Open a notice for each session at home that nobody has looked into; gives how many."""
    return one_by_one(home.running(), partial(call_for, at=at))


@transaction.atomic
def call_for(session: Session, *, at: datetime) -> bool:
    """One notice for each time that a look did not come; the next look ends that time."""
    session = Session.objects.locked(session.pk)
    found = home.evening(session, now=at).standing
    if not found.missed or found.due_at is None:
        return False
    # Not from the look itself: one that arrived late may be older than the notice before it.
    missed_at = found.due_at + timedelta(minutes=at_home.watch().grace_min)
    if Notice.objects.filter(session=session, kind=LOOK_KIND, at__gte=missed_at).exists():
        return False
    sitter = home.sitter_of(session)
    who = f"Sitter: {sitter.name}, {sitter.phone}." if sitter else "No sitter is named."
    says = f"At home: {found.says}. {who}"
    tell(session, newest_link(session), LOOK_KIND, says, at_home.watch().do_missed, at=at)
    return True
