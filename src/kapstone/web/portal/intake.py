"""Intake on the phone: one question a page, kept at once; it goes on where it stopped."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kapstone import intake as room
from kapstone.web import clock
from kapstone.web.portal.own import my_course
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import intake as deeds
from kapstone.web.records.models import Course, IntakeAnswer
from kapstone.web.records.refusals import Refused

BLANK_LINES = 3


def answers_of(course: Course) -> dict[str, IntakeAnswer]:
    rows = IntakeAnswer.objects.standing().filter(course=course).order_by("pk")
    return {row.question: row for row in rows}


def values(rows: dict[str, IntakeAnswer]) -> dict[str, Any]:
    return {name: row.value for name, row in rows.items()}


@only_for("see my own")
@require_GET
def intake(request: HttpRequest) -> HttpResponse:
    """The sittings, each with the minutes it still takes, and where to go on."""
    course = my_course(actor(request))
    given = values(answers_of(course))
    rows = [
        {"sitting": sitting, "progress": room.progress(given, sitting=sitting.id)}
        for sitting in room.sittings()
    ]
    words = {
        "rows": rows,
        "progress": room.progress(given),
        "next": room.next_question(given),
        "finished": course.intakefinished_set.exists(),
    }
    return render(request, "portal/intake.html", words)


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, name: str) -> HttpResponse:
    """One question; its answer is kept at once, and the next one follows."""
    course = my_course(actor(request))
    asked = question_named(name)
    if request.method == "POST" and request.POST.get("do") != "line":
        return keep(request, course, asked)
    return ask(request, course, asked)


def question_named(name: str) -> room.Question:
    try:
        return room.question(name)
    except LookupError as unknown:
        raise Http404(str(unknown)) from unknown


def keep(request: HttpRequest, course: Course, asked: room.Question) -> HttpResponse:
    try:
        deeds.answer_intake(
            course, asked.id, sent(request, asked), at=clock.now(), by=actor(request)
        )
    except Refused as refused:
        return ask(request, course, asked, refusal=refused.words)
    following = room.next_question(values(answers_of(course)))
    if following is None:
        return redirect("portal:intake_done")
    return redirect("portal:question", name=following.id)


def sent(request: HttpRequest, asked: room.Question) -> str | list[str]:
    if request.POST.get("do") == "unsure":
        return "unsure"
    if asked.kind in {"many", "list"}:
        return request.POST.getlist("answer")
    return request.POST.get("answer", "")


def ask(
    request: HttpRequest, course: Course, asked: room.Question, refusal: str = ""
) -> HttpResponse:
    rows = answers_of(course)
    given = values(rows)
    typed = request.POST.getlist("answer") if request.method == "POST" else None
    # "Only your clinicians see this answer": somebody else may hold the phone later.
    said = None if asked.private else rows.get(asked.id)
    words = {
        "question": asked,
        "sitting": room.sitting_of(asked),
        "progress": room.progress(given),
        "refusal": refusal,
        "before": before(asked, given),
        "answered": asked.id in rows,
        "said": said,
        "chosen": chosen(said, typed),
        "lines": lines(asked, said, typed),
        "may_be_unsure": asked.kind not in {"text", "list", "phone"},
    }
    return render(request, "portal/question.html", words, status=422 if refusal else 200)


def chosen(row: IntakeAnswer | None, typed: list[str] | None) -> list[str]:
    """What stands in the form: what was just typed, else the answer of before."""
    if typed is not None:
        return typed
    if row is None or row.value is None:
        return []
    if isinstance(row.value, bool):
        return ["yes" if row.value else "no"]
    return [str(each) for each in (row.value if isinstance(row.value, list) else [row.value])]


def lines(
    asked: room.Question, row: IntakeAnswer | None, typed: list[str] | None
) -> list[list[tuple[str, str]]]:
    """The boxes of a list, row by row, with a few left blank at the end."""
    width = len(asked.columns)
    if not width:
        return []
    kept_lines = (row.value if row else None) or []
    boxes = [column.id for column in asked.columns]
    written = [str(line.get(box) or "") for line in kept_lines for box in boxes]
    flat = written if typed is None else typed
    full = [flat[at : at + width] for at in range(0, len(flat), width)]
    kept = [line + [""] * (width - len(line)) for line in full if any(line)]
    shown = [*kept, *([""] * width for _ in range(BLANK_LINES))]
    asks = [column.ask for column in asked.columns]
    return [list(zip(asks, line, strict=True)) for line in shown]


def before(asked: room.Question, given: dict[str, Any]) -> str | None:
    """The question before this one that was asked, to go back to."""
    shown = [
        each.id
        for sitting in room.sittings()
        for each in sitting.question
        if room.applies(each, given)
    ]
    place = shown.index(asked.id) if asked.id in shown else 0
    return shown[place - 1] if place else None


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def intake_done(request: HttpRequest) -> HttpResponse:
    """The end: what is still open is named, and the person says that this is all."""
    course, user = my_course(actor(request)), actor(request)
    rows = answers_of(course)
    if request.method == "POST":
        deeds.finish_intake(course, at=clock.now(), by=user)
        return redirect("portal:today")
    unsure = [
        room.question(name)
        for name, row in rows.items()
        if row.value is None and not (room.question(name).optional or room.question(name).private)
    ]
    words = {
        "next": room.next_question(values(rows)),
        "progress": room.progress(values(rows)),
        "unsure": unsure,
    }
    return render(request, "portal/intake_done.html", words)
