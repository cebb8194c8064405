"""Review: the scores, the sessions, the side effects and the person's words; then a decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from kapstone import monitoring
from kapstone.web import clock
from kapstone.web.clinician.followup import course_of
from kapstone.web.records import audit, scores, session_facts, sharing
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import courses as deeds
from kapstone.web.records.episode import open_about
from kapstone.web.records.models import Course, Insight, Mark, Phase, Review, Session
from kapstone.web.records.refusals import LONGEST_REASON, shown_on, status_of

CHOICES = (
    ("go_on", "Go on as planned"),
    ("space_out", "Go on, further apart"),
    ("maintenance", "Maintenance"),
    ("another_path", "Another path"),
    ("ending", "A good ending"),
)
WORDS = dict(CHOICES)
MOST_WORDS = 5


class ReviewForm(forms.Form):
    """How the road goes on, and why; nothing is chosen beforehand."""

    choice = forms.ChoiceField(choices=CHOICES, label="Decision", widget=forms.RadioSelect)
    reason = forms.CharField(
        widget=forms.Textarea,
        max_length=LONGEST_REASON,
        label="Reason",
        help_text="What was weighed, and what the person wants. The next clinician reads it first.",
    )


@only_for("see charts")
@require_GET
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """What there is to weigh, and what was decided before."""
    user = actor(request)
    course = course_of(user, pk)
    audit.record(user, "see review", person=course.person, about=f"course:{course.pk}")
    return page(request, course, ReviewForm())


def page(request: HttpRequest, course: Course, form: ReviewForm) -> HttpResponse:
    user = actor(request)
    past = Review.objects.standing().filter(course=course).order_by("-at")
    said = Insight.objects.standing().filter(course=course).order_by("-at")[:MOST_WORDS]
    words = {
        "course": course,
        "person": course.person,
        "measures": scores.of_course(course, sight=sharing.sight_of(user, course.person)),
        "sessions": sessions_held(course),
        "said": said,
        "past": [(each, WORDS.get(each.choice, each.choice)) for each in past],
        "form": form,
        "notices": open_about(course.person, clock.now()),
        "may_decide": may(user, "review courses"),
        "signed_name": user.signed_name,
    }
    return render(request, "clinician/review.html", words, status=status_of(form))


def sessions_held(course: Course) -> list[dict[str, Any]]:
    """Each session that began: what was ordered, how it ended, its side effects; three queries."""
    rows: Any = session_facts.with_story(Session.objects.filter(course=course))
    effects: dict[int, list[Mark]] = {}
    marks = Mark.objects.standing().filter(session__course=course, kind="side_effect")
    for mark in marks.order_by("at"):
        effects.setdefault(mark.session_id, []).append(mark)
    ends = Phase.objects.standing().filter(session__course=course, phase="stopped")
    ended = dict(ends.values_list("session", "words"))
    return [
        {
            "session": row,
            "says": order_in_words(row),
            "ended": ended.get(row.pk, ""),
            "effects": effects_in_words(effects.get(row.pk, ())),
        }
        for row in rows.order_by("number")
        if row.started_at is not None
    ]


def order_in_words(row: Any) -> str | None:
    if row.dose_mg is None:
        return None
    return session_facts.order_says(row.order_route, float(row.dose_mg), row.weight_kg)


def effects_in_words(marks: Iterable[Mark]) -> list[str]:
    """`Nausea, moderate`, each once, with how often when more than once."""
    labels = {effect.id: effect.label for effect in monitoring.side_effects()}
    found = Counter((labels.get(mark.mark, mark.mark), mark.severity) for mark in marks)
    return [
        ", ".join(filter(None, (label, severity, f"{times} times" if times > 1 else "")))
        for (label, severity), times in found.items()
    ]


@only_for("review courses")
@require_POST
def sign_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the decision."""
    user = actor(request)
    course = course_of(user, pk)
    form = ReviewForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            deeds.review_course(course, **form.cleaned_data, at=clock.now(), by=user)
            return redirect("review", pk=course.pk)
    return page(request, course, form)
