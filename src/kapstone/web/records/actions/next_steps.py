"""Deeds after a session: a look at long-term safety, the person's wish, and the step chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from kapstone.pathway import long_term, next_step
from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit, slipping
from kapstone.web.records import next_step as cards
from kapstone.web.records.actions.courses import review_course
from kapstone.web.records.models import Course, LongTermCheck, NextStep, StepWish, WatchContact
from kapstone.web.records.refusals import (
    SHORTEST_REASON,
    Refused,
    is_blank,
    is_short,
    refuse_long,
    refuse_nul,
)

LOOK, DECIDE, CALL = "give facts", "review courses", "call people"

OUTCOMES = {
    "reached": "Spoke with them",
    "booked": "Spoke with them, and booked a time",
    "no_answer": "No answer",
    "message": "Left a message",
    "declined": "They do not want to be called",
}


@transaction.atomic
def look_at(
    course: Course, look: str, *, found: bool | None, words: str, at: datetime, by: User
) -> LongTermCheck:
    """Write down that somebody looked at a row of long-term safety, and whether it found something.

    What was found needs words; so does a look that did not tell.
    """
    access.refuse_others(by, LOOK)
    Course.objects.locked(course.pk)
    if look not in long_term.due_rows():
        raise Refused("no-such-check", f"{look!r} is no check that is looked at here.")
    refuse_nul(words)
    refuse_long(words)
    if found is not False and is_blank(words):
        raise Refused("needs-words", "Say what was found, or why it is not known.")
    row: LongTermCheck = LongTermCheck.objects.create(
        course=course, look=look, found=found, words=words.strip(), at=at, by=by
    )
    about = f"long_term_check:{row.pk}"
    audit.record(by, "look at long-term safety", person=course.person, about=about, look=look)
    return row


@transaction.atomic
def say_wish(course: Course, wish: str, *, words: str = "", at: datetime, by: User) -> StepWish:
    """Keep how the person would like to go on: by themselves, or by whoever heard it."""
    if course.person.user_id != by.pk:
        access.refuse_others(by, LOOK)
    Course.objects.locked(course.pk)
    if wish not in next_step.fact_rows()["wish"].choices:
        raise Refused("no-such-wish", f"{wish!r} is none of the wishes that can be said.")
    refuse_nul(words)
    refuse_long(words)
    row: StepWish = StepWish.objects.create(
        course=course,
        wish=wish,
        words=words.strip(),
        corrects=StepWish.objects.newest(course=course),
        at=at,
        by=by,
    )
    audit.record(by, "say wish", person=course.person, about=f"step_wish:{row.pk}")
    return row


@transaction.atomic
def choose_step(
    course: Course,
    choice: str,
    *,
    seen: str,
    chips: Sequence[str] = (),
    reason: str = "",
    at: datetime,
    by: User,
) -> NextStep:
    """Choose the next step, as proposed, or another with a reason; kept with all it was made from.

    `seen` is what the page proposed (empty for nothing): a card that has changed since is refused.
    What changes the road, or answers a review that is due, is signed as a review too.
    """
    access.refuse_others(by, DECIDE)
    Course.objects.locked(course.pk)
    if choice not in next_step.option_rows():
        raise Refused("no-such-step", "Choose one of the steps on the card.")
    before = cards.before(course, now=at)
    proposed = before.card.proposed or ""
    if seen != proposed:
        raise Refused("changed", "Something came in meanwhile, and the card changed. Look again.")
    refuse_unknown(chips)
    if choice != proposed:
        refuse_unreasoned(chips, reason)
    refuse_nul(reason)
    refuse_long(reason)
    said = {"choice": choice, "chips": list(chips), "reason": reason.strip()}
    row = keep_step(course, before, said, at=at, by=by)
    sign_review(row, before.card, at=at, by=by)
    return row


def keep_step(
    course: Course, before: cards.Before, said: dict[str, Any], *, at: datetime, by: User
) -> NextStep:
    """Write the choice with the card that lay before whoever chose, and what it was made from."""
    proposed = before.card.proposed or ""
    row: NextStep = NextStep.objects.create(
        course=course,
        proposed=proposed,
        inputs=next_step.as_inputs(before.facts),
        card=next_step.as_kept(before.card),
        rules_digest=next_step.rules_digest(),
        signed_name=by.signed_name,
        at=at,
        by=by,
        **said,
    )
    about, choice = f"next_step:{row.pk}", row.choice
    audit.record(
        by,
        "choose next step",
        person=course.person,
        about=about,
        choice=choice,
        proposed=proposed,
    )
    return row


def refuse_unknown(chips: Sequence[str]) -> None:
    if strange := [each for each in chips if each not in next_step.chip_rows()]:
        raise Refused("no-such-reason", f"{strange[0]!r} is none of the reasons.")


def refuse_unreasoned(chips: Sequence[str], reason: str) -> None:
    """Another step than the card's needs a reason: one tap, or a sentence."""
    if not chips and is_short(reason):
        raise Refused(
            "needs-reason",
            f"Say why: tap a reason, or write at least {SHORTEST_REASON} letters.",
        )


def sign_review(row: NextStep, card: next_step.Card, *, at: datetime, by: User) -> None:
    """The road reads reviews: a step that leaves the plan, or ends a review's wait, is one."""
    if row.choice == "go_on" and not cards.review_is_due(row.course, now=at):
        return
    review_course(row.course, choice=row.choice, reason=words_of(row, card), at=at, by=by)


def words_of(row: NextStep, card: next_step.Card) -> str:
    """The reason of a review, out of the card and what was tapped."""
    said = [next_step.chip_rows()[each].says for each in row.chips]
    if row.choice == row.proposed:
        return " ".join([f"Next-step card {card.rule}: {card.says}", row.reason]).strip()
    other = "; ".join([*said, *filter(None, [row.reason])])
    return f"Chosen over the next-step card ({card.rule or 'not enough known'}): {other}"


@transaction.atomic
def note_contact(
    course: Course, outcome: str, *, words: str = "", at: datetime, by: User
) -> WatchContact:
    """Write down that somebody tried to be in touch with who is slipping, and what came of it.

    Kept with the reasons that held at that moment; refused when there is none any more.
    """
    access.refuse_others(by, CALL)
    Course.objects.locked(course.pk)
    if outcome not in OUTCOMES:
        raise Refused("no-such-outcome", "Choose what came of it.")
    found = slipping.one(course, now=at)
    if found is None or not slipping.is_for(found, by):
        raise Refused("no-reason", "There is no reason to call any more; look at the list again.")
    refuse_nul(words)
    refuse_long(words)
    row: WatchContact = WatchContact.objects.create(
        course=course,
        why=[each.row.id for each in found.reasons],
        outcome=outcome,
        words=words.strip(),
        at=at,
        by=by,
    )
    about = f"watch_contact:{row.pk}"
    audit.record(by, "note watch contact", person=course.person, about=about, outcome=outcome)
    return row
