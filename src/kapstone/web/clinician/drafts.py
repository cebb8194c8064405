"""Keeps drafts while somebody writes."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from kapstone.web import clock
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions.drafts import drop_draft, keep_draft
from kapstone.web.records.drafts import words_of
from kapstone.web.records.models import Draft
from kapstone.web.records.refusals import Refused

LONGEST, LONGEST_KEY, MOST_KEYS = 50_000, 100, 40


@only_for("use Kapstone")
@require_http_methods(["GET", "POST"])
def drafts(request: HttpRequest) -> HttpResponse:
    """Keep the words under this key, for this person only; or give what these keys hold."""
    user = actor(request)
    if request.method == "GET":
        keys = request.GET.getlist("key")[:MOST_KEYS]
        now, rows = clock.now(), Draft.objects.filter(user=user, key__in=keys)
        found = {
            row.key: {"text": words_of(row), "age_s": round((now - row.at).total_seconds())}
            for row in rows
        }
        return JsonResponse(found)
    key = request.POST.get("key", "")[:LONGEST_KEY]
    try:
        keep_draft(user, key, request.POST.get("text", "")[:LONGEST], at=clock.now())
    except Refused as refused:
        # The field says that it is not kept, and tries again.
        return HttpResponse(refused.words, status=409, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


def drop_what_was_sent(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A form names the drafts it was written from; they go once the form was taken, not before."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        taken = request.method == "POST" and answer.status_code < 400
        if taken and request.user.is_authenticated:
            for key in request.POST.getlist("drafts"):
                drop_draft(actor(request), key)
        return answer

    return middleware
