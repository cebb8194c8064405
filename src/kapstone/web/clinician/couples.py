"""Two who are cared for as a couple: the link, what both intend; and what each was asked alone.

The first page may be looked at with both of them. Nothing of the second is on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kapstone.intake import alone
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import audit, couples, side_by_side
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import alone as alone_deeds
from kapstone.web.records.actions import couples as deeds
from kapstone.web.records.actions import people
from kapstone.web.records.models import AskedAlone, AskedAloneReview, Couple, Person
from kapstone.web.records.refusals import LONGEST_REASON, Refused, shown_on, status_of

MOST_ANSWERS = 50
SAID = {alone.YES: "Yes", alone.NO: "No", alone.UNSAID: "Not said"}


class LinkForm(forms.Form):
    """Whom they come with, by record number; a name alone could be somebody else's."""

    number = forms.CharField(label="The partner's record number", max_length=20)


class AloneForm(forms.Form):
    """What holds after it was talked about alone; nothing is chosen beforehand."""

    together = forms.ChoiceField(
        choices=(
            ("no", "No session together for now"),
            ("yes", "They may have a session together"),
        ),
        widget=forms.RadioSelect,
        label="What holds now",
    )
    words = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_REASON,
        label="What you spoke about, alone",
        help_text="Also how and when it is safe to reach them.",
    )


def person_of(user: User, pk: int) -> Person:
    return get_object_or_404(Person.objects.visible_to(user), pk=pk)


@only_for("look after couples")
@require_http_methods(["GET", "POST"])
def couple(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom this person comes with; linking opens neither chart to the other."""
    user = actor(request)
    person = person_of(user, pk)
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            number = form.cleaned_data["number"].strip()
            found = Person.objects.visible_to(user).filter(number__iexact=number).first()
            if found is None:
                raise Refused("nobody", "Nobody of that number is cared for here.")
            people.link_couple(person, found, at=clock.now(), by=user)
            return redirect("couple", pk=pk)
    if request.method == "GET":
        audit.record(user, "see couple", person=person)
    now = couples.couple_of(person)
    words: dict[str, Any] = {"person": person, "couple": now, "form": form}
    if now:
        words["partner"] = couples.partner_in(now, person)
        words["pairs"] = side_by_side.of_both(now, person)
        words["intentions"] = couples.intentions(now).filter(said=couples.AGREED)[:MOST_ANSWERS]
    return render(request, "clinician/couple.html", words, status=status_of(form))


@only_for("look after couples")
@require_POST
def end_couple(request: HttpRequest, pk: int) -> HttpResponse:
    """End the link; what was shared is hidden from both at once."""
    user = actor(request)
    found = get_object_or_404(Couple.objects.visible_to(user), pk=pk)
    # Ended meanwhile by somebody else is what was asked for.
    with suppress(Refused):
        deeds.end_couple(found, at=clock.now(), by=user)
    return redirect("couple", pk=found.person_id)


@only_for("read answers alone")
@require_GET
def asked_alone(request: HttpRequest, pk: int) -> HttpResponse:
    """What the person was asked alone and answered; looking leaves an entry in neutral words."""
    user = actor(request)
    person = person_of(user, pk)
    audit.record(user, "see answers alone", person=person)
    return alone_page(request, person)


def form_for(row: AskedAlone, given: Any = None) -> AloneForm:
    """The form of one card; each has fields of its own name on the page."""
    return AloneForm(given, auto_id=f"alone_{row.pk}_%s")


def alone_page(
    request: HttpRequest,
    person: Person,
    typed: Mapping[int, AloneForm] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """All that was ever answered, the newest first; `typed` is a form that did not pass."""
    rows = list(AskedAlone.objects.filter(person=person).order_by("-at", "-pk")[:MOST_ANSWERS])
    reviews = AskedAloneReview.objects.standing().filter(asked__in=rows).select_related("by")
    newest = {each.asked_id: each for each in reviews}
    forms_typed = typed or {}
    cards = [
        shown(row, newest.get(row.pk)) | {"form": forms_typed.get(row.pk) or form_for(row)}
        for row in rows
    ]
    words = {"person": person, "rows": cards, "hours": alone.when_asked()}
    return render(request, "clinician/asked_alone.html", words, status=status)


def shown(row: AskedAlone, review: AskedAloneReview | None) -> dict[str, Any]:
    """Each question with its answer, what is not a clear no first."""
    asked = {each.id: each.ask for each in alone.alone_questions()}
    said = [(asked.get(name, name), SAID[value], value) for name, value in row.answers.items()]
    way = alone.ways().get(row.reach)
    return {
        "row": row,
        "said": sorted(said, key=lambda each: each[2] == alone.NO),
        "clear": alone.is_clear(row.answers),
        "reach": way.text if way else "",
        "review": review,
    }


@only_for("read answers alone")
@require_POST
def review_alone(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what holds after it was talked about alone."""
    user = actor(request)
    rows = AskedAlone.objects.visible_to(user).select_related("person")
    found: AskedAlone = get_object_or_404(rows, pk=pk)
    form = form_for(found, request.POST)
    if form.is_valid():
        with shown_on(form):
            together, words = form.cleaned_data["together"] == "yes", form.cleaned_data["words"]
            alone_deeds.review_alone(found, together=together, words=words, at=clock.now(), by=user)
            return redirect("asked_alone", pk=found.person_id)
    return alone_page(request, found.person, {found.pk: form}, status=status_of(form))
