"""People: find one, take one in, and keep their details right."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from kapstone import pathway
from kapstone.knowledge.helplines import countries
from kapstone.web import clock
from kapstone.web.records import audit, couples, helping
from kapstone.web.records import pathway as course_pathway
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import people as deeds
from kapstone.web.records.models import Course, Person
from kapstone.web.records.refusals import shown_on, status_of

A_PAGE = 50
EARLIEST_BIRTH = date(1900, 1, 1)


class DetailsForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Who somebody is and how to reach them."""

    class Meta:
        model = Person
        fields = list(deeds.DETAILS)
        labels = {"given": "Given name", "family": "Family name"}
        help_texts = {
            "birth_date": "Year, month, day. Leave empty if it is not known yet.",
            "email": "Their log-in link goes here.",
            "country": "Picks the numbers they see when they need help at once.",
        }
        widgets = {"birth_date": forms.DateInput(attrs={"type": "date"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["birth_date"].required = False
        known = [(row.id, row.name) for row in countries().values()]
        choices = [("", "Where the practice is"), *known, (helping.ELSEWHERE, "Another country")]
        self.fields["country"].widget = forms.Select(choices=choices)

    def clean_birth_date(self) -> date | None:
        """Nobody is born tomorrow, nor before 1900; an empty box is an unknown age."""
        born: date | None = self.cleaned_data["birth_date"]
        today = timezone.localdate(clock.now())
        if born is not None and not EARLIEST_BIRTH <= born <= today:
            raise forms.ValidationError("Look at the year: it is in the future, or before 1900.")
        return born

    def clean_country(self) -> str:
        """One of those whose numbers are known, or another one; nothing else."""
        country: str = self.cleaned_data["country"]
        if country and country != helping.ELSEWHERE and country not in countries():
            raise forms.ValidationError("Choose a country from the list.")
        return country

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if phone and not any(letter.isdigit() for letter in phone):
            raise forms.ValidationError("A phone number has digits; leave it empty if unknown.")
        return phone


class NewPersonForm(DetailsForm):
    """Somebody new, with what brings them; a namesake born the same day is asked about once."""

    concern = forms.CharField(label="What brings them", required=False, max_length=200)
    sure = forms.BooleanField(
        label="This is somebody else", required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, known: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    def clean(self) -> dict[str, Any]:
        """Refuse a second chart of the same person, until somebody says that it is another one."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("sure") or not {"given", "family", "birth_date"} <= told.keys():
            return told
        alike = self.known.filter(
            given__iexact=told["given"],
            family__iexact=told["family"],
            birth_date=told["birth_date"],
        ).first()
        if alike:
            self.fields["sure"].widget = forms.CheckboxInput()
            born = "born the same day" if told["birth_date"] else "birth date not known"
            words = f"{alike.number} has this name, {born}. Look under People, or tick below."
            raise forms.ValidationError(words)
        return told


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
    context = {
        "page": page,
        "rows": rows,
        "q": words,
        "may_open": may(user, "see charts"),
        "may_add": may(user, "add people"),
    }
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
    known = Person.objects.visible_to(actor(request))
    form = NewPersonForm(request.POST or None, known=known)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            course = deeds.add_person(form.cleaned_data, at=clock.now(), by=actor(request))
            return redirect("book", pk=course.pk)
    return render(request, "clinician/new_person.html", {"form": form}, status=status_of(form))


@only_for("add people")
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest, pk: int) -> HttpResponse:
    user = actor(request)
    person = get_object_or_404(Person.objects.visible_to(user), pk=pk)
    may_open = may(user, "see charts")
    # The form may write into its instance; the deed compares with what the database holds.
    form = DetailsForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            deeds.correct_details(person, form.cleaned_data, by=user)
            return redirect("person" if may_open else "details", pk=person.pk)
    if request.method == "GET":
        audit.record(user, "see details", person=person)
    course = person.courses.order_by("-number").first()
    context = {
        "form": form,
        "person": person,
        "course": course,
        "may_open": may_open,
        "may_call": may(user, "call people"),
        "may_copy": may(user, "hand out full copies"),
        "may_couple": may(user, "look after couples"),
        "of_couple": couples.of_person(person).exists(),
    }
    return render(request, "clinician/details.html", context, status=status_of(form))
