"""Deeds around a medicine session that lead up to it: plan, check, who is there."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from kapstone import monitoring
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import WORDS
from kapstone.web.records import audit, live, presence, session_facts
from kapstone.web.records.actions.beyond_order import held, refuse_asked
from kapstone.web.records.actions.following import follow_plan
from kapstone.web.records.actions.late import note_owed
from kapstone.web.records.actions.whose import (
    refuse_others_at_home,
    refuse_strangers,
    refuse_strangers_to_course,
)
from kapstone.web.records.models import (
    CheckAnswer,
    Course,
    Mark,
    Phase,
    Presence,
    Session,
    SessionPlan,
)
from kapstone.web.records.refusals import Refused

FEWEST_DIGITS = 5
NAME_THE_ESCORT = "Way home: write the name and phone of the adult beside a yes."


@transaction.atomic
def plan_session(
    course: Course, *, route: str, planned_for: datetime, at: datetime, by: User, **also: Any
) -> Session:
    """Plan the next medicine session of the course; two at the same time are refused."""
    course = Course.objects.locked(course.pk)
    refuse_strangers_to_course(course, by)
    refuse_planned(course, planned_for)
    number = Session.objects.filter(course=course).count() + 1
    session = Session.objects.create(course=course, number=number, at=at, by=by)
    write_plan(session, route=route, planned_for=planned_for, at=at, by=by, **also)
    follow_plan(course, at=at, by=by)
    audit.record(by, "plan session", person=course.person, about=f"session:{session.pk}")
    live.tell(session, "plan")
    return session


def refuse_planned(course: Course, planned_for: datetime) -> None:
    """A form that was sent twice would plan two sessions, and each counts on the road."""
    alike = SessionPlan.objects.standing().filter(session__course=course, planned_for=planned_for)
    if alike.filter(cancelled=False).exists():
        raise Refused("planned", "A medicine session is planned for this time already.")


@transaction.atomic
def move_session(
    session: Session, *, route: str, planned_for: datetime, at: datetime, by: User, **also: Any
) -> SessionPlan:
    """Move a planned session, change its route or room, or call it off.

    Sheets that nobody has begun move with it.
    """
    Course.objects.locked(session.course_id)
    session = Session.objects.locked(session.pk)
    refuse_strangers(session, by, "book")
    refuse_started(session)
    last = session.sessionplan_set.standing().get()
    plan = write_plan(
        session, route=route, planned_for=planned_for, at=at, by=by, corrects=last, **also
    )
    follow_plan(session.course, at=at, by=by)
    audit.record(by, "move session", person=session.course.person, about=f"session:{session.pk}")
    live.tell(session, "plan")
    return plan


def write_plan(session: Session, **fields: Any) -> SessionPlan:
    if fields["route"] not in monitoring.routes():
        known = ", ".join(monitoring.routes())
        raise Refused("no-such-route", f"{fields['route']!r} is not a route here; known: {known}.")
    fields.setdefault("at_home", monitoring.route_named(fields["route"]).at_home)
    plan: SessionPlan = SessionPlan.objects.create(session=session, **fields)
    return plan


def refuse_started(session: Session) -> None:
    if session.phase_set.filter(phase="started").exists():
        raise Refused("started", "This session has begun; it can be stopped, no longer moved.")


def names_an_adult(words: str) -> bool:
    """Whether there is a name and something to call: a phone has at least five digits."""
    return sum(map(str.isdigit, words)) >= FEWEST_DIGITS and any(map(str.isalpha, words))


def refuse_begun(session: Session) -> None:
    if session.phase_set.filter(phase="started").exists():
        raise Refused("begun", "The medicine has begun; the checklist stands as it was.")


@transaction.atomic
def record_check(
    session: Session, check_id: str, *, ok: bool | None, at: datetime, by: User, words: str = ""
) -> CheckAnswer:
    """Answer one line of the dose-day checklist; None takes the answer back to not known.

    A yes is for those whose line it is, a no is for everyone. The session is locked, so that two
    tablets cannot both correct the same answer.
    """
    session = Session.objects.locked(session.pk)
    if by.pk != session.course.person.user_id:
        # The desk has lines of its own, and whoever books may say no to any.
        refuse_strangers(session, by, "book")
    refuse_begun(session)
    lines = {item.id: item for item in monitoring.checklist(plan_of(session).route)}
    if check_id not in lines:
        raise Refused("no-such-check", f"{check_id} is not on the checklist of this route.")
    if ok and not may_tick(lines[check_id], by):
        raise Refused("not-your-line", not_your_line(lines[check_id]))
    if ok and lines[check_id].judged_from == "escort" and not names_an_adult(words):
        raise Refused("nameless", NAME_THE_ESCORT)
    # Where two sign, each signature stands beside the other: neither corrects it.
    second = lines[check_id].second
    last = None if second else session.checkanswer_set.newest(check_id=check_id)
    answer: CheckAnswer = CheckAnswer.objects.create(
        session=session, check_id=check_id, ok=ok, words=words, corrects=last, at=at, by=by
    )
    audit.record(
        by,
        "record check",
        person=session.course.person,
        about=f"session:{session.pk}",
        check=check_id,
    )
    return answer


def may_tick(check: monitoring.Check, user: User) -> bool:
    return user.has_role(*check.who, *check.second)


def yes_from(check: monitoring.Check) -> str:
    """Whose word a yes on this line is."""
    roles = dict.fromkeys(WORDS[role].lower() for role in (*check.who, *check.second))
    return f"the {' or the '.join(roles)}"


def not_your_line(check: monitoring.Check) -> str:
    return f"{check.label}: a yes is for {yes_from(check)} to say. Anyone may say no."


def answers_of_day(session: Session, now: datetime) -> dict[str, CheckAnswer]:
    """The answers that count by line: those of the day, or of the day the session began."""
    return newest(rows_of_day(session, now))


def newest(rows: list[CheckAnswer]) -> dict[str, CheckAnswer]:
    return {row.check_id: row for row in rows}


def signed(rows: list[CheckAnswer]) -> dict[str, list[CheckAnswer]]:
    """Each yes among these rows by line, since the line was last anything else."""
    found: dict[str, list[CheckAnswer]] = {}
    for row in rows:
        found[row.check_id] = [*found.get(row.check_id, []), row] if row.ok else []
    return found


def rows_of_day(session: Session, now: datetime) -> list[CheckAnswer]:
    """What was answered on the day that counts, the oldest first."""
    zone = session.course.person.practice.zone
    begun = session.phase_set.standing().filter(phase="started").values_list("at", flat=True)
    day = (begun.first() or now).astimezone(zone).date()
    rows = session.checkanswer_set.standing().select_related("by").order_by("pk")
    return [row for row in rows if row.at.astimezone(zone).date() == day]


# What the buttons of a question send.
KNOWN: dict[str, bool | None] = {"yes": True, "no": False, "unknown": None}
THEY_SAY = "They say:"
SAID = {
    True: "They say: yes. Check with them.",
    False: "They say: no.",
    None: "They say: not sure.",
}


def said_of(answer: CheckAnswer | None, user: int) -> str:
    """The person's own answer as the word of its button; empty when they have not said."""
    if answer is None or answer.by_id != user or not answer.words.startswith(THEY_SAY):
        return ""
    if answer.ok is False:
        return "no"
    return "unknown" if answer.words == SAID[None] else "yes"


def said_words(check: monitoring.Check, said: bool | None) -> str:
    """What staff read: where the buttons say more than yes and no, the answer and its question."""
    button = {True: check.person_ok, False: check.person_not, None: None}[said]
    if said is None or (check.person_ok, check.person_not) == ("Yes", "No"):
        return SAID[said]
    after = " Check with them." if said else ""
    return f"{THEY_SAY} \u201c{button}\u201d to \u201c{check.person}\u201d{after}"


@transaction.atomic
def say_before(
    session: Session, check_id: str, *, said: bool | None, at: datetime, by: User
) -> CheckAnswer:
    """The person's own answer to a line of the checklist, for the staff to check with them.

    It never opens a gate: a yes or a not sure leaves the line not known, a no shuts it. A line
    that staff have answered on the day stays as it is unless the person says no.
    """
    lines = monitoring.checklist(plan_of(session).route)
    asked = {check.id: check for check in lines if check.person}
    if check_id not in asked:
        raise Refused("not-asked", "This is not asked of you before this session.")
    refuse_started(session)
    last = answers_of_day(session, at).get(check_id)
    if last and last.by_id != by.pk and said is not False:
        return last
    ok = False if said is False else None
    words = said_words(asked[check_id], said)
    return record_check(session, check_id, ok=ok, words=words, at=at, by=by)


def plan_of(session: Session) -> SessionPlan:
    plan: SessionPlan = session.sessionplan_set.standing().get()
    return plan


@transaction.atomic
def enter_room(
    session: Session, who: User, *, at: datetime, by: User, client_id: UUID | None = None
) -> Presence:
    """Somebody is in the room from now on; saying so twice is harmless."""
    return note_presence(session, who, entered=True, at=at, by=by, client_id=client_id)


@transaction.atomic
def leave_room(
    session: Session, who: User, *, at: datetime, by: User, client_id: UUID | None = None
) -> Presence:
    """Somebody has left the room; the screen says so when nobody is left."""
    return note_presence(session, who, entered=False, at=at, by=by, client_id=client_id)


@transaction.atomic
def change_rooms(session: Session, who: User, *, at: datetime, by: User) -> Presence:
    """Somebody is in this room from now on, and in no other one."""
    for other in presence.elsewhere(session, who, now=at):
        leave_room(other, who, at=at, by=by)
    return enter_room(session, who, at=at, by=by)


def note_presence(
    session: Session, who: User, *, entered: bool, at: datetime, by: User, client_id: UUID | None
) -> Presence:
    session = Session.objects.locked(session.pk)
    refuse_others_at_home(session, by)
    if client_id and (found := Presence.objects.filter(client_id=client_id).first()):
        kept: Presence = found
        return kept
    # What a device sends late is held against what was so at its own time.
    before = session.presence_set.standing().filter(who=who).until(at)
    last: Presence | None = before.order_by("-at", "-pk").first()
    if last and last.entered == entered:
        return last
    if last is None and not entered:
        raise Refused("not-there", f"{who.signed_name} was not signed in to this room.")
    row: Presence = Presence.objects.create(
        session=session, who=who, entered=entered, client_id=client_id, at=at, by=by
    )
    did = "enter room" if entered else "leave room"
    audit.record(by, did, person=session.course.person, about=f"session:{session.pk}", who=who.name)
    live.tell(session, "presence")
    return row


# What has to have come last before a session can arrive, pause or go on.
AFTER: dict[str, tuple[str | None, ...]] = {
    "arrived": (None,),
    "paused": ("started", "resumed"),
    "resumed": ("paused",),
}


@transaction.atomic
def move_on(
    session: Session,
    phase: str,
    *,
    at: datetime,
    by: User,
    words: str = "",
    client_id: UUID | None = None,
    arrived: datetime | None = None,
) -> Phase:
    """Write the next phase of a session: arrived, paused or resumed.

    Start and stop are deeds of their own (`treatment`), with what they ask for; so does a pump that
    goes on while more is held back. What a device sends late is held against the phase of its own
    time.
    """
    session = Session.objects.locked(session.pk)
    refuse_strangers(session, by)
    if client_id and (found := Phase.objects.filter(client_id=client_id).first()):
        kept: Phase = found
        return kept
    last = session.phase_set.standing().until(at).order_by("-at", "-pk").first()
    if (last.phase if last else None) not in AFTER[phase]:
        now = f"has already {last.phase}" if last else "has not begun"
        raise Refused("out-of-order", f"This cannot be {phase} now: the session {now}.")
    if phase == "arrived":
        refuse_other_day(session, at)
    if phase == "resumed":
        refuse_held(session, words, at=at, arrived=arrived, by=by)
    row: Phase = Phase.objects.create(
        session=session, phase=phase, words=words, client_id=client_id, at=at, by=by
    )
    audit.record(
        by, f"session {phase}", person=session.course.person, about=f"session:{session.pk}"
    )
    live.tell(session, "phase")
    return row


def refuse_held(
    session: Session, words: str, *, at: datetime, arrived: datetime | None, by: User
) -> None:
    """A pump that goes on under a red limit or a red notice does it with a reason.

    What waited on a tablet until it `arrived` has happened: there a notice asks for the reason.
    """
    if session_facts.giving(session).infusion is None:
        return
    try:
        refuse_asked(held(session, at), words)
    except Refused as why:
        if arrived is None:
            raise
        note_owed(session, "Pump went on", why, given_at=at, at=arrived, by=by)


def refuse_other_day(session: Session, at: datetime) -> None:
    zone = session.course.person.practice.zone
    planned = plan_of(session).planned_for.astimezone(zone).date()
    if at.astimezone(zone).date() != planned:
        raise Refused(
            "other-day", f"This session is planned for {planned:%d %b %Y}, not for today."
        )


@transaction.atomic
def mark(
    session: Session,
    *,
    kind: str,
    mark: str,
    at: datetime,
    by: User,
    client_id: UUID | None = None,
    **also: Any,
) -> Mark:
    """One tap about how the person is; sent twice with the same id, it is kept once.

    The session is locked, so that two that arrive at once do not both find nothing.
    """
    session = Session.objects.locked(session.pk)
    refuse_strangers(session, by)
    if client_id and (found := Mark.objects.filter(client_id=client_id).first()):
        kept: Mark = found
        return kept
    row: Mark = Mark.objects.create(
        session=session,
        kind=kind,
        mark=mark,
        area=also.get("area", ""),
        severity=also.get("severity", ""),
        words=also.get("words", ""),
        client_id=client_id or uuid4(),
        at=at,
        by=by,
    )
    audit.record(by, f"mark {kind}", person=session.course.person, about=f"session:{session.pk}")
    live.tell(session, "mark")
    return row
