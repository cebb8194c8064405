"""The road: every step of a course and how it stands, worked out anew each time it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from kapstone.knowledge.dose_day import route_named
from kapstone.pathway.answers import Step, StepState
from kapstone.pathway.facts import CourseFacts, SessionFacts
from kapstone.pathway.gates import COURSE_GATES, course_gate, gates, named_first, risk_waits
from kapstone.pathway.long_term import owed
from kapstone.pathway.rows import StepRow, step_rows, timing
from kapstone.pathway.words import clock, day, moment, same_day

CLOSED = ("maintenance", "another_path", "ending")
ENDED = ("another_path", "ending")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a step stands, taken by itself; `begun` is not pulled back by an earlier step."""

    state: StepState
    detail: str = ""
    blocks: tuple[str, ...] = ()
    due: datetime | None = None
    number: int | None = None
    of: int | None = None
    begun: bool = False


def next_steps(facts: CourseFacts, *, now: datetime) -> tuple[Step, ...]:
    """Every step of the road in order, with what is next and what blocks it.

    `now` must be aware and in the practice's zone. Steps with `on_road` are the road's columns;
    maintenance and ending stand in one place, so one of the two is given.
    """
    left_out = "maintenance" if facts.review.decision in ENDED else "ending"
    done: set[str] = set()
    found: list[Step] = []
    for row in step_rows():
        if row.id == left_out:
            continue
        standing = _in_turn(row, STANDINGS[row.id](facts, now), done, facts)
        if standing.state == "done":
            done.add(row.id)
        found.append(_step(row, standing))
    return tuple(found)


def _in_turn(row: StepRow, standing: Standing, done: set[str], facts: CourseFacts) -> Standing:
    if standing.state == "done":
        return standing
    if _left(facts) and not _outlasts(row, standing, facts):
        return replace(standing, state="skipped", blocks=(), due=None)
    early = not set(row.waits_for) <= done and not standing.begun
    return replace(standing, state="later", blocks=(), due=None) if early else standing


def _outlasts(row: StepRow, standing: Standing, facts: CourseFacts) -> bool:
    """Follow-up goes on after the medicine, and a notice of risk is never skipped."""
    cared_for = standing.state == "blocked" or bool(finished(facts))
    return row.id == "ending" or (row.id in ("follow_up", "long_term") and cared_for)


def _left(facts: CourseFacts) -> bool:
    """Whether the person has left this road for another, or for none."""
    return (
        facts.consultation.fit is False
        or facts.screening.decision == "another_path"
        or facts.review.decision in ENDED
    )


def _step(row: StepRow, standing: Standing) -> Step:
    return Step(
        id=row.id,
        title=row.title,
        title_person=row.title_person,
        movement=row.movement,
        state=standing.state,
        detail=standing.detail,
        who=row.who,
        on_road=row.on_road,
        evidence=row.evidence,
        sources=row.sources,
        blocks=standing.blocks,
        due=standing.due,
        number=standing.number,
        of=standing.of,
    )


def finished(facts: CourseFacts) -> list[SessionFacts]:
    """The medicine sessions the person has gone home from, in order."""
    home = [each for each in facts.sessions if each.discharged_at is not None]
    return sorted(home, key=lambda each: each.number)


def _consultation(facts: CourseFacts, now: datetime) -> Standing:
    call = facts.consultation
    if call.held_at is None:
        booked = "" if call.booked_for is None else moment(call.booked_for, now)
        waits = call.booked_for is not None and call.booked_for > now
        return Standing(state="waiting" if waits else "now", detail=booked, due=call.booked_for)
    minutes = "" if call.minutes is None else f"{call.minutes} min, "
    detail = f"{minutes}{day(call.held_at, now)}"
    if call.fit is None:
        return Standing(state="now", detail=detail, blocks=("Fit or not is not recorded",))
    return Standing(state="done", detail=detail if call.fit else f"No fit, {detail}")


def _intake(facts: CourseFacts, now: datetime) -> Standing:
    intake = facts.intake
    if intake.finished_at is not None:
        return Standing(state="done", detail=f"100 %, {day(intake.finished_at, now)}")
    share = "not started" if intake.answered is None else f"{intake.answered:.0%}"
    stopped = intake.stopped_at_question
    at = f"stopped at: {stopped}" if stopped else ""
    detail = ", ".join(word for word in (share.replace("%", " %"), at) if word)
    return Standing(state="now", detail=detail, begun=bool(intake.answered))


def _screening(facts: CourseFacts, now: datetime) -> Standing:
    screening = facts.screening
    if screening.decision is None or screening.signed_at is None:
        return Standing(state="now", detail="waits for a signed decision")
    signed = day(screening.signed_at, now)
    if screening.decision == "not_yet":
        return Standing(state="blocked", detail=f"Not yet, {signed}", blocks=("Not yet suitable",))
    if screening.decision == "another_path":
        return Standing(state="done", detail=f"Another path, {signed}")
    return _going_on(facts, signed, now)


def _going_on(facts: CourseFacts, signed: str, now: datetime) -> Standing:
    """A decision that lets the person go on, as it stands now."""
    screening = facts.screening
    gate = course_gate("screening", facts, now=now)
    if gate.state == "stop":
        says = "stop found, look again"
        return Standing(state="blocked", detail=says, blocks=(gate.says,), begun=True)
    if not gate.lets_through:
        return Standing(state="now", detail="to be signed", blocks=(gate.says,), begun=True)
    if screening.decision == "extra_oversight":
        about = f": {screening.oversight_for}" if screening.oversight_for else f", {signed}"
        return Standing(state="done", detail=f"Extra oversight{about}")
    return Standing(state="done", detail=f"Suitable, {signed}")


def _consent(facts: CourseFacts, now: datetime) -> Standing:
    consent = facts.consent
    gate = course_gate("consent", facts, now=now)
    if gate.state == "stop":
        return Standing(state="blocked", detail="withdrawn", blocks=(gate.says,), begun=True)
    if consent.signed_at is None or consent.version is None:
        return Standing(state="now", detail="to be signed")
    detail = f"{consent.version}, {day(consent.signed_at, now)}"
    if not gate.lets_through:
        return Standing(state="now", detail=detail, blocks=(gate.says,), begun=True)
    return Standing(state="done", detail=detail, due=consent.expires_at)


def _roadmap(facts: CourseFacts, now: datetime) -> Standing:
    plan = facts.roadmap
    counts = (plan.preparation, plan.medicine, plan.integration)
    if None in counts:
        return Standing(state="now", detail="to be planned")
    return Standing(state="done", detail="{} + {} + {} sessions".format(*counts))


def _preparation(facts: CourseFacts, now: datetime) -> Standing:
    held, planned = len([at for at in facts.preparations if at <= now]), facts.roadmap.preparation
    missing = [] if facts.safety_plan_at is not None else ["No safety plan yet"]
    if planned is None:
        detail = f"{held} held" if held else "to be planned"
        return Standing(state="now", detail=detail, blocks=tuple(missing), begun=held > 0)
    detail = f"{held} of {planned}"
    if held >= planned and not missing:
        return Standing(state="done", detail=detail, number=held, of=planned)
    upcoming = _next_talk(facts, now)
    return Standing(
        state="now",
        detail=f"{detail}, next {moment(upcoming, now)}" if upcoming else detail,
        blocks=tuple(missing),
        due=upcoming,
        number=min(held + 1, planned),
        of=planned,
        begun=held > 0,
    )


def _next_talk(facts: CourseFacts, now: datetime) -> datetime | None:
    """When the next preparation session is to be; None when none is agreed."""
    known = (*facts.preparations, *facts.preparations_booked)
    return min((at for at in known if at > now), default=None)


def _medicine(facts: CourseFacts, now: datetime) -> Standing:
    home, of = finished(facts), facts.roadmap.medicine
    running = [each for each in facts.sessions if each.started_at and not each.discharged_at]
    if running:
        return _running(running[-1], of, now)
    enough = of is not None and len(home) >= of
    if home and (enough or facts.review.decision in CLOSED):
        last = home[-1].discharged_at
        detail = _of(len(home), of) + (f", {day(last, now)}" if last else "")
        return Standing(state="done", detail=detail, number=len(home), of=_within(of, len(home)))
    number = home[-1].number + 1 if home else 1
    standing = _next_session(facts, facts.session(number), now)
    return replace(standing, number=number, of=of, begun=bool(home))


def _running(session: SessionFacts, of: int | None, now: datetime) -> Standing:
    since = "" if session.started_at is None else f"since {clock(session.started_at, now)}"
    return Standing(
        state="now",
        detail=", ".join(word for word in (_order_words(session), since) if word),
        number=session.number,
        of=_within(of, session.number),
        begun=True,
    )


def _order_words(session: SessionFacts) -> str:
    route = session.order_route
    return session.order_says or ("" if route is None else route_named(route).short)


def _next_session(facts: CourseFacts, session: SessionFacts, now: datetime) -> Standing:
    planned = session.planned_for
    when = "to be booked" if planned is None else moment(planned, now)
    order = _order_words(session) if session.order_route == session.planned_route else ""
    detail = ", ".join(word for word in (order, when) if word)
    shut = [gate for gate in gates(facts, session.number, now=now) if not gate.lets_through]
    stops = [gate.says for gate in shut if gate.state == "stop" or gate.id in COURSE_GATES]
    if stops:
        return Standing(state="blocked", detail=detail, blocks=tuple(stops), due=planned)
    if planned is not None and (planned <= now or same_day(planned, now)):
        says = tuple(f"{gate.title}: {gate.says}" for gate in shut)
        return Standing(state="now", detail=detail, blocks=says, due=planned)
    between = _contact_missing(facts)
    if between:
        return Standing(state="waiting", detail=detail, blocks=(between,), due=planned)
    return Standing(state="now" if planned is None else "waiting", detail=detail, due=planned)


def _contact_missing(facts: CourseFacts) -> str | None:
    """At least one integration contact lies between two medicine sessions [INT-04]."""
    home = finished(facts)
    if not home or _contacted_since(facts, home[-1]):
        return None
    return f"Integration after session {home[-1].number} comes first"


def _contacted_since(facts: CourseFacts, session: SessionFacts) -> bool:
    end = session.discharged_at
    return end is not None and any(at >= end for at in facts.integrations)


def _integration(facts: CourseFacts, now: datetime) -> Standing:
    home, of, held = finished(facts), facts.roadmap.integration, len(facts.integrations)
    within = timing().contact_within
    hours = f"within {timing().contact_within_h} h"
    if not home:
        return Standing(state="later", detail=hours, of=of)
    end = home[-1].discharged_at
    if end is not None and not _contacted_since(facts, home[-1]):
        due = end + within
        says = f"late since {moment(due, now)}" if due < now else f"by {moment(due, now)}"
        return Standing(state="now", detail=says, due=due, number=held + 1, of=of)
    if _medicine(facts, now).state != "done":
        return Standing(state="later", detail=hours, number=held, of=of)
    state: StepState = "now" if of is None or held < of else "done"
    number = held + 1 if state == "now" else held
    return Standing(state=state, detail=_of(held, of), number=number, of=_within(of, number))


def _of(held: int, of: int | None) -> str:
    return f"{held} held" if _within(of, held) is None else f"{held} of {of}"


def _within(of: int | None, number: int) -> int | None:
    """How many are planned, while the number is one of them: maintenance is no seventh of six."""
    return of if of is None or number <= of else None


def _follow_up(facts: CourseFacts, now: datetime) -> Standing:
    if facts.open_risk_notice:
        detail = "close the notice" if facts.risk_answered else "answer the notice"
        blocks = (risk_waits(facts),)
        return Standing(state="blocked", detail=detail, blocks=blocks, begun=True)
    if facts.sheets_overdue:
        return Standing(state="now", detail=f"{facts.sheets_overdue} overdue")
    if facts.sheets_due:
        return Standing(state="now", detail=f"{facts.sheets_due} due")
    if not finished(facts):
        return Standing(state="later", detail="after session 1")
    known = facts.sheets_due is not None and facts.sheets_overdue is not None
    return Standing(state="waiting", detail="nothing due" if known else "not known what is due")


def _long_term(facts: CourseFacts, now: datetime) -> Standing:
    """What is due of the looks over months; before the first dose the screening asks for them."""
    if facts.long_term is None or not facts.long_term.doses:
        return Standing(state="later", detail="from the first dose on")
    waits = [each for each in owed(facts.long_term, now=now) if each.waits]
    held = tuple(each.says for each in waits if each.holds)
    if not waits:
        return Standing(state="waiting", detail="nothing due")
    detail = named_first([each.row.title for each in waits])
    due = min((each.due for each in waits if each.due), default=None)
    return Standing(state="blocked" if held else "now", detail=detail, blocks=held, due=due)


def _review(facts: CourseFacts, now: datetime) -> Standing:
    review, home = facts.review, finished(facts)
    marks = _review_marks(facts)
    passed = [mark for mark in marks if mark <= len(home)]
    ahead = [mark for mark in marks if mark > len(home)]
    later = f"after {ahead[0]}" if ahead else "when it is time"
    if review.at is not None and review.decision is None:
        detail = f"held {day(review.at, now)}"
        return Standing(state="now", detail=detail, blocks=("What was decided is not recorded",))
    since = home[passed[-1] - 1].discharged_at if passed else None
    if since is not None and (review.at is None or review.at < since):
        return Standing(state="now", detail=f"due since session {passed[-1]}", due=since)
    if review.at is None or review.decision is None:
        return Standing(state="later", detail=later)
    if review.decision in CLOSED or not ahead:
        said = review.decision.replace("_", " ").capitalize()
        return Standing(state="done", detail=f"{said}, {day(review.at, now)}")
    return Standing(state="later", detail=later)


def _review_marks(facts: CourseFacts) -> list[int]:
    """After which medicine sessions a review is due: as planned, and after the last one."""
    plan, last = facts.roadmap.review_after, facts.roadmap.medicine
    marks = set(timing().review_after if plan is None else plan) | ({last} if last else set())
    return sorted(mark for mark in marks if last is None or mark <= last)


def _maintenance(facts: CourseFacts, now: datetime) -> Standing:
    if facts.review.decision != "maintenance" or facts.review.at is None:
        return Standing(state="later", detail="if it serves")
    since = f"since {day(facts.review.at, now)}"
    ahead = [each for each in facts.sessions if each.planned_for and not each.started_at]
    if not ahead:
        return Standing(state="now", detail=since)
    session = _next_session(facts, ahead[0], now)
    return replace(session, detail=f"{since}; {session.detail}")


def _ending(facts: CourseFacts, now: datetime) -> Standing:
    if facts.review.decision not in ENDED or facts.review.at is None:
        return Standing(state="later", detail="")
    return Standing(state="done", detail=day(facts.review.at, now))


STANDINGS: Mapping[str, Callable[[CourseFacts, datetime], Standing]] = {
    "consultation": _consultation,
    "intake": _intake,
    "screening": _screening,
    "consent": _consent,
    "roadmap": _roadmap,
    "preparation": _preparation,
    "medicine": _medicine,
    "integration": _integration,
    "follow_up": _follow_up,
    "long_term": _long_term,
    "review": _review,
    "maintenance": _maintenance,
    "ending": _ending,
}
