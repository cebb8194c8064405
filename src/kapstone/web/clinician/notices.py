"""The notices that somebody has to answer, and the episode of each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kapstone import instruments
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician.session_forms import AnswerForm, RiskReviewForm
from kapstone.web.ids import number_in
from kapstone.web.records import audit, corrected, definitions, episode
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import notices as deeds
from kapstone.web.records.actions import questionnaires
from kapstone.web.records.actions.alone import KIND as ASKED_ALONE
from kapstone.web.records.models import (
    Notice,
    RiskSettings,
    SafetyPlan,
    Sheet,
    SheetAnswer,
    SheetScore,
)
from kapstone.web.records.models.notices import RISK_KIND
from kapstone.web.records.refusals import shown_on, status_of

A_PAGE = 50
MOST_ANSWERS = 100
CSSRS = ("cssrs-since", "cssrs-screener")
STILL_BLOCKED = "Kept as not reached. It is no review: dosing stays blocked, and the clock runs on."


@only_for("answer notices")
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """Unsettled notices, the gravest first, each with how long it waits."""
    user, now = actor(request), clock.now()
    rows = Notice.objects.visible_to(user).unsettled().select_related("person", "session")
    page = Paginator(rows.gravest_first(), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": episode.timed(corrected.noted(page), user.practice, now=now),
        "settled": RiskSettings.objects.now(user.practice) if user.practice else None,
    }
    return render(request, "clinician/notices.html", context)


def notice_for(user: User, pk: int) -> Notice:
    rows = Notice.objects.visible_to(user).select_related("person__practice", "by")
    found: Notice = get_object_or_404(rows, pk=pk)
    return found


@only_for("answer notices")
@require_http_methods(["GET", "POST"])
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice as an episode: answering it, and closing it with words."""
    user = actor(request)
    found = notice_for(user, pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        closes = request.POST.get("action") == "close"
        told = {"words": form.cleaned_data["words"], "at": clock.now(), "by": user}
        with shown_on(form):
            if request.POST.get("action") == "unreached":
                deeds.note_unreached(found, **told)
            else:
                deeds.answer_notice(found, closes=closes, **told)
            return after_answer(request, found)
    if request.method == "GET":
        audit.record(user, "see notice", person=found.person, about=f"notice:{pk}")
    words = shown(found, user) | {"form": form}
    return render(request, "clinician/notice.html", words, status=status_of(form))


@only_for("answer notices")
@require_POST
def see_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep that its page was opened: sent by the page once it stands, never by a mere look-up."""
    user = actor(request)
    found = notice_for(user, pk)
    deeds.see_notice(found, at=clock.now(), by=user)
    if not request.headers.get("HX-Request"):
        return redirect("notice", pk=pk)
    return render(request, "clinician/parts/episode.html", shown(found, user))


@only_for("review risk")
@require_POST
def review_risk(request: HttpRequest, pk: int) -> HttpResponse:
    """Review an urgent answer, which lets dosing go on; or keep that nobody was reached."""
    user = actor(request)
    found = notice_for(user, pk)
    review = RiskReviewForm(request.POST)
    if review.is_valid():
        closes = request.POST.get("action") == "close"
        told = {"words": review.cleaned_data["words"], "at": clock.now(), "by": user}
        with shown_on(review):
            if review.cleaned_data["reached"] == "spoke":
                deeds.review_risk(found, closes=closes, **told)
            else:
                deeds.note_unreached(found, **told)
                messages.warning(request, STILL_BLOCKED)
            return redirect("notice", pk=pk)
    words = shown(found, user) | {"form": AnswerForm(), "review": review}
    return render(request, "clinician/notice.html", words, status=422)


def shown(found: Notice, user: User) -> dict[str, Any]:
    """The notice with its episode, and what may still be done about it."""
    rows = episode.timed(corrected.noted([found]), found.person.practice, now=clock.now())
    answers = list(found.answers.all())
    blocks = Notice.objects.unreviewed().filter(pk=found.pk).exists()
    closed = any(each.closes for each in answers)
    return {
        "notice": rows[0],
        "person": found.person,
        "lines": episode.timeline(found),
        "closed": closed,
        "unseen": not closed and not found.seen.filter(by=user).exists(),
        "blocks": blocks,
        "private": found.kind == ASKED_ALONE and may(user, "read answers alone"),
        "review": RiskReviewForm() if blocks and may(user, "review risk") else None,
        **(beside(found, user) if found.kind == RISK_KIND else {}),
    }


def beside(found: Notice, user: User) -> dict[str, Any]:
    """What stands beside a notice of risk: its sheet, the last C-SSRS, the safety plan."""
    person, sheet = found.person, sheet_of(found)
    finished = SheetScore.objects.standing().filter(sheet__course__person=person)
    since = finished.filter(sheet__instrument__in=CSSRS).select_related("sheet")
    return {
        "course": person.courses.order_by("-number").first(),
        "sheet": sheet,
        "blank": questions_left(sheet) if sheet else [],
        "cssrs": since.order_by("-at", "-pk").first(),
        "safety_plan": SafetyPlan.objects.standing().filter(person=person).order_by("-pk").first(),
        "take_cssrs": CSSRS[0] if may(user, "give facts") else "",
    }


def sheet_of(found: Notice) -> Sheet | None:
    """The sheet whose answer opened the notice, which names its questionnaire first."""
    answers = SheetAnswer.objects.filter(sheet__course__person=found.person, at__lte=found.at)
    near = answers.select_related("sheet__course__person").order_by("-at", "-pk")[:MOST_ANSWERS]
    opened = (each.sheet for each in near)
    return next((s for s in opened if found.says.startswith(definitions.of_sheet(s).short)), None)


def questions_left(sheet: Sheet) -> list[str]:
    """The questions of suicide on a form that are asked and have no answer: none is a no."""
    of, heard = definitions.of_sheet(sheet), questionnaires.heard_of(sheet)
    asked = (each for each in instruments.asked(of, heard) if each.id not in heard)
    return [each.words for each in asked if instruments.asks_of_suicide(each)]


def after_answer(request: HttpRequest, found: Notice) -> HttpResponse:
    """Back to the room when it was answered there."""
    # What a track's note opened is of no session: its form says in which room it was answered.
    room = found.session_id or number_in(request.POST.get("session"))
    if request.POST.get("from") == "room" and room:
        return redirect("room", pk=room)
    return redirect("notice", pk=found.pk)
