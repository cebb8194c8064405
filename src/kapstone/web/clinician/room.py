"""The treatment room: what was seen, when the next look is due, who is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kapstone import monitoring
from kapstone.web import clock
from kapstone.web.clinician import dose_card
from kapstone.web.clinician.oversight import oversight
from kapstone.web.clinician.posted import posted_from
from kapstone.web.clinician.session_forms import (
    AnswerForm,
    EffectForm,
    MusicForm,
    QuoteForm,
    StateForm,
    StopForm,
    TouchForm,
    VitalsForm,
)
from kapstone.web.clinician.sessions import session_for
from kapstone.web.records import (
    audit,
    bedside_shown,
    brief,
    comparing,
    corrected,
    earlier,
    emergencies,
    expected,
    giving_now,
    held_back,
    live,
    one_room,
    room_comforts,
    since_then,
)
from kapstone.web.records import room as facts
from kapstone.web.records.access import actor, may, only_for
from kapstone.web.records.actions import readings as reading_deeds
from kapstone.web.records.actions import sessions as deeds
from kapstone.web.records.actions import treatment
from kapstone.web.records.models import Notice, Reading
from kapstone.web.records.presence import elsewhere, is_there
from kapstone.web.records.refusals import Refused, shown_on, status_of
from kapstone.web.records.tiles import said

MARK_FORMS = {
    "state": StateForm,
    "side_effect": EffectForm,
    "quote": QuoteForm,
    "touch": TouchForm,
    "music": MusicForm,
}
# Where a form of the page stands that did not pass.
FORM_OF = {
    "side_effect": "effect_form",
    "quote": "quote_form",
    "touch": "touch_form",
    "music": "music_form",
}
GROUPS = (("state", "How they are"), ("body", "Body"), ("support", "Support"))


@only_for("run sessions")
@require_GET
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole screen of a running session."""
    found, user = session_for(request, pk), actor(request)
    if found.started_at is None:
        return redirect("session", pk=pk)
    if found.discharged_at:
        return redirect("leaving", pk=pk)
    audit.record(user, "see room", person=found.course.person, about=f"session:{pk}")
    return whole(request, found)


def whole(request: HttpRequest, found: Any, **also: Any) -> HttpResponse:
    """The screen; `also` may bring a form that did not pass."""
    form = also.get("form") or VitalsForm()
    marks = monitoring.marks()
    words: dict[str, Any] = {
        "live_after": live.newest(),
        **board_words(request, found),
        "form": form,
        "pads": form.pads(facts.newest_values(found)),
        "effect_form": EffectForm(),
        "quote_form": QuoteForm(),
        "touch_form": TouchForm(),
        "touches": room_comforts.touches(),
        "music_form": MusicForm(),
        **told_before(request, found),
        "beside": len(one_room.with_session(found, actor(request))) - 1,
        "stop_form": StopForm(),
        "answer_form": AnswerForm(),
        "tap_id": uuid4(),
        "characteristics": bedside_shown.CHARACTERISTICS,
        "scales": [sign for sign in monitoring.signs().values() if sign.one_tap],
        "groups": [
            (title, [mark for mark in marks if mark.group == group]) for group, title in GROUPS
        ],
        **strip(found),
        "blank_emergencies": emergencies.blank(),
        "may_discharge": may(actor(request), "discharge"),
        "course": found.course,
        "limits": {"limits": comparing.limits(found, clock.now()), "signs": comparing.signs()},
        "oversight": oversight(found.course, at=found.stopped_at or clock.now()),
        **dose_card.card(request, found, **also),
        **also,
    }
    names = ("form", *FORM_OF.values(), "stop_form", "answer_form", "dose_form", "pump_form")
    failed = any(words[name].is_bound and words[name].errors for name in names)
    status = 422 if failed or also.keys() & {"refusal", "rest_form"} else 200
    return render(request, "clinician/room.html", words, status=status)


def told_before(request: HttpRequest, found: Any) -> dict[str, Any]:
    """What was agreed and said before the medicine, and what happened the last times."""
    last = earlier.last_doses(found, actor(request), before=found.started_at or clock.now())
    return {
        "agreed": room_comforts.agreed(found),
        "chosen_music": room_comforts.chosen_music(found.course),
        "last_doses": last,
        "brief": brief.of(found, last),
    }


@only_for("run sessions")
@require_GET
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """What changes while somebody looks; asked for every few seconds."""
    found = session_for(request, pk)
    return board_anew(request, found)


def board_anew(request: HttpRequest, found: Any) -> HttpResponse:
    """The board, with a new id for the next tap: a lost answer must hold up no later one."""
    words = {**board_words(request, found), **strip(found), "tap_id": uuid4()}
    # Sent only when it differs: a swap takes the keyboard from somebody who types an answer.
    told = request.GET if request.method == "GET" else request.POST
    words["strip_changed"] = told.get("notices_shown") != words["notices_shown"]
    words["emergency_changed"] = told.get("emergency_shown") != words["emergency_shown"]
    return render(request, "clinician/parts/board.html", words)


def strip(found: Any) -> dict[str, Any]:
    """The open notices and the running emergencies, and which they are in one word each."""
    open_ones = Notice.objects.filter(held_back.of_session(found)).open().newest_first()
    noted: list[Any] = [*corrected.noted(open_ones.prefetch_related("answers__by"))]
    # What rests on a corrected reading waits for its answer too, but never before what stands.
    rows = sorted(noted, key=lambda row: bool(row.corrected))
    newest = since_then.newest(found)
    for row in rows:
        row.emergency = None if row.corrected else monitoring.named_in(row.do)
        row.since_then = since_then.since_then(row, newest)
    mark_repeats(rows)
    running = emergencies.running(emergencies.of_session(found), clock.now())
    return {
        "open_notices": rows,
        "repeats": sum(row.repeats for row in rows),
        "notices_shown": ".".join(shown_once(row) for row in rows),
        "running": running,
        "emergency_shown": emergencies.shown(running, stopped=bool(found.stopped_at)),
        "emergencies": monitoring.emergencies().values(),
    }


def mark_repeats(rows: list[Any]) -> None:
    """Of one limit only the first stands unfolded: a graver or later one tells of the others."""
    kinds: set[str] = set()
    for row in rows:
        row.repeats = row.kind in kinds and not row.is_risk
        kinds.add(row.kind)


def shown_once(notice: Any) -> str:
    """A notice in one word, another one with each answer and each later value."""
    answers, later = len(notice.answers.all()), notice.since_then
    told = f"{notice.pk}-{answers}" if answers else str(notice.pk)
    return f"{told}-{later.at:%H%M%S}" if later else told


def board_words(request: HttpRequest, found: Any) -> dict[str, Any]:
    now = clock.now()
    on = facts.hours(found, started=found.started_at or now, now=now)
    shown, giving = facts.board(found, now=now), giving_now.giving_now(found, now=now)
    crossed = shown.watch.crossed if shown.watch else None
    return {
        "session": found,
        "person": found.course.person,
        "route": monitoring.route_named(found.order_route or found.route),
        "board": shown,
        "lanes": facts.lanes(found, on),
        "here": is_there(found, actor(request)),
        "elsewhere": elsewhere(found, actor(request), now=now),
        "paused": facts.is_paused(found),
        "giving": giving,
        "held": held_back.by(found, crossed, now) if giving and giving.may_go_on else (),
        "offers": () if found.discharged_at else bedside_shown.offers(found, now=now),
        "facts": comparing.of_session(found, now),
        "earlier_sessions": earlier.in_short(found, actor(request), before=on.started),
        **expected_words(found, on),
    }


def expected_words(found: Any, on: facts.Hours) -> dict[str, Any]:
    """What the models expect of what was given, as its own row under the lanes."""
    forecast = expected.of(found, now=on.now)
    if forecast is None:
        return {}
    lane = facts.expected_lane(found, forecast.band, on)
    return {"forecast": forecast, "expected": lane}


@only_for("run sessions")
@posted_from("room")
def add_reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a set of readings; sent twice with the same id it is kept once."""
    found, form = session_for(request, pk), VitalsForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        reading_deeds.record_reading(
            found,
            told["signs"],
            client_id=told["client_id"],
            at=clock.now(),
            by=actor(request),
        )
        return redirect("room", pk=pk)
    return whole(request, found, form=form)


@only_for("run sessions")
@require_POST
def scale(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap on a scale: a reading of that sign alone, at the time of the tap."""
    found = session_for(request, pk)
    name, _, point = request.POST.get("tapped", "").partition(":")
    tapped = [sign.id for sign in monitoring.signs().values() if sign.one_tap and sign.id == name]
    form = VitalsForm({name: point}, only=tapped)
    if not tapped or not form.is_valid():
        return whole(request, found, refusal="Nothing was kept: choose a point of a scale.")
    once = tap_id(request.POST.get("tap_id", ""), "scale", name, point)
    signs = form.cleaned_data["signs"]
    reading_deeds.record_reading(found, signs, client_id=once, at=clock.now(), by=actor(request))
    return after_tap(request, found)


@only_for("run sessions")
@require_http_methods(["GET", "POST"])
def correct_reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Put right what was mistyped; the first reading stays on record beside the new one."""
    user = actor(request)
    row = get_object_or_404(Reading.objects.visible_to(user), pk=pk)
    found = session_for(request, row.session_id)
    initial = {"client_id": uuid4(), **{name: f"{taken:g}" for name, taken in row.signs.items()}}
    typed = [name for name, sign in monitoring.signs().items() if sign.typed or name in row.signs]
    sent = request.POST if request.method == "POST" else None
    form = VitalsForm(sent, initial=initial, only=typed)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            told = form.cleaned_data
            reading_deeds.correct_reading(row, told["signs"], client_id=told["client_id"], by=user)
            return redirect("session" if row.resting else "room", pk=found.pk)
    words = {
        "session": found,
        "person": found.course.person,
        "reading": row,
        "said": said(row.signs),
        "form": form,
        "pads": form.pads(row.signs),
    }
    return render(request, "clinician/correct_reading.html", words, status=status_of(form))


@only_for("run sessions")
@posted_from("room")
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap about how they are, a side effect, or their own words."""
    found = session_for(request, pk)
    kind = request.POST.get("kind", "state")
    form = MARK_FORMS.get(kind, StateForm)(request.POST)
    if not form.is_valid():
        if shown := FORM_OF.get(kind):
            return whole(request, found, **{shown: form})
        return whole(request, found, refusal="Nothing was kept: choose one of the marks.")
    told = {"mark": kind, **form.cleaned_data}
    deeds.mark(
        found,
        kind=kind if kind in MARK_FORMS else "state",
        **told,
        client_id=tap_id(request.POST.get("tap_id", ""), kind, *told.values()),
        at=clock.now(),
        by=actor(request),
    )
    return after_tap(request, found)


def tap_id(page: str, *told: object) -> UUID | None:
    """The same tap on the same page has the same id, so that a double tap is kept once."""
    try:
        return uuid5(UUID(page), ":".join(map(str, told)))
    except ValueError:
        return None


def after_tap(request: HttpRequest, found: Any) -> HttpResponse:
    """Only the board for a page that swaps it, which keeps a half-typed reading."""
    if not request.headers.get("HX-Request"):
        return redirect("room", pk=found.pk)
    return board_anew(request, found)


@only_for("run sessions")
@require_POST
def looked_in(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: somebody looked in, and the person rests."""
    found = session_for(request, pk)
    deeds.mark(
        found,
        kind="state",
        mark="looked_in",
        client_id=tap_id(request.POST.get("tap_id", ""), "looked_in"),
        at=clock.now(),
        by=actor(request),
    )
    return after_tap(request, found)


@only_for("run sessions")
@posted_from("room")
def presence(request: HttpRequest, pk: int) -> HttpResponse:
    """I am here, I leave, or I am here and have left every other room."""
    found, user = session_for(request, pk), actor(request)
    moves = {"yes": deeds.enter_room, "no": deeds.leave_room, "only": deeds.change_rooms}
    move = moves.get(request.POST.get("here", ""))
    if move is None:
        return whole(request, found, refusal="Say whether you are here or leave.")
    return done_in_room(request, found, partial(move, found, user, at=clock.now(), by=user))


@only_for("run sessions")
@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    return moved_on(request, pk, "paused")


@only_for("run sessions")
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    return moved_on(request, pk, "resumed")


def moved_on(request: HttpRequest, pk: int, phase: str) -> HttpResponse:
    found = session_for(request, pk)
    words = request.POST.get("words", "").strip()
    by, move = actor(request), deeds.move_on
    deed = partial(move, found, phase, words=words, at=clock.now(), by=by)
    return done_in_room(request, found, deed, go_on_form=dose_card.GoOnForm(request.POST))


def done_in_room(
    request: HttpRequest, found: Any, deed: Callable[[], object], **also: Any
) -> HttpResponse:
    """Do it and show the room again; what was refused stands above it, in words."""
    try:
        deed()
    except Refused as refused:
        return whole(request, found, refusal=refused.words, **also)
    return after_tap(request, found)


@only_for("run sessions")
@posted_from("room")
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """The medicine has ended, or is stopped now; asked once more before it is written."""
    found, form = session_for(request, pk), StopForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            words = form.cleaned_data["words"]
            treatment.stop_session(found, words=words, at=clock.now(), by=actor(request))
            return redirect(f"{reverse('room', args=[pk])}#main")
    return whole(request, found, stop_form=form)
