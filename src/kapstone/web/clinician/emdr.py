"""EMDR: targets of a course, one tap a set, and how a sitting is closed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from kapstone.pathway import emdr as rules
from kapstone.web import clock
from kapstone.web.clinician.booking import course_for
from kapstone.web.clinician.notes import corrected
from kapstone.web.records import audit, emdr
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import emdr as deeds
from kapstone.web.records.models import EmdrSet, EmdrTarget
from kapstone.web.records.refusals import shown_on, status_of
from kapstone.web.track_fields import one_tap

LONGEST = 2_000
SCAN = (("clear", "Clear"), ("not_clear", "Not clear"), ("", "Not asked"))
FOUND = {"clear": True, "not_clear": False, "": None}


class TargetForm(forms.Form):
    """A target in the person's words, with SUD and VOC before the first set."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in rules.fields():
            self.fields[row.id] = forms.CharField(
                label=row.title,
                help_text=row.ask,
                max_length=LONGEST,
                required=row.id in {"picture", "negative"},
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        for name, of in rules.scales().items():
            self.fields[name] = one_tap(
                of.least,
                of.most,
                empty="Not asked",
                label=f"{of.title} before the first set, {of.least} to {of.most}",
                help_text=f"{of.ask} {of.least} {of.low}, {of.most} {of.high}.",
                required=False,
            )

    def told(self) -> dict[str, Any]:
        """As the deed takes it."""
        clean = dict(self.cleaned_data)
        numbers = {name: clean.pop(name) for name in rules.scales()}
        return {"words": clean, **numbers}


class SetForm(forms.Form):
    """One tap: which phase, and the number; nothing says that it was not asked."""

    phase = forms.ChoiceField(choices=lambda: [(each, each) for each in rules.rated_phases()])
    value = forms.IntegerField(required=False)
    client_id = forms.UUIDField()


class ClosingForm(forms.Form):
    """The end of a sitting: the body scan, what was done, and words."""

    body_clear = forms.ChoiceField(
        label="Body scan", choices=SCAN, required=False, widget=forms.RadioSelect, initial=""
    )
    exercises = forms.MultipleChoiceField(
        label="What was done to close",
        choices=lambda: [(each.id, each.title) for each in rules.exercises().values()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    words = forms.CharField(
        label="Words", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2})
    )

    def told(self) -> dict[str, Any]:
        clean = dict(self.cleaned_data)
        return {**clean, "body_clear": FOUND[clean["body_clear"]]}


@only_for("see charts")
@require_GET
def emdr_targets(request: HttpRequest, pk: int) -> HttpResponse:
    """The targets of a course, and where each stands."""
    course = course_for(request, pk)
    audit.record(actor(request), "see emdr", person=course.person, about=f"course:{course.pk}")
    old = corrected(request, EmdrTarget.objects.standing().filter(course=course))
    first = {} if old is None else {name: getattr(old, name) for name in TargetForm().fields}
    return targets_page(request, course, TargetForm(initial=first), old)


@only_for(deeds.MAY)
@require_POST
def take_target(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a target down, or correct one."""
    user, course = actor(request), course_for(request, pk)
    old = corrected(request, EmdrTarget.objects.filter(course=course))
    form = TargetForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            row = deeds.take_target(course, **form.told(), corrects=old, at=clock.now(), by=user)
            return redirect("emdr_target", pk=row.pk)
    return targets_page(request, course, form, old)


def targets_page(request: HttpRequest, course: Any, form: TargetForm, old: Any) -> HttpResponse:
    now = clock.now()
    words = {
        "course": course,
        "person": course.person,
        "targets": emdr.of_course(course, now),
        "form": form,
        "old": old,
        "may_hold": may(actor(request), deeds.MAY),
        **said_beside(course, now),
    }
    return render(request, "clinician/emdr_targets.html", words, status=status_of(form))


def said_beside(course: Any, now: Any) -> dict[str, Any]:
    """How near a dose is, and what the rows say; it informs."""
    return {
        "timing": emdr.near_a_dose(course, now),
        "window": rules.timing_row(),
        "remarks": rules.remarks(),
        "phases": rules.phases(),
        "closing_rule": rules.closure_row(),
        "now": now,
    }


@only_for("see charts")
@require_GET
def emdr_target(request: HttpRequest, pk: int) -> HttpResponse:
    """One target: a tap a set, the numbers so far, and the closing."""
    row = target_for(request, pk)
    about = f"emdr_target:{row.pk}"
    audit.record(actor(request), "see emdr", person=row.course.person, about=about)
    return target_page(request, row, ClosingForm())


def target_for(request: HttpRequest, pk: int) -> EmdrTarget:
    rows = EmdrTarget.objects.visible_to(actor(request)).select_related("course__person")
    found: EmdrTarget = get_object_or_404(rows, pk=pk)
    return found


def target_page(
    request: HttpRequest, row: EmdrTarget, closing: ClosingForm, refused: SetForm | None = None
) -> HttpResponse:
    now = clock.now()
    target = emdr.of_target(row, now)
    running = target.running
    told = emdr.told(running.sets) if running else []
    old = corrected(request, EmdrSet.objects.standing().filter(target__course=row.course))
    words = {
        "course": row.course,
        "person": row.course.person,
        "target": target,
        "facts": [(each.title, getattr(target.row, each.id)) for each in rules.fields()],
        "scales": [(phase, rules.scales()[name]) for phase, name in rules.rated_phases().items()],
        "tap_id": uuid4(),
        "as_it_stands": rules.closure(told, None, at=now) if running else None,
        "slow": rules.slow_down(rules.last_of(told, rules.DESENSITISATION)),
        "slow_rule": rules.slow_row(),
        "closing": closing,
        "refused": refused,
        "old": old,
        "exercises": rules.exercises(),
        "may_hold": may(actor(request), deeds.MAY),
        **said_beside(row.course, now),
    }
    status = status_of(refused or closing)
    return render(request, "clinician/emdr_target.html", words, status=status)


@only_for(deeds.MAY)
@require_POST
def note_set(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap after a set; with a number in the address it corrects the set of that number."""
    user, row = actor(request), target_for(request, pk)
    old = corrected(request, EmdrSet.objects.filter(target__course=row.course))
    form = SetForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            deeds.note_set(row, **form.cleaned_data, corrects=old, at=clock.now(), by=user)
            return redirect("emdr_target", pk=row.pk)
    return target_page(request, row, ClosingForm(), form)


@only_for(deeds.MAY)
@require_POST
def close_emdr(request: HttpRequest, pk: int) -> HttpResponse:
    """End the sitting."""
    user, row = actor(request), target_for(request, pk)
    form = ClosingForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            deeds.close_sitting(row, **form.told(), at=clock.now(), by=user)
            return redirect("emdr_target", pk=row.pk)
    return target_page(request, row, form)
