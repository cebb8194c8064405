"""Stories in the practice: where each stands, the summary of a chart, what may be said where."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from kapstone import stories as rules
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import CLINICIANS
from kapstone.web.records import audit
from kapstone.web.records import stories as told
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import approving_stories as deeds
from kapstone.web.records.actions import stories as own_deeds
from kapstone.web.records.models import PersonStory, StoryText
from kapstone.web.records.refusals import Refused, status_of

A_PAGE = 20


class SummaryForm(forms.Form):
    """The words of a summary; `after` is the version that was changed."""

    words = forms.CharField(
        label="Summary",
        help_text="No names, no dates, no places. Days are counted from the first dose.",
        max_length=own_deeds.LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    after = forms.IntegerField(widget=forms.HiddenInput)


@only_for("see stories")
@require_GET
def stories(request: HttpRequest) -> HttpResponse:
    """Every story that somebody opened, with what it still needs."""
    user, now = actor(request), clock.now()
    page = Paginator(told.of_practice(user.practice), A_PAGE).get_page(request.GET.get("page"))
    words = {
        "page": page,
        "states": told.states(list(page), now),
        "audiences": rules.audiences(),
        "public": told.live(now, told.PUBLIC).filter(story__person__practice=user.practice).count(),
    }
    return render(request, "clinician/stories.html", words)


@only_for("see stories")
@require_GET
def said_where(request: HttpRequest) -> HttpResponse:
    """What may be said where: the authorisations that hold, those first that end first."""
    user, now = actor(request), clock.now()
    rows = told.of_practice_in_force(now, user.practice)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    states = told.states([each.story for each in page], now)
    soon = now + timedelta(days=rules.longest().soon)
    words = {
        "page": page,
        "rows": [(row, at, row.expires_at <= soon) for row, at in zip(page, states, strict=True)],
        "audiences": rules.audiences(),
        "purposes": rules.purposes(),
        "ending": told.ending(now, user.practice).count(),
        "soon": rules.longest().soon,
    }
    return render(request, "clinician/said_where.html", words)


def story_for(request: HttpRequest, pk: int) -> PersonStory:
    rows = told.of_practice(actor(request).practice)
    found: PersonStory = get_object_or_404(rows, pk=pk)
    return found


def text_for(request: HttpRequest, pk: int) -> StoryText:
    rows = StoryText.objects.filter(story__person__practice=actor(request).practice)
    found: StoryText = get_object_or_404(rows.select_related("story__person__practice"), pk=pk)
    return found


@only_for("see stories")
@require_GET
def story(request: HttpRequest, pk: int) -> HttpResponse:
    """One story: its words once they may be read, its approvals, its authorisation."""
    row = story_for(request, pk)
    audit.record(actor(request), "see story", person=row.person, about=f"story:{row.pk}")
    return page_of(request, row)


def page_of(request: HttpRequest, row: PersonStory, form: Any = None) -> HttpResponse:
    user, state = actor(request), told.state(row, clock.now())
    may_read = told.readable(state) and (user.has_role(*CLINICIANS) or state.is_shown)
    words = {
        "story": row,
        "person": row.person,
        "state": state,
        "audiences": rules.audiences(),
        "purposes": rules.purposes(),
        "may_read": may_read,
        "spots": spots_of(row, state.text) if may_read else (),
        "form": form or form_of(user, state),
        "left_out": rules.left_out(),
        "may_approve": may(user, deeds.MAY) and row.person.user_id != user.pk,
        "may_take_down": may(user, deeds.MAY_TAKE_DOWN),
    }
    return render(request, "clinician/story.html", words, status=status_of(form) if form else 200)


def form_of(user: User, state: told.State) -> SummaryForm | None:
    """For whoever may write a summary, while the person's authorisation holds."""
    may_write = may(user, deeds.MAY) and state.authorisation is not None
    if state.story.kind != told.SUMMARY or state.text is None or not may_write:
        return None
    return SummaryForm(initial={"words": state.text.words, "after": state.text.pk})


def spots_of(row: PersonStory, text: StoryText | None) -> tuple[str, ...]:
    if text is None:
        return ()
    try:
        own_deeds.refuse_spots(row, text.words, speaks_of=text.speaks_of)
    except Refused as refused:
        return refused.lines
    return ()


def done(request: HttpRequest, pk: int, deed: Callable[[], object]) -> HttpResponse:
    """Do it, or say why not; then the story as it is now."""
    try:
        deed()
    except Refused as refused:
        messages.error(request, refused.words)
    return redirect("practice_story", pk=pk)


@only_for(deeds.MAY)
@require_POST
def build_summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the summary from the chart as it stands now."""
    row, user = story_for(request, pk), actor(request)
    return done(request, pk, lambda: deeds.build_summary(row, at=clock.now(), by=user))


@only_for(deeds.MAY)
@require_POST
def edit_summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the words; what could tell who it is is refused, with the line."""
    row, user, form = story_for(request, pk), actor(request), SummaryForm(request.POST)
    if not form.is_valid():
        return page_of(request, row, form)
    after = get_object_or_404(StoryText, pk=form.cleaned_data["after"], story=row)
    words = form.cleaned_data["words"]
    try:
        deeds.edit_summary(row, words, after=after, at=clock.now(), by=user)
    except Refused as refused:
        form.add_error("words", refused.words)
        return page_of(request, row, form)
    return redirect("practice_story", pk=pk)


@only_for(deeds.MAY)
@require_POST
def approve_story(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve exactly the version that was shown."""
    text, user = text_for(request, pk), actor(request)
    read = request.POST.get("digest", "")
    return done(
        request,
        text.story_id,
        lambda: deeds.approve_as_clinician(text, digest_read=read, at=clock.now(), by=user),
    )


@only_for(deeds.MAY_TAKE_DOWN)
@require_POST
def take_story_down(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a story down for the practice; the person's own authorisation stays theirs."""
    text, user = text_for(request, pk), actor(request)
    return done(request, text.story_id, lambda: deeds.take_down(text, at=clock.now(), by=user))
