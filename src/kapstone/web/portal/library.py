"""The library in a person's own hands: found, read, printed, marked, asked about."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from kapstone.web import clock, reading
from kapstone.web.portal.own import me, my_course
from kapstone.web.records import library as shelves
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import library as deeds
from kapstone.web.records.models import Person
from kapstone.web.records.refusals import shown_on, status_of
from kapstone.web.records.road_ahead import steps_of

MOST_QUESTIONS = 20


@only_for("see my own")
@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """What is for now, then everything by its shelf; or what was searched for."""
    user = actor(request)
    person = me(user)
    words = {
        **reading.on_shelves(request.GET.get("q", ""), shelves.read_by(person)),
        "now": shelves.for_now(person, steps_of(my_course(user))),
        "answered": shelves.questions(person)[:MOST_QUESTIONS],
    }
    return render(request, "portal/library.html", words)


@only_for("see my own")
@require_GET
def article(request: HttpRequest, name: str) -> HttpResponse:
    """One page of the library."""
    return page(request, me(actor(request)), name, reading.QuestionForm())


def page(
    request: HttpRequest, person: Person, name: str, form: reading.QuestionForm
) -> HttpResponse:
    found = reading.article_named(name)
    words = {
        **reading.shown(found, person.practice),
        "read_at": shelves.read_by(person).get(name),
        "questions": shelves.questions(person, article=name)[:MOST_QUESTIONS],
        "form": form,
    }
    return render(request, "portal/article.html", words, status=status_of(form))


@only_for("see my own")
@require_POST
def mark_read(request: HttpRequest, name: str) -> HttpResponse:
    """The person has read it; their team can see that."""
    user, found = actor(request), reading.article_named(name)
    deeds.mark_read(me(user), found.id, at=clock.now(), by=user)
    return redirect("portal:library")


@only_for("see my own")
@require_POST
def ask(request: HttpRequest, name: str) -> HttpResponse:
    """A question about an article, to the person's team."""
    user, found = actor(request), reading.article_named(name)
    person, form = me(user), reading.QuestionForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            words = form.cleaned_data["words"]
            deeds.ask_about(person, found.id, words=words, at=clock.now(), by=user)
            return redirect(f"{request.path.removesuffix('ask/')}#asked")
    return page(request, person, name, form)
