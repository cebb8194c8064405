"""Deeds along the road: booking, the first call, the plan, preparation, notes, review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from kapstone.intake import preparation
from kapstone.knowledge import dose_day
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import PRESCRIBER, THERAPIST
from kapstone.web.records import access, audit
from kapstone.web.records.actions.following import follow_plan
from kapstone.web.records.models import (
    Appointment,
    CareTeam,
    Consultation,
    Course,
    Note,
    Notice,
    Person,
    Preparation,
    Review,
    Roadmap,
    SafetyPlan,
)
from kapstone.web.records.models.notices import RISK_KIND
from kapstone.web.records.refusals import SHORTEST_REASON, Refused, is_blank, refuse_short

REVIEW_CHOICES = ("go_on", "space_out", "maintenance", "another_path", "ending")


@transaction.atomic
def choose_team(
    course: Course, *, prescriber: User | None, therapist: User | None, at: datetime, by: User
) -> CareTeam:
    """Name who carries the course from now on; None leaves a place open."""
    Course.objects.locked(course.pk)
    refuse_stranger(course, prescriber, PRESCRIBER)
    refuse_stranger(course, therapist, THERAPIST)
    team = CareTeam.objects.create(
        course=course,
        prescriber=prescriber,
        therapist=therapist,
        corrects=CareTeam.objects.newest(course=course),
        at=at,
        by=by,
    )
    audit.record(by, "choose team", person=course.person, about=f"course:{course.pk}")
    return team


def refuse_stranger(course: Course, user: User | None, role: str) -> None:
    """A place on the team is for somebody of this practice who does that work."""
    if user is None:
        return
    if user.practice_id != course.person.practice_id or not user.has_role(role):
        raise Refused("not-on-staff", f"{user.signed_name} is not a {role} of this practice.")


@transaction.atomic
def book(
    course: Course, *, kind: str, starts_at: datetime, at: datetime, by: User, **also: Any
) -> Appointment:
    """Agree a time; the same thing at the same time again is refused, as when sent twice."""
    Course.objects.locked(course.pk)
    refuse_past(starts_at, at)
    refuse_booked(course, kind, starts_at, also.get("corrects"))
    appointment = Appointment.objects.create(
        course=course,
        kind=kind,
        starts_at=starts_at,
        minutes=also.get("minutes", 50),
        room=also.get("room", ""),
        who=also.get("who"),
        corrects=also.get("corrects"),
        at=at,
        by=by,
    )
    audit.record(by, "book", person=course.person, about=f"appointment:{appointment.pk}")
    return appointment


def refuse_past(starts_at: datetime, at: datetime) -> None:
    if starts_at < at:
        raise Refused("in-the-past", "This time has passed; choose one that is still to come.")


def refuse_booked(
    course: Course, kind: str, starts_at: datetime, moved: Appointment | None
) -> None:
    alike = Appointment.objects.standing().filter(course=course, kind=kind, starts_at=starts_at)
    if alike.filter(cancelled=False).exclude(pk=moved.pk if moved else None).exists():
        raise Refused("booked", "This is booked for that time already; it stands beside the form.")


@transaction.atomic
def cancel(appointment: Appointment, *, at: datetime, by: User) -> Appointment:
    """Call an appointment off, once."""
    Course.objects.locked(appointment.course_id)
    if not Appointment.objects.standing().filter(pk=appointment.pk, cancelled=False).exists():
        raise Refused("not-standing", "This appointment was already called off or moved.")
    row = Appointment.objects.create(**appointment.but(cancelled=True), at=at, by=by)
    audit.record(by, "cancel", person=appointment.course.person, about=f"appointment:{row.pk}")
    return row


@transaction.atomic
def hold_consultation(
    course: Course, told: dict[str, Any], *, at: datetime, by: User
) -> Consultation:
    """Write down the first call; `fit` None means that it is not known yet.

    The same words again, as when a form is sent twice, give the row that stands.
    """
    Course.objects.locked(course.pk)
    if is_blank(str(told.get("why") or "")):
        raise Refused("no-reason", "Say why it is a fit or not; the person may ask for it.")
    last: Consultation | None = Consultation.objects.newest(course=course)
    if last and all(getattr(last, name) == said for name, said in told.items()):
        return last
    consultation = Consultation.objects.create(course=course, corrects=last, at=at, by=by, **told)
    audit.record(by, "hold consultation", person=course.person, about=f"course:{course.pk}")
    return consultation


@transaction.atomic
def plan_roadmap(course: Course, plan: dict[str, Any], *, at: datetime, by: User) -> Roadmap:
    """Lay out the person's road, or change it; the plan of before stays readable."""
    Course.objects.locked(course.pk)
    refuse_impossible(plan)
    roadmap = Roadmap.objects.create(
        course=course, corrects=Roadmap.objects.newest(course=course), at=at, by=by, **plan
    )
    follow_plan(course, at=at, by=by)
    audit.record(by, "plan roadmap", person=course.person, about=f"course:{course.pk}", **plan)
    return roadmap


@transaction.atomic
def hold_preparation(
    course: Course, told: dict[str, Any], *, at: datetime, by: User
) -> Preparation:
    """A preparation session, or the person's own preparation at home (`held` False)."""
    wanted = {"touch": [], **told.get("comforts", {})}
    refuse_strange_touch(wanted["touch"])
    refuse_too_many(told.get("intentions", ""))
    row = Preparation.objects.create(course=course, at=at, by=by, **{**told, "comforts": wanted})
    did = "hold preparation" if row.held else "prepare at home"
    audit.record(by, did, person=course.person, about=f"preparation:{row.pk}")
    return row


def refuse_strange_touch(areas: Sequence[str]) -> None:
    """No touch is the rule; what is agreed is named area by area and never wider [TCH-01]."""
    offered = {area.id for area in preparation.touch_areas()}
    if isinstance(areas, str) or not offered.issuperset(areas):
        raise Refused("no-such-touch", f"Touch can be agreed for: {', '.join(sorted(offered))}.")


def refuse_too_many(intentions: str) -> None:
    """An intention is something to come back to; more than a few are a list [PRP-04]."""
    lines = [line for line in intentions.splitlines() if line.strip()]
    if len(lines) > preparation.intentions_at_most():
        most = preparation.intentions_at_most()
        raise Refused("too-many-intentions", f"Choose {most} intentions at most, one on a line.")


@transaction.atomic
def make_safety_plan(
    person: Person, fields: dict[str, str], *, at: datetime, by: User
) -> SafetyPlan:
    """Write the person's safety plan, or a newer version of it."""
    Person.objects.locked(person.pk)
    written = {name: words.strip() for name, words in fields.items() if words.strip()}
    refuse_strange_lines(written)
    if not written:
        raise Refused("empty-plan", "Nothing is written yet; begin with one line.")
    last = SafetyPlan.objects.newest(person=person)
    plan = SafetyPlan.objects.create(person=person, fields=written, corrects=last, at=at, by=by)
    audit.record(by, "make safety plan", person=person, about=f"safety_plan:{plan.pk}")
    return plan


def refuse_strange_lines(written: Mapping[str, str]) -> None:
    try:
        preparation.steps_not_begun(written)
    except ValueError as strange:
        raise Refused("no-such-line", f"{strange}.") from strange


def refuse_impossible(plan: Mapping[str, Any]) -> None:
    """A plan that cannot be walked: no medicine session, a route that we do not have."""
    if plan["route"] not in dose_day.routes():
        known = ", ".join(dose_day.routes())
        raise Refused("no-such-route", f"{plan['route']!r} is none of: {known}.")
    if plan["medicine"] < 1:
        raise Refused("no-medicine", "Plan at least one medicine session.")
    if not 1 <= plan["review_after"] <= plan["medicine"]:
        most = plan["medicine"]
        raise Refused("review-off-the-road", f"Review after medicine session 1 to {most}.")
    if plan["medicine"] > 1 and plan["days_between"] < 1:
        raise Refused("no-days-between", "Leave at least one day between medicine sessions.")


@transaction.atomic
def review_course(course: Course, *, choice: str, reason: str, at: datetime, by: User) -> Review:
    """Decide how the road goes on, with the reason."""
    access.refuse_others(by, "review courses")
    if choice not in REVIEW_CHOICES:
        raise Refused("no-such-choice", f"{choice!r} is none of: {', '.join(REVIEW_CHOICES)}.")
    refuse_short(
        reason,
        f"Give the reason in at least {SHORTEST_REASON} letters; the next clinician reads "
        "it first.",
    )
    refuse_unheard(course)
    review = Review.objects.create(
        course=course, choice=choice, reason=reason, signed_name=by.signed_name, at=at, by=by
    )
    audit.record(by, "review course", person=course.person, about=f"review:{review.pk}")
    return review


def refuse_unheard(course: Course) -> None:
    """A road is not decided on past a notice of risk that nobody has answered yet."""
    risks = Notice.objects.filter(person=course.person, kind=RISK_KIND)
    if risks.open().unanswered().exists():
        raise Refused("risk-unanswered", "A notice of suicide risk is unanswered; answer it first.")


@transaction.atomic
def write_note(
    course: Course, *, kind: str, text: str, at: datetime, by: User, corrects: Note | None = None
) -> Note:
    """Write a note in the chart, or correct one; the one that was corrected stays readable."""
    Course.objects.locked(course.pk)
    refuse_no_words(text)
    refuse_wrong_correction(Note, course, corrects)
    note = Note.objects.create(course=course, kind=kind, text=text, corrects=corrects, at=at, by=by)
    audit.record(by, "write note", person=course.person, about=f"note:{note.pk}")
    return note


def refuse_no_words(text: str) -> None:
    if is_blank(text):
        raise Refused("no-words", "Write something first.")


def refuse_wrong_correction(model: Any, course: Course, corrects: Any) -> None:
    """A correction stands in for one note of the same course, and each note has at most one."""
    if corrects is None:
        return
    if corrects.course_id != course.pk:
        raise Refused("other-course", "This note belongs to another course.")
    if model.objects.filter(corrects=corrects).exists():
        raise Refused("corrected", "This note was corrected already; correct the newer one.")
