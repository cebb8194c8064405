"""Planning a medicine session and signing its order; nothing here proposes a dose."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kapstone import monitoring
from kapstone.pathway.integration import contact_window
from kapstone.web import clock
from kapstone.web.clinician.booking import course_for
from kapstone.web.clinician.contact_form import ContactForm
from kapstone.web.clinician.order_form import OrderForm
from kapstone.web.clinician.posted import posted_from
from kapstone.web.clinician.session_forms import PlanForm
from kapstone.web.clinician.sessions import before, session_for
from kapstone.web.records import made_from, session_facts
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import appointments, session_booking, treatment
from kapstone.web.records.first_contact import KIND
from kapstone.web.records.models import Course, Roadmap, Session
from kapstone.web.records.refusals import Refused, shown_on, status_of


@only_for("plan roadmaps")
@require_http_methods(["GET", "POST"])
def plan_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan the next medicine session; the route comes from the roadmap."""
    course = course_for(request, pk)
    plan = Roadmap.objects.newest(course=course)
    initial = {"route": plan.route if plan else ""}
    form = PlanForm(request.POST or None, initial=initial, others=days_of(course))
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            told = form.cleaned_data
            made = session_booking.plan_session(course, **told, at=clock.now(), by=actor(request))
            return redirect("session", pk=made.pk)
    stories = session_facts.with_story(Session.objects.filter(course=course).order_by("number"))
    words = {
        "course": course,
        "person": course.person,
        "form": form,
        "roadmap": plan,
        "sessions": [each for each in stories if not each.cancelled],
    }
    return render(request, "clinician/plan_session.html", words, status=status_of(form))


@only_for("plan roadmaps")
@posted_from("session")
def move_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a session, change its route or room, or call it off."""
    found = session_for(request, pk)
    form = PlanForm(request.POST, others=days_of(found.course, but=found.pk))
    call_off = request.POST.get("action") == "call-off"
    if call_off or form.is_valid():
        plan = form.cleaned_data if form.is_valid() else plan_of(found)
        with shown_on(form):
            told = {**plan, "cancelled": call_off}
            appointments.move_session(found, **told, at=clock.now(), by=actor(request))
            return redirect("course", found.course_id) if call_off else redirect("session", pk)
    return before(request, found, move_form=form)


def days_of(course: Course, but: int | None = None) -> set[date]:
    """The days on which the course has a session that nobody called off, `but` one."""
    rows = session_facts.with_story(Session.objects.filter(course=course).exclude(pk=but))
    planned = [each.planned_for for each in rows if each.planned_for and not each.cancelled]
    return {timezone.localdate(each) for each in planned}


def plan_of(found: Any) -> dict[str, Any]:
    return {"route": found.route, "planned_for": found.planned_for, "room": found.room}


@only_for("sign orders")
@posted_from("session")
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a typed order beside the limits, or sign it."""
    found = session_for(request, pk)
    form, seen = OrderForm(request.POST, route=found.route), request.POST.get("made_from", "")
    form.full_clean()
    with shown_on(form):
        made_from.refuse_unseen(seen, found.order_set.newest(), found.route)
    if form.errors:
        return before(request, found, order_form=form, typed_elsewhere=left_over(form, seen))
    dose = form.told()
    if request.POST.get("action") == "sign":
        with shown_on(form):
            told = {"reason": form.cleaned_data["reason"], "seen": seen}
            treatment.sign_order(found, dose, **told, at=clock.now(), by=actor(request))
            return redirect("session", pk=pk)
    now = clock.now()
    due = treatment.due(found, now)
    checks = treatment.checks_of(found, found.route, dose, now=now, given_at=due)
    per_kg = monitoring.per_kg(dose.mg, dose.weight_kg)
    return before(request, found, order_form=form, dose=dose, checks=checks, per_kg=per_kg)


@only_for("book")
@posted_from("session")
def book_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree the first contact after this session, beside its order."""
    found, user = session_for(request, pk), actor(request)
    form = ContactForm(request.POST, user=user)
    if form.is_valid():
        told = {"kind": KIND, "minutes": contact_window().minutes, **form.cleaned_data}
        try:
            appointments.agree(found.course, **told, at=clock.now(), by=user)
            return redirect(f"{reverse('session', args=[pk])}#contact")
        except Refused as refused:
            form.add_error(None, refused.words)
            if refused.code == "overlaps":
                form.fields["anyway"].widget = forms.CheckboxInput()
    return before(request, found, contact_form=form)


def left_over(form: OrderForm, seen: str) -> list[str]:
    """What was typed for the route the page showed, where the form of this route has no place."""
    route = seen.partition(":")[2]
    if route not in monitoring.routes():
        return []
    fields = OrderForm(form.data, route=route).visible_fields()
    typed = [(field, field.value()) for field in fields if field.name not in form.fields]
    return [f"{field.label}: {value}" for field, value in typed if value]
