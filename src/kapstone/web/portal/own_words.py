"""In the person's own words, before the medicine: one page, each answer kept at once."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from kapstone.intake import exercises as cards
from kapstone.intake import music as orders
from kapstone.intake import own_words as rows
from kapstone.intake import preparation
from kapstone.knowledge.citations import cited
from kapstone.web import clock
from kapstone.web.portal.own import my_course
from kapstone.web.records import carried
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import preparing as deeds
from kapstone.web.records.models import Course
from kapstone.web.records.refusals import Refused

PAGES = {
    "words": ("portal:own_words", "portal/own_words.html"),
    "music": ("portal:music", "portal/music.html"),
    "exercises": ("portal:exercises", "portal/exercises.html"),
}


@only_for("see my own")
@require_GET
def own_words(request: HttpRequest) -> HttpResponse:
    """Intention, worries, hopes, changed states before, and what steadies them."""
    return page(request, my_course(actor(request)), "words")


@only_for("see my own")
@require_GET
def music(request: HttpRequest) -> HttpResponse:
    """Three orders to choose from, and their own list."""
    return page(request, my_course(actor(request)), "music")


@only_for("see my own")
@require_GET
def exercises(request: HttpRequest) -> HttpResponse:
    """Short cards to practise with, and to print."""
    return page(request, my_course(actor(request)), "exercises")


@only_for("see my own")
@require_POST
def answer(request: HttpRequest, name: str) -> HttpResponse:
    """Keep one answer; what could not be kept stays in the form, with the reason."""
    user, course = actor(request), my_course(actor(request))
    if name not in rows.own_questions():
        raise Http404("There is no such question.")
    asked = rows.own_question(name)
    given = None if request.POST.get("do") == "not" else request.POST.get("answer", "")
    words = "" if given is None else request.POST.get("words", "")
    try:
        deeds.answer_preparation(course, name, given, words=words, at=clock.now(), by=user)
    except Refused as refused:
        return page(request, course, asked.page, refused=(name, refused.words))
    return redirect(f"{reverse(PAGES[asked.page][0])}#{name}")


@only_for("see my own")
@require_POST
def mark_exercise(request: HttpRequest, name: str) -> HttpResponse:
    """Say of one card that it helps, or that it does not any more."""
    user, course = actor(request), my_course(actor(request))
    if name not in {card.id for card in cards.exercises()}:
        raise Http404("There is no such exercise.")
    said = carried.of(course).get("helps")
    others = [each for each in (said.value if said else None) or [] if each != name]
    chosen = [*others, name] if request.POST.get("helps") == "yes" else others
    deeds.answer_preparation(course, "helps", chosen, at=clock.now(), by=user)
    return redirect(f"{reverse('portal:exercises')}#{name}")


def page(
    request: HttpRequest, course: Course, name: str, refused: tuple[str, str] = ("", "")
) -> HttpResponse:
    """The page of these questions; `refused` is a question and why its answer was not kept."""
    said = carried.of(course)
    shown = [question(request, each, said, refused) for each in rows.own_questions_of(name)]
    words = {
        "questions": shown,
        "helping": carried.helping(said),
        "chosen": (said["helps"].value if "helps" in said else None) or [],
        "cards": cards.exercises(),
        "stop": cards.when_to_stop(),
        "orders": orders.track_orders(),
        "prompts": preparation.intention_prompts(),
        "sources": sources(name),
    }
    return render(request, PAGES[name][1], words, status=422 if refused[0] else 200)


def question(
    request: HttpRequest,
    of: rows.OwnQuestion,
    said: dict[str, carried.Said],
    refused: tuple[str, str],
) -> dict[str, Any]:
    """One question with what was said, or with what was just typed and could not be kept."""
    row = said.get(of.id)
    typed = refused[0] == of.id
    shown = None if of.private else row
    return {
        "of": of,
        "said": row,
        "silent": row is not None and row.value is None,
        "value": request.POST.get("answer", "") if typed else (shown.value if shown else "") or "",
        "words": request.POST.get("words", "") if typed else (shown.words if shown else ""),
        "refusal": refused[1] if typed else "",
    }


def sources(name: str) -> list[Any]:
    """Where what stands on the page comes from, each once."""
    told: list[Any] = [*rows.own_questions_of(name)]
    told += cards.exercises() if name == "exercises" else ()
    told += orders.track_orders() if name == "music" else ()
    return [cited(each) for each in dict.fromkeys(s for row in told for s in row.sources)]
