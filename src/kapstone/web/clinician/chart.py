"""One page of a person's chart: where the road stands, whether it helps, what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kapstone import pathway
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.preparing import comforts_said
from kapstone.web.records import audit, carried, scores, track_notes
from kapstone.web.records import pathway as course_pathway
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.episode import open_about
from kapstone.web.records.models import Course, Person, PsychotherapyNote, Statement
from kapstone.web.records.rescreening import gates_ahead, is_as_signed, looked_at_again
from kapstone.web.records.sharing import Sight, sight_of
from kapstone.web.records.timeline import timeline

MOST_HAPPENINGS, ALL_HAPPENINGS = 20, 1_000
MOST_NEXT = 4
MOST_GATES = 6
WAITS = {"now", "blocked", "waiting"}


@only_for("see charts")
@require_GET
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's newest course."""
    found = get_object_or_404(Person.objects.visible_to(actor(request)), pk=pk)
    course = found.courses.all().order_by("-number").first()
    if course is None:
        raise Http404("No course has begun for this person.")
    return redirect("course", pk=course.pk)


@only_for("see charts")
@require_GET
def course(request: HttpRequest, pk: int) -> HttpResponse:
    """The chart; looking at it leaves an audit entry."""
    user, now = actor(request), clock.now()
    course, facts = one_course(user, pk)
    audit.record(user, "see chart", person=course.person, about=f"course:{course.pk}")
    if not is_as_signed(course, facts):
        facts = looked_at_again(course, facts, now=now)
    steps = course_pathway.steps(course, facts, now=now)
    sight = sight_of(user, course.person)
    words: dict[str, Any] = {
        "course": course,
        "person": course.person,
        "age": course.person.age(now.date()),
        "road": [step for step in steps if step.on_road],
        "next": blocked_first(step for step in steps if step.state in WAITS)[:MOST_NEXT],
        **happened(course, sight, all_of_it=request.GET.get("happened") == "all"),
        "notices": open_about(course.person, now),
        "known": health(course.person),
        **prepared(course.story),
        "session_pk": open_session(course, facts),
        "left": facts.screening.decision == "another_path",
        **before_medicine(course, facts, now),
        **working(course, facts, sight),
        "own_notes": own_notes(course, user),
        "work": [each for each in track_notes.boards(course) if each.is_shown],
    }
    return render(request, "clinician/chart.html", words)


def own_notes(course: Course, user: User) -> int:
    """How many psychotherapy notes the reader keeps apart; of anybody else's nothing is told."""
    if not may(user, "write psychotherapy notes"):
        return 0
    mine = PsychotherapyNote.objects.visible_to(user)
    return mine.standing().filter(course=course).count()


def prepared(story: Any) -> dict[str, Any]:
    """What the person said of the room and of themselves; the checklist has a page of its own."""
    talk = story.newest("preparation")
    return {
        "intention": carried.in_story(story, "intention"),
        "worry": carried.in_story(story, "worries"),
        "comforts": list(comforts_said(talk["comforts"])) if talk else [],
    }


def happened(course: Course, sight: Sight, *, all_of_it: bool) -> dict[str, Any]:
    """The newest happenings, and whether there are earlier ones: a link leads to all."""
    most = ALL_HAPPENINGS if all_of_it else MOST_HAPPENINGS
    found = timeline(course, most=most + 1, sight=sight)
    more = ("cut" if all_of_it else "link") if len(found) > most else ""
    return {"happened": found[:most], "more_happened": more}


def blocked_first(steps: Iterable[pathway.Step]) -> list[pathway.Step]:
    """In the order of the road, but what stops somebody comes before what only waits."""
    return sorted(steps, key=lambda step: step.state != "blocked")


def before_medicine(course: Any, facts: pathway.CourseFacts, now: datetime) -> dict[str, Any]:
    """The session ahead and its gates, those that are shut first; begun, it has none before it."""
    ahead = next((each for each in facts.sessions if not has_begun(each)), None)
    if ahead is None:
        return {}
    gates = gates_ahead(course, facts, ahead.number, now=now)
    shut = [gate for gate in gates if not gate.lets_through]
    shown = [*shut, *(gate for gate in gates if gate.lets_through)][:MOST_GATES]
    today = timezone.localdate(now)
    planned = ahead.planned_for
    return {
        "ahead_pk": pk_of(course, ahead),
        "is_today": planned is not None and timezone.localdate(planned) == today,
        "shut": shut,
        "shown_gates": shown,
        "more_gates": len(gates) - len(shown),
    }


def working(course: Course, facts: pathway.CourseFacts, sight: Sight) -> dict[str, Any]:
    """Is it working? The main measure is the first that has a total."""
    doses = [each.started_at for each in facts.sessions if each.started_at]
    found = scores.measures(course, doses=doses, sight=sight)
    main = next((each for each in found if each.has_total and each.count), None)
    return {"measures": found, "main_measure": main}


def one_course(user: User, pk: int) -> tuple[Any, pathway.CourseFacts]:
    """The course with its story, and its facts; 404 when the user may not know of it."""
    courses = Course.objects.visible_to(user).filter(pk=pk)
    found = course_pathway.facts_of(courses, now=clock.now())
    if not found:
        raise Http404("There is no such course here.")
    return next(iter(found.items()))


def has_begun(session: pathway.SessionFacts) -> bool:
    return session.started_at is not None or session.discharged_at is not None


def open_session(course: Any, facts: pathway.CourseFacts) -> int | None:
    """The first session that was planned and that nobody has gone home from."""
    found = next((each for each in facts.sessions if each.discharged_at is None), None)
    return None if found is None else pk_of(course, found)


def pk_of(course: Any, session: pathway.SessionFacts) -> int | None:
    found: dict[int, int] = {each.number: each.pk for each in course.story.sessions}
    return found.get(session.number)


def health(person: Person) -> dict[str, list[Statement]]:
    """Allergies, active conditions and medicines that other records or the person name."""
    rows = Statement.objects.standing().filter(person=person)
    shown = rows.exclude(kind__in=("vital_sign", "observation", "answer")).exclude(
        status__in=("resolved", "inactive", "stopped", "completed", "entered-in-error")
    )
    found: dict[str, list[Statement]] = {"allergy": [], "condition": [], "medicine": []}
    for row in shown.select_related("source").order_by("kind", "text"):
        found.setdefault(row.kind, []).append(row)
    return found
