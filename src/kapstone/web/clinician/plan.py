"""The road of one course: who carries it, which sessions, what steadies the person on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kapstone import pathway
from kapstone.intake import preparation as rows
from kapstone.knowledge import dose_day
from kapstone.knowledge.citations import cited
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import PRESCRIBER, THERAPIST
from kapstone.web.clinician.booking import course_for
from kapstone.web.clinician.team import team_of
from kapstone.web.records import access, audit, consenting, helping, meetings, owing
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import courses as deeds
from kapstone.web.records.models import CareTeam, Course, Roadmap, SafetyPlan
from kapstone.web.records.refusals import shown_on, status_of

COUNTS = ("preparation", "medicine", "integration", "days_between", "review_after")


class RoadmapForm(forms.Form):
    """The plan of sessions, and what the person is told about it."""

    route = forms.ChoiceField(label="How it is given")
    preparation = forms.IntegerField(label="Preparation", min_value=0, max_value=20)
    medicine = forms.IntegerField(label="Medicine sessions", min_value=1, max_value=52)
    integration = forms.IntegerField(label="Integration", min_value=0, max_value=52)
    days_between = forms.IntegerField(
        label="Days between medicine sessions", min_value=1, max_value=90
    )
    review_after = forms.IntegerField(
        label="Review after medicine session", min_value=1, max_value=52
    )
    words = forms.CharField(
        label="Your words to the person",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="They read this above their road.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        routes = [(route.id, route.label) for route in dose_day.routes().values()]
        self.fields["route"].choices = routes  # type: ignore[attr-defined]


class TeamForm(forms.Form):
    """Who prescribes and who walks beside the person."""

    prescriber = forms.ModelChoiceField(
        User.objects.none(), required=False, empty_label="Not chosen yet"
    )
    therapist = forms.ModelChoiceField(
        User.objects.none(), required=False, empty_label="Not chosen yet"
    )

    def __init__(self, *args: Any, team: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, role in (("prescriber", PRESCRIBER), ("therapist", THERAPIST)):
            able = [each.pk for each in team if each.has_role(role)]
            self.fields[name].queryset = team.filter(pk__in=able)  # type: ignore[attr-defined]
            self.fields[name].label_from_instance = signed_name  # type: ignore[attr-defined]


class SafetyPlanForm(forms.Form):
    """The safety plan line by line, in the order of its steps."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in (line for step in rows.safety_plan().step for line in step.fields):
            self.fields[line.id] = line_field(line)

    def written(self) -> dict[str, str]:
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    @property
    def steps(self) -> list[tuple[rows.Step, list[forms.BoundField]]]:
        return [(step, [self[line.id] for line in step.fields]) for step in rows.safety_plan().step]


def line_field(line: rows.Field) -> forms.Field:
    if line.kind == "date":
        day = forms.DateInput(attrs={"type": "date"})
        return forms.DateField(label=line.ask, required=False, widget=day)
    if line.kind == "yes_no":
        answers = [("", "Not said"), ("yes", "Yes"), ("no", "No")]
        return forms.ChoiceField(label=line.ask, required=False, choices=answers)
    shown = forms.TextInput(attrs={"type": "tel"} if line.kind == "phone" else {})
    return forms.CharField(label=line.ask, required=False, max_length=400, widget=shown)


def signed_name(user: User) -> str:
    return user.signed_name


def allow(user: User, deed: str) -> None:
    """A page that many may read and fewer may write."""
    if not access.may(user, deed):
        raise PermissionDenied(f"This is for people who may {deed}.")


@only_for("see charts")
@require_http_methods(["GET", "POST"])
def roadmap(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan the road or change it; a template only fills the form, nothing is saved by it."""
    user, course = actor(request), course_for(request, pk)
    if request.method == "POST":
        allow(user, "plan roadmaps")
    plan = Roadmap.objects.newest(course=course)
    template = template_named(request.GET.get("begin", ""))
    form = RoadmapForm(request.POST or None, initial=begins_with(plan, template))
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            deeds.plan_roadmap(course, form.cleaned_data, at=clock.now(), by=user)
            return redirect("roadmap", pk=course.pk)
    if request.method == "GET":
        audit.record(user, "see roadmap", person=course.person, about=f"course:{course.pk}")
    team = CareTeam.objects.newest(course=course)
    return shown(request, course, form, plan=plan, template=template, team=team)


def shown(
    request: HttpRequest, course: Course, form: RoadmapForm, *, plan: Any, template: Any, team: Any
) -> HttpResponse:
    user = actor(request)
    history = Roadmap.objects.filter(course=course).select_related("by").order_by("-pk")
    words = {
        "course": course,
        "person": course.person,
        "form": form,
        "plan": plan,
        "road": walked_so_far(plan) if plan else (),
        "route": dose_day.routes().get(plan.route) if plan else None,
        "template": template,
        "templates": pathway.roadmap_templates(),
        "sources": [cited(name) for name in template.sources] if template else (),
        "history": [(each, dose_day.routes().get(each.route)) for each in history],
        "team": team,
        "team_form": TeamForm(initial=team_before(team), team=team_of(user)),
        "moved": consenting.other_route(consenting.signed_for(course), plan and plan.route),
        "may_plan": access.may(user, "plan roadmaps"),
        "owed": [each for each in owing.of_course(course, now=clock.now())[1] if each.waits],
    }
    return render(request, "clinician/roadmap.html", words, status=status_of(form))


def template_named(name: str) -> pathway.RoadmapTemplate | None:
    return next((each for each in pathway.roadmap_templates() if each.id == name), None)


def begins_with(plan: Any, template: Any) -> dict[str, Any]:
    """What the form begins with: the template that was picked, else the plan that stands."""
    first = template or plan
    if first is None:
        return {}
    words = {"words": plan.words} if plan else {}
    return {name: getattr(first, name) for name in ("route", *COUNTS)} | words


def as_walked(plan: Roadmap) -> tuple[pathway.Stop, ...]:
    return pathway.lay_out(**{name: getattr(plan, name) for name in COUNTS})


def walked_so_far(plan: Roadmap) -> list[tuple[pathway.Stop, meetings.Meeting | None]]:
    """Each stop; one of preparation with its session, held or to come."""
    talks = {each.number: each for each in meetings.of(plan.course, now=clock.now())}
    return [
        (stop, talks.get(stop.number) if stop.movement == "preparation" else None)
        for stop in as_walked(plan)
    ]


def team_before(team: Any) -> dict[str, Any]:
    return {"prescriber": team.prescriber_id, "therapist": team.therapist_id} if team else {}


@only_for("plan roadmaps")
@require_POST
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose who carries the course."""
    user, course = actor(request), course_for(request, pk)
    form = TeamForm(request.POST, team=team_of(user))
    if form.is_valid():
        with shown_on(form):
            deeds.choose_team(course, **form.cleaned_data, at=clock.now(), by=user)
            return redirect("roadmap", pk=course.pk)
    words = {"course": course, "person": course.person, "team_form": form}
    return render(request, "clinician/team.html", words, status=422)


@only_for("see charts")
@require_http_methods(["GET", "POST"])
def safety_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's safety plan: write it together, change it, print it on one page."""
    user, course = actor(request), course_for(request, pk)
    if request.method == "POST":
        allow(user, "prepare")
    plans = list(
        SafetyPlan.objects.filter(person=course.person).select_related("by").order_by("-pk")
    )
    plan = plans[0] if plans else None
    form = SafetyPlanForm(request.POST or None, initial=plan.fields if plan else {})
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            deeds.make_safety_plan(course.person, form.written(), at=clock.now(), by=user)
            return redirect("safety_plan", pk=course.pk)
    if request.method == "GET":
        audit.record(user, "see safety plan", person=course.person, about=f"course:{course.pk}")
    words = {
        "course": course,
        "person": course.person,
        "form": form,
        "empty": rows.safety_plan(),
        "plan": plan,
        # The person's numbers, not those of the member of staff who looks.
        "help": helping.at_hand(course.person.practice, course.person),
        "written": lines_of(plan) if plan else (),
        "not_begun": rows.steps_not_begun(plan.fields) if plan else (),
        "earlier": [(each, lines_of(each)) for each in plans[1:]],
        "may_prepare": access.may(user, "prepare"),
    }
    return render(request, "clinician/safety_plan.html", words, status=status_of(form))


def lines_of(plan: SafetyPlan) -> list[tuple[rows.Step, list[tuple[rows.Field, str]]]]:
    """Each step with the lines that were written in it; a step always shows what it always says."""
    return [
        (step, [(line, plan.fields[line.id]) for line in step.fields if plan.fields.get(line.id)])
        for step in rows.safety_plan().step
    ]
