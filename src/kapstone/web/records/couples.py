"""Two people, two private charts, one shared space: who is of a couple, and what each may see.

All that one of them reads of the other comes through `offered`; nothing else here gives rows of
the partner's chart to a page of the portal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from kapstone.intake import own_words
from kapstone.web.accounts.models import User
from kapstone.web.records.models import (
    Commitment,
    Couple,
    Insight,
    JointIntention,
    JournalEntry,
    Person,
    PreparationAnswer,
    SharedItem,
)

WORDS, JOURNAL, INSIGHT, COMMITMENT = KINDS = ("words", "journal", "insight", "commitment")
PROPOSED, AGREED, LET_GO = "proposed", "agreed", "let_go"


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Something of the person's own, and the row that offers it to the partner, if any."""

    kind: str
    row: int
    words: str
    at: datetime
    shared: SharedItem | None = None


def of_person(person: Person) -> QuerySet[Couple]:
    """The couples that stand with this person in them: one at most, by the deed that links."""
    one_of_them = Q(person=person) | Q(partner=person)
    rows: QuerySet[Couple] = Couple.objects.standing().filter(one_of_them, ended=False)
    return rows


def couple_of(person: Person) -> Couple | None:
    return of_person(person).select_related("person", "partner").order_by("-pk").first()


def partner_in(couple: Couple, person: Person) -> Person:
    return couple.partner if couple.person_id == person.pk else couple.person


def offered(user: User) -> QuerySet[Any]:
    """What the partner of this user offers them now, the newest first."""
    return SharedItem.objects.offered_to(user).order_by("-at", "-pk")


def sharing(person: Person, couple: Couple) -> QuerySet[Any]:
    """What the person offers their partner now, the newest first."""
    rows = SharedItem.objects.now().filter(person=person, couple=couple)
    return rows.order_by("-at", "-pk")


def intentions(couple: Couple) -> QuerySet[Any]:
    """The intentions of both that were not let go, the newest first."""
    rows = JointIntention.objects.standing().filter(couple=couple).exclude(said=LET_GO)
    return rows.select_related("person").order_by("-at", "-pk")


def own_rows(person: Person, kind: str) -> QuerySet[Any]:
    """The rows of one kind that the person may offer, the newest first.

    What a private question was answered is not among them: it is not shown on a phone again.
    """
    if kind == WORDS:
        asked = [q.id for q in own_words.own_questions().values() if q.kind == "words"]
        rows = PreparationAnswer.objects.filter(course__person=person, question__in=asked)
        rows = rows.exclude(question__in=own_words.private_questions()).exclude(value=None)
    elif kind == JOURNAL:
        rows = JournalEntry.objects.filter(person=person)
    else:
        table: Any = {INSIGHT: Insight, COMMITMENT: Commitment}[kind]
        rows = table.objects.filter(course__person=person)
    found: QuerySet[Any] = rows.standing().order_by("-at", "-pk")
    return found


def words_of(row: Any) -> str:
    if isinstance(row, PreparationAnswer):
        return str(row.value)
    return str(row.text if isinstance(row, JournalEntry) else row.words)


def with_shares(
    person: Person, couple: Couple, kind: str, rows: Sequence[Any], firsts: dict[int, int]
) -> list[Own]:
    """These rows of the person's own, each with what offers it now; one query."""
    now = sharing(person, couple).filter(kind=kind, row__in=[firsts.get(r.pk, r.pk) for r in rows])
    shared = {each.row: each for each in now}
    return [
        Own(kind=kind, row=first, words=words_of(r), at=r.at, shared=shared.get(first))
        for r, first in ((r, firsts.get(r.pk, r.pk)) for r in rows)
    ]


def firsts_of(kind: str, rows: Sequence[Any]) -> dict[int, int]:
    """A journal page by the row it was first written in: letting the team read it is a new row."""
    if kind != JOURNAL or not rows:
        return {}
    every = JournalEntry.objects.filter(person=rows[0].person_id).order_by("pk")
    first: dict[int, int] = {}
    for pk, corrects in every.values_list("pk", "corrects"):
        first[pk] = first.get(corrects or 0, pk)
    return first


def own(person: Person, couple: Couple, kind: str, rows: Sequence[Any]) -> list[Own]:
    """These rows of one kind, each with whether it is shared."""
    return with_shares(person, couple, kind, rows, firsts_of(kind, rows))


def standing_row(person: Person, kind: str, row: int) -> Any:
    """The row as it stands that `row` names; None when it is not the person's to offer."""
    if kind not in KINDS:
        return None
    rows = own_rows(person, kind)
    if kind != JOURNAL:
        return rows.filter(pk=row).first()
    pages = list(rows)
    firsts = firsts_of(kind, pages)
    return next((each for each in pages if firsts[each.pk] == row), None)
