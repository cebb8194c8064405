"""The thirty seconds before the door: one short card, made only from what was said and recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import Any

from django.utils import timezone

from kapstone.web.records import carried, room_comforts
from kapstone.web.records.earlier import LastDose, LastDoses
from kapstone.web.records.models import Notice, SheetScore
from kapstone.web.records.models.notices import RISK_KIND

# As much as is read in a breath; the whole stands on the page of preparation.
MOST_WORDS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the card; `words` None was not told. `tone` is that of a chip, or none."""

    title: str
    words: str | None
    own: bool = False
    tone: str = ""


def of(session: Any, last: LastDoses) -> tuple[Line, ...]:
    """The lines, in the order in which they are read; nothing is guessed."""
    said = carried.of(session.course)
    comforts = room_comforts.comforts(session) or {}
    agreed = room_comforts.agreed(session)
    known = {
        name: words if words != room_comforts.NOT_ASKED else None for name, words in agreed.items()
    }
    return (
        own("Intention", carried.told(said, "intention")),
        own("Worry", carried.told(said, "worries")),
        Line(title="Steadies", words=short(carried.steadying(said, comforts))),
        Line(title="Touch", words=known["touch"]),
        Line(title="Voice", words=short(known["voice"])),
        Line(title="Music", words=short(music(said, known["music"]))),
        Line(title="Changed states before", words=short(carried.told(said, "altered_states"))),
        Line(title="Last session", words=short(last_line(last.shown))),
        risk(session.course.person_id),
    )


def music(said: dict[str, carried.Said], agreed: str | None) -> str | None:
    """What was agreed, the order that was chosen, and how long their own list is."""
    order = carried.told(said, "track_order")
    titles = len(carried.own_list(said))
    listed = f"own list of {titles} title{'s' if titles > 1 else ''}" if titles else None
    parts = [each for each in (agreed, order if order != carried.ASKED else None, listed) if each]
    return "; ".join(parts) or None


def own(title: str, words: str | None) -> Line:
    return Line(title=title, words=short(words), own=words not in {None, carried.ASKED})


def short(words: str | None) -> str | None:
    return None if words is None else shorten(words, MOST_WORDS, placeholder=" ...")


def last_line(doses: Sequence[LastDose]) -> str:
    """The newest medicine session in a line; what was given elsewhere is not known here."""
    if not doses:
        return "none on record here"
    dose = doses[0]
    given = "no order"
    if dose.given_mg is not None:
        given = f"{dose.given_mg.normalize():f} mg given"
    elif dose.ordered_mg is not None:
        given = f"{dose.ordered_mg.normalize():f} mg ordered, given not charted"
    parts = [f"{dated(dose.session.started_at)}: {dose.route.short} {given}"]
    parts += [f"emergency: {words}" for words in dose.emergencies]
    return "; ".join([*parts, *(dose.effects or ["no side effect charted"])])


def risk(person: int) -> Line:
    """The gravest notice of suicide risk that waits; else when the C-SSRS was last asked."""
    waiting = Notice.objects.filter(person=person, kind=RISK_KIND).unsettled().gravest_first()
    if found := list(waiting):
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        says = f"{short(found[0].says)} {dated(found[0].at)}{more}"
        return Line(title="Open risk", words=says, tone="stop")
    asked = SheetScore.objects.standing().filter(sheet__course__person=person)
    newest = asked.filter(sheet__instrument__startswith="cssrs").order_by("-at", "-pk").first()
    words = f"no notice open; C-SSRS asked {dated(newest.at)}" if newest else None
    return Line(title="Open risk", words=words)


def dated(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.day} {local:%b %Y}"
