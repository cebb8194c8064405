"""A questionnaire as it is answered: where somebody stands in it, and what is still blank."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from kapstone import instruments
from kapstone.instruments import Choice, Instrument, Item
from kapstone.web.records import definitions
from kapstone.web.records.models import Course, Sheet, SheetAnswer
from kapstone.web.records.models.questionnaires import LATE
from kapstone.web.records.sharing import EVERYTHING, Sight

Answers = Mapping[str, float]


# Due today is not late: it is called overdue from the same hour of the next day.
OVERDUE_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One question of a sheet: its number, how many there are, and the ones beside it."""

    item: Item
    number: int
    of: int
    before: Item | None
    after: Item | None
    chosen: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to press; `risk` is the level it reaches, judged here and never on the phone."""

    value: float
    text: str
    risk: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question as a page shows it. Without `options` a number is typed, in the item's span.

    `skips` are the answers that make it needless, as JSON: the page goes by them without a network.
    """

    item: Item
    words: str
    options: tuple[Option, ...]
    chosen: float | None
    asked: bool
    skips: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A question with its answer in words; `text` None is a blank, `row` says who gave it."""

    item: Item
    words: str
    text: str | None
    row: SheetAnswer | None
    asked: bool


def place(of: Instrument, answers: Answers, item: str) -> Place | None:
    """Where a question stands among those asked; None when it is not asked here."""
    asked = instruments.asked(of, answers)
    found = next((n for n, each in enumerate(asked) if each.id == item), None)
    if found is None:
        return None
    return Place(
        item=asked[found],
        number=found + 1,
        of=len(asked),
        before=asked[found - 1] if found else None,
        after=asked[found + 1] if found + 1 < len(asked) else None,
        chosen=answers.get(item),
    )


def questions(of: Instrument, answers: Answers) -> list[Question]:
    """Every question of the form, those too that only another answer opens."""
    asked = {each.id for each in instruments.asked(of, answers)}
    return [
        Question(
            item=item,
            words=words_of(item, number),
            options=options(of, item, answers),
            chosen=answers.get(item.id),
            asked=item.id in asked,
            skips=json.dumps([each.where for each in of.skip if item.id in each.items]),
        )
        for number, item in enumerate(of.item, 1)
    ]


def words_of(item: Item, number: int) -> str:
    """The question; where its licence keeps the words on paper, its number there and its topic."""
    topic = f": {item.topic}" if item.topic else ""
    return item.text or f"Question {number} of the printed form{topic}"


# A longer span than this is given as a number; shorter ones are tapped.
MOST_TO_TAP = 20


def offered(of: Instrument, item: Item) -> tuple[Choice, ...]:
    """What a question lets somebody tap; of a short span each whole number, the ends in words."""
    if item.min is None or item.max is None:
        return of.choices_of(item)
    if not item.whole or item.max - item.min > MOST_TO_TAP:
        return ()
    ends = {item.min: f": {item.low_text}", item.max: f": {item.high_text}"}
    numbers = range(int(item.min), int(item.max) + 1)
    return tuple(
        Choice(id=f"{n}", value=n, text=f"{n}{ends.get(n, '')}".removesuffix(": ")) for n in numbers
    )


def options(of: Instrument, item: Item, answers: Answers) -> tuple[Option, ...]:
    return tuple(
        Option(
            value=choice.value,
            text=choice.text or f"{choice.value:g}",
            risk=instruments.risk(of, item.id, choice.value, answers) or "",
            chosen=answers.get(item.id) == choice.value,
        )
        for choice in offered(of, item)
    )


def is_own(of: Instrument) -> bool:
    """Whether the person answers it themselves; what others rate is opened by staff."""
    return of.respondent == "patient"


def is_shown(of: Instrument) -> bool:
    """Whether the person meets it on their own pages: not where its words are kept on paper."""
    return is_own(of) and of.has_text


def following(of: Instrument, answers: Answers, item: str) -> Item | None:
    """The next question without an answer after this one; what was left blank is not pushed."""
    ids = [each.id for each in of.item]
    later = ids[ids.index(item) + 1 :] if item in ids else ids
    return next(
        (
            each
            for each in instruments.asked(of, answers)
            if each.id in later and each.id not in answers
        ),
        None,
    )


def answers_of_all(found: Iterable[Sheet]) -> dict[int, dict[str, float]]:
    """The answers that stand on each of these sheets, by its key and by item; one query."""
    kept: dict[int, dict[str, float]] = defaultdict(dict)
    for row in SheetAnswer.objects.standing().filter(sheet__in=[each.pk for each in found]):
        kept[row.sheet_id][row.item] = row.value
    return kept


def ahead(of: Instrument, answers: Answers) -> list[Item]:
    """What is still unanswered after the last answer; what was left blank before is not pushed."""
    asked = instruments.asked(of, answers)
    last = max((n for n, each in enumerate(asked) if each.id in answers), default=-1)
    return [*asked[last + 1 :]]


def lines(sheet: Sheet) -> list[Line]:
    """Every question with its standing answer, in the order of the form."""
    of = definitions.of_sheet(sheet)
    rows: Any = sheet.sheetanswer_set.standing().select_related("by")
    given = {row.item: row for row in rows}
    asked = {each.id for each in instruments.asked(of, {i: row.value for i, row in given.items()})}
    return [
        line(of, item, given.get(item.id), words=words_of(item, number), asked=item.id in asked)
        for number, item in enumerate(of.item, 1)
    ]


def told(of: Instrument, item: str, value: float) -> str:
    """The question's own words and the answer's: nothing that was not asked."""
    asked = of.named(item)
    return f"“{asked.words}”, answered “{said(of, asked, value) or f'{value:g}'}”"


def said(of: Instrument, item: Item, value: float) -> str:
    """The words of an answer; none where a number was given."""
    return next((each.text for each in of.choices_of(item) if each.value == value), "")


def line(of: Instrument, item: Item, row: SheetAnswer | None, *, words: str, asked: bool) -> Line:
    texts = {float(choice.value): choice.text for choice in of.choices_of(item)}
    text = None if row is None else texts.get(row.value, f"{row.value:g}")
    return Line(item=item, words=words, text=text, row=row, asked=asked or row is not None)


def late(sheet: Sheet) -> QuerySet[SheetAnswer]:
    """What came once the form was over, as it was last said."""
    found: QuerySet[SheetAnswer] = SheetAnswer.objects.filter(sheet=sheet, given=LATE)
    return found.filter(corrected_by=None).select_related("by").order_by("pk")


def late_lines(sheet: Sheet) -> list[Line]:
    """The same, with its question and in words."""
    of = definitions.of_sheet(sheet)
    named = [(of.named(row.item), row) for row in late(sheet)]
    return [line(of, item, row, words=item.words, asked=True) for item, row in named]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A sheet in a list; `state` is one of those of `state_of`, `overdue` of what can be answered.

    `kept` says that its answers are the person's own until they share them with the reader.
    """

    sheet: Sheet
    short: str
    state: str
    score: Any
    overdue: bool = False
    kept: bool = False


def listed(course: Course, now: datetime, sight: Sight = EVERYTHING) -> list[Listed]:
    """The sheets of a course, the newest first, with how each stands; two queries.

    Of one that moved, only where it is now.
    """
    rows: QuerySet[Sheet] = (
        Sheet.objects.filter(course=course, opens_at__lte=now, corrected_by=None)
        .with_begun()
        .select_related("withdrawal")
        .prefetch_related("sheetscore_set")
        .order_by("-due_at", "instrument")
    )
    return [list_entry(sheet, now, sight) for sheet in rows]


def list_entry(sheet: Sheet, now: datetime, sight: Sight = EVERYTHING) -> Listed:
    """One of `with_begun`, as a reader with this sight finds it."""
    score: Any = max(sheet.sheetscore_set.all(), key=lambda row: row.pk, default=None)
    state = state_of(sheet, now)
    kept = not sight.allows(sheet.instrument, score.at if score else now)
    return Listed(
        sheet=sheet,
        short=definitions.of_sheet(sheet).short,
        state=state,
        score=None if kept else score,
        overdue=state in WAITING and sheet.due_at + OVERDUE_AFTER <= now,
        kept=kept,
    )


# The states in which a sheet waits for answers.
WAITING = frozenset({"open", "begun"})


def state_of(sheet: Any, now: datetime) -> str:
    """How a sheet of `with_begun` stands; begun and closed without being sent is `unsent`."""
    if sheet.sheetscore_set.all():
        return "finished"
    if hasattr(sheet, "withdrawal"):
        return "withdrawn"
    if sheet.closes_at <= now:
        return "unsent" if sheet.begun else "missed"
    if sheet.begun:
        return "begun"
    return "ahead" if sheet.opens_at > now else "open"
