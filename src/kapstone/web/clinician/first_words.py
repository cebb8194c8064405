"""First words on the chart: what a person spoke or wrote in the hour after a session."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from kapstone.web import sealed, streamed
from kapstone.web.accounts.models import User
from kapstone.web.records import audit, captures
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.models import Capture, Person

A_PAGE = 10


def of(person: Person, user: User, page: str | None) -> dict[str, Any]:
    """What the board shows, to whoever may integrate; what was deleted is only counted there."""
    if not may(user, "integrate"):
        return {}
    mine = Capture.objects.visible_to(user).filter(person=person)
    rows = mine.kept().select_related("session", "deletion").order_by("-at", "-pk")
    shown: Any = Paginator(rows, A_PAGE).get_page(page)
    if shown.object_list:
        audit.record(user, "see first words", person=person, captures=[row.pk for row in shown])
    return {
        "first_page": shown,
        "first_words": captures.shown(shown, new=captures.new_among(list(shown))),
        "first_deleted": mine.exclude(deletion=None).count(),
    }


@only_for("integrate")
@require_GET
def hear(request: HttpRequest, pk: int) -> HttpResponse:
    """What the person spoke; each time is on the audit trail."""
    user = actor(request)
    rows = Capture.objects.visible_to(user).kept().filter(kind="spoken").select_related("person")
    row: Capture = get_object_or_404(rows, pk=pk)
    content = sealed.get(row.file)
    if content is None:
        raise Http404("This cannot be heard here.")
    audit.record(user, "hear first words", person=row.person, about=f"capture:{pk}")
    return streamed.sound(request, content, row.content_type)
