"""What a tablet may send of a room, by its kind: the same forms and the same deeds as its page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms

from kapstone import monitoring
from kapstone.web.accounts.models import User
from kapstone.web.clinician.dose_card import DoseForm, PumpForm, lots_ever
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
from kapstone.web.ids import number_in
from kapstone.web.records import held_back
from kapstone.web.records.actions import (
    dosing,
    emergencies,
    notices,
    pump,
    readings,
    sessions,
    treatment,
)
from kapstone.web.records.giving_now import strength_in_pump
from kapstone.web.records.models import EmergencyEvent, Notice, NoticeAnswer, Reading
from kapstone.web.records.refusals import Refused, is_blank, refuse_nul

NO_NOTICE = (
    "The server has no notice of this: what all tablets took together crosses no limit there. "
    "Write your words into a note, then take this entry away."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing entered in a room; `at` is when, by the server's clock as far as is known.

    `arrived` is when it came in, None for what came at once.
    """

    client_id: UUID
    kind: str
    fields: Mapping[str, str]
    at: datetime
    by: User
    arrived: datetime | None = None

    def once(self) -> dict[str, Any]:
        """What every deed takes."""
        return {"client_id": self.client_id, "at": self.at, "by": self.by}


def told(form: forms.Form) -> dict[str, Any]:
    """What the form read; its first complaint as a refusal."""
    if not form.is_valid():
        raise Refused("unfit", str(next(iter(form.errors.values()))[0]))
    return form.cleaned_data


def reading(session: Any, entry: Entry) -> None:
    """A set of readings; an unlikely one that was taken again is kept beside the one after it."""
    first, once = first_of(session, entry), entry.once()
    if "mistyped" in entry.fields:
        # What was typed wrong is put right at the time it was taken.
        once["at"] = there(first).at
    if "taken_again" in entry.fields:
        signs = told(VitalsForm({**entry.fields, "confirm": "on"}))["signs"]
        readings.keep_as_typed(session, signs, first=first, **once)
        return
    signs = told(VitalsForm(entry.fields))["signs"]
    if first is None:
        readings.record_reading(session, signs, **once)
    else:
        readings.correct_reading(first, signs, **once)


def there(first: Reading | None) -> Reading:
    if first is None:
        raise Refused("no-reading", "The reading that this corrects is not on the server.")
    return first


def first_of(session: Any, entry: Entry) -> Reading | None:
    """The reading that this one was taken again for, where it came through."""
    named = id_in(entry, "instead_of")
    rows = session.reading_set.filter(client_id=named)
    found: Reading | None = rows.first() if named else None
    return found


def id_in(entry: Entry, field: str) -> UUID | None:
    """The id of another entry that a field names."""
    try:
        return UUID(entry.fields.get(field, ""))
    except ValueError:
        return None


def scale(session: Any, entry: Entry) -> None:
    """One tap on a scale: a reading of that sign alone."""
    name, _, point = entry.fields.get("tapped", "").partition(":")
    tapped = [sign.id for sign in monitoring.signs().values() if sign.one_tap and sign.id == name]
    if not tapped:
        raise Refused("unfit", "Choose a point of a scale.")
    signs = told(VitalsForm({name: point}, only=tapped))["signs"]
    readings.record_reading(session, signs, **entry.once())


def state(session: Any, entry: Entry) -> None:
    name = told(StateForm(entry.fields))["mark"]
    sessions.mark(session, kind="state", mark=name, **entry.once())


def side_effect(session: Any, entry: Entry) -> None:
    sessions.mark(session, kind="side_effect", **told(EffectForm(entry.fields)), **entry.once())


def quote(session: Any, entry: Entry) -> None:
    words = told(QuoteForm(entry.fields))["words"]
    sessions.mark(session, kind="quote", mark="quote", words=words, **entry.once())


def touch(session: Any, entry: Entry) -> None:
    sessions.mark(session, kind="touch", **told(TouchForm(entry.fields)), **entry.once())


def music(session: Any, entry: Entry) -> None:
    words = told(MusicForm(entry.fields))["words"]
    sessions.mark(session, kind="music", mark="music", words=words, **entry.once())


def looked_in(session: Any, entry: Entry) -> None:
    sessions.mark(session, kind="state", mark="looked_in", **entry.once())


def presence(session: Any, entry: Entry) -> None:
    """Whoever sends it was there, or left."""
    moves = {"yes": sessions.enter_room, "no": sessions.leave_room}
    move = moves.get(entry.fields.get("here", ""))
    if move is None:
        raise Refused("unfit", "Say whether you are here or leave.")
    move(session, entry.by, **entry.once())


def pause(session: Any, entry: Entry) -> None:
    sessions.move_on(session, "paused", words=words_of(entry), **entry.once())


def resume(session: Any, entry: Entry) -> None:
    words = words_of(entry)
    sessions.move_on(session, "resumed", words=words, arrived=entry.arrived, **entry.once())


def words_of(entry: Entry) -> str:
    return entry.fields.get("words", "").strip()


def stop(session: Any, entry: Entry) -> None:
    words = told(StopForm(entry.fields))["words"]
    treatment.stop_session(session, words=words, arrived=entry.arrived, **entry.once())


def dose(session: Any, entry: Entry) -> None:
    """A dose was given: what waited is kept whatever it lacks, and a notice says what that is."""
    route = session.order_route or session.route
    form = DoseForm(entry.fields, route=route, lots=lots_ever(session))
    ago = timedelta(minutes=told(form)["minutes_ago"] or 0)
    once = entry.once() | {"at": entry.at - ago}
    dosing.give_dose(session, form.told(), arrived=entry.arrived, **once)


def pump_rate(session: Any, entry: Entry) -> None:
    form = PumpForm(entry.fields, mg_ml=strength_in_pump(session))
    words = told(form)["words"]
    pump.set_pump(session, form.mg_h(), words=words, arrived=entry.arrived, **entry.once())


def emergency(session: Any, entry: Entry) -> None:
    emergencies.begin_emergency(session, entry.fields.get("emergency", ""), **entry.once())


def emergency_step(session: Any, entry: Entry) -> None:
    """A listed step; done after another tablet wrote the end, its words are kept as a note."""
    event, named = event_of(session, entry), number_in(entry.fields.get("step"))
    step = -1 if named is None else named
    try:
        emergencies.take_step(event, step, **entry.once())
    except Refused as why:
        if why.code != "ended":
            raise
        words = monitoring.emergencies()[event.emergency].steps[step]
        emergencies.note_emergency(event, words, **entry.once())


def emergency_words(session: Any, entry: Entry) -> None:
    """Words, and with "end" the end; a second end is kept as words."""
    event, words = event_of(session, entry), entry.fields.get("words", "")
    if entry.fields.get("action") != "end":
        emergencies.note_emergency(event, words, **entry.once())
        return
    try:
        emergencies.end_emergency(event, words, **entry.once())
    except Refused as why:
        if why.code != "ended":
            raise
        if not is_blank(words):
            emergencies.note_emergency(event, words, **entry.once())


def event_of(session: Any, entry: Entry) -> EmergencyEvent:
    """The emergency that the tablet means, or the one that already ran when it began its own."""
    rows = EmergencyEvent.objects.filter(session=session)
    named = id_in(entry, "event")
    found: EmergencyEvent | None = rows.filter(client_id=named).first() if named else None
    alike = rows.filter(emergency=entry.fields.get("emergency", "")).until(entry.at)
    found = found or alike.order_by("-at", "-pk").first()
    if found is None:
        raise Refused("no-such-emergency", "Start the emergency first.")
    return found


def notice_answer(session: Any, entry: Entry) -> str:
    """An answer to a notice; says who had closed it by then, beside whose words it stands."""
    words = told(AnswerForm(entry.fields))["words"]
    closes = entry.fields.get("action") == "close"
    notice = notice_of(session, entry)
    row = notices.answer_notice(notice, words=words, closes=closes, **entry.once())
    before = notice.answers.exclude(pk=row.pk).closing_by(row.at)
    if row.closes or before is None:
        return ""
    when = before.at.astimezone(notice.person.practice.zone)
    return f"{before.by.signed_name} had closed this at {when:%H:%M}. Your words stand beside it."


def notice_of(session: Any, entry: Entry) -> Notice:
    """The notice that the tablet names, or that of a crossing which it found by itself.

    Sent again, an answer stays with the notice that it had found.
    """
    rows = Notice.objects.filter(held_back.of_session(session))
    number = entry.fields.get("notice", "")
    sent = NoticeAnswer.objects.filter(client_id=entry.client_id).first()
    found: Notice | None
    if number:
        found = rows.filter(pk=number if number.isdecimal() else 0).first()
    elif sent:
        found = rows.filter(pk=sent.notice_id).first()
    else:
        found = notice_found(session, entry)
    if found is None:
        raise Refused("no-such-notice", NO_NOTICE)
    return found


def notice_found(session: Any, entry: Entry) -> Notice | None:
    """The notice of the reading that waited on the tablet together with this answer."""
    named = id_in(entry, "reading")
    crossed = session.reading_set.filter(client_id=named).first() if named else None
    if crossed is None:
        raise Refused("no-reading", "The reading that this answers is not on the server.")
    return readings.told_of(crossed, entry.fields.get("limit", ""))


# What a form of the room says in `data-kept`, and what is done with it; words come back with it.
KINDS: Mapping[str, Callable[[Any, Entry], str | None]] = {
    "reading": reading,
    "scale": scale,
    "state": state,
    "side_effect": side_effect,
    "quote": quote,
    "touch": touch,
    "music": music,
    "looked_in": looked_in,
    "presence": presence,
    "pause": pause,
    "resume": resume,
    "stop": stop,
    "dose": dose,
    "pump_rate": pump_rate,
    "emergency": emergency,
    "emergency_step": emergency_step,
    "emergency_words": emergency_words,
    "notice_answer": notice_answer,
}


def enter(session: Any, entry: Entry) -> str:
    """Do what was entered, and give what is to be said of it, if anything; Refused says why not."""
    if entry.kind not in KINDS:
        raise Refused("no-such-kind", "This cannot be entered here.")
    refuse_nul(*entry.fields.values())
    return KINDS[entry.kind](session, entry) or ""
