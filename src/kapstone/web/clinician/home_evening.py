"""What staff do while and after somebody is at home: a release undone, a booster, a check-in."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from kapstone.web import clock
from kapstone.web.clinician import at_home as pages
from kapstone.web.clinician.home_forms import AskedForm, UndoForm
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import at_home as deeds
from kapstone.web.records.actions import boosters, checking_in
from kapstone.web.records.models import Release


@only_for("release for home")
@require_POST
def undo_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a release that was typed wrongly."""
    rows = Release.objects.visible_to(actor(request)).select_related("holding", "entry")
    release: Release = get_object_or_404(rows, pk=pk)
    found, form = pages.home_session(request, release.session_id), UndoForm(request.POST)
    return pages.after(
        request,
        found,
        "undo_form",
        form,
        lambda: deeds.undo_release(
            release, words=form.cleaned_data["words"], at=clock.now(), by=actor(request)
        ),
    )


@only_for("confirm boosters at home")
@require_POST
def confirm_booster(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes or no to the second dose; the deed says what does not hold."""
    found, agrees = pages.home_session(request, pk), request.POST.get("agrees")
    if agrees not in {"yes", "no"}:
        raise Http404("Say yes or no.")
    return pages.after(
        request,
        found,
        "confirm_form",
        forms.Form(request.POST),
        lambda: boosters.therapist_confirms(
            found, agrees=agrees == "yes", at=clock.now(), by=actor(request)
        ),
    )


@only_for("run sessions")
@require_POST
def check_in_home(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down how somebody is who was asked on the phone."""
    found, form = pages.home_session(request, pk), AskedForm(request.POST)
    return pages.after(
        request,
        found,
        "asked_form",
        form,
        lambda: checking_in.answer_check_in(
            found, **form.said(), at=clock.now(), by=actor(request)
        ),
    )
