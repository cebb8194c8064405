"""A page for first words: by a link, without a log-in and a network; for sending alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from pydantic import BaseModel, ConfigDict, ValidationError

from kapstone.web import clock
from kapstone.web.portal.sheets import SecondsAgo
from kapstone.web.portal.sitter import as_uuid
from kapstone.web.records import captures
from kapstone.web.records.actions import capturing as deeds
from kapstone.web.records.models import Capture, CaptureDevice
from kapstone.web.records.refusals import Refused

# What a phone keeps and refuses for good, and what it tries again.
STATUS = {"too-large": 413, "too-many": 429}
UNREAD = "This could not be read here."


class Sent(BaseModel):
    """What the address of a sending says about its body; `seconds` None where it was written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    ago_s: SecondsAgo
    seconds: float | None = None


@login_not_required
@require_http_methods(["GET", "POST"])
def capture(request: HttpRequest, token: str) -> HttpResponse:
    """Speak or write; what was kept before is not shown, nor anything of the chart."""
    device = captures.device_of(token, now=clock.now())
    if device is None:
        return render(request, "portal/capture_shut.html", status=404)
    # Whoever is logged in on this phone: the page is the same, and no lock falls on it.
    request.user = AnonymousUser()
    refusal = ""
    if request.method == "POST":
        try:
            write(request, device)
            return redirect(f"{request.path}?kept=1")
        except Refused as refused:
            refusal = refused.words
    words = {**shown(device, token), "refusal": refusal, "kept": "kept" in request.GET}
    with timezone.override(device.person.practice.zone):
        return render(request, "portal/capture.html", words, status=422 if refusal else 200)


def write(request: HttpRequest, device: CaptureDevice) -> Capture:
    """Keep what was written where scripts do not run."""
    once = as_uuid(request.POST.get("once", "")) or uuid4()
    content = request.POST.get("words", "").encode()
    now = clock.now()
    return deeds.keep(device, deeds.Words(client_id=once, at=now, content=content), at=now)


def shown(device: CaptureDevice, token: str) -> dict[str, Any]:
    return {
        "token": token,
        "owner": captures.owner_of(device),
        "practice": device.person.practice,
        "longest_s": deeds.LONGEST_S,
        "most_letters": deeds.MOST_LETTERS,
        "expires_at": device.expires_at,
        "once": uuid4(),
    }


# The address itself is the key, and no cookie is: a stranger's page has nothing to use.
@csrf_exempt
@login_not_required
@require_POST
def capture_keep(request: HttpRequest, token: str) -> HttpResponse:
    """Take one sound or one text, at once or once there is a network again; each counts once."""
    now = clock.now()
    device = captures.device_of(token, now=now)
    if device is None:
        return JsonResponse({"ended": True}, status=404)
    try:
        sent = Sent.model_validate(request.GET.dict())
        content = request.body
    except ValidationError:
        return JsonResponse({"refused": UNREAD}, status=422)
    except RequestDataTooBig:
        return JsonResponse({"refused": UNREAD}, status=413)
    at = now - timedelta(seconds=sent.ago_s)
    words = deeds.Words(client_id=sent.id, at=at, content=content, seconds=sent.seconds)
    try:
        deeds.keep(device, words, at=now)
    except Refused as refused:
        return JsonResponse({"refused": refused.words}, status=STATUS.get(refused.code, 422))
    return JsonResponse({"kept": sent.id.hex})


@csrf_exempt
@login_not_required
@require_POST
def capture_delete(request: HttpRequest, token: str) -> HttpResponse:
    """Delete what this phone sent before; what never arrived is deleted there alone."""
    now = clock.now()
    device = captures.device_of(token, now=now)
    if device is None:
        return JsonResponse({"ended": True}, status=404)
    once = as_uuid(request.GET.get("id", ""))
    rows = Capture.objects.filter(person=device.person, client_id=once) if once else ()
    for row in rows:
        deeds.delete_words(row, at=now, by=device.by)
    return JsonResponse({"deleted": True})
