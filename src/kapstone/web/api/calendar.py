"""A feed of times for calendar programs, which have no log-in: the secret address is the key."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kapstone.web import clock
from kapstone.web.records import feeds


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The times, as text/calendar; an address that is wrong or was shut is not there."""
    feed = feeds.feed_of(token)
    if feed is None:
        return HttpResponse("There is no calendar here.\n", status=404, content_type="text/plain")
    made = feeds.as_file(feed, now=clock.now())
    answer = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "no-store, private"
    return answer
