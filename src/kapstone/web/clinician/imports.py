"""Taking another system's record in: the file, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kapstone import fhir
from kapstone.web.clinician.booking import course_for
from kapstone.web.records import audit, imports
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.models import Course, RecordImport
from kapstone.web.records.refusals import Refused, status_of

Listed = Mapping[str, Any]


class ImportForm(forms.Form):
    file = forms.FileField(
        label="A FHIR R4 Bundle, as the other system wrote it",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".json,application/json,application/fhir+json"}),
    )
    same = forms.BooleanField(
        required=False, label="It is the same person", widget=forms.HiddenInput
    )

    def ask_whether_same(self) -> None:
        """Show the box once the file has turned out to name somebody else."""
        self.fields["same"].widget = forms.CheckboxInput()
        self.fields["same"].help_text = "Tick it only if you know. Then choose the file again."


@only_for("import records")
@require_http_methods(["GET", "POST"])
def import_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Take another system's record in: all of it, or nothing and the reason."""
    course, form = course_for(request, pk), ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = take(request, course, form.cleaned_data)
        except (fhir.Unreadable, Refused) as refused:
            form.add_error("file", f"{refused} The chart is untouched.")
            if refused.code == "other-person":
                form.ask_whether_same()
        else:
            return redirect("import", pk=done.record.pk)
    words = {"course": course, "person": course.person, "form": form, "most": fhir.MAX_BYTES}
    return render(request, "clinician/import_record.html", words, status=status_of(form))


def take(request: HttpRequest, course: Course, given: dict[str, Any]) -> imports.Done:
    upload = given["file"]
    imports.refuse_too_large(upload.size)
    return imports.take(
        course.person,
        upload.read(),
        file_name=upload.name,
        by=actor(request),
        same=given["same"],
    )


@only_for("import records")
@require_GET
def import_done(request: HttpRequest, pk: int) -> HttpResponse:
    """What an import came to: taken, not understood, and what to ask the person."""
    user = actor(request)
    row = get_object_or_404(RecordImport.objects.visible_to(user).select_related("person"), pk=pk)
    audit.record(user, "see import", person=row.person, about=f"import:{pk}")
    words = {
        "row": row,
        "person": row.person,
        "course": row.person.courses.standing().order_by("-number").first(),
        "taken": [(title, row.taken.get(kind, 0)) for kind, title in imports.KINDS.items()],
        "left": by_type(row.not_understood),
        "may_see_charts": may(user, "see charts"),
    }
    return render(request, "clinician/import_done.html", words)


def by_type(listed: Iterable[Listed]) -> list[dict[str, Any]]:
    """What was not taken, under the type of resource it came as, the most frequent first."""
    groups: dict[str, list[Listed]] = {}
    for each in listed:
        groups.setdefault(each["resource_type"], []).append(each)
    found = [
        {"type": name, "rows": rows, "count": sum(len(each["entries"]) for each in rows)}
        for name, rows in groups.items()
    ]
    return sorted(found, key=lambda group: (-group["count"], group["type"]))
