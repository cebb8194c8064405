"""The full copy of a person's data, handed to them in person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from kapstone.web.records import audit, copies
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.models import Person


@only_for("hand out full copies")
@require_http_methods(["GET", "POST"])
def full_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """What to mind before it is handed over; then the file."""
    user = actor(request)
    person = get_object_or_404(Person.objects.visible_to(user), pk=pk)
    if request.method == "GET":
        return render(request, "clinician/full_copy.html", {"person": person})
    audit.record(user, "give full copy", person=person)
    answer = HttpResponse(copies.as_file(copies.full(person)), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="kapstone-{person.number}-full.json"'
    return answer
