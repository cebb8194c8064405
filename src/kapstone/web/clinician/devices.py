"""The page of devices: which there are, where they stand, when they were last heard."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician.today import running
from kapstone.web.ids import number_in
from kapstone.web.records import bedside_shown
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import devices as deeds
from kapstone.web.records.models import BedsideReading, Device, DeviceRefusal, SessionPlan
from kapstone.web.records.refusals import Refused, shown_on
from kapstone.web.records.tiles import said

DEED = "look after devices"
MOST_LOOSE = 20
MOST_REFUSALS = 10


class DeviceForm(forms.Form):
    """A device that is to be heard."""

    label = forms.CharField(
        label="Its name here", max_length=60, help_text="What stands on it, such as Cuff 2."
    )
    kind = forms.ChoiceField(label="What it is", choices=list(deeds.KINDS.items()))
    identity = forms.CharField(
        label="What it calls itself",
        max_length=64,
        help_text="Its EUI-64, or what stands in OBX-18 of its messages (else in MSH-3).",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


@only_for(DEED)
@require_GET
def devices(request: HttpRequest) -> HttpResponse:
    """Every device of the practice; one that calls and is not known is named as well."""
    return page(request)


def page(request: HttpRequest, **also: Any) -> HttpResponse:
    """The page; `also` may bring a form that did not pass, a refusal, or a key shown once."""
    user = actor(request)
    rows = list(Device.objects.visible_to(user).standing().order_by("label", "pk"))
    heard = bedside_shown.last_heard(rows)
    sees = may(user, "run sessions")
    words = {
        "rows": [{"device": row, **standing(row, heard.get(row.pk))} for row in rows],
        "refused": refused(user),
        "rooms": rooms(user),
        "sessions": running(user) if sees else [],
        "loose": loose(user) if sees else [],
        "form": DeviceForm(),
        **also,
    }
    bad = words["form"].is_bound or also.get("refusal")
    return render(request, "clinician/devices.html", words, status=422 if bad else 200)


def standing(row: Any, heard: BedsideReading | None) -> dict[str, Any]:
    """Where a device stands, when it was last heard, and how its clock went then."""
    return {
        "where": bedside_shown.stands(row),
        "kind": deeds.KINDS.get(row.kind, row.kind),
        "heard": heard,
        "clock": " ".join(bedside_shown.clock_words(heard)) if heard else "",
    }


def refused(user: User) -> Any:
    """What was refused of late, of the practice's devices and of strangers, by reason."""
    mine = DeviceRefusal.objects.filter(device__practice=user.practice_id)
    strangers = DeviceRefusal.objects.filter(device=None)
    named = (mine | strangers).values("words").annotate(times=Sum("count"))
    return named.order_by("-times")[:MOST_REFUSALS]


def rooms(user: User) -> list[str]:
    """The rooms that plans of the practice name."""
    plans = SessionPlan.objects.visible_to(user).standing().exclude(room="")
    return sorted(set(plans.order_by().values_list("room", flat=True).distinct()))


def loose(user: User) -> list[dict[str, Any]]:
    """What devices without a place told, for whoever may give it to a session."""
    rows = bedside_shown.nobodys(user.practice_id or 0)[:MOST_LOOSE]
    return [{"row": row, "said": said(row.signs)} for row in rows]


def device_for(request: HttpRequest, pk: int) -> Device:
    return get_object_or_404(Device.objects.visible_to(actor(request)), pk=pk)


@only_for(DEED)
@require_POST
def add_device(request: HttpRequest) -> HttpResponse:
    form = DeviceForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            told = form.cleaned_data
            named = {name: told[name] for name in ("kind", "identity")}
            deeds.register_device(told["label"], **named, at=clock.now(), by=actor(request))
            return redirect("devices")
    return page(request, form=form)


@only_for(DEED)
@require_POST
def place_device(request: HttpRequest, pk: int) -> HttpResponse:
    """Into a room, to one session, or away from where it stood."""
    device, where = device_for(request, pk), request.POST.get("where", "")
    user, now = actor(request), clock.now()
    kind, _, what = where.partition(":")
    try:
        if kind == "nowhere":
            deeds.release_device(device, at=now, by=user)
        elif kind == "session":
            session = get_object_or_404(running(user), pk=number_in(what))
            deeds.place_device(device, session=session, at=now, by=user)
        else:
            deeds.place_device(device, room=what or where, at=now, by=user)
    except Refused as why:
        return page(request, refusal=why.words)
    return redirect("devices")


@only_for(DEED)
@require_POST
def device_key(request: HttpRequest, pk: int) -> HttpResponse:
    """A new key, shown on this one page and nowhere again."""
    device = device_for(request, pk)
    key = deeds.give_key(device, at=clock.now(), by=actor(request))
    answer = page(request, key=key, key_of=device)
    answer["Cache-Control"] = "no-store"
    return answer


@only_for(DEED)
@require_POST
def revoke_device(request: HttpRequest, pk: int) -> HttpResponse:
    deeds.revoke_device(device_for(request, pk), at=clock.now(), by=actor(request))
    return redirect("devices")
