"""What a person carries into the room: their own words, said at home or in a session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kapstone.intake import exercises, music, own_words
from kapstone.intake import preparation as rows
from kapstone.web.accounts.models import User
from kapstone.web.records.models import Course, Preparation, PreparationAnswer

# Before the id of a line of the checklist that somebody says.
READY = "ready-"
ASKED = "asked, not answered"
# What is written down of a session, by the question that it answers too.
IN_SESSIONS = {"intention": "intentions", "worries": "worries"}


@dataclass(frozen=True, slots=True)
class Said:
    """The newest answer to a question; `value` None was asked and not answered."""

    value: Any
    words: str
    at: datetime
    by: User


def of(course: Course) -> dict[str, Said]:
    """The newest answer to each question that was asked; what nobody asked is left out."""
    answers = PreparationAnswer.objects.standing().filter(course=course).select_related("by")
    found = {row.question: Said(row.value, row.words, row.at, row.by) for row in answers}
    for name, said in in_sessions(course):
        if name not in found or found[name].at < said.at:
            found[name] = said
    return found


def in_sessions(course: Course) -> Iterator[tuple[str, Said]]:
    """What the notes of preparation say, oldest first; a blank one says nothing."""
    held = Preparation.objects.standing().filter(course=course).select_related("by")
    for row in held.order_by("at", "pk"):
        for name, column in IN_SESSIONS.items():
            if text := getattr(row, column).strip():
                yield name, Said(text, "", row.at, row.by)


def in_story(story: Any, name: str) -> str | None:
    """The newest intention or worry that the story of a course has; None when nobody asked."""
    talks = story.all("preparation")
    noted = [(row["at"], text) for row in talks if (text := row[IN_SESSIONS[name]].strip())]
    rows = [row for row in story.all("own words") if row["question"] == name]
    answers = [(row["at"], ASKED if row["value"] is None else str(row["value"])) for row in rows]
    return max([*answers, *noted], key=lambda each: each[0], default=(None, None))[1]


def ready(said: Mapping[str, Said]) -> dict[str, bool | None]:
    """What the team said of the checklist, by the id of the line."""
    return {
        name.removeprefix(READY): each.value
        for name, each in said.items()
        if name.startswith(READY)
    }


def told(said: Mapping[str, Said], name: str) -> str | None:
    """An answer in words; None when nobody asked. Never is said, and so is a silence."""
    if name not in said:
        return None
    value, words = said[name].value, said[name].words
    if value is None:
        return ASKED
    if name == "track_order":
        order = music.track_order(value)
        return f"{order.title}, {order.minutes} min" if order else str(value)
    options = {each.id: each.text for each in own_words.own_question(name).options}
    if value in options:
        return f"{options[value]}: {words}" if words else options[value]
    return str(value)


def helping(said: Mapping[str, Said]) -> list[str]:
    """The titles of the exercises that help, in the order of the cards."""
    chosen = (said["helps"].value if "helps" in said else None) or []
    return [card.title for card in exercises.exercises() if card.id in chosen]


def steadying(said: Mapping[str, Said], comforts: Mapping[str, Any]) -> str | None:
    """Everything that steadies the person: their words, exercises, and what they chose."""
    own = told(said, "steadies")
    grounding = {each.id: each for each in rows.comforts()}["grounding"]
    chosen = {each.id: each.text for each in grounding.options}.get(comforts.get("grounding", ""))
    more = [*helping(said), *([chosen] if chosen else [])]
    if own == ASKED and more:
        own = None
    parts = [*([own] if own else []), *more]
    return " · ".join(parts) or None


def own_list(said: Mapping[str, Said]) -> list[str]:
    """The person's own music, a title a line."""
    value = said["music_list"].value if "music_list" in said else None
    return [line.strip() for line in (value or "").splitlines() if line.strip()]
