"""A therapist's own notes: pages that open to nobody but who wrote them."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician.booking import course_for
from kapstone.web.clinician.notes import A_PAGE, TextForm, corrected, draft_key, earlier
from kapstone.web.records import audit, sealing
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import psychotherapy as deeds
from kapstone.web.records.actions.drafts import drop_draft
from kapstone.web.records.drafts import kept
from kapstone.web.records.models import PsychotherapyNote
from kapstone.web.records.refusals import Refused, shown_on, status_of


@only_for(deeds.MAY)
@never_cache
@require_http_methods(["GET", "POST"])
def psychotherapy_notes(request: HttpRequest, pk: int) -> HttpResponse:
    """The writer's own notes on a course, by their days only, and a form for the next one."""
    user, course = actor(request), course_for(request, pk)
    mine = PsychotherapyNote.objects.visible_to(user).filter(course=course)
    old = corrected(request, mine)
    key = draft_key(sealing.DRAFTS.rstrip("-"), course.pk, old)
    draft = kept(request, key)
    first, shut = begun(request, draft, old, user)
    form = TextForm(request.POST or None, initial={"text": first}, draft=key)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            text = form.cleaned_data["text"]
            deeds.write_psychotherapy_note(course, text=text, corrects=old, at=clock.now(), by=user)
            drop_draft(user, key)
            return redirect("psychotherapy_notes", pk=course.pk)
    if request.method == "GET":
        about = f"course:{course.pk}"
        audit.record(user, "see own psychotherapy notes", person=course.person, about=about)
    found = mine.standing().order_by("-at", "-pk")
    words = {
        "course": course,
        "person": course.person,
        "form": form,
        "old": old,
        "shut": shut,
        "page": (page := Paginator(found, A_PAGE).get_page(request.GET.get("page"))),
        "notes": list(page),
        "has_draft": bool(draft) and not form.is_bound,
    }
    status = 409 if shut else status_of(form)
    return render(request, "clinician/psychotherapy_notes.html", words, status=status)


def begun(request: HttpRequest, draft: str, old: Any, user: User) -> tuple[str, str]:
    """What the form begins with, and why the old words cannot be shown, where they cannot."""
    if draft or old is None or request.method != "GET":
        return draft, ""
    return opened(old, user)


def opened(note: PsychotherapyNote, user: User) -> tuple[str, str]:
    """The words of a note, or why they stay shut."""
    try:
        return deeds.open_psychotherapy_note(note, by=user), ""
    except Refused as refused:
        return "", refused.words


@only_for(deeds.MAY)
@never_cache
@require_GET
def psychotherapy_note(request: HttpRequest, pk: int) -> HttpResponse:
    """One note, opened by its writer; what stood before it is opened by itself."""
    user = actor(request)
    rows = PsychotherapyNote.objects.visible_to(user).select_related("course__person", "by")
    note = get_object_or_404(rows, pk=pk)
    text, shut = opened(note, user)
    words = {
        "course": note.course,
        "person": note.course.person,
        "note": note,
        "text": text,
        "shut": shut,
        "before": earlier(note),
        "stands": not PsychotherapyNote.objects.filter(corrects=note).exists(),
    }
    status = 409 if shut else 200
    return render(request, "clinician/psychotherapy_note.html", words, status=status)
