"""My data: what is on record, who looked, who is let in; and all of it to take away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from kapstone.web import clock
from kapstone.web.portal.own import my_course
from kapstone.web.portal.trail_words import in_words
from kapstone.web.records import audit, copies, other_records
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import intake as intake_deeds
from kapstone.web.records.actions import people as deeds
from kapstone.web.records.models import (
    Companion,
    Confirmation,
    Consent,
    Entry,
    FactQuerySet,
    Person,
    Statement,
)
from kapstone.web.records.refusals import Refused, shown_on, status_of

ANSWERS = {"yes": True, "no": False, "unsure": None}
ASKED = ("condition", "medicine", "allergy", "no_allergy")
A_PAGE = 20


@only_for("see my own")
@require_GET
def data(request: HttpRequest) -> HttpResponse:
    """What is on record, who looked, who stands beside the person, what they signed."""
    return show(request, CompanionForm())


def show(request: HttpRequest, form: CompanionForm) -> HttpResponse:
    user = actor(request)
    person = my_course(user).person
    trail = Entry.objects.filter(person=person).exclude(by=user).select_related("by")
    looks = page_of(request, trail.order_by("-number"), "looks")
    for entry in looks:
        entry.shown = in_words(entry.did)
    words = {
        "person": person,
        "statements": page_of(request, statements(person), "statements"),
        "open_count": statements(person).filter(confirmations=None).count(),
        "looks": looks,
        "companions": standing_companions(person),
        "form": form,
        "consents": Consent.objects.filter(course__person=person).order_by("-at"),
    }
    return render(request, "portal/data.html", words, status=status_of(form))


def statements(person: Person) -> Any:
    """What other records say, with the person's newest word on it; what is open comes first.

    What is private is asked by a clinician, alone: this page is on a phone.
    """
    said = Confirmation.objects.standing().filter(statement=OuterRef("pk")).order_by("-pk")
    rows = Statement.objects.standing().filter(person=person, kind__in=ASKED)
    rows = rows.exclude(pk__in=other_records.private(rows.select_related("source")))
    asked = rows.annotate(
        asked=Exists(said), said=Subquery(said.values("answer")[:1])
    ).select_related("source")
    return asked.order_by("asked", "kind", "text", "pk")


def page_of(request: HttpRequest, rows: Any, name: str) -> Any:
    return Paginator(rows, A_PAGE).get_page(request.GET.get(name))


def standing_companions(person: Person) -> FactQuerySet:
    rows: FactQuerySet = Companion.objects.standing()
    return rows.filter(person=person, ended=False).select_related("user")


@only_for("see my own")
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Say of a record whether it is right: yes, no, or not sure."""
    user = actor(request)
    person = my_course(user).person
    row = get_object_or_404(Statement.objects.standing().filter(person=person), pk=pk)
    given = request.POST.get("answer")
    if given in ANSWERS:
        intake_deeds.confirm_statement(row, answer=ANSWERS[given], at=clock.now(), by=user)
        messages.success(request, _("Thank you. We keep your word beside the record."))
    else:
        messages.error(request, _("Choose yes, no or not sure."))
    return redirect("portal:data")


class CompanionForm(forms.Form):
    """Whom the person lets in."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"))
    relation = forms.CharField(label=_("Who they are to you"), max_length=60)
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    is_escort = forms.BooleanField(label=_("They take me home"), required=False)


@only_for("see my own")
@require_POST
def let_in(request: HttpRequest) -> HttpResponse:
    """Let a partner, escort or sitter in by their e-mail."""
    user, form = actor(request), CompanionForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            deeds.let_in(my_course(user).person, **form.cleaned_data, at=clock.now(), by=user)
            email = form.cleaned_data["email"]
            messages.success(request, _("They are let in. We write to %s how to come in.") % email)
            return redirect("portal:data")
    return show(request, form)


@only_for("see my own")
@require_POST
def let_go(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the door to somebody at once."""
    user = actor(request)
    companion = get_object_or_404(standing_companions(my_course(user).person), pk=pk)
    try:
        deeds.let_go(companion, at=clock.now(), by=user)
    except Refused as refused:
        messages.error(request, refused.words)
    return redirect("portal:data")


@only_for("see my own")
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """What may lie on this person's phone, as a file; the rest is handed over in person."""
    user = actor(request)
    person = my_course(user).person
    audit.record(user, "export my data", person=person)
    content = copies.as_file(copies.for_phone(person))
    answer = HttpResponse(content, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="kapstone-{person.number}.json"'
    return answer
