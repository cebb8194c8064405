"""Integration: the first contact after a session, and the way from insight to habit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from kapstone.pathway import integration as after
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician import first_words
from kapstone.web.clinician.followup import course_of
from kapstone.web.ids import number_in
from kapstone.web.records import asking_after, audit, helped_before, integrating
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import integration as deeds
from kapstone.web.records.models import Commitment, Course, Insight, Note, Session
from kapstone.web.records.refusals import shown_on, status_of

A_PAGE = MOST_NOTES = 20
WAYS = (("in_person", "In person"), ("video", "By video"), ("phone", "By phone"))
# Several forms stand on one page, so each has ids of its own.
COMMITMENT_IDS, CHECK_IN_IDS, MEANING_IDS = "commitment_%s", "check_in_%s", "meaning_%s"
ENDINGS = (("kept", "Kept"), ("changed", "Changed"), ("let_go", "Let go"))


class ContactForm(forms.Form):
    """An integration session that was held, with its note."""

    session = forms.ModelChoiceField(
        queryset=Session.objects.none(),
        label="After which medicine session",
        required=False,
        empty_label="None in particular",
    )
    how = forms.ChoiceField(choices=WAYS, label="How", widget=forms.RadioSelect)
    note = forms.CharField(
        widget=forms.Textarea,
        label="Note for the chart",
        help_text="It is part of the record, which the person may ask for.",
        required=False,
    )

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["session"]
        field.queryset = Session.objects.standing().filter(course=course).order_by("-number")
        field.label_from_instance = lambda session: f"Medicine session {session.number}"


def domains() -> list[tuple[str, str]]:
    """The parts of life, with none chosen beforehand."""
    return [("", "Not said"), *((each.id, each.title) for each in after.domains().values())]


class InsightForm(forms.Form):
    words = forms.CharField(widget=forms.Textarea, label="In their words", max_length=4000)
    domain = forms.ChoiceField(label="About", choices=domains, required=False)


class MeaningForm(forms.Form):
    words = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), label="In their words", max_length=4000
    )


class CommitmentForm(forms.Form):
    """Something small and dated."""

    words = forms.CharField(label="Something small", max_length=400)
    due_on = forms.DateField(
        label="By when", widget=forms.DateInput(attrs={"type": "date"}), required=False
    )


class CheckInForm(forms.Form):
    """How it went, as the person tells it."""

    how = forms.ChoiceField(choices=ENDINGS, label="How did it go?", widget=forms.RadioSelect)
    words = forms.CharField(label="In their words", required=False, max_length=2000)


@only_for("see charts")
@require_GET
def integration(request: HttpRequest, pk: int) -> HttpResponse:
    """What came after each session, and what became of what the person saw."""
    user = actor(request)
    course = course_of(user, pk)
    audit.record(user, "see integration", person=course.person, about=f"course:{course.pk}")
    return page(request, course)


@only_for("see charts")
@require_GET
def helped(request: HttpRequest, pk: int) -> HttpResponse:
    """What helped the person before, out of their own words and choices."""
    user = actor(request)
    course = course_of(user, pk)
    audit.record(user, "see what helped", person=course.person, about=f"course:{course.pk}")
    words = {"course": course, "person": course.person, "helped": helped_before.of_course(course)}
    return render(request, "clinician/helped.html", words)


def page(request: HttpRequest, course: Course, **forms_: Any) -> HttpResponse:
    """The page, with the form that was refused in the place of a fresh one."""
    user, now = actor(request), clock.now()
    failed = next((form for form in forms_.values() if isinstance(form, forms.Form)), None)
    insights, shared = integrating.insights(course), integrating.shared_pages(course.person)
    notes = Note.objects.standing().filter(course=course, kind="integration")
    words = {
        "course": course,
        "person": course.person,
        "contacts": integrating.first_contacts(course, now),
        "page": Paginator(insights, A_PAGE).get_page(request.GET.get("page")),
        "pages": Paginator(shared, A_PAGE).get_page(request.GET.get("shared")),
        "notes": notes.select_related("by").order_by("-at")[:MOST_NOTES],
        "contact_form": ContactForm(course=course),
        "insight_form": InsightForm(),
        "commitment_form": CommitmentForm(auto_id=COMMITMENT_IDS),
        "check_in_form": CheckInForm(auto_id=CHECK_IN_IDS),
        "meaning_form": MeaningForm(auto_id=MEANING_IDS),
        "open_meaning": number_in(request.GET.get("meaning")),
        "domains": dict(domains()),
        "board": asking_after.board(course, now),
        "harder": helped_before.is_harder_now(course),
        "window": after.contact_window(),
        "open_insight": number_in(request.GET.get("insight")),
        "open_commitment": number_in(request.GET.get("commitment")),
        "may_write": may(user, "integrate"),
        "now": now,
        **first_words.of(course.person, user, request.GET.get("first")),
        **forms_,
    }
    status = 200 if failed is None else status_of(failed)
    return render(request, "clinician/integration.html", words, status=status)


@only_for("integrate")
@require_POST
def hold_integration(request: HttpRequest, pk: int) -> HttpResponse:
    """An integration session was held."""
    user = actor(request)
    course = course_of(user, pk)
    form = ContactForm(request.POST, course=course)
    if form.is_valid():
        with shown_on(form):
            deeds.hold_integration(course, **form.cleaned_data, at=clock.now(), by=user)
            return redirect("integration", pk=course.pk)
    return page(request, course, contact_form=form)


@only_for("integrate")
@require_POST
def add_insight(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down an insight that the person said aloud."""
    user = actor(request)
    course = course_of(user, pk)
    form = InsightForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            deeds.record_insight(course, **form.cleaned_data, at=clock.now(), by=user)
            return redirect("integration", pk=course.pk)
    return page(request, course, insight_form=form)


@only_for("integrate")
@require_POST
def add_meaning(request: HttpRequest, pk: int) -> HttpResponse:
    """What an insight means to the person, as they say it."""
    user = actor(request)
    insight = of_course(Insight, user, pk)
    form = MeaningForm(request.POST, auto_id=MEANING_IDS)
    if form.is_valid():
        with shown_on(form):
            deeds.give_meaning(insight, **form.cleaned_data, at=clock.now(), by=user)
            return redirect("integration", pk=insight.course_id)
    return page(request, insight.course, meaning_form=form, open_meaning=insight.pk)


@only_for("integrate")
@require_POST
def add_commitment(request: HttpRequest, pk: int) -> HttpResponse:
    """Something small that follows from an insight."""
    user = actor(request)
    insight = of_course(Insight, user, pk)
    form = CommitmentForm(request.POST, auto_id=COMMITMENT_IDS)
    if form.is_valid():
        with shown_on(form):
            deeds.make_commitment(insight, **form.cleaned_data, at=clock.now(), by=user)
            return redirect("integration", pk=insight.course_id)
    return page(request, insight.course, commitment_form=form, open_insight=insight.pk)


@only_for("integrate")
@require_POST
def add_check_in(request: HttpRequest, pk: int) -> HttpResponse:
    """How a commitment went, as the person tells it."""
    user = actor(request)
    commitment = of_course(Commitment, user, pk)
    form = CheckInForm(request.POST, auto_id=CHECK_IN_IDS)
    if form.is_valid():
        with shown_on(form):
            deeds.check_in(commitment, **form.cleaned_data, at=clock.now(), by=user)
            return redirect("integration", pk=commitment.course_id)
    return page(request, commitment.course, check_in_form=form, open_commitment=commitment.pk)


def of_course(table: Any, user: User, pk: int) -> Any:
    rows = table.objects.visible_to(user).select_related("course__person")
    return get_object_or_404(rows, pk=pk)
