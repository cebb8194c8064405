"""Deeds on the way home: the scores, what is asked line by line, and the discharge itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from kapstone import monitoring
from kapstone.web.accounts.models import User
from kapstone.web.records import audit, doses, emergencies, live
from kapstone.web.records.actions.counting import open_for_session
from kapstone.web.records.actions.sessions import plan_of
from kapstone.web.records.actions.treatment import phase_at
from kapstone.web.records.actions.whose import refuse_strangers
from kapstone.web.records.models import Discharge, DischargeScore, LeavingAnswer, Session
from kapstone.web.records.refusals import SHORTEST_REASON, Refused, is_blank, is_short

Known = bool | None
SAID: dict[Known, str] = {True: "yes", False: "no", None: "not known"}


@transaction.atomic
def score_discharge(
    session: Session, tool: str, answers: Mapping[str, int], *, at: datetime, by: User
) -> DischargeScore:
    """Score Aldrete or modified PADSS; an item that was left out leaves no total."""
    session = Session.objects.locked(session.pk)
    refuse_strangers(session, by)
    if Discharge.objects.filter(session=session).exists():
        raise Refused("home", "This person has already gone home; the score of then stays.")
    score = monitoring.score_discharge(tool, answers)
    row: DischargeScore = DischargeScore.objects.create(
        session=session,
        tool=tool,
        answers=dict(answers),
        total=score.total,
        corrects=session.dischargescore_set.newest(tool=tool),
        at=at,
        by=by,
    )
    audit.record(
        by,
        "score discharge",
        person=session.course.person,
        about=f"session:{session.pk}",
        tool=tool,
    )
    return row


@transaction.atomic
def answer_leaving(
    session: Session,
    answers: Mapping[str, Known],
    *,
    at: datetime,
    by: User,
    seen: Mapping[str, str] | None = None,
) -> list[LeavingAnswer]:
    """Answer what is asked before going home, line by line; None takes an answer back.

    What says the same as before is not written again. Where several sign, a yes stands beside
    the others' yes. `seen` is the newest answer of each line that the page showed, by its key or
    empty: refused where another one stands that says otherwise.
    """
    session = Session.objects.locked(session.pk)
    refuse_strangers(session, by)
    refuse_home(session)
    lines = {row.id: row for row in monitoring.criteria() if row.asks}
    if unknown := answers.keys() - lines.keys():
        raise Refused("no-such-line", f"{', '.join(sorted(unknown))}: nothing is asked there.")
    said = answered(session)
    refuse_unseen(answers, said, lines, seen or {})
    rows = [
        write_answer(session, lines[name], ok, said.get(name, []), at=at, by=by)
        for name, ok in answers.items()
        if is_new(lines[name], ok, said.get(name, []), by)
    ]
    if rows:
        lines_said = ", ".join(row.criterion for row in rows)
        person, about = session.course.person, f"session:{session.pk}"
        audit.record(by, "answer leaving", person=person, about=about, lines=lines_said)
    return rows


def answered(session: Session) -> dict[str, list[LeavingAnswer]]:
    """The answers of each line, the oldest first."""
    found: dict[str, list[LeavingAnswer]] = {}
    for row in session.leavinganswer_set.standing().select_related("by").order_by("pk"):
        found.setdefault(row.criterion, []).append(row)
    return found


def refuse_unseen(
    answers: Mapping[str, Known],
    said: Mapping[str, list[LeavingAnswer]],
    lines: Mapping[str, monitoring.CriterionRow],
    seen: Mapping[str, str],
) -> None:
    """Nothing that somebody answered after the page was given out is turned over unseen."""
    newer = [
        meanwhile(lines[name], said[name][-1], answers[name])
        for name in seen.keys() & answers.keys() & said.keys()
        if str(said[name][-1].pk) != seen[name] and said[name][-1].ok is not answers[name]
    ]
    if newer:
        raise Refused("meanwhile", f"{' '.join(sorted(newer))} Nothing of this page was kept.")


def meanwhile(line: monitoring.CriterionRow, last: LeavingAnswer, yours: Known) -> str:
    at = last.at.astimezone(last.session.course.person.practice.zone)
    return (
        f"{line.label}: {last.by.signed_name} answered {SAID[last.ok]} at {at:%H:%M}, while this "
        f"page was open; here it was {SAID[yours]}. What {last.by.signed_name} answered stands; "
        "look at it, and answer again if yours differs."
    )


def is_new(line: monitoring.CriterionRow, ok: Known, before: list[LeavingAnswer], by: User) -> bool:
    if line.signed_by and ok:
        return all(row.by_id != by.pk for row in signatures(before))
    return (before[-1].ok if before else None) is not ok


def write_answer(
    session: Session,
    line: monitoring.CriterionRow,
    ok: Known,
    before: list[LeavingAnswer],
    *,
    at: datetime,
    by: User,
) -> LeavingAnswer:
    corrects = before[-1] if before and not line.signed_by else None
    row: LeavingAnswer = LeavingAnswer.objects.create(
        session=session, criterion=line.id, ok=ok, corrects=corrects, at=at, by=by
    )
    return row


def signatures(rows: list[LeavingAnswer]) -> list[LeavingAnswer]:
    """Each yes since the line was last anything else."""
    found: list[LeavingAnswer] = []
    for row in rows:
        found = [*found, row] if row.ok else []
    return found


def refuse_home(session: Session) -> None:
    if Discharge.objects.filter(session=session).exists():
        raise Refused("home", "This person has already gone home.")


@transaction.atomic
def discharge(session: Session, told: Mapping[str, str], *, at: datetime, by: User) -> Discharge:
    """The person goes home: refused without an escort, in an emergency, or before they are ready.

    A prescriber may let somebody go against criteria, with a reason for each (`reason-DIS-06` of
    `told`) that is kept.
    """
    session = Session.objects.locked(session.pk)
    refuse_strangers(session, by, "discharge")
    if not phase_at(session, "stopped"):
        raise Refused("not-stopped", "Stop the medicine first.")
    refuse_home(session)
    refuse_emergency(session, at)
    if is_blank(told.get("escort_name", "")):
        raise Refused("no-escort", "Name the adult who takes them home.")
    criteria = monitoring.ready_to_leave(leaving_of(session), now=at)
    against = [each for each in criteria if each.met is not True]
    reasons = {each.id: told.get(f"reason-{each.id}", "").strip() for each in against}
    refuse_not_ready(against, reasons, by)
    row: Discharge = Discharge.objects.create(
        session=session,
        escort_name=told["escort_name"].strip(),
        escort_phone=told.get("escort_phone", ""),
        criteria=[asdict(each) for each in criteria],
        override_reason="\n".join(f"{each.label}: {reasons[each.id]}" for each in against),
        signed_name=by.signed_name,
        at=at,
        by=by,
    )
    audit.record(by, "discharge", person=session.course.person, about=f"session:{session.pk}")
    open_for_session(session, at=at, by=by)
    live.tell(session, "phase")
    return row


def leaving_of(session: Session) -> monitoring.Leaving:
    """What is known of somebody who wants to go home."""
    rows = list(session.reading_set.standing().order_by("at"))
    stopped = phase_at(session, "stopped")
    first_dose, last_dose = doses.first_and_last(session)
    scores = {row.tool: row.answers for row in session.dischargescore_set.standing()}
    said = answered(session)
    return monitoring.Leaving(
        route=plan_of(session).route,
        started_at=phase_at(session, "started"),
        ended_at=stopped,
        first_dose_at=first_dose,
        # Where no dose was charted, the end that somebody pressed is the latest it can have been.
        last_dose_at=last_dose or stopped,
        readings=[row.to_core() for row in rows if not row.resting],
        resting=monitoring.resting_values([row.to_core() for row in rows if row.resting]),
        aldrete=scored("aldrete", scores),
        padss=scored("padss", scores),
        asked={name: each[-1].ok for name, each in said.items()},
        signers={
            name: [frozenset(row.by.roles) for row in signatures(each)]
            for name, each in said.items()
        },
    )


def scored(tool: str, scores: Mapping[str, Mapping[str, int]]) -> monitoring.DischargeScore | None:
    return monitoring.score_discharge(tool, scores[tool]) if tool in scores else None


def refuse_emergency(session: Session, at: datetime) -> None:
    """Nobody leaves in an emergency, whoever decides: it is ended first, by who saw it end."""
    running = emergencies.running(emergencies.of_session(session), at)
    if running:
        titles = ", ".join(each.of.title for each in running)
        raise Refused(
            "emergency",
            f"An emergency still runs: {titles}. Nobody goes home in it. When it has ended, say "
            "“It is over” in the room, then sign here.",
        )


def refuse_not_ready(
    against: Sequence[monitoring.Criterion], reasons: Mapping[str, str], by: User
) -> None:
    """Refuse while a criterion is open that no prescriber has given a reason of its own for."""
    decides = by.has_role("prescriber")
    open_ones = [each for each in against if not decides or is_short(reasons[each.id])]
    if not open_ones:
        return
    says = "; ".join(each.label for each in open_ones)
    raise Refused(
        "not-ready",
        f"Not ready to go home: {says}. A prescriber may decide otherwise, with a reason of at "
        f"least {SHORTEST_REASON} letters for each of these lines.",
    )
