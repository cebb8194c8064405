"""A medicine session on paper: what was ordered, and everything that happened in order of time."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from kapstone import documents, monitoring
from kapstone.web import clock
from kapstone.web.records import emergencies, made_from, order_words, room, room_comforts
from kapstone.web.records.models import Notice

SAYS = (
    "Everything that was written down in this session, in the order of its own time. A reading "
    "that was corrected stays, and says so. What nobody wrote down is not here."
)


def pdf(session: Any) -> bytes:
    """The session (with its story) as a tagged PDF; each emergency has a table of its own."""
    now, person = timezone.localtime(clock.now()), session.course.person
    paper = documents.SessionPaper(
        title=f"Medicine session {session.number}",
        practice=str(person.practice),
        facts=facts(session),
        says=SAYS,
        happened=[
            (time_of(line.at), words_of(line), line.by)
            for line in reversed(room.lines(session, list(room.taken(session))))
        ],
        notices=[notice(each) for each in notices_of(session)],
        emergencies=[emergency(each) for each in emergencies.of_session(session)],
        written_at=now.replace(microsecond=0),
    )
    return documents.session_pdf(paper)


def facts(session: Any) -> list[tuple[str, str]]:
    person = session.course.person
    route = monitoring.route_named(session.order_route or session.route)
    return [
        ("Person", f"{person.name}, {person.number}"),
        ("Route", route.label),
        ("Ordered", ordered(session)),
        *([("How", "; ".join(how))] if (how := how_given(session)) else []),
        ("Room", session.room or "not said"),
        ("Touch agreed before", room_comforts.agreed(session)["touch"]),
        ("Voice agreed before", room_comforts.agreed(session)["voice"]),
        *((word, at_of(getattr(session, name))) for name, word in MOMENTS.items()),
        ("Went home with", session.escort_name or "nobody is on record"),
    ]


MOMENTS = {
    "planned_for": "Planned for",
    "started_at": "Medicine started",
    "stopped_at": "Medicine ended",
    "discharged_at": "Went home",
}


def ordered(session: Any) -> str:
    if session.dose_mg is None:
        return "no order"
    if says := made_from.outlived(session.order_set.newest(), session.route):
        return says
    over = f" over {session.over_min} min" if session.over_min else ""
    per_kg = float(session.dose_mg) / session.weight_kg
    weight = f"{per_kg:.2g} mg/kg at {session.weight_kg:g} kg"
    return f"{session.dose_mg.normalize():f} mg{over} ({weight})"


def how_given(session: Any) -> list[str]:
    """The pump, a second dose, the hold and the stay, as the order says them."""
    order = session.order_set.newest()
    rows = order_words.of_order(order) if order else []
    return [f"{words} ({source})" if source else words for words, source in rows]


def at_of(moment: Any) -> str:
    if moment is None:
        return "not on record"
    local = timezone.localtime(moment)
    return f"{local.day} {local:%B %Y, %H:%M}"


def time_of(moment: Any) -> str:
    return f"{timezone.localtime(moment):%H:%M:%S}"


def words_of(line: room.Line) -> str:
    words = f"\u201c{line.words}\u201d" if line.own_words else line.words
    marks = [said for _, said in line.chips]
    if line.corrected:
        marks.append("corrected later")
    return f"{words} ({'; '.join(marks)})" if marks else words


def notices_of(session: Any) -> list[Any]:
    """Every notice of the session in order, with its answers, open or closed."""
    rows = Notice.objects.filter(session=session).order_by("at", "pk")
    return list(rows.prefetch_related("answers__by"))


def notice(row: Any) -> tuple[str, str, str]:
    """When it was opened, its level and words, and who answered what and when."""
    answers = sorted(row.answers.all(), key=lambda each: (each.at, each.pk))
    said = "; ".join(answer(each) for each in answers) or "Nobody has answered."
    return time_of(row.at), f"{row.level.capitalize()}: {row.says}", said


def answer(row: Any) -> str:
    did = "tried, not reached" if row.reached is False else "answered"
    did = "answered and closed" if row.closes else did
    words = f": {row.words}" if row.words else ""
    return f"{time_of(row.at)} {row.by.signed_name}, {did}{words}"


def emergency(event: Any) -> documents.EmergencyPart:
    of = monitoring.emergencies()[event.emergency]
    rows = [(time_of(event.at), "0:00", "Began", event.by.signed_name)]
    for row in emergencies.rows_of(event):
        word = f"Ended: {row.words or emergencies.NO_WORDS}" if row.end_of_id else row.words
        since = emergencies.after(row.at - event.at)
        rows.append((time_of(row.at), since, word, row.by.signed_name))
    if emergencies.ended(event) is None:
        rows.append(("", "", "Nobody has written that it ended.", ""))
    return documents.EmergencyPart(title=f"{of.title} ({of.id})", record=of.record, rows=rows)
