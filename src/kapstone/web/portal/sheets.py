"""A questionnaire, one question a page or all on one; each answer is kept as it is given."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from kapstone import instruments
from kapstone.intake import preparation
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.portal.own import mine
from kapstone.web.records import definitions, helping, sheets
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import questionnaires as deeds
from kapstone.web.records.actions import taps
from kapstone.web.records.models import SafetyPlan, Sheet
from kapstone.web.records.refusals import Refused, shown_on

# Whether somebody likes one question at a time; of the eye only, so it stays in the browser.
SHAPE = "sheet_shape"
SHAPES = ("one", "page")
A_YEAR_S = 365 * 24 * 60 * 60


# Whom to ask and to call: a number may stand in any line of these steps of the safety plan.
TO_CALL = frozenset({"SUI-SP4", "SUI-SP5"})


class AnswerForm(forms.Form):
    """One answer; what is an answer is the deed's to say."""

    item = forms.CharField(widget=forms.HiddenInput)
    value = forms.FloatField(
        error_messages={"required": "Choose an answer, or leave this question blank."}
    )


def within_a_year(seconds: float) -> float:
    """A phone's clock may be wrong, which is no reason to lose an answer."""
    return min(max(seconds, 0), A_YEAR_S)


# How long ago, by the phone's own counting.
SecondsAgo = Annotated[float, Field(allow_inf_nan=False), AfterValidator(within_a_year)]
UNREAD = "Some answers could not be read. Please open the questions again."


class SentTap(BaseModel):
    """One tap as a phone sends it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    item: str
    value: float = Field(allow_inf_nan=False)
    ago_s: SecondsAgo

    def to_tap(self, now: datetime) -> taps.Tap:
        at = now - timedelta(seconds=self.ago_s)
        return taps.Tap(client_id=self.id, item=self.item, value=self.value, at=at)


class Sent(BaseModel):
    """What waited on a phone, in the order it was tapped; `finish_ago_s` when it was sent off."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    taps: tuple[dict[str, Any], ...] = Field(max_length=1000)
    finish_ago_s: SecondsAgo | None = None


def read(sent: Sent, now: datetime) -> tuple[list[taps.Tap], dict[str, str]]:
    """Each tap by itself: those that can be read, and what is said of the others, by id."""
    good: list[taps.Tap] = []
    refused: dict[str, str] = {}
    for each in sent.taps:
        try:
            good.append(SentTap.model_validate(each).to_tap(now))
        except ValidationError:
            refused[str(each.get("id"))] = UNREAD
    return good, refused


def my_sheet(user: User, pk: int) -> Sheet:
    found: Sheet = mine(Sheet, user, pk)
    if not sheets.is_shown(definitions.of_sheet(found)):
        raise Http404("This one is filled in with your care team.")
    return found


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The question after the last answer, or the one asked for; the end when none is left."""
    user, now = actor(request), clock.now()
    found = my_sheet(user, pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and found.opens_at <= now:
        with shown_on(form):
            item, value = form.cleaned_data["item"], form.cleaned_data["value"]
            risk = deeds.answer_item(found, item, value, at=now, by=user)
            return redirect(onward(request, found, item, risk))
    if found.opens_at > now or deeds.over(found, now, user):
        return ended(request, found, form, now)
    return question(request, found, form)


def ended(request: HttpRequest, found: Sheet, form: AnswerForm, now: datetime) -> HttpResponse:
    """What became of a form that takes no answers, and of one that came all the same."""
    score = found.sheetscore_set.standing().first()
    refused = form.is_bound and bool(form.errors)
    words = {
        "sheet": found,
        "of": definitions.of_sheet(found),
        "score": score,
        "now": now,
        "not_added": refused or "not-added" in request.GET,
        "late": bool(deeds.late_answers(found)),
        **helped(found),
    }
    page = "portal/sheet_done.html" if score else "portal/sheet_shut.html"
    return render(request, page, words, status=409 if refused else 200)


def shape_of(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(SHAPE, "")
    return chosen if chosen in SHAPES else "one"


def onward(request: HttpRequest, found: Sheet, item: str, risk: str | None) -> str:
    """To help at once, or to the next question, or to the end."""
    of, answers = definitions.of_sheet(found), deeds.answers_of(found)
    after = sheets.following(of, answers, item)
    to = f"?item={after.id}" if after else "?end=1"
    if shape_of(request) == "page" and not risk:
        to = f"#q-{after.id}" if after else "#end"
    page = "portal:sheet_help" if risk else "portal:sheet"
    return f"{reverse(page, args=[found.pk])}{to}"


def question(request: HttpRequest, found: Sheet, form: AnswerForm) -> HttpResponse:
    """The whole form in one page; without scripts one question of it shows, or all."""
    of, answers = definitions.of_sheet(found), deeds.answers_of(found)
    here = place(request, form, of, answers)
    asked = sheets.questions(of, answers)
    words = {
        "sheet": found,
        "of": of,
        "questions": asked,
        "here": here,
        "blank": [each for each in asked if each.asked and each.chosen is None],
        "answered": len(answers),
        "result": instruments.score(of, answers),
        "form": form,
        "shape": shape_of(request),
        **helped(found),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "portal/sheet.html", words, status=status)


def place(
    request: HttpRequest, form: AnswerForm, of: instruments.Instrument, answers: dict[str, float]
) -> sheets.Place | None:
    """The question to show; None at the end."""
    wanted = form.data.get("item") or request.GET.get("item")
    if wanted is None and "end" not in request.GET:
        wanted = next((each.id for each in sheets.ahead(of, answers)), None)
    return sheets.place(of, answers, wanted) if wanted else None


@only_for("see my own")
@require_POST
def sheet_taps(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what was tapped on a phone: at once, or once it has a network again."""
    user, now = actor(request), clock.now()
    found = my_sheet(user, pk)
    try:
        sent = Sent.model_validate_json(request.body)
    except ValidationError:
        return JsonResponse({"refused": "This is not a list of answers."}, status=422)
    given, refused = read(sent, now)
    taken = taps.take_taps(found, given, at=now, by=user)
    finish_refused = finished_late(found, sent, now=now, by=user)
    answer = {
        "kept": taken.kept,
        "refused": refused | {str(name): words for name, words in taken.refused.items()},
        "finish_refused": finish_refused,
        "finished": found.sheetscore_set.exists(),
        "over": deeds.over(found, now, user) is not None,
        "risk": taken.risk,
        "answers": deeds.answers_of(found),
        "as_of": now,
    }
    return JsonResponse(answer)


def finished_late(found: Sheet, sent: Sent, *, now: datetime, by: User) -> str:
    """Send the sheet off when the phone asked for it; why not, in words, or nothing."""
    if sent.finish_ago_s is None:
        return ""
    try:
        at = taps.when_given(found, now - timedelta(seconds=sent.finish_ago_s), now)
        deeds.finish_sheet(found, at=at, arrived=now, by=by)
    except Refused as why:
        return why.words
    return ""


@only_for("see my own")
@require_POST
def sheet_shape(request: HttpRequest, pk: int) -> HttpResponse:
    """One question at a time, or all on one page; the browser remembers."""
    found = my_sheet(actor(request), pk)
    wanted = request.POST.get("shape", "")
    answer = redirect("portal:sheet", pk=found.pk)
    if wanted in SHAPES:
        answer.set_cookie(SHAPE, wanted, max_age=A_YEAR_S, path="/me/", samesite="Lax")
    return answer


@only_for("see my own")
@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the answers as they are; a sheet without any answer is not sent."""
    user = actor(request)
    found = my_sheet(user, pk)
    # The page offers no button for an empty sheet, so a refusal only has to lead back to it.
    with suppress(Refused):
        deeds.finish_sheet(found, at=clock.now(), by=user)
    return redirect("portal:sheet", pk=found.pk)


@only_for("see my own")
@require_GET
def sheet_help(request: HttpRequest, pk: int) -> HttpResponse:
    """Help at once, before anything else; from here the person can go on."""
    found = my_sheet(actor(request), pk)
    onward_to = reverse("portal:sheet", args=[found.pk])
    item = request.GET.get("item", "")
    known = {each.id for each in definitions.of_sheet(found).item}
    onward_to += f"?item={item}" if item in known else "?end=1"
    words = {"sheet": found, "onward": onward_to, **helped(found)}
    return render(request, "portal/sheet_help.html", words)


def helped(found: Sheet) -> dict[str, Any]:
    """Who can be reached now, and the person's own safety plan in their words."""
    person = found.course.person
    plan = SafetyPlan.objects.newest(person=person)
    at_hand = helping.at_hand(person.practice, person)
    return {"practice": person.practice, "help": at_hand, "plan": own_plan(plan)}


def own_plan(plan: SafetyPlan | None) -> list[tuple[str, list[tuple[str, bool]]]]:
    """The steps of the plan that have words in them, each with whether they may hold a number.

    A line from elsewhere stands by itself.
    """
    left = dict(plan.fields) if plan else {}
    steps = []
    for step in preparation.safety_plan().step:
        words = [
            (str(left.pop(line.id)), line.kind == "phone" or step.id in TO_CALL)
            for line in step.fields
            if left.get(line.id)
        ]
        steps.append((step.title, words))
    others = [
        (name.replace("_", " ").capitalize(), [(str(said), False)]) for name, said in left.items()
    ]
    return [(title, words) for title, words in [*steps, *others] if any(words)]
