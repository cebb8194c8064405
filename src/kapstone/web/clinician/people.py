"""People: find one, take one in, and keep their details right."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kapstone import pathway
from kapstone.web import clock
from kapstone.web.records import pathway as course_pathway
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import people as deeds
from kapstone.web.records.models import Course, Person
from kapstone.web.records.refusals import shown_on, status_of

A_PAGE = 50


class DetailsForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Who somebody is and how to reach them."""

    class Meta:
        model = Person
        fields = list(deeds.DETAILS)
        labels = {"given": "Given name", "family": "Family name"}
        help_texts = {
            "birth_date": "Year, month, day. Leave empty if it is not known yet.",
            "email": "Their log-in link goes here.",
        }
        widgets = {"birth_date": forms.DateInput(attrs={"type": "date"})}


class NewPersonForm(DetailsForm):
    """Somebody new, with what brings them."""

    concern = forms.CharField(label="What brings them", required=False, max_length=200)


@only_for("see people")
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody of the practice, a page at a time, with where each of them stands."""
    user = actor(request)
    words = request.GET.get("q", "").strip()
    latest = Course.objects.filter(person=OuterRef("pk")).order_by("-number").values("pk")[:1]
    found = Person.objects.visible_to(user).named_like(words).order_by("family", "given", "pk")
    page = Paginator(found.annotate(course=Subquery(latest)), A_PAGE).get_page(
        request.GET.get("page")
    )
    here: list[Any] = list(page)
    standing = where_they_stand([person.course for person in here if person.course])
    rows = [(person, standing.get(person.course)) for person in here]
    context = {"page": page, "rows": rows, "q": words, "may_open": may(user, "see charts")}
    return render(request, "clinician/people.html", context)


def where_they_stand(courses: list[int]) -> dict[int, pathway.Step | None]:
    """The step each course is at now."""
    now = clock.now()
    facts = course_pathway.facts_of(Course.objects.filter(pk__in=courses), now=now)
    return {
        course.pk: current_step(course_pathway.steps(course, each, now=now))
        for course, each in facts.items()
    }


def current_step(steps: tuple[pathway.Step, ...]) -> pathway.Step | None:
    return next((step for step in steps if step.state in {"now", "blocked"}), None)


@only_for("add people")
@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            course = deeds.add_person(form.cleaned_data, at=clock.now(), by=actor(request))
            return redirect("book", pk=course.pk)
    return render(request, "clinician/new_person.html", {"form": form}, status=status_of(form))


@only_for("add people")
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(actor(request)), pk=pk)
    # The form may write into its instance; the deed compares with what the database holds.
    form = DetailsForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            deeds.correct_details(person, form.cleaned_data, by=actor(request))
            return redirect("person", pk=person.pk)
    context = {"form": form, "person": person}
    return render(request, "clinician/details.html", context, status=status_of(form))
