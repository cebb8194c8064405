"""What a person is asked in their own words before the medicine, and which answers can be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from kapstone.intake.answers import Refused
from kapstone.intake.exercises import exercises
from kapstone.intake.music import track_orders
from kapstone.intake.preparation import Sourced
from kapstone.intake.questions import Option
from kapstone.knowledge import rows

OWN_WORDS = "preparation/own_words.toml"
LONGEST = 4_000
NEVER, BEFORE = "never", "before"

Kind = Literal["words", "history", "order", "cards"]


class OwnQuestion(Sourced):
    """One question of the preparation; `private` keeps its answer off the phone."""

    component: str
    page: Literal["words", "music", "exercises"]
    kind: Kind
    title: str
    ask: str
    help: str | None = None
    private: bool = False
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An answer that can be kept; `value` None is asked and not answered."""

    value: str | tuple[str, ...] | None
    words: str = ""


@cache
def own_questions() -> dict[str, OwnQuestion]:
    """Every question by its id, in the order it is asked."""
    return {row.id: row for row in rows(OWN_WORDS, "question", OwnQuestion)}


def own_questions_of(page: str) -> tuple[OwnQuestion, ...]:
    """The questions of one page, in the order they are asked."""
    return tuple(each for each in own_questions().values() if each.page == page)


def own_question(name: str) -> OwnQuestion:
    """The question of that id; raises LookupError naming those there are."""
    if name not in own_questions():
        raise LookupError(f"no question {name}; there are {', '.join(own_questions())}")
    return own_questions()[name]


def private_questions() -> frozenset[str]:
    """The questions whose answers only clinicians see."""
    return frozenset(each.id for each in own_questions().values() if each.private)


def check_own(
    of: OwnQuestion, given: str | Sequence[str] | None, words: str = ""
) -> OwnAnswer | Refused:
    """The answer as it is kept, or why it cannot be; `given` None is asked and not answered.

    Nothing written is not taken for an answer: whoever would rather not answer says so.
    """
    if given is None:
        return OwnAnswer(None)
    if len(words) > LONGEST or len(given) > LONGEST:
        return Refused(f"Keep it to {LONGEST} characters.")
    if of.kind == "words":
        return written(str(given))
    return chosen_cards(given) if of.kind == "cards" else chosen(of, given, words.strip())


def written(text: str) -> OwnAnswer | Refused:
    if not text.strip():
        return Refused("Write something, or say that you would rather not answer.")
    return OwnAnswer(text.strip())


def chosen_cards(given: str | Sequence[str]) -> OwnAnswer | Refused:
    """Which exercises help, in the order of the cards; none is an answer too."""
    known = [card.id for card in exercises()]
    if isinstance(given, str) or not set(known).issuperset(given):
        return Refused("Choose among the exercises.")
    return OwnAnswer(tuple(each for each in known if each in given))


def chosen(of: OwnQuestion, given: str | Sequence[str], words: str) -> OwnAnswer | Refused:
    """One of the options, with what was said to it; a never has nothing to say."""
    orders = track_orders() if of.kind == "order" else ()
    if given not in {each.id for each in of.options} | {each.id for each in orders}:
        return Refused("Choose one of the answers.")
    if given == NEVER and words:
        return Refused("You chose Never and wrote something. Choose Yes, or take the words out.")
    return OwnAnswer(str(given), words)
