"""What a person sent, read once at the border: an answer, or a refusal that says what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from kapstone.intake.conditions import Value
from kapstone.intake.measures import measured
from kapstone.intake.questions import Kind, Question

UNSURE = "unsure"
NOT_SURE = "I am not sure"
LONGEST_TEXT = 4_000
LONGEST_BOX = 200
LONGEST_LIST = 60
# No comma: 1,5 and 1,500 would read alike.
PLAIN_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,4})?")
PHONE = re.compile(r"\+?[\d ().\-/]{7,24}(?: ?(?:x|ext\.?) ?\d{1,6})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer as it is kept; `value` None is "I am not sure" or left blank, never no."""

    question: str
    value: Value
    words: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an answer was not taken, in words for the person."""

    words: str


def check(question: Question, raw: str | list[str]) -> Answer | Refused:
    """Read what was sent for this question.

    `unsure` is an answer to every question that is tapped or counted. For `many`, `raw` is the
    list of option ids; for `list`, all boxes row by row. Blank is refused unless optional.
    """
    sent = [part.strip() for part in ([raw] if isinstance(raw, str) else raw)]
    if sent == [UNSURE] and question.kind not in {"text", "list", "phone"}:
        return Answer(question=question.id, value=None, words=NOT_SURE)
    if not any(sent):
        return blank(question)
    if question.kind not in {"many", "list"} and len(sent) > 1:
        return Refused("Please give one answer.")
    return READERS[question.kind](question, sent)


def blank(question: Question) -> Answer | Refused:
    if question.optional:
        return Answer(question=question.id, value=None, words="Left blank")
    if question.kind in {"text", "list", "phone"}:
        return Refused("Please write an answer. A few words are enough.")
    return Refused('Please choose an answer. "I am not sure" is an answer too.')


def yes_no(question: Question, sent: list[str]) -> Answer | Refused:
    known = {"yes": (True, "Yes"), "no": (False, "No")}
    if sent[0] not in known:
        return Refused('Please choose yes, no, or "I am not sure".')
    value, words = known[sent[0]]
    return Answer(question=question.id, value=value, words=words)


def choice(question: Question, sent: list[str]) -> Answer | Refused:
    texts = {option.id: option.text for option in question.options}
    if sent[0] not in texts:
        return Refused("Please choose one of the answers shown.")
    return Answer(question=question.id, value=sent[0], words=texts[sent[0]])


def many(question: Question, sent: list[str]) -> Answer | Refused:
    texts = {option.id: option.text for option in question.options}
    chosen = [name for name in texts if name in sent]
    if set(sent) - set(chosen) - {""}:
        return Refused("Please choose from the answers shown.")
    words = "; ".join(texts[name] for name in chosen)
    return Answer(question=question.id, value=tuple(chosen), words=words)


def number(question: Question, sent: list[str]) -> Answer | Refused:
    value = counted(question, sent[0])
    unit = question.unit or ""
    if value is None and question.any_unit:
        return Refused(f"Please write a number and its unit. {question.help or ''}".strip())
    if value is None:
        return Refused("Please write a number, for example 3.")
    low, high = question.plausible or (value, value)
    if not low <= value <= high:
        return Refused(f"We read {value:g} {unit}. Please check: we expect {low:g} to {high:g}.")
    bare = PLAIN_NUMBER.fullmatch(sent[0])
    words = f"{value:g} {unit}".strip() if bare else sent[0]
    return Answer(question=question.id, value=value, words=words)


def counted(question: Question, text: str) -> float | None:
    if PLAIN_NUMBER.fullmatch(text):
        return float(text)
    return measured(text, question.unit or "") if question.any_unit else None


def phone(question: Question, sent: list[str]) -> Answer | Refused:
    if not PHONE.fullmatch(sent[0]):
        return Refused("Please write a phone number with its area code, such as 555 010 2030.")
    return Answer(question=question.id, value=sent[0], words=sent[0])


def text(question: Question, sent: list[str]) -> Answer | Refused:
    if len(sent[0]) > LONGEST_TEXT:
        return Refused(f"That is more than we can keep. Please stay under {LONGEST_TEXT} letters.")
    return Answer(question=question.id, value=sent[0], words=sent[0])


def listed(question: Question, sent: list[str]) -> Answer | Refused:
    names = [column.id for column in question.columns]
    width = len(names)
    lines = [sent[at : at + width] for at in range(0, len(sent), width)]
    if len(sent) % width or len(lines) > LONGEST_LIST or max(map(len, sent)) > LONGEST_BOX:
        return Refused("That list did not reach us whole, or is too long. Please send it again.")
    filled = [line for line in lines if any(line)]
    if not all(line[0] for line in filled):
        return Refused(f'Please fill in "{question.columns[0].ask}" on each line.')
    rows = tuple(
        {name: box or None for name, box in zip(names, line, strict=True)} for line in filled
    )
    words = "\n".join(", ".join(box for box in line if box) for line in filled)
    return Answer(question=question.id, value=rows, words=words)


READERS: dict[Kind, Callable[[Question, list[str]], Answer | Refused]] = {
    "yes_no_unsure": yes_no,
    "choice": choice,
    "many": many,
    "number": number,
    "phone": phone,
    "text": text,
    "list": listed,
}
