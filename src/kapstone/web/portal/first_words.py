"""First words, for the person: what they kept, to hear and to delete; and which phone may send."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from kapstone.web import clock, sealed, streamed
from kapstone.web.portal.own import me, mine
from kapstone.web.records import audit, captures
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import capturing as deeds
from kapstone.web.records.models import Capture, CaptureDevice

A_PAGE = 20
SECRET_BYTES = 32


@only_for("see my own")
@require_GET
def first_words(request: HttpRequest) -> HttpResponse:
    """What was kept, the newest first, and the phones that may send."""
    person = me(actor(request))
    rows = Capture.objects.filter(person=person).select_related("session", "deletion")
    page: Any = Paginator(rows.order_by("-at", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    words = {
        "page": page,
        "shown": captures.shown(page),
        "devices": captures.open_devices(clock.now()).filter(person=person).order_by("-at"),
        "days": captures.LASTS.days,
        "longest_s": deeds.LONGEST_S,
    }
    return render(request, "portal/first_words.html", words)


@only_for("see my own")
@require_POST
def trust_phone(request: HttpRequest) -> HttpResponse:
    """Let the phone that this is asked on send without a log-in, and open its page there."""
    user, secret = actor(request), secrets.token_urlsafe(SECRET_BYTES)
    deeds.trust_phone(me(user), secret=secret, at=clock.now(), by=user)
    return redirect("capture", token=secret)


@only_for("see my own")
@require_POST
def take_phone_back(request: HttpRequest, pk: int) -> HttpResponse:
    """From now on that phone sends nothing any more."""
    user = actor(request)
    deeds.take_phone_back(mine(CaptureDevice, user, pk), at=clock.now(), by=user)
    messages.success(request, _("That phone sends nothing any more."))
    return redirect("portal:first_words")


@only_for("see my own")
@require_GET
def hear(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own voice."""
    user = actor(request)
    row: Capture = mine(Capture, user, pk)
    content = sealed.get(row.file) if row.kind == "spoken" else None
    if content is None:
        raise Http404("There is nothing to hear.")
    audit.record(user, "hear my first words", person=row.person, about=f"capture:{pk}")
    return streamed.sound(request, content, row.content_type)


@only_for("see my own")
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase one of them for good."""
    user = actor(request)
    deeds.delete_words(mine(Capture, user, pk), at=clock.now(), by=user)
    messages.success(request, _("It is deleted. Nobody can hear or read it any more."))
    return redirect("portal:first_words")
