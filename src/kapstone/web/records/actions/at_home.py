"""Deeds around a session at home: the sitter, their link, the release, the counts, the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from kapstone import at_home, register
from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit, live, made_from
from kapstone.web.records import at_home as home
from kapstone.web.records.actions import treatment
from kapstone.web.records.actions.escalating import tell_at_once
from kapstone.web.records.actions.notices import answer_notice, open_notice
from kapstone.web.records.actions.register import append, note, refuse_stranger
from kapstone.web.records.actions.sessions import FEWEST_DIGITS, plan_of, refuse_started
from kapstone.web.records.doses import given_mg, ordered_mg
from kapstone.web.records.models import (
    CountExplained,
    Course,
    DoseGiven,
    Holding,
    HomeCount,
    Notice,
    Person,
    Phase,
    Release,
    Session,
    Sitter,
    SitterLink,
)
from kapstone.web.records.models.notices import COUNT_KIND
from kapstone.web.records.refusals import SHORTEST_REASON, Refused, is_blank, refuse_short
from kapstone.web.records.register import today_of

CALL_US = "Do not take it yet. Call the practice."


@transaction.atomic
def name_sitter(
    session: Session,
    *,
    name: str,
    phone: str,
    adult: bool | None,
    person_agrees: bool | None,
    at: datetime,
    by: User,
) -> Sitter:
    """Name who sits with the person; another name shuts the link of the one before.

    Named by the person themselves, that is their consent to it.
    """
    session = Session.objects.locked(session.pk)
    own = refuse_neither(session, by)
    refuse_not_home(session)
    refuse_started(session)
    if is_blank(name):
        raise Refused("nameless", "Write the sitter's name.")
    if sum(map(str.isdigit, phone)) < FEWEST_DIGITS:
        raise Refused("no-phone", "Write the sitter's own phone number.")
    row: Sitter = Sitter.objects.create(
        session=session,
        name=name.strip(),
        phone=phone.strip(),
        adult=adult,
        person_agrees=True if own else person_agrees,
        corrects=Sitter.objects.newest(session=session),
        at=at,
        by=by,
    )
    told(session, "name sitter", f"sitter:{row.pk}", by)
    return row


def refuse_neither(session: Session, by: User) -> bool:
    """Refuse whoever is neither the person nor a clinician; whether it is the person."""
    own = session.course.person.user_id == by.pk
    if not own:
        access.refuse_others(by, "run sessions")
    return own


def refuse_not_home(session: Session) -> None:
    if not home.is_at_home(session):
        raise Refused("not-home", "This session is not planned at home.")


def told(session: Session, did: str, about: str, by: User | None) -> None:
    audit.record(by, did, person=session.course.person, about=about)
    live.tell(session, "look")


@transaction.atomic
def make_link(
    sitter: Sitter, *, on_call: User, call_phone: str, at: datetime, by: User
) -> SitterLink:
    """Open the sitter's page for this session, and name who is on call; the link before is shut."""
    access.refuse_others(by, "run sessions")
    session = Session.objects.locked(sitter.session_id)
    if home.sitter_of(session) != sitter:
        raise Refused("other-sitter", "Somebody else is named as sitter now.")
    if on_call.practice_id != by.practice_id or not access.may(on_call, "answer notices"):
        raise Refused("not-on-call", "On call is a clinician of this practice.")
    if sum(map(str.isdigit, call_phone)) < FEWEST_DIGITS:
        raise Refused("no-phone", "Write the number that the sitter calls.")
    planned = plan_of(session).planned_for
    lasts = timedelta(hours=at_home.watch().link_hours)
    row: SitterLink = SitterLink.objects.create(
        sitter=sitter,
        on_call=on_call,
        call_phone=call_phone.strip(),
        expires_at=max(planned, at) + lasts,
        corrects=SitterLink.objects.newest(sitter=sitter),
        at=at,
        by=by,
    )
    told(session, "open sitter's page", f"link:{row.pk}", by)
    return row


@transaction.atomic
def end_link(sitter: Sitter, *, at: datetime, by: User) -> SitterLink:
    """Shut the sitter's page at once."""
    access.refuse_others(by, "run sessions")
    session = Session.objects.locked(sitter.session_id)
    last = SitterLink.objects.newest(sitter=sitter)
    if last is None or last.ended:
        raise Refused("ended", "No link of this sitter is open.")
    row: SitterLink = SitterLink.objects.create(**last.but(ended=True), at=at, by=by)
    told(session, "shut sitter's page", f"link:{row.pk}", by)
    return row


@transaction.atomic
def release(session: Session, holding: Holding, *, units: int, at: datetime, by: User) -> Release:
    """Release lozenges of a lot for this one session; refused while anything is not known to hold.

    They leave the register's balance with this line.
    """
    access.refuse_others(by, "release for home")
    person = Person.objects.locked(session.course.person_id)
    session = Session.objects.locked(session.pk)
    refuse_not_home(session)
    refuse_started(session)
    if home.release_of(session):
        raise Refused("released", "Lozenges were already released for this session.")
    refuse_lot(session, holding, units, at=at, by=by)
    found = home.conditions(session, now=at)
    refuse_not_held(found)
    line = append(
        holding,
        "release",
        lambda now: register.release(now, units=units),
        session=session,
        at=at,
        by=by,
    )
    last: Release | None = Release.objects.newest(session=session)
    row: Release = Release.objects.create(
        session=session,
        holding=holding,
        number=last.number + 1 if last else 1,
        corrects=last,
        units=units,
        entry=line,
        conditions=[asdict(each) for each in found],
        signed_name=by.signed_name,
        at=at,
        by=by,
    )
    note(by, "release for home", line, release=row.pk, number=person.number)
    live.tell(session, "look")
    return row


def refuse_not_held(found: Sequence[at_home.Condition]) -> None:
    if not at_home.all_hold(found):
        shut = [f"{each.title}: {each.says}" for each in found if each.state != "holds"]
        raise Refused("not-held", f"Not yet. {'; '.join(shut)}")


def refuse_lot(session: Session, holding: Holding, units: int, *, at: datetime, by: User) -> None:
    refuse_stranger(holding, by)
    order = session.order_set.newest()
    if order is None:
        raise Refused("no-order", "Sign the order first: no more is released than it says.")
    if says := made_from.outlived(order, plan_of(session).route):
        raise Refused("moved", says)
    if not register.may_be_released(holding.form, order.route):
        raise Refused("other-form", "What is in this box is not taken home. Choose another.")
    if register.expired(holding.expires_on, today_of(holding.practice, at)):
        raise Refused("expired", f"The last day of lot {holding.lot} is over. Choose another box.")
    most = ordered_mg(order)
    if units * holding.unit_mg > most:
        said = register.said(units * holding.unit_mg)
        raise Refused("over-order", f"That is {said}, and {register.said(most)} were ordered.")


@transaction.atomic
def undo_release(release: Release, *, words: str, at: datetime, by: User) -> Release:
    """Take back a release that was typed wrongly, by a further row; the register gets it back.

    Not once it was counted at home or taken: what has been at somebody's home does not come back.
    """
    access.refuse_others(by, "release for home")
    session = Session.objects.locked(release.session_id)
    refuse_undoing(session, release)
    refuse_short(words, f"Say what was typed wrongly, in at least {SHORTEST_REASON} letters.")
    first, words = release.entry, words.strip()
    line = append(
        release.holding,
        "release",
        lambda now: register.possible(now, -first.change),
        session=session,
        corrects=first,
        words=words,
        at=at,
        by=by,
    )
    again = {"units": 0, "number": release.number + 1, "entry": line, "words": words}
    row: Release = Release.objects.create(
        **release.but(**again, signed_name=by.signed_name), at=at, by=by
    )
    note(by, "take back release", line, release=row.pk, corrects=release.pk)
    live.tell(session, "look")
    return row


def refuse_undoing(session: Session, release: Release) -> None:
    if home.release_of(session) != release:
        raise Refused("undone", "This release was taken back already.")
    if HomeCount.objects.filter(release=release).exists():
        raise Refused("counted", "These lozenges were counted at home: explain the count instead.")
    if treatment.phase_at(session, "started") or given_mg(session):
        raise Refused("taken", "The session has begun: count afterwards, and explain.")


@transaction.atomic
def count_at_home(
    session: Session, moment: str, *, counted: int, at: datetime, by: User
) -> HomeCount:
    """Keep what was counted at home; a difference opens a notice, and holds back the next release.

    Each moment is counted once: a slip is explained, not counted over.
    """
    session = Session.objects.locked(session.pk)
    refuse_neither(session, by)
    row = home.release_of(session)
    if row is None:
        raise Refused("not-released", "No lozenges were released for this session.")
    refuse_counting(session, row, moment, counted)
    found = compared(session, row, moment, counted)
    count: HomeCount = HomeCount.objects.create(
        release=row, moment=moment, counted=counted, expected=found.expected, at=at, by=by
    )
    if found.agrees is not True:
        open_difference(session, moment, found, at=at, by=by)
    told(session, "count at home", f"home_count:{count.pk}", by)
    return count


def refuse_counting(session: Session, row: Release, moment: str, counted: int) -> None:
    if moment not in HomeCount.MOMENTS:
        raise Refused("no-such-count", "Count before or after.")
    if home.counted(row, moment):
        raise Refused("counted", "This was counted already. Was it wrong? Call the practice.")
    if counted < 0:
        raise Refused("no-number", "Write how many there are; 0 for none.")
    begun = bool(treatment.phase_at(session, "started"))
    if moment == "before" and begun:
        raise Refused("begun", "The session has begun; count again when it is over.")
    if moment == "after" and begun and not treatment.phase_at(session, "stopped"):
        raise Refused("not-over", "Count when the session is over.")


def compared(session: Session, row: Release, moment: str, counted: int) -> at_home.Count:
    """What was counted, beside what should be there."""
    left = home.left_before(session)
    if moment == "before":
        return at_home.before(counted, left=left, released=row.units)
    before = home.counted(row, "before")
    had = before.counted if before else None
    if before is None and not treatment.phase_at(session, "started") and left is not None:
        # A session that never began: nobody had to count before.
        had = left + row.units
    taken = given_mg(session) / row.holding.unit_mg
    return at_home.after(counted, had=had, taken=int(taken))


def open_difference(
    session: Session, moment: str, found: at_home.Count, *, at: datetime, by: User
) -> None:
    person = session.course.person
    says = f"Lozenges at home, counted {moment} session {session.number}. {found.says}"
    do = at_home.watch().do_count
    opened = open_notice(
        person, kind=COUNT_KIND, level="red", says=says, do=do, session=session, at=at, by=by
    )
    if not opened.escalations.exists():
        tell_at_once(opened, at=at)


@transaction.atomic
def explain_count(count: HomeCount, *, words: str, at: datetime, by: User) -> CountExplained:
    """Write down why a count at home differs; the next release is free again, and the notice closed
    once every difference of the session is explained."""
    access.refuse_others(by, "release for home")
    session = Session.objects.locked(count.release.session_id)
    if home.result(count).agrees:
        raise Refused("agrees", "This count agrees; there is nothing to explain.")
    if CountExplained.objects.filter(count=count).exists():
        raise Refused("explained", "This was explained already; the words stay below.")
    refuse_short(words, f"Say what was found, in at least {SHORTEST_REASON} letters.")
    row: CountExplained = CountExplained.objects.create(
        count=count, words=words.strip(), at=at, by=by
    )
    told(session, "explain count at home", f"home_count:{count.pk}", by)
    if all(map(home.is_explained, home.differing(count.release))):
        for each in Notice.objects.filter(session=session, kind=COUNT_KIND).open():
            answer_notice(each, words=words, closes=True, at=at, by=by)
    return row


@transaction.atomic
def start_at_home(
    session: Session, *, taking: int, client_id: UUID, at: datetime, by: User
) -> Phase:
    """The person takes what was released, and the session begins; every gate holds here too.

    The same `client_id` again gives the first.
    """
    # The course first, as in every start: two that hold one each would wait for each other.
    Course.objects.locked(session.course_id)
    session = Session.objects.locked(session.pk)
    if session.course.person.user_id != by.pk:
        raise Refused("not-yours", "Only the person themselves starts a session at home.")
    if DoseGiven.objects.filter(client_id=client_id, session=session).exists():
        begun: Phase = session.phase_set.standing().filter(phase="started").get()
        return begun
    row = home.release_of(session)
    if row is None:
        raise Refused("not-released", f"No lozenges were released for this session. {CALL_US}")
    refuse_uncounted(row)
    refuse_sitterless(session, at=at)
    if not 1 <= taking <= row.units:
        raise Refused("no-amount", f"Take what was released: {row.holding.units(row.units)}.")
    refuse_second_at_once(session, taking * row.holding.unit_mg)
    phase = treatment.start_session(session, at=at, by=by)
    dose: DoseGiven = DoseGiven.objects.create(
        session=session,
        kind="lozenge",
        amount_mg=taking * row.holding.unit_mg,
        source="release",
        client_id=client_id,
        at=at,
        by=by,
    )
    told(session, "take at home", f"dose:{dose.pk}", by)
    return phase


def refuse_sitterless(session: Session, *, at: datetime) -> None:
    """Ask again what was asked at the release: another sitter may have been named since."""
    found = next(each for each in home.conditions(session, now=at) if each.id == "sitter")
    if found.state != "holds":
        raise Refused("no-sitter", f"{found.title}: {found.says}. {CALL_US}")


def refuse_second_at_once(session: Session, mg: Decimal) -> None:
    """What was released may hold the second dose as well, which has its own time."""
    order = session.order_set.newest()
    if order and mg > order.dose_mg:
        raise Refused(
            "over-order",
            f"That is {register.said(mg)}, and your first dose is {register.said(order.dose_mg)}.",
        )


def refuse_uncounted(row: Release) -> None:
    count = home.counted(row, "before")
    if count is None:
        raise Refused("not-counted", "Count your lozenges first.")
    if home.result(count).agrees is not True and not home.is_explained(count):
        raise Refused("count-differs", f"{home.result(count).says} {CALL_US}")
