"""Notes in the chart; those that stand apart have pages of their own (`psychotherapy.py`)."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kapstone.web import clock
from kapstone.web.clinician.booking import course_for
from kapstone.web.ids import number_in
from kapstone.web.records import audit
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import courses as deeds
from kapstone.web.records.actions.drafts import drop_draft
from kapstone.web.records.drafts import kept
from kapstone.web.records.happened import OF_LIFE
from kapstone.web.records.models import Note
from kapstone.web.records.refusals import shown_on, status_of

KINDS = (
    ("clinical", "Clinical note"),
    ("session", "Medicine session"),
    ("preparation", "Preparation"),
    ("integration", "Integration"),
    ("call", "Phone call"),
    ("letter", "Letter or other clinician"),
    ("life", "Something in their life"),
    ("hospital", "Stay in hospital"),
)
A_PAGE = 25
LONGEST = 50_000


class TextForm(forms.Form):
    """The words of a note, kept as a draft while they are written."""

    text = forms.CharField(label="Note", max_length=LONGEST, widget=forms.Textarea)

    def __init__(self, *args: Any, draft: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs |= {"data-draft": draft, "rows": 9}


class NoteForm(TextForm):
    kind = forms.ChoiceField(label="What kind", choices=KINDS)
    on = forms.DateField(
        label="On which day, if not today",
        help_text="Something in their life and a stay in hospital stand there on the charts.",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    field_order = ("kind", "on", "text")

    def clean_on(self) -> date | None:
        on: date | None = self.cleaned_data["on"]
        if on is not None and on > timezone.localdate(clock.now()):
            raise forms.ValidationError("This day has not come yet.")
        return on

    def at(self) -> datetime:
        """When it was: noon of the day that was named, else now."""
        on = self.cleaned_data.pop("on")
        if on is None or on == timezone.localdate(clock.now()):
            return clock.now()
        return timezone.make_aware(datetime.combine(on, time(12)))


@only_for("see charts")
@require_http_methods(["GET", "POST"])
def notes(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a note or correct one; a corrected note stays below the one that stands for it."""
    user, course = actor(request), course_for(request, pk)
    old = corrected(request, Note.objects.filter(course=course))
    key = draft_key("note", course.pk, old)
    first: dict[str, Any] = {"kind": old.kind, "text": old.text} if old else {}
    if old and old.kind in OF_LIFE:
        first["on"] = timezone.localdate(old.at)
    if draft := kept(request, key):
        first["text"] = draft
    form = NoteForm(request.POST or None, initial=first, draft=key)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            at = form.at()
            deeds.write_note(course, **form.cleaned_data, corrects=old, at=at, by=user)
            drop_draft(user, key)
            return redirect("notes", pk=course.pk)
    if request.method == "GET":
        audit.record(user, "see notes", person=course.person, about=f"course:{course.pk}")
    rows = Note.objects.standing().filter(course=course).select_related("by")
    page = Paginator(rows.order_by("-at", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    words = {
        "course": course,
        "person": course.person,
        "form": form,
        "old": old,
        "page": page,
        "notes": [(note, earlier(note)) for note in page],
        "kinds": dict(KINDS),
        "has_draft": bool(draft) and not form.is_bound,
        "may_write_apart": may(user, "write psychotherapy notes"),
    }
    return render(request, "clinician/notes.html", words, status=status_of(form))


def draft_key(kind: str, course: int, old: Any) -> str:
    return f"{kind}-{course}-{old.pk}" if old else f"{kind}-{course}"


def corrected(request: HttpRequest, rows: Any) -> Any:
    """The note that the form corrects, named in the address; None for a new note."""
    named = number_in(request.GET.get("corrects"))
    return None if named is None else get_object_or_404(rows, pk=named)


def earlier(note: Any) -> list[Any]:
    """What stood before this note, newest first."""
    found = []
    while note.corrects_id is not None:
        note = note.corrects
        found.append(note)
    return found
