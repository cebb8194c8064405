"""When messages are read, and who of the staff is away."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kapstone.web import clock
from kapstone.web.accounts.models import Practice, User
from kapstone.web.accounts.roles import STAFF
from kapstone.web.records import audit, away, opening
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import office as deeds
from kapstone.web.records.models import Absence, OfficeHours
from kapstone.web.records.refusals import Refused, shown_on, status_of

# A closed day or days in one line: 2026-12-25 Christmas, or 2026-12-24 to 2027-01-01 Holidays.
CLOSED_LINE = re.compile(r"(\d{4}-\d\d-\d\d)(?:\s+to\s+(\d{4}-\d\d-\d\d))?(?:\s+(.*))?")
USUAL_ANSWER_DAYS = 1
MOST_BEFORE = 20


class HoursForm(forms.Form):
    """The hours of each day from Monday, the days that are closed, and when to answer."""

    answer_days = forms.IntegerField(
        label="Answered by the close of which reading day after",
        min_value=0,
        max_value=deeds.MOST_ANSWER_DAYS,
        help_text="0 is the day on which it is read, 1 the next reading day.",
    )
    closed = forms.CharField(
        label="Closed days",
        required=False,
        help_text="One line each: 2026-12-25 Christmas, or 2026-12-24 to 2027-01-01 Holidays.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in enumerate(opening.DAYS):
            for end, word in (("opens", "from"), ("closes", "to")):
                clock_face = {"type": "time", "aria-label": f"{name} {word}"}
                widget = forms.TimeInput(attrs=clock_face, format="%H:%M")
                self.fields[f"{end}_{number}"] = forms.TimeField(required=False, widget=widget)

    def days(self) -> list[tuple[str, Any, Any]]:
        """Each day with its two bound fields."""
        return [
            (name, self[f"opens_{number}"], self[f"closes_{number}"])
            for number, name in enumerate(opening.DAYS)
        ]

    def clean_closed(self) -> list[opening.Closed]:
        lines = [line.strip() for line in self.cleaned_data["closed"].splitlines()]
        return [closed_of(line) for line in lines if line]

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        for number, name in enumerate(opening.DAYS):
            opens, closes = told.get(f"opens_{number}"), told.get(f"closes_{number}")
            if (opens is None) != (closes is None):
                self.add_error(None, f"{name}: give both hours, or none where nobody reads.")
        return told

    def week(self) -> list[opening.Span | None]:
        told = self.cleaned_data
        pairs = [
            (told[f"opens_{number}"], told[f"closes_{number}"])
            for number in range(len(opening.DAYS))
        ]
        return [None if None in pair else pair for pair in pairs]


def closed_of(line: str) -> opening.Closed:
    """One line as it is meant; refused with the line where it is not understood."""
    found = CLOSED_LINE.fullmatch(line)
    try:
        if found is None:
            raise ValueError(line)
        first = date.fromisoformat(found[1])
        return opening.Closed(first, date.fromisoformat(found[2] or found[1]), found[3] or "")
    except ValueError as fault:
        words = f"“{line}” is not understood. Begin it with a day such as 2026-12-25."
        raise forms.ValidationError(words) from fault


def as_told(row: OfficeHours | None) -> dict[str, Any]:
    """What stands, as the form shows it."""
    if row is None:
        return {"answer_days": USUAL_ANSWER_DAYS}
    hours = opening.as_hours(row)
    found: dict[str, Any] = {"answer_days": hours.answer_days}
    for number, span in enumerate(hours.week):
        if span:
            found[f"opens_{number}"], found[f"closes_{number}"] = span
    found["closed"] = "\n".join(line_of(each) for each in hours.closed)
    return found


def line_of(each: opening.Closed) -> str:
    until = f" to {each.last}" if each.last != each.first else ""
    return f"{each.first}{until} {each.words}".strip()


@only_for("settle hours")
@require_http_methods(["GET", "POST"])
def office_hours(request: HttpRequest) -> HttpResponse:
    """Settle when messages are read; people see it where they write."""
    user, now = actor(request), clock.now()
    practice = get_object_or_404(Practice, pk=user.practice_id)
    form = HoursForm(request.POST or None, initial=as_told(OfficeHours.objects.now(practice)))
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            told = form.cleaned_data
            deeds.settle_hours(
                form.week(),
                closed=told["closed"],
                answer_days=told["answer_days"],
                at=now,
                by=user,
            )
            messages.success(request, "Saved. People read it where they write.")
            return redirect("office_hours")
    rows = OfficeHours.objects.filter(practice=practice).select_related("by", "practice")
    before = [(row, opening.in_words(opening.as_hours(row))) for row in rows.order_by("-pk")]
    words = {
        "form": form,
        "practice": practice,
        "hours": opening.shown(practice, now),
        "before": before[:MOST_BEFORE],
    }
    return render(request, "clinician/office_hours.html", words, status=status_of(form))


class AbsenceForm(forms.Form):
    """Who is away, from when to when, and who reads what is addressed to them."""

    who = forms.ModelChoiceField(User.objects.none(), label="Who", empty_label=None)
    first_on = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    last_on = forms.DateField(
        label="To", help_text="The last day away.", widget=forms.DateInput(attrs={"type": "date"})
    )
    covered_by = forms.ModelChoiceField(
        User.objects.none(),
        label="Who covers",
        required=False,
        empty_label="Whoever is there",
        help_text="Reads what is addressed to them meanwhile; people are told so as they write.",
    )

    def __init__(self, *args: Any, by: User, readers: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = User.objects.filter(practice=by.practice, is_active=True).order_by("name")
        others = may(by, "say that others are away")
        held = [each.pk for each in staff if STAFF & set(each.roles) and (others or each == by)]
        who: Any = self.fields["who"]
        covers: Any = self.fields["covered_by"]
        who.queryset, who.initial = staff.filter(pk__in=held), by.pk
        covers.queryset = staff.filter(pk__in=[each.pk for each in readers])


@only_for("say who is away")
@require_http_methods(["GET", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """Who is away now and next; one's own absence, or anybody's where one may."""
    user, now = actor(request), clock.now()
    practice = get_object_or_404(Practice, pk=user.practice_id)
    form = AbsenceForm(request.POST or None, by=user, readers=away.readers(practice))
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            deeds.note_absence(**form.cleaned_data, at=now, by=user)
            return redirect("absences")
    audit.record(user, "see absences")
    others = may(user, "say that others are away")
    absent = away.today(practice, now)
    rows = [
        {
            "row": row,
            "today": row.who_id in absent and absent[row.who_id].pk == row.pk,
            "reader": away.reader(row.who, absent),
            "may_end": others or row.who_id == user.pk,
        }
        for row in away.to_come(practice, now)
    ]
    words = {"form": form, "rows": rows, "practice": practice}
    return render(request, "clinician/absences.html", words, status=status_of(form))


@only_for("say who is away")
@require_POST
def end_absence(request: HttpRequest, pk: int) -> HttpResponse:
    """They are there after all."""
    user = actor(request)
    row = get_object_or_404(Absence.objects.standing(user.practice_id), pk=pk)
    try:
        deeds.take_absence_back(row, at=clock.now(), by=user)
    except Refused as refused:
        messages.error(request, refused.words)
    return redirect("absences")
