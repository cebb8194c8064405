"""A person's first page: one next thing; and their road in plain words."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from kapstone import instruments, pathway
from kapstone.instruments import GRAVEST_FIRST
from kapstone.instruments.schedule import schedule
from kapstone.web import clock
from kapstone.web.accounts.roles import COMPANION, PATIENT
from kapstone.web.portal import measures
from kapstone.web.portal import session as session_page
from kapstone.web.portal.own import my_course
from kapstone.web.records import (
    asking_after,
    captures,
    check_ins,
    consenting,
    couples,
    definitions,
    helped_before,
    joint,
    sheets,
    telling,
    track_notes,
)
from kapstone.web.records import at_home as home
from kapstone.web.records import library as shelves
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.models import (
    Appointment,
    Commitment,
    Course,
    Message,
    Notice,
    SafetyPlan,
    ScreeningDecision,
    Session,
    Sheet,
)
from kapstone.web.records.models.notices import RISK_KIND
from kapstone.web.records.road_ahead import coming, is_left, meanwhile, steps_of
from kapstone.web.records.session_facts import with_story

# As long as somebody stays with a person at home, unless they were let go before.
UNDER_THE_MEDICINE = timedelta(hours=4)
# As many as fit on a phone; the next ones come up as these are answered.
MOST_SHEETS = 5
# Where the person does what a step of the road asks of them, and in which words it is asked.
PLACES = {
    "intake": ("portal:intake", _("A few questions at a time. You can stop and come back.")),
    "consent": ("portal:consent", _("Read it in peace. You can say no, now or later.")),
    "preparation": ("portal:preparation", _("What to expect, and what you bring.")),
}
# What a questionnaire asks about, as one would ask it aloud; one of another domain has its title.
ASKED = {
    "depression": _("How has your mood been?"),
    "anxiety": _("How worried have you been?"),
    "suicide risk": _("How safe do you feel?"),
    "alcohol": _("How much do you drink?"),
    "attachment": _("How close are you to others?"),
    "belief": _("How true does it feel now?"),
    "bladder": _("How is your bladder?"),
    "craving": _("How strong is your craving?"),
    "demoralization": _("How hopeful have you been?"),
    "dissociation": _("How real have things felt?"),
    "distress": _("How upset are you right now?"),
    "drugs": _("Have drugs caused you trouble?"),
    "experience": _("What was your session like?"),
    "functioning": _("How do work and daily life go?"),
    "history": _("What was your childhood like?"),
    "insomnia": _("How have you slept?"),
    "mania": _("How high has your energy been?"),
    "mood": _("How is your mood right now?"),
    "alliance": _("How do you work with your therapist?"),
    "pain": _("How is your pain?"),
    "psychosis": _("Have you noticed unusual things?"),
    "relationship": _("How are you as a couple?"),
    "safety": _("Have you had side effects?"),
    "satisfaction": _("How do you find your care?"),
    "service": _("How were we on the day of your session?"),
    "spiritual well-being": _("What gives you peace?"),
    "substances": _("Alcohol, tobacco and other drugs"),
    "trauma": _("Is something bad still with you?"),
    "well-being": _("How well have you felt?"),
}


@only_for("use Kapstone")
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """One next thing first; then what today holds, and help within reach."""
    user = actor(request)
    if not user.has_role(PATIENT):
        return redirect("today" if user.is_staff_member else "portal:with")
    course, now = my_course(user), timezone.localtime(clock.now())
    steps, session = steps_of(course), next_session(course)
    taken_back = consent_taken_back(course)
    decision = may_know(course)
    decided = decision.decision if decision else ""
    news = decision is not None and telling.is_news(decision, user, now=now)
    words = {
        "now": now,
        "person": course.person,
        "decision": decision,
        "news": news,
        "next": None if news else next_thing(steps, but="consent" if taken_back else ""),
        "taken_back": taken_back,
        "coming": coming(steps, decided),
        "left": decided == "another_path",
        "session": session,
        "soon": session is not None and is_soon(session, now),
        **first_words(course, now),
        "check_in": check_ins.open_for(course.person, now=now),
        "asked": session_page.questions(session, user.pk) if session else [],
        **({} if is_under_way(session, now) else open_sheets(course)),
        "at_home": session is not None and home.is_at_home(session),
        "measured": measures.has_any(course),
        "may_begin": may_begin_intake(course),
        **({} if is_under_way(session, now) else commitment_of(course, now)),
        "harder": helped_before.is_harder_now(course),
        "appointment": next_appointment(course),
        "safety_plan": SafetyPlan.objects.standing().filter(person=course.person).exists(),
        "at_risk": is_at_risk(course),
        "unread": unread(course),
        "reading": None if is_under_way(session, now) else next_to_read(course, steps),
        "stands_beside": user.has_role(COMPANION),
        **shared_space(course, now),
    }
    return render(request, "portal/today.html", words)


def shared_space(course: Course, now: datetime) -> dict[str, Any]:
    """Whom they share a space with, and whether it is time to ask them alone."""
    couple = couples.couple_of(course.person)
    if couple is None:
        return {}
    partner = couples.partner_in(couple, course.person)
    return {"partner": partner, "alone": joint.is_time(course.person_id, couple, now)}


def consent_taken_back(course: Course) -> bool:
    signed = consenting.signed_for(course)
    return signed is not None and consenting.taken_back_at(signed) is not None


def next_thing(steps: tuple[pathway.Step, ...], *, but: str = "") -> dict[str, Any] | None:
    """The first step that waits for the person themselves, with where to do it."""
    for step in steps:
        theirs = step.id in PLACES and step.id != but and "patient" in step.who
        if theirs and step.state in {"now", "blocked"}:
            place, words = PLACES[step.id]
            return {"step": step, "url": reverse(place), "words": words}
    return None


def first_words(course: Course, now: datetime) -> dict[str, bool]:
    """Whether a session of the day before is over, and a phone may send words about one."""
    last = captures.session_at(course.person, now)
    return {
        "fresh": last is not None and last.phase_set.filter(phase="stopped").exists(),
        "let_in": captures.open_devices(now).filter(person=course.person).exists(),
    }


def is_under_way(session: Any, now: datetime) -> bool:
    """Under the medicine nobody is asked to fill in a questionnaire."""
    began = session.started_at if session is not None else None
    return began is not None and now - began < UNDER_THE_MEDICINE


def is_soon(session: Any, now: datetime) -> bool:
    """Whether the day of the medicine is today or tomorrow, so that its questions are shown."""
    days = (timezone.localtime(session.planned_for).date() - now.date()).days
    return session.started_at is None and days <= 1


def is_at_risk(course: Course) -> bool:
    """Whether something they said of suicide still waits at the practice: help comes first then."""
    rows = Notice.objects.open().filter(person=course.person, kind=RISK_KIND)
    return rows.filter(level__in=GRAVEST_FIRST).exists()


def unread(course: Course) -> int:
    rows = Message.objects.filter(person=course.person, from_person=False, seen=None)
    return rows.count()


def next_session(course: Course) -> Any:
    rows = with_story(Session.objects.filter(course=course, discharge=None))
    return rows.exclude(cancelled=True).order_by("planned_for").first()


def open_sheets(course: Course) -> dict[str, Any]:
    """The first few questionnaires to answer, and the minutes that all of them may take."""
    now = clock.now()
    rows = Sheet.objects.open_at(now).filter(course=course).order_by("due_at", "pk")
    found = [each for each in rows if sheets.is_shown(definitions.of_sheet(each))]
    named = [(each.instrument, each.anchor) for each in found]
    minutes = instruments.minutes_together(named, schedule(), instruments.asking)
    answers = sheets.answers_of_all(found[:MOST_SHEETS])
    return {
        "sheets": [in_words(each, found, answers.get(each.pk, {})) for each in found[:MOST_SHEETS]],
        "minutes": ceil(minutes),
    }


def in_words(sheet: Any, others: list[Any], answers: dict[str, float]) -> dict[str, Any]:
    """One questionnaire; `choice` when it is enough to answer it or another one.

    `begun` says that answers are kept, and `left` how many questions come after them: none is a
    form that was answered and never sent. `late` is one whose day is past and that is still open.
    """
    of = definitions.of_sheet(sheet)
    asks = ASKED.get(of.domain, of.title)
    choices = schedule().choices
    mine = choices.get(sheet.instrument)
    alike = [e for e in others if e.anchor == sheet.anchor and choices.get(e.instrument) == mine]
    choice = mine is not None and len(alike) > 1
    return {
        "sheet": sheet,
        "asks": asks,
        "short": of.short,
        "choice": choice,
        "begun": bool(answers),
        "late": timezone.localtime(sheet.due_at).date() < timezone.localdate(clock.now()),
        "left": len(sheets.ahead(of, answers)),
    }


def may_begin_intake(course: Course) -> bool:
    """Whether the story can be told now; the first call need not have been held."""
    declined = course.consultation_set.standing().filter(fit=False).exists()
    return not declined and not course.intakefinished_set.exists()


def commitment_of(course: Course, now: datetime) -> dict[str, Any]:
    """One at a time: the one to ask after now, or the newest that nothing was said of."""
    found = asking_after.question(course, now)
    if found is not None:
        return {"commitment": found.commitment, "question": found.asked.now}
    rows = Commitment.objects.standing().filter(course=course, check_ins=None)
    return {"commitment": rows.select_related("insight").order_by("-at").first()}


def next_to_read(course: Course, steps: tuple[pathway.Step, ...]) -> shelves.Shown | None:
    """The first article of this step of the road that they have not read."""
    return next((each for each in shelves.for_now(course.person, steps) if not each.read_at), None)


def next_appointment(course: Course) -> Any:
    rows = Appointment.objects.standing().filter(course=course, cancelled=False)
    return rows.filter(starts_at__gt=clock.now()).order_by("starts_at").first()


@only_for("see my own")
@require_GET
def journey(request: HttpRequest) -> HttpResponse:
    """The road in plain words: behind, here, ahead."""
    course = my_course(actor(request))
    steps, decision = steps_of(course), may_know(course)
    decided = decision.decision if decision else ""
    shown = [
        {
            "step": step,
            "place": "here" if is_left(step, decided) else place_of(step.state),
            "words": meanwhile(step, decided),
        }
        for step in steps
        if step.on_road and step.state != "skipped"
    ]
    words = {"person": course.person, "steps": shown, "own": track_notes.offered(course)}
    return render(request, "portal/journey.html", words)


def may_know(course: Course) -> ScreeningDecision | None:
    """The decision that holds, unless somebody has to tell them of it first."""
    row = telling.decided(course)
    return None if row is None or telling.is_held(row) else row


def place_of(state: str) -> str:
    """Behind, here or ahead: what stops a step is for the team to say, not for this page."""
    return {"done": "behind", "now": "here", "blocked": "here"}.get(state, "ahead")
