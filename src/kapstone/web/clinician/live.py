"""Who may follow what on a live screen. The stream itself is the server's (`web/live`)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from kapstone.web.clinician.sessions import session_for
from kapstone.web.ids import number_in
from kapstone.web.live.following import Login, Wish
from kapstone.web.live.streams import DEED, WISH
from kapstone.web.records.access import actor, only_for

# A screen of the floor shows a dozen rooms.
MOST_SHOWN = 50


@only_for(DEED)
@require_GET
def follow_room(request: HttpRequest, pk: int) -> HttpResponse:
    """One session, which the user may know of."""
    found = session_for(request, pk)
    return let_in(request, found.course.person.practice_id, frozenset({found.pk}))


@only_for(DEED)
@require_GET
def follow_rooms(request: HttpRequest) -> HttpResponse:
    """The sessions that a screen of the floor shows, and every beginning and end in the practice.

    Whatever numbers are asked for: nothing of another practice is ever sent.
    """
    shown = request.GET.get("shown", "").split(",")[:MOST_SHOWN]
    sessions = frozenset(each for each in map(number_in, shown) if each is not None)
    return let_in(request, actor(request).practice_id, sessions, floor=True)


def let_in(
    request: HttpRequest, practice: int | None, sessions: frozenset[int], *, floor: bool = False
) -> HttpResponse:
    """Leave the wish with the server; one that keeps no streams tells the browser not to ask."""
    key, wished = request.session.session_key, request.META.get(WISH)
    if practice is not None and key and wished is not None:
        wished.append(Wish(Login(key, practice), sessions, floor))
    return HttpResponse(status=204)
