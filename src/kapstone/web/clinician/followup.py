"""Follow-up: is it working, what is due, and what was answered; answers can be taken by phone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kapstone import instruments
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import audit, definitions, scores, sheets
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import questionnaires as deeds
from kapstone.web.records.models import Course, Phase, Sheet
from kapstone.web.records.refusals import shown_on, status_of

A_PAGE = 25
MOST_WAITING = 12
CHART_WIDTH = 640


class AskForm(forms.Form):
    """Which questionnaire to ask for now."""

    instrument = forms.ChoiceField(label="Questionnaire")

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        """Those that the person answers themselves and that this practice may show."""
        super().__init__(*args, **kwargs)
        known = definitions.forms_of(course.person.practice, timezone.localdate(clock.now()))
        names = [
            (form.of.id, form.of.short)
            for form in known.values()
            if form.may_be_asked and form.of.respondent == "patient"
        ]
        self.fields["instrument"].choices = names  # type: ignore[attr-defined]


class PhoneForm(forms.Form):
    """A whole questionnaire, asked aloud; nothing is chosen beforehand and blanks may stay."""

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of = definitions.of_sheet(sheet)
        for item in of.item:
            self.fields[item.id] = forms.TypedChoiceField(
                label=item.text,
                help_text=only_after(of, item),
                choices=[(choice.value, choice.text) for choice in of.choices_of(item)],
                widget=forms.RadioSelect,
                coerce=float,
                empty_value=None,
                required=False,
            )


def only_after(of: instruments.Instrument, item: instruments.Item) -> str:
    """When a question is asked, in words; nothing when it always is."""
    if item.asked_if is None:
        return ""
    opener = of.named(item.asked_if.item)
    wanted = next(c.text for c in of.choices_of(opener) if c.value == item.asked_if.value)
    return f"Only after “{wanted}” to: {opener.text}"


class CorrectionForm(forms.Form):
    """One answer that was wrong, and why it is put right."""

    item = forms.ChoiceField(label="Question")
    value = forms.TypedChoiceField(label="The right answer", coerce=float)
    reason = forms.CharField(label="Why", max_length=400)

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of = definitions.of_sheet(sheet)
        items = [(item.id, item.text) for item in of.item]
        values = {c.value: c.text for item in of.item for c in of.choices_of(item)}
        self.fields["item"].choices = items  # type: ignore[attr-defined]
        self.fields["value"].choices = list(values.items())  # type: ignore[attr-defined]


def course_of(user: User, pk: int) -> Course:
    found: Course = get_object_or_404(
        Course.objects.visible_to(user).select_related("person"), pk=pk
    )
    return found


def measures_of(course: Course) -> list[scores.Measure]:
    doses = Phase.objects.standing().filter(session__course=course, phase="started").order_by("at")
    return scores.measures(
        course, doses=list(doses.values_list("at", flat=True)), width=CHART_WIDTH
    )


@only_for("see charts")
@require_GET
def followup(request: HttpRequest, pk: int) -> HttpResponse:
    """Every score over time, and every questionnaire with how it stands."""
    user = actor(request)
    course = course_of(user, pk)
    audit.record(user, "see follow-up", person=course.person, about=f"course:{course.pk}")
    return page(request, course, AskForm(course=course))


def page(request: HttpRequest, course: Course, form: AskForm) -> HttpResponse:
    rows = sheets.listed(course, clock.now())
    # What closes first stands first.
    waiting = [row for row in reversed(rows) if row.state in {"open", "overdue"}]
    past = [row for row in rows if row.state in {"finished", "missed"}]
    words = {
        "course": course,
        "person": course.person,
        "measures": measures_of(course),
        "waiting": waiting[:MOST_WAITING],
        "more_waiting": len(waiting) - MOST_WAITING,
        "page": Paginator(past, A_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "may_ask": may(actor(request), "give facts"),
    }
    return render(request, "clinician/followup.html", words, status=status_of(form))


@only_for("give facts")
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a questionnaire now."""
    user = actor(request)
    course = course_of(user, pk)
    form = AskForm(request.POST, course=course)
    if form.is_valid():
        with shown_on(form):
            chosen = form.cleaned_data["instrument"]
            asked = deeds.ask_now(course, chosen, at=clock.now(), by=user)
            return redirect("sheet", pk=asked.pk)
    return page(request, course, form)


@only_for("give facts")
@require_POST
def ask_due(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for what the schedule says is due, without waiting for the next round."""
    user = actor(request)
    course = course_of(user, pk)
    deeds.schedule_due(course, at=clock.now(), by=user)
    return redirect("followup", pk=course.pk)


def sheet_of(user: User, pk: int) -> Sheet:
    found: Sheet = get_object_or_404(
        Sheet.objects.visible_to(user).select_related("course__person"), pk=pk
    )
    return found


@only_for("see charts")
@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One questionnaire, question by question, with who gave each answer."""
    user = actor(request)
    found = sheet_of(user, pk)
    audit.record(user, "see sheet", person=found.course.person, about=f"sheet:{found.pk}")
    return one_sheet(request, found, CorrectionForm(sheet=found))


def one_sheet(request: HttpRequest, found: Sheet, form: CorrectionForm) -> HttpResponse:
    listed = sheets.list_entry(found, clock.now())
    own = found.course.person.user_id
    lines = sheets.lines(found)
    words = {
        "course": found.course,
        "person": found.course.person,
        "sheet": found,
        "of": definitions.of_sheet(found),
        "listed": listed,
        "lines": lines,
        "by_staff": sorted({str(row.row.by) for row in lines if row.row and row.row.by_id != own}),
        "form": form,
        "may_answer": may(actor(request), "give facts"),
    }
    return render(request, "clinician/sheet.html", words, status=status_of(form))


@only_for("give facts")
@require_http_methods(["GET", "POST"])
def answer_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter answers that were given by phone or in the room, as the one who asked."""
    user, now = actor(request), clock.now()
    found = sheet_of(user, pk)
    form = PhoneForm(request.POST or None, sheet=found, initial=deeds.answers_of(found))
    if request.method == "POST" and form.is_valid():
        given = {item: value for item, value in form.cleaned_data.items() if value is not None}
        with shown_on(form):
            deeds.take_down(found, given, finish="finish" in request.POST, at=now, by=user)
            return redirect("sheet", pk=found.pk)
    words = {
        "course": found.course,
        "person": found.course.person,
        "sheet": found,
        "of": definitions.of_sheet(found),
        "form": form,
    }
    return render(request, "clinician/answer_sheet.html", words, status=status_of(form))


@only_for("give facts")
@require_POST
def correct_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one answer of a finished questionnaire right."""
    user = actor(request)
    found = sheet_of(user, pk)
    form = CorrectionForm(request.POST, sheet=found)
    if form.is_valid():
        with shown_on(form):
            deeds.correct_answer(found, **form.cleaned_data, at=clock.now(), by=user)
            return redirect("sheet", pk=found.pk)
    return one_sheet(request, found, form)
