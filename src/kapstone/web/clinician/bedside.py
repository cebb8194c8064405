"""What devices told: taken with one tap in the room, or looked at first."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kapstone import devices
from kapstone.web import clock
from kapstone.web.clinician.room import after_tap
from kapstone.web.clinician.sessions import session_for
from kapstone.web.clinician.today import planned_between
from kapstone.web.records import audit, bedside_shown, heard_devices
from kapstone.web.records import bedside as facts
from kapstone.web.records.access import actor, only_for
from kapstone.web.records.actions import bedside as deeds
from kapstone.web.records.actions.devices import know_bluetooth
from kapstone.web.records.models import BedsideReading, Session
from kapstone.web.records.refusals import Refused, shown_on, status_of
from kapstone.web.records.tiles import said

A_DAY = timedelta(days=1)
NOT_BYTES = "What the page sent was not what a device tells. Load the page again."


class TakeForm(forms.Form):
    """For which session it counts, and why it holds where something speaks against it."""

    session = forms.ModelChoiceField(Session.objects.none(), label="Whose is it?")
    despite = forms.CharField(
        label="Why it holds", max_length=500, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class AsideForm(forms.Form):
    """Why it is nobody's reading."""

    why = forms.CharField(
        label="Why not", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "aside_%s"} | kwargs))


def told_for(request: HttpRequest, pk: int) -> Any:
    rows = BedsideReading.objects.visible_to(actor(request)).select_related("device")
    return get_object_or_404(rows, pk=pk)


@only_for("run sessions")
@require_POST
def accept_reading(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: it is a reading of the session at which its device stood."""
    told = told_for(request, pk)
    if told.session_id is None:
        return to_look(request, pk)
    found = session_for(request, told.session_id)
    try:
        deeds.accept_reading(told, found, at=clock.now(), by=actor(request))
    except Refused:
        # The page of the reading says what speaks against it.
        return to_look(request, pk)
    return after_tap(request, found)


def to_look(request: HttpRequest, pk: int) -> HttpResponse:
    address = reverse("bedside", args=[pk])
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


@only_for("run sessions")
@require_GET
def bedside(request: HttpRequest, pk: int) -> HttpResponse:
    """All that is known of what a device told, with the message as it came."""
    told = told_for(request, pk)
    person = told.session.course.person if told.session else None
    audit.record(actor(request), "see bedside reading", person=person, about=f"bedside:{pk}")
    return looked_at(request, told)


def looked_at(
    request: HttpRequest,
    told: Any,
    *,
    take: TakeForm | None = None,
    aside: AsideForm | None = None,
) -> HttpResponse:
    found = session_for(request, told.session_id) if told.session_id else None
    take, aside = take or take_form(request, told), aside or AsideForm()
    words = {
        "told": told,
        "session": found,
        "said": said(told.signs),
        "notes": bedside_shown.notes(told),
        "doubts": doubts(told, found),
        "patient": told.told().words,
        "raw": bytes(told.raw).decode(errors="replace").replace("\r", "\n"),
        "settled": hasattr(told, "acceptance") or hasattr(told, "set_aside"),
        "take": take,
        "aside": aside,
    }
    status = max(status_of(take), status_of(aside))
    return render(request, "clinician/bedside.html", words, status=status)


def doubts(told: Any, found: Any) -> tuple[str, ...]:
    if found is None:
        return ("The device stood nowhere when it told this.",)
    began, home = found.started_at, found.discharged_at
    return facts.doubts(told, found, started=began, home=home, now=clock.now())


def take_form(request: HttpRequest, told: Any, sent: Any = None) -> TakeForm:
    """Asks for a session only where the device stood at none, for a reason only in doubt."""
    form = TakeForm(sent)
    if told.session_id:
        del form.fields["session"]
    else:
        now = clock.now()
        around = planned_between(actor(request), now - A_DAY, now + A_DAY)
        open_ones = around.filter(discharged_at=None).select_related("course__person")
        form.fields["session"].queryset = open_ones  # type: ignore[attr-defined]
        form.fields["session"].label_from_instance = named  # type: ignore[attr-defined]
    return form


def named(session: Any) -> str:
    return f"{session.course.person.name}, medicine {session.number}"


@only_for("run sessions")
@require_POST
def take_bedside(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it for a reading although something speaks against it, and say why it holds."""
    told = told_for(request, pk)
    form = take_form(request, told, request.POST)
    if form.is_valid():
        found = session_for(request, told.session_id or form.cleaned_data["session"].pk)
        with shown_on(form):
            why, user = form.cleaned_data["despite"], actor(request)
            deeds.accept_reading(told, found, despite=why, at=clock.now(), by=user)
            return redirect("room", pk=found.pk)
    return looked_at(request, told, take=form)


@only_for("run sessions")
@require_POST
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """It is nobody's reading; it stays on record with the reason."""
    told, form = told_for(request, pk), AsideForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            why = form.cleaned_data["why"]
            deeds.set_aside(told, why, at=clock.now(), by=actor(request))
            if told.session_id is None:
                return redirect("devices")
            return after_tap(request, session_for(request, told.session_id))
    return looked_at(request, told, aside=form)


class Notified(BaseModel):
    """What the page heard from a device by Bluetooth: the bytes as they came, in hexadecimal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    device: str = Field(min_length=1, max_length=200)
    name: str = Field(default="", max_length=200)
    characteristic: str = Field(pattern=r"^[0-9a-f]{4}$")
    bytes: str = Field(pattern=r"^([0-9a-f]{2}){1,64}$")


@only_for("run sessions")
@require_POST
def bluetooth(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in what a device told to the tablet in this room; it waits like everything told."""
    found = session_for(request, pk)
    try:
        sent = Notified.model_validate_json(request.body)
        message = devices.decode(
            sent.characteristic,
            bytes.fromhex(sent.bytes),
            device=bluetooth_identity(sent.device),
            control_id=str(sent.id),
        )
        kept = keep_notified(request, found, sent, message)
    except ValidationError:
        return JsonResponse({"kept": False, "says": NOT_BYTES}, status=422)
    except (devices.NotUnderstood, Refused) as why:
        return JsonResponse({"kept": False, "says": str(why)}, status=422)
    return JsonResponse({"kept": True, "says": kept})


def keep_notified(
    request: HttpRequest, found: Any, sent: Notified, message: devices.DeviceMessage
) -> str:
    """Keep it; gives what the device told in one line."""
    user, now = actor(request), clock.now()
    (reading,) = message.readings
    device = know_bluetooth(reading.device, sent.name, at=now, by=user)
    heard = deeds.Heard(
        message=message,
        raw=bytes.fromhex(sent.bytes),
        device=heard_devices.called([device.identity])[device.identity],
        session=found,
    )
    (why_not,) = deeds.take_device_readings([heard], at=now)
    if why_not is not None:
        raise why_not
    return said(reading.signs) or " ".join(reading.notes)


def bluetooth_identity(told: str) -> str:
    """The browser's name of a device holds in this browser only, and may be of any letters."""
    return f"bluetooth:{sha256(told.encode()).hexdigest()[:24]}"
