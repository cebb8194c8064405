"""From insight to habit, in the person's own hands: insights, commitments, check-ins, journal."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kapstone.pathway import integration as after
from kapstone.web import clock
from kapstone.web.portal.own import me, mine, my_course
from kapstone.web.records import helped_before, integrating
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import integration as deeds
from kapstone.web.records.actions.drafts import drop_draft
from kapstone.web.records.drafts import kept
from kapstone.web.records.models import Commitment, Insight, JournalEntry, Meaning
from kapstone.web.records.refusals import Refused, shown_on, status_of

A_PAGE = 20
INSIGHT_DRAFT, JOURNAL_DRAFT = "insight", "journal"


def after_choices() -> list[tuple[str, Any]]:
    """The parts of life, with none chosen beforehand."""
    named = ((each.id, each.title) for each in after.domains().values())
    return [("", _("I would rather not say")), *named]


class InsightForm(forms.Form):
    words = forms.CharField(
        widget=forms.Textarea(attrs={"data-draft": INSIGHT_DRAFT, "rows": 4}),
        label="What do you want to keep?",
        max_length=4000,
    )
    domain = forms.ChoiceField(label=_("What is it about?"), choices=after_choices, required=False)


class MeaningForm(forms.Form):
    words = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        label=_("In your own words"),
        max_length=4000,
    )


class CommitmentForm(forms.Form):
    """Something small and dated."""

    words = forms.CharField(
        label="One small thing", help_text="So small that it fits in a day.", max_length=400
    )
    due_on = forms.DateField(
        label="By when",
        help_text="You can leave it empty.",
        widget=forms.DateInput(attrs={"type": "date"}),
        required=False,
    )


class CheckInForm(forms.Form):
    """How it went; every answer is fine, and so is none today."""

    how = forms.ChoiceField(
        choices=[(each, each) for each in deeds.CHECK_INS],
        error_messages={"required": "Choose one of the four."},
    )
    words = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        label="A few words, if you like",
        required=False,
        max_length=2000,
    )


class JournalForm(forms.Form):
    """A page of the journal; who may read it is asked each time."""

    text = forms.CharField(
        widget=forms.Textarea(attrs={"data-draft": JOURNAL_DRAFT, "rows": 8}),
        label="Write",
        max_length=20_000,
    )
    shared = forms.ChoiceField(
        choices=(("no", "Keep it to myself"), ("yes", "Share it with my care team")),
        widget=forms.RadioSelect,
        label="Who may read it",
    )


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def insight(request: HttpRequest) -> HttpResponse:
    """What came back from the sessions, and what follows from it."""
    user = actor(request)
    course = my_course(user)
    form = InsightForm(request.POST or None, initial={"words": kept(request, INSIGHT_DRAFT)})
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            row = deeds.record_insight(course, **form.cleaned_data, at=clock.now(), by=user)
            drop_draft(user, INSIGHT_DRAFT)
            return redirect("portal:meaning", pk=row.pk)
    page = Paginator(integrating.insights(course), A_PAGE).get_page(request.GET.get("page"))
    words = {"form": form, "insights": page, "domains": dict(after_choices())}
    return render(request, "portal/insights.html", words, status=status_of(form))


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def meaning(request: HttpRequest, pk: int) -> HttpResponse:
    """What an insight means to them, before anything follows from it; it can be left out."""
    user = actor(request)
    found: Insight = mine(Insight, user, pk)
    last = Meaning.objects.newest(insight=found)
    form = MeaningForm(request.POST or None, initial={"words": last.words if last else ""})
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            deeds.give_meaning(found, **form.cleaned_data, at=clock.now(), by=user)
            return redirect("portal:commitment", pk=found.pk)
    words = {"form": form, "insight": found}
    return render(request, "portal/meaning.html", words, status=status_of(form))


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def commitment(request: HttpRequest, pk: int) -> HttpResponse:
    """One small thing that follows from an insight; it can wait."""
    user = actor(request)
    found: Insight = mine(Insight, user, pk)
    form = CommitmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            deeds.make_commitment(found, **form.cleaned_data, at=clock.now(), by=user)
            return redirect("portal:insight")
    last = Meaning.objects.newest(insight=found)
    idea = after.domains().get(found.domain)
    words = {"form": form, "insight": found, "meaning": last, "idea": idea}
    return render(request, "portal/commitment.html", words, status=status_of(form))


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def check_in(request: HttpRequest, pk: int) -> HttpResponse:
    """How it went: kept, changed, let go; or not now."""
    user = actor(request)
    found: Commitment = mine(Commitment, user, pk)
    form = CheckInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            deeds.check_in(found, **form.cleaned_data, at=clock.now(), by=user)
            from_today = request.POST.get("from") == "today"
            return redirect("portal:today" if from_today else "portal:insight")
    before = found.check_ins.all().order_by("at")
    words = {"form": form, "commitment": found, "before": before}
    return render(request, "portal/check_in.html", words, status=status_of(form))


@only_for("see my own")
@require_http_methods(["GET", "POST"])
def journal(request: HttpRequest) -> HttpResponse:
    """The person's journal; what they are writing is kept as they write."""
    user = actor(request)
    person = me(user)
    form = JournalForm(request.POST or None, initial={"text": kept(request, JOURNAL_DRAFT)})
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            text, shared = form.cleaned_data["text"], form.cleaned_data["shared"] == "yes"
            deeds.write_journal(person, text=text, shared=shared, at=clock.now(), by=user)
            drop_draft(user, JOURNAL_DRAFT)
            return redirect("portal:journal")
    page = Paginator(integrating.pages(person), A_PAGE).get_page(request.GET.get("page"))
    words = {"form": form, "pages": page, **prompts(request)}
    return render(request, "portal/journal.html", words, status=status_of(form))


def prompts(request: HttpRequest) -> dict[str, Any]:
    """The questions to write to by part of life, and the one that was chosen, if any."""
    every = after.journal_prompts()
    by_domain = [
        (domain.title, [each for each in every if each.domain == domain.id])
        for domain in after.domains().values()
    ]
    chosen = next((each for each in every if each.id == request.GET.get("prompt")), None)
    return {"prompts": by_domain, "chosen": chosen}


@only_for("see my own")
@require_GET
def helped(request: HttpRequest) -> HttpResponse:
    """What helped before, out of the person's own words and choices."""
    course = my_course(actor(request))
    return render(request, "portal/helped.html", {"helped": helped_before.of_course(course)})


@only_for("see my own")
@require_POST
def share_journal(request: HttpRequest, pk: int) -> HttpResponse:
    """Share a page, or take it back; a page that changed meanwhile is shown as it is now."""
    user = actor(request)
    entry: JournalEntry = mine(JournalEntry, user, pk)
    shared = request.POST.get("shared") == "yes"
    with suppress(Refused):
        deeds.share_journal(entry, shared=shared, at=clock.now(), by=user)
    return redirect("portal:journal")
