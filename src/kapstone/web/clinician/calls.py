"""Whom to call about an open form, where they stopped, and what came of the call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kapstone import instruments
from kapstone.instruments import reminding
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician import threads
from kapstone.web.records import audit, channels, definitions, reaching
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import reaching as deeds
from kapstone.web.records.models import Person, PhoneCall, Sheet, SheetAnswer
from kapstone.web.records.refusals import Refused, shown_on, status_of
from kapstone.web.wishes import WishesForm

A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Stopped:
    """One form on the call list: why, and the question at which the person stopped.

    `question` is None when a later question would tell what was answered before it.
    """

    sheet: Sheet
    short: str
    why: str
    begun: bool
    question: str | None


def people_of(user: User) -> Any:
    return Person.objects.visible_to(user)


def person_of(request: HttpRequest, pk: int) -> Person:
    found: Person = get_object_or_404(people_of(actor(request)), pk=pk)
    return found


@only_for("call people")
@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """Everybody whom messages did not reach, the longest wait first."""
    user, now = actor(request), clock.now()
    here = people_of(user) & reaching.with_open_forms(now)
    page = Paginator(reaching.to_call(here, now), A_PAGE).get_page(request.GET.get("page"))
    answers = answers_of(sheet for row in page for sheet in row.words)
    audit.record(user, "see call list", people=sorted(row.known.person.pk for row in page))
    words = {
        "page": page,
        "rows": [shown(row, answers, user, now) for row in page],
        "outcomes": deeds.OUTCOMES.items(),
        "may_open": may(user, "see charts"),
        **threads.overdue(user, now),
    }
    return render(request, "clinician/calls.html", words)


def shown(row: reaching.ToCall, answers: dict[int, dict[str, float]], user: User, now: Any) -> Any:
    known = row.known
    refusal = reminding.by_hand(reaching.reached(known), now=now)
    channel, to = reaching.address(known)
    last = known.last_call()
    return {
        "person": known.person,
        "phone": (known.wishes and known.wishes.phone) or known.person.phone,
        "since": row.since,
        "forms": [
            stopped(sheet, word.why, answers[sheet.pk], exact=may(user, "see charts"))
            for sheet, word in row.words.items()
        ],
        "last_call": last,
        "last_outcome": deeds.OUTCOMES[last.outcome] if last else "",
        "not_now": reminding.reasons()[refusal] if refusal else "",
        "may_ask": refusal == "most-sent",
        "goes": f"{'text message' if channel == 'sms' else 'e-mail'} to {to}",
    }


def answers_of(sheets: Iterable[Sheet]) -> dict[int, dict[str, float]]:
    """The standing answers of these sheets, in one query."""
    found: dict[int, dict[str, float]] = defaultdict(dict)
    rows = SheetAnswer.objects.standing().filter(sheet__in=[sheet.pk for sheet in sheets])
    for sheet, item, value in rows.order_by("pk").values_list("sheet", "item", "value"):
        found[sheet][item] = value
    return found


def stopped(sheet: Sheet, why: str, answers: dict[str, float], *, exact: bool) -> Stopped:
    """Where somebody stopped; for those who see no charts only where that tells no answer.

    A form that asks of suicide stays without its questions for them, whatever was answered: with
    some shown and some not, what is not shown would tell.
    """
    of = definitions.of_sheet(sheet)
    upcoming = instruments.next_item(of, answers)
    asks = any(instruments.asks_of_suicide(item) for item in of.item)
    branches = bool(of.skip) or any(item.asked_if for item in of.item)
    tells = not exact and (asks or (bool(answers) and branches))
    question = None if upcoming is None or tells else upcoming.words
    title = reminding.reasons()[why]
    return Stopped(sheet, of.short, title, bool(answers), question)


class CallForm(forms.Form):
    """What came of a call."""

    outcome = forms.ChoiceField(label="What came of it", choices=list(deeds.OUTCOMES.items()))
    words = forms.CharField(label="Words", required=False, max_length=400)


@only_for("call people")
@require_POST
def note_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what came of a call."""
    person, form = person_of(request, pk), CallForm(request.POST)
    if form.is_valid():
        deeds.note_call(person, **form.cleaned_data, at=clock.now(), by=actor(request))
        messages.success(request, f"{person.name}: the call is written down.")
    else:
        messages.error(request, "Choose what came of the call.")
    return redirect("calls")


@only_for("call people")
@require_POST
def remind_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the link at once."""
    person = person_of(request, pk)
    try:
        deeds.remind_now(person, at=clock.now(), by=actor(request))
        messages.success(request, f"The link is on its way to {person.name}.")
    except Refused as refused:
        messages.error(request, f"{person.name}: {refused.words}")
    return redirect("calls")


@only_for("call people")
@require_http_methods(["GET", "POST"])
def wishes(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's wishes, written down on their behalf; the trail says by whom."""
    user, now, person = actor(request), clock.now(), person_of(request, pk)
    form = WishesForm(
        request.POST or None, sms=channels.sms_is_offered(), initial=deeds.wishes_now(person, now)
    )
    form.fields["channel"].label = "How they want to be reached"
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            deeds.wish(person, form.cleaned_data, at=now, by=user)
            messages.success(request, "Saved.")
            return redirect("wishes", pk=person.pk)
    if request.method == "GET":
        audit.record(user, "see wishes", person=person)
    context = {"person": person, "form": form, "calls": calls_of(person)}
    return render(request, "clinician/wishes.html", context, status=status_of(form))


def calls_of(person: Person) -> list[tuple[PhoneCall, str]]:
    rows = PhoneCall.objects.standing().filter(person=person).select_related("by")
    return [(row, deeds.OUTCOMES[row.outcome]) for row in rows.order_by("-at", "-pk")[:20]]
