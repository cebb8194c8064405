"""What other records say beside the findings, and the one tap that makes it an answer."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from kapstone import screening as room
from kapstone.web import clock
from kapstone.web.clinician.booking import course_for
from kapstone.web.clinician.chart import health
from kapstone.web.records import other_records
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.models import Confirmation, Course, Statement

MOST_ON_RECORD = 40


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A statement, the person's word on it, and what it answers or may answer."""

    row: Statement
    said: Confirmation | None
    answers: tuple[str, ...]
    suggests: tuple[tuple[str, str], ...]
    asks: tuple[str, ...]


def on_record(course: Course) -> list[OnRecord]:
    """Conditions and allergies that another record names; the rest stands under Intake."""
    found = health(course.person)
    named = [*found["allergy"], *found["condition"]][:MOST_ON_RECORD]
    rows = Confirmation.objects.standing().filter(statement__in=named)
    said = {row.statement_id: row for row in rows}
    return [read(each, said.get(each.pk)) for each in named]


def read(row: Statement, said: Confirmation | None) -> OnRecord:
    now = clock.now()
    is_denied = said is not None and said.answer is False
    told = [each for each in other_records.says(row, now) if isinstance(each, tuple)]
    waiting = other_records.suggested(row, now)
    return OnRecord(
        row=row,
        said=said,
        answers=() if is_denied else tuple(room.describe(*each) for each in told),
        suggests=tuple((one.fact, words(one)) for one in waiting if one.value is not None),
        asks=tuple(room.fact(one.fact).ask for one in waiting if one.value is None),
    )


def words(one: room.Suggestion) -> str:
    if one.value is None:
        return room.fact(one.fact).ask
    return room.describe(one.fact, room.Given(one.value, None, "import", None))


@only_for("give facts")
@require_POST
def confirm(request: HttpRequest, pk: int, statement: int) -> HttpResponse:
    """Say that a record answers a fact, as it suggests; only what it suggests can be said."""
    course, now = course_for(request, pk), clock.now()
    rows = Statement.objects.standing().filter(person=course.person)
    row = get_object_or_404(rows.select_related("source"), pk=statement)
    wanted = request.POST.get("fact")
    for one in other_records.suggested(row, now):
        if one.fact == wanted and one.value is not None:
            deeds.give_fact(
                course.person,
                one.fact,
                one.value,
                origin="import",
                at=now,
                by=actor(request),
                words=row.text,
            )
            messages.success(request, f"Written: {words(one)}")
            return redirect("screening", pk=pk)
    raise Http404("This record does not suggest that.")
