"""Keeps drafts while somebody writes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from kapstone.web import clock
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions.drafts import keep_draft
from kapstone.web.records.models import Draft

LONGEST = 50_000


@only_for("use Kapstone")
@require_POST
def draft(request: HttpRequest, key: str) -> HttpResponse:
    """Keep the words under this key, for this person only."""
    keep_draft(actor(request), key, request.POST.get("text", "")[:LONGEST], at=clock.now())
    return HttpResponse(status=204)


def kept(request: HttpRequest, key: str) -> str:
    """The words kept under this key; nothing when there are none."""
    rows = Draft.objects.filter(user=actor(request), key=key)
    return rows.values_list("text", flat=True).first() or ""
