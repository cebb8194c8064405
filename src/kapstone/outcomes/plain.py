"""What one person's scores say, in words for that person: sixth-grade, and nothing beyond them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kapstone.instruments import Instrument
from kapstone.outcomes.change import direction, reliable_of
from kapstone.outcomes.summary import Summary, day_words

# What a questionnaire asks about, by its domain.
ABOUT = {
    "depression": "low mood",
    "anxiety": "worry",
    "trauma": "what a bad event left behind",
    "well-being": "how well you feel",
    "wellbeing": "how well you feel",
    "sleep": "sleep",
    "pain": "pain",
    "alcohol": "drinking",
    "functioning": "work and daily life",
    "alliance": "how you and your therapist work together",
    "experience": "what a session was like for you",
}
ANY = "how you have been"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """Three short texts: what the number means, what changed, and what nobody can tell from it."""

    means: str
    changed: str
    unknown: str


def plain(of: Instrument, found: Summary, *, missed: int = 0, unsent: int = 0) -> Plain:
    """Say it to the person.

    `missed` are times when it was due and not answered, `unsent` when it was begun and not sent.
    """
    return Plain(
        means=means(of),
        changed=neutral(found) if of.neutral else changed(of, found),
        unknown=unknown(found, missed, unsent),
    )


def means(of: Instrument) -> str:
    about = ABOUT.get(of.domain, ANY)
    asks = f"This form asks about {about}."
    if of.score.range is None:
        return asks
    low, high = of.score.range
    scale = f"The number goes from {low:g} to {high:g}."
    way = direction(of)
    if way is None:
        return f"{asks} {scale} No number is good or bad."
    end = "means that you do better" if way == "higher" else "means more trouble"
    return f"{asks} {scale} A higher number {end}."


def changed(of: Instrument, found: Summary) -> str:
    """What moved beyond the ordinary wobble of the form, since the start and since the best."""
    if found.now is None or found.now_at is None:
        return "There is no number yet."
    last = f"At your last form, {on(found.now_at, found.now, found.now_blank)}"
    if found.start is None or found.start_at is None:
        first = "There is no number from before your first medicine."
        return " ".join([last, first, *since_best(found)])
    if found.start_at == found.now_at:
        return f"{last} One number alone shows no change."
    when = "Just before your first medicine session" if found.before_dose else "At your first form"
    moved = f"{when}, {on(found.start_at, found.start, found.start_blank)} {last}"
    line = reliable_of(of)
    if line is None or found.change is None:
        return f"{moved} For this form nobody knows how much of that is just wobble."
    wobble = (
        f"Answers wobble a bit from day to day. For this form, {line:g} or more is a real step."
    )
    return " ".join([moved, wobble, verdict(found), *since_best(found)])


def on(at: datetime, total: float, blank: int) -> str:
    return f"on {day_words(at)}, you were at {about(total, blank)}."


def about(total: float, blank: int) -> str:
    """The number; one with blanks is only about right, and says so."""
    if not blank:
        return f"{total:g}"
    return f"about {total:g} ({'one answer' if blank == 1 else f'{blank} answers'} blank)"


def verdict(found: Summary) -> str:
    if found.change == "improved":
        return "Since that start you took a real step to the better."
    if found.change == "deteriorated":
        return "Since that start this is a real step to the worse. Please talk with your team."
    return "Since that start this is within the wobble: no clear change."


def since_best(found: Summary) -> list[str]:
    """That it went back from the best number, when that is a real step."""
    if not found.relapse or found.best is None or found.best_at is None:
        return []
    best = f"{about(found.best, found.best_blank)} on {day_words(found.best_at)}"
    said = f"But since your best, {best}, this is a real step to the worse."
    talk = "Please talk with your team about it."
    return [said] if found.change == "deteriorated" else [said, talk]


def neutral(found: Summary) -> str:
    if found.now is None:
        return "There is no number yet."
    number = about(found.now, found.now_blank)
    return f"Your last number is {number}. It tells what it was like. It is not a grade."


def unknown(found: Summary, missed: int, unsent: int) -> str:
    """What is not known: the times without a number, and why anything moved."""
    parts = []
    if missed:
        parts.append(f"{times(missed)} it was due and not answered. We do not guess those.")
    if unsent:
        parts.append(f"{times(unsent)} you started it and it closed before it was sent.")
    if partly := found.missing - missed - unsent:
        parts.append(f"{times(partly)} too much was left blank for a number.")
    if found.relapse or found.change in {"improved", "deteriorated"}:
        parts.append("A number can not tell why it moved.")
    parts.append("You know things that no form asks.")
    return " ".join(parts)


def times(count: int) -> str:
    return "Once" if count == 1 else f"{count} times"
