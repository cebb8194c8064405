"""Preparation on the chart: its sessions, the person's own words, and what is still to cover."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from kapstone.intake import own_words, readiness
from kapstone.intake import preparation as rows
from kapstone.web import clock
from kapstone.web.clinician.booking import course_for
from kapstone.web.clinician.chart import one_course
from kapstone.web.clinician.plan import allow
from kapstone.web.preparing import PreparationForm, comforts_said, said_before
from kapstone.web.records import access, audit, carried, consenting, meetings, ready
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import courses as deeds
from kapstone.web.records.actions import preparing
from kapstone.web.records.models import Course, Preparation
from kapstone.web.records.refusals import Refused, shown_on

ANSWERS = {"yes": True, "no": False, "unknown": None}
IN_FORM = {"intentions": "intention", "worries": "worries"}
# What a therapist writes down for somebody who says it aloud.
ASKED_HERE = ("hopes", "altered_states", "steadies")


class HeldForm(PreparationForm):
    """A preparation session as it was held."""

    expectations_read = forms.BooleanField(
        label="We went through what to expect, and what may feel strange", required=False
    )
    note = forms.CharField(
        label="Note of this session",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@only_for("see charts")
@require_http_methods(["GET", "POST"])
def preparation(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold a preparation session, beside what the person wrote at home."""
    user, course = actor(request), course_for(request, pk)
    if request.method == "POST":
        allow(user, "prepare")
    form = HeldForm(request.POST or None, initial=begins_with(course))
    if request.method == "POST" and form.is_valid():
        also = {name: form.cleaned_data.pop(name) for name in ("expectations_read", "note")}
        with shown_on(form):
            told = {**form.told(), **also, "held": True}
            deeds.hold_preparation(course, told, at=clock.now(), by=user)
            return redirect("preparation", pk=course.pk)
    if request.method == "GET":
        audit.record(user, "see preparation", person=course.person, about=f"course:{course.pk}")
    return page(request, pk, form)


def begins_with(course: Course) -> dict[str, Any]:
    """What was said last, at home or here, so that nobody is asked twice."""
    last = Preparation.objects.standing().filter(course=course).order_by("-at", "-pk").first()
    said = carried.of(course)
    own = {field: said[name].value or "" for field, name in IN_FORM.items() if name in said}
    return {**said_before(last), **own}


def page(
    request: HttpRequest, pk: int, form: HeldForm, refusal: tuple[str, str] = ("", "")
) -> HttpResponse:
    """The page; `refusal` is a question whose answer was not kept, and why."""
    user, now = actor(request), clock.now()
    course, facts = one_course(user, pk)
    said, route = carried.of(course), consenting.route_of(course, now)
    past = Preparation.objects.standing().filter(course=course).select_related("by")
    checklist = ready.checklist(course, facts, said, now=now)
    states = [each.state for each in checklist]
    words = {
        "course": course,
        "person": course.person,
        "form": form,
        "meetings": meetings.of(course, now=now),
        "planned": facts.roadmap.preparation,
        "held": len(facts.preparations),
        "past": [
            (each, list(comforts_said(each.comforts))) for each in past.order_by("-at", "-pk")
        ],
        "own": [own(each, said) for each in own_words.own_questions().values()],
        "asked_here": [own(own_words.own_question(name), said) for name in ASKED_HERE],
        "helping": carried.helping(said),
        "checklist": checklist,
        "covered": [(state, states.count(state)) for state in ("done", "open", "unknown")],
        "prompts": rows.intention_prompts(),
        "lightly": rows.intention_note(),
        "rules": rows.touch_rules(),
        "voice_rules": rows.voice_rules(),
        "clock": rows.clocks().get(route or ""),
        "pieces": rows.what_to_expect(),
        "may_prepare": access.may(user, "prepare"),
        "refused": refusal,
    }
    failed = refusal[0] or (form.is_bound and form.errors)
    return render(request, "clinician/preparation.html", words, status=422 if failed else 200)


def own(of: own_words.OwnQuestion, said: dict[str, carried.Said]) -> dict[str, Any]:
    """One question with what was said to it; `words` None when nobody asked."""
    if of.kind == "cards":
        words = ", ".join(carried.helping(said)) or ("none" if of.id in said else None)
    else:
        words = carried.told(said, of.id)
    return {"of": of, "row": said.get(of.id), "words": words}


@only_for("prepare")
@require_POST
def answer(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Write down an answer that the person gave aloud, or that they gave none."""
    user, course = actor(request), course_for(request, pk)
    if name not in ASKED_HERE:
        raise Http404("There is no such question.")
    given = None if request.POST.get("do") == "not" else request.POST.get("answer", "")
    words = "" if given is None else request.POST.get("words", "")
    try:
        preparing.answer_preparation(course, name, given, words=words, at=clock.now(), by=user)
    except Refused as refused:
        form = HeldForm(initial=begins_with(course))
        return page(request, pk, form, refusal=(name, refused.words))
    return redirect(f"{reverse('preparation', args=[pk])}#own")


@only_for("prepare")
@require_POST
def say_ready(request: HttpRequest, pk: int, line: str) -> HttpResponse:
    """Say whether one line of the checklist was covered."""
    user, course = actor(request), course_for(request, pk)
    given = request.POST.get("covered", "")
    if line not in {each.id for each in readiness.said_lines()} or given not in ANSWERS:
        raise Http404("There is no such line on the checklist, or no such answer.")
    preparing.say_ready(course, line, ANSWERS[given], at=clock.now(), by=user)
    return redirect(f"{reverse('preparation', args=[pk])}#ready")
