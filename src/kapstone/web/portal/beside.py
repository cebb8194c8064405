"""For a partner, escort or sitter: what to know, in two minutes, and the way home."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from kapstone import monitoring
from kapstone.web.accounts.models import User
from kapstone.web.portal.today import next_session
from kapstone.web.records import audit, helping
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.models import Companion, Person


def let_in_by(user: User) -> QuerySet[Companion]:
    """The doors that stand open to this companion.

    Asked here by name: somebody who is cared for here too, or works here, is more than a companion.
    """
    rows: QuerySet[Companion] = Companion.objects.standing().filter(user=user, ended=False)
    return rows.select_related("person__practice").order_by("person__given", "pk")


@only_for("accompany")
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who let this companion in."""
    return render(request, "portal/with.html", {"doors": let_in_by(actor(request))})


@only_for("accompany")
@require_GET
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """The day beside one person; nothing of their chart."""
    user = actor(request)
    door = get_object_or_404(let_in_by(user), person=pk)
    found: Person = door.person
    audit.record(user, "see companion page", person=found)
    course = found.courses.standing().order_by("-number").first()
    session = next_session(course) if course else None
    route = monitoring.route_named(session.order_route or session.route) if session else None
    words = {
        "person": found,
        "door": door,
        "session": session,
        "at_home": route.at_home if route else False,
        # The number of the practice that cares for the person, not of the companion's own.
        "practice": found.practice,
        "help": helping.at_hand(found.practice, found),
    }
    return render(request, "portal/with_person.html", words)
