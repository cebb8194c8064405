"""The library in the practice: read and signed for, and what people are shown at each step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kapstone import library as room
from kapstone.web import clock, reading
from kapstone.web.accounts.models import Practice
from kapstone.web.clinician.followup import course_of
from kapstone.web.records import audit
from kapstone.web.records import library as shelves
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import library as deeds
from kapstone.web.records.models import ArticleQuestion, Course
from kapstone.web.records.refusals import shown_on, status_of
from kapstone.web.records.road_ahead import steps_of

A_PAGE = 20


class SignForm(forms.Form):
    """Standing for an article with one's name."""

    signed = forms.CharField(label="Your full name", max_length=200)


class ChoiceForm(forms.Form):
    """An article at a step of the road, shown or not."""

    step = forms.ChoiceField(choices=lambda: list(room.steps().items()))
    article = forms.ChoiceField(
        choices=lambda: [(each.id, each.title) for each in room.articles().values()]
    )
    shown = forms.ChoiceField(choices=(("yes", "Show"), ("no", "Do not show")))


class AnswerForm(forms.Form):
    """The answer to a question about an article."""

    words = forms.CharField(
        label="Answer",
        help_text="They read it in their library.",
        max_length=reading.LONGEST_ANSWER,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    talked = forms.BooleanField(label="We talked about it", required=False)


def practice_of(request: HttpRequest) -> Practice:
    """The practice of who asks; 404 for a log-in without one."""
    practice = actor(request).practice
    if practice is None:
        raise Http404("This log-in belongs to no practice.")
    return practice


@only_for("see the library")
@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """Every article by its shelf, with who signed for it; or what was searched for."""
    user = actor(request)
    words = {
        **reading.on_shelves(request.GET.get("q", "")),
        "reviews": shelves.reviews(user.practice),
        "may_settle": may(user, "settle articles"),
    }
    return render(request, "clinician/library.html", words)


@only_for("see the library")
@require_GET
def article(request: HttpRequest, name: str) -> HttpResponse:
    """One article as people read it, with its sources and how far they were seen."""
    return article_page(request, name, SignForm())


def article_page(request: HttpRequest, name: str, form: SignForm) -> HttpResponse:
    user, found = actor(request), reading.article_named(name)
    words = {
        **reading.shown(found, user.practice),
        "form": form,
        "may_review": may(user, "review articles"),
        "steps": [room.steps()[step] for step in found.steps],
    }
    return render(request, "clinician/article.html", words, status=status_of(form))


@only_for("review articles")
@require_POST
def review_article(request: HttpRequest, name: str) -> HttpResponse:
    """Sign for an article as it is written now."""
    user, found = actor(request), reading.article_named(name)
    form = SignForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            signed = form.cleaned_data["signed"]
            deeds.review_article(found.id, signed=signed, at=clock.now(), by=user)
            return redirect("article", name=found.id)
    return article_page(request, name, form)


@only_for("settle articles")
@require_http_methods(["GET", "POST"])
def library_steps(request: HttpRequest) -> HttpResponse:
    """What everybody of the practice is shown at each step of the road."""
    user, practice = actor(request), practice_of(request)
    if request.method == "POST":
        chosen = choice_in(request)
        deeds.settle_article(**chosen, at=clock.now(), by=user)
        return redirect(back_to(request.path, chosen["step"]))
    shown = [of for of, on in shelves.defaults(practice).items() if on]
    asked = request.GET.get("step")
    steps = [
        step_row(step, {name for at, name in shown if at == step}) | {"open": step == asked}
        for step in room.steps()
    ]
    return render(request, "clinician/library_steps.html", {"steps": steps, "may_choose": True})


def back_to(address: str, step: str) -> str:
    """The page again, with the step that was tapped open and in sight."""
    return f"{address}?step={step}#{step}"


def step_row(step: str, shown: set[str]) -> dict[str, Any]:
    """A step with what is shown at it, and what could be."""
    every = room.articles().values()
    return {
        "id": step,
        "title": room.steps()[step],
        "shown": [{"article": each} for each in every if each.id in shown],
        "others": [each for each in every if each.id not in shown],
    }


def choice_in(request: HttpRequest) -> dict[str, Any]:
    """The step, article and yes or no of a tap; 404 for what no page of ours could send."""
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        raise Http404("There is no such article or step.")
    said = form.cleaned_data
    return {"step": said["step"], "name": said["article"], "shown": said["shown"] == "yes"}


@only_for("see charts")
@require_GET
def reading_of(request: HttpRequest, pk: int) -> HttpResponse:
    """What one person is shown, has read, and asks."""
    course = course_of(actor(request), pk)
    audit.record(actor(request), "see reading", person=course.person, about=f"course:{course.pk}")
    return reading_page(request, course)


def reading_page(
    request: HttpRequest, course: Course, failed: AnswerForm | None = None, question: int = 0
) -> HttpResponse:
    user, person = actor(request), course.person
    here, shown = shelves.standing_at(steps_of(course)), shelves.shown_to(person)
    rows = Paginator(shelves.questions(person), A_PAGE).get_page(request.GET.get("page"))
    shown_rows: Any = rows
    for row in shown_rows:
        row.about = room.articles().get(row.article)
        row.form = failed if failed and row.pk == question else AnswerForm(auto_id=f"q{row.pk}_%s")
    words = {
        "course": course,
        "person": person,
        "page": rows,
        "steps": [
            person_step(step, shown[step], here, request.GET.get("step")) for step in room.steps()
        ],
        "may_choose": may(user, "choose articles"),
        "may_answer": may(user, "answer readers"),
    }
    status = 200 if failed is None else status_of(failed)
    return render(request, "clinician/reading.html", words, status=status)


def person_step(
    step: str, shown: list[shelves.Shown], here: str | None, asked: str | None
) -> dict[str, Any]:
    row = step_row(step, {each.article.id for each in shown})
    return row | {"shown": shown, "here": step == here, "open": step in {here, asked}}


@only_for("choose articles")
@require_POST
def choose_article(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person an article at a step, or do not."""
    user = actor(request)
    course, chosen = course_of(user, pk), choice_in(request)
    deeds.choose_article(course.person, **chosen, at=clock.now(), by=user)
    return redirect(back_to(request.path.removesuffix("choose/"), chosen["step"]))


@only_for("answer readers")
@require_POST
def answer_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer what somebody asked about an article."""
    user = actor(request)
    rows = ArticleQuestion.objects.visible_to(user).select_related("person")
    question = get_object_or_404(rows, pk=pk)
    newest = Course.objects.standing().filter(person=question.person).order_by("-number").first()
    course = course_of(user, newest.pk if newest else 0)
    form = AnswerForm(request.POST, auto_id=f"q{pk}_%s")
    if form.is_valid():
        with shown_on(form):
            deeds.answer_question(question, **form.cleaned_data, at=clock.now(), by=user)
            return redirect("reading", pk=course.pk)
    return reading_page(request, course, form, question.pk)
