"""What other records say beside the findings, and the one tap that makes it an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeGuard

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from kapstone import screening as room
from kapstone.web import clock
from kapstone.web.clinician.booking import course_for
from kapstone.web.records import other_records
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.models import Confirmation, Course, Statement


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A statement, the person's word on it, and what it answers or may answer."""

    row: Statement
    said: Confirmation | None
    answers: tuple[str, ...]
    suggests: tuple[tuple[str, str], ...]
    asks: tuple[str, ...]

    @property
    def says_something(self) -> bool:
        """Also what the person denies is shown."""
        return bool(self.answers or self.suggests or self.asks or self.is_denied)

    @property
    def is_denied(self) -> bool:
        return self.said is not None and self.said.answer is False


def on_record(course: Course) -> tuple[list[OnRecord], int]:
    """What other records answer or suggest, also when it is over, and how many say neither.

    What waits for a tap comes first, then what only asks. The rest stands under Intake.
    """
    named = [*other_records.named(course.person)]
    rows = Confirmation.objects.standing().filter(statement__in=named)
    said = {row.statement_id: row for row in rows}
    told = [read(each, said.get(each.pk)) for each in named]
    weighed = [each for each in told if each.says_something]
    weighed.sort(key=lambda each: (not each.suggests, not each.asks))
    return weighed, len(told) - len(weighed)


def read(row: Statement, said: Confirmation | None) -> OnRecord:
    now = clock.now()
    is_denied = said is not None and said.answer is False
    told = [each for each in other_records.says(row, now) if is_readable(each)]
    waiting = other_records.suggested(row, now)
    return OnRecord(
        row=row,
        said=said,
        answers=() if is_denied else tuple(room.describe(*each) for each in told),
        suggests=tuple((one.fact, words(one)) for one in waiting if one.value is not None),
        asks=tuple(room.fact(one.fact).ask for one in waiting if one.value is None),
    )


def is_readable(each: object) -> TypeGuard[other_records.Named]:
    """Whether it is an answer, and one that the vocabulary of today can read."""
    if not isinstance(each, tuple):
        return False
    of = room.vocabulary().get(each[0])
    return of is not None and of.accepts(each[1].value)


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
                # A tap on what only a clinician may say is the clinician's own word.
                origin="import" if "import" in room.fact(one.fact).from_ else "clinician",
                at=now,
                by=actor(request),
                words=row.text,
            )
            messages.success(request, f"Written: {words(one)}")
            return redirect("screening", pk=pk)
    raise Http404("This record does not suggest that.")
