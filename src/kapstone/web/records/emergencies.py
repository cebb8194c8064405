"""What the room shows of its emergencies: the clock, each step with its times, what is next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kapstone import monitoring
from kapstone.web.records.models import EmergencyEvent, EmergencyStep, Session

# The step as `monitoring/emergencies.toml` words it.
STOP = "Stop the medicine"
NO_WORDS = "nothing was said of it yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedStep:
    """A listed step; `done` are the times at which it was done."""

    number: int
    words: str
    done: tuple[datetime, ...]

    @property
    def stops(self) -> bool:
        """Whether it is to stop the medicine, which is a deed of its own in the room."""
        return self.words == STOP


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An emergency that nobody has ended; `next_look` None when no listed time is left."""

    event: EmergencyEvent
    of: monitoring.Emergency
    steps: tuple[ListedStep, ...]
    notes: tuple[EmergencyStep, ...]
    next_look: datetime | None

    @property
    def once(self) -> str:
        """What a tablet calls it."""
        return str(self.event.client_id)

    @property
    def holds(self) -> str:
        """The ids of everything that is in it: a tablet shows what of its own is not."""
        return " ".join([self.once, *(str(row.client_id) for row in self.event.steps.all())])


def blank() -> list[dict[str, Any]]:
    """Each emergency as it begins, for a tablet that begins one without a network."""
    return [
        {
            "of": of,
            "once": "{once}",
            "steps": [
                ListedStep(number=number, words=words, done=())
                for number, words in enumerate(of.steps)
            ],
        }
        for of in monitoring.emergencies().values()
    ]


def of_session(session: Session) -> list[EmergencyEvent]:
    """Every emergency of a session with its steps, oldest first."""
    rows = EmergencyEvent.objects.standing().filter(session=session).order_by("at", "pk")
    return list(rows.select_related("by").prefetch_related("steps__by"))


def running(events: Sequence[EmergencyEvent], now: datetime) -> list[Running]:
    """Those that have not ended, the newest first."""
    return [as_running(each, now) for each in reversed(events) if ended(each) is None]


def as_running(event: EmergencyEvent, now: datetime) -> Running:
    of = monitoring.emergencies()[event.emergency]
    rows = rows_of(event)
    steps = [
        ListedStep(number=number, words=words, done=tuple(r.at for r in rows if r.step == number))
        for number, words in enumerate(of.steps)
    ]
    return Running(
        event=event,
        of=of,
        steps=tuple(steps),
        notes=tuple(row for row in rows if row.step is None),
        next_look=of.next_look(event.at, now),
    )


def rows_of(event: EmergencyEvent) -> list[EmergencyStep]:
    return sorted(event.steps.all(), key=lambda row: (row.at, row.pk))


def ended(event: EmergencyEvent) -> EmergencyStep | None:
    return next((row for row in rows_of(event) if row.end_of_id), None)


def shown(found: Sequence[Running], *, stopped: bool) -> str:
    """Which emergencies run and how far, in one word: it changes when anybody adds to one.

    It changes too when the medicine is `stopped`, which a step asks for.
    """
    mark = "-stopped" if stopped else ""
    return ".".join(f"{each.event.pk}-{len(rows_of(each.event))}{mark}" for each in found)


def told(events: Sequence[EmergencyEvent]) -> Iterator[tuple[EmergencyEvent | EmergencyStep, str]]:
    """What happened as lines: the row, and its words with the time since it began."""
    for event in events:
        title = monitoring.emergencies()[event.emergency].title
        yield event, f"Emergency began: {title}"
        for row in rows_of(event):
            word = f"Emergency ended ({title})" if row.end_of_id else title
            yield row, f"{word}, {after(row.at - event.at)}: {row.words or NO_WORDS}"


def after(passed: Any) -> str:
    """`at 2:05`: minutes and seconds since the emergency began."""
    seconds = max(0, int(passed.total_seconds()))
    return f"at {seconds // 60}:{seconds % 60:02d}"
