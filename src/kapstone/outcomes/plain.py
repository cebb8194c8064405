"""What one person's scores say, in words for that person: sixth-grade, and nothing beyond them."""

from __future__ import annotations

from dataclasses import dataclass

from kapstone.instruments import Instrument
from kapstone.outcomes.change import direction, reliable_of
from kapstone.outcomes.summary import Summary

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
    """What moved beyond the ordinary wobble of the form."""
    if found.now is None:
        return "There is no number yet."
    if found.start is None:
        return f"You are at {found.now:g} now. There is no number from before your first medicine."
    if found.start_at == found.now_at:
        return f"You are at {found.now:g}. One number alone shows no change."
    moved = f"You were at {found.start:g} at the start. Now you are at {found.now:g}."
    line = reliable_of(of)
    if line is None or found.change is None:
        return f"{moved} For this form nobody knows how much of that is just wobble."
    wobble = (
        f"Answers wobble a bit from day to day. For this form, {line:g} or more is a real step."
    )
    verdict = {
        "improved": "You took a real step to the better.",
        "deteriorated": "This is a real step to the worse. Please talk with your team about it.",
        "none": "So this is within the wobble: no clear change.",
    }[found.change]
    return f"{moved} {wobble} {verdict}"


def neutral(found: Summary) -> str:
    if found.now is None:
        return "There is no number yet."
    return f"Your last number is {found.now:g}. It tells what it was like. It is not a grade."


def unknown(found: Summary, missed: int, unsent: int) -> str:
    """What is not known: the times without a number, and why anything moved."""
    parts = []
    if missed:
        parts.append(f"{times(missed)} it was due and not answered. We do not guess those.")
    if unsent:
        parts.append(f"{times(unsent)} you started it and it closed before it was sent.")
    if partly := found.missing - missed - unsent:
        parts.append(f"{times(partly)} too much was left blank for a number.")
    if found.change in {"improved", "deteriorated"}:
        parts.append("A number can not tell why it moved.")
    parts.append("You know things that no form asks.")
    return " ".join(parts)


def times(count: int) -> str:
    return "Once" if count == 1 else f"{count} times"
