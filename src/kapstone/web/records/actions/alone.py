"""Deeds of what each of a couple is asked alone: the answers, and the word of who read them.

Nothing here says aloud what was answered: not the notice, not the trail, not a refusal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from kapstone.intake import alone
from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit
from kapstone.web.records.actions.couples import locked_couple
from kapstone.web.records.actions.notices import new_notice
from kapstone.web.records.models import AskedAlone, AskedAloneReview, Notice, Person
from kapstone.web.records.refusals import (
    SHORTEST_REASON,
    refuse_long,
    refuse_nul,
    refuse_short,
)

KIND = "asked-alone"
SAYS = "Something private to read about {given}."
DO = "A prescriber or therapist reads it with nobody else near, before anybody calls or writes."


@transaction.atomic
def answer_alone(
    person: Person,
    given: Mapping[str, str],
    *,
    reach: str,
    reach_words: str,
    at: datetime,
    by: User,
) -> AskedAlone:
    """Keep the answers; whatever is not a clear no is told to the team, in neutral words."""
    couple = locked_couple(person, by)
    refuse_nul(reach_words)
    refuse_long(reach_words)
    row: AskedAlone = AskedAlone.objects.create(
        person=person,
        couple=couple,
        answers=alone.heard(given),
        reach=reach if reach in alone.ways() else "",
        reach_words=reach_words.strip(),
        at=at,
        by=by,
    )
    audit.record(by, "answer alone", person=person, about=f"asked_alone:{row.pk}")
    if not alone.is_clear(row.answers):
        tell(person, at=at, by=by)
    return row


def tell(person: Person, *, at: datetime, by: User) -> None:
    """One open notice at a time: what is read is the page, with all that was ever answered."""
    if not Notice.objects.open().filter(person=person, kind=KIND).exists():
        says = SAYS.format(given=person.given)
        new_notice(person, kind=KIND, level="yellow", says=says, do=DO, at=at, by=by)


@transaction.atomic
def review_alone(
    asked: AskedAlone, *, together: bool, words: str, at: datetime, by: User
) -> AskedAloneReview:
    """Say, having spoken with the person alone, whether the two may have a session together."""
    access.refuse_others(by, "read answers alone")
    asked = AskedAlone.objects.locked(asked.pk)
    refuse_short(
        words,
        f"Say in at least {SHORTEST_REASON} letters what you spoke about alone, and what holds.",
    )
    row: AskedAloneReview = AskedAloneReview.objects.create(
        asked=asked,
        together=together,
        words=words.strip(),
        corrects=AskedAloneReview.objects.newest(asked=asked),
        at=at,
        by=by,
    )
    audit.record(by, "review answers alone", person=asked.person, about=f"asked_alone:{asked.pk}")
    return row
