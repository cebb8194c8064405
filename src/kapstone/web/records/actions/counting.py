"""Deeds of counting: every lot at once, blind, and a difference that somebody answers for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from kapstone import register
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import access, audit, outbox
from kapstone.web.records import register as stock
from kapstone.web.records.actions.register import append, refuse_witness
from kapstone.web.records.models import (
    Discrepancy,
    DiscrepancyAnswer,
    Holding,
    RegisterEntry,
    RegisterSettings,
    Session,
    StockCount,
)
from kapstone.web.records.refusals import Refused

# Sealed units and opened milligrams of a lot, as somebody counted them.
Counted = tuple[int, Decimal]
UNMOVED = register.Change()


@transaction.atomic
def count_stock(
    counted: Mapping[int, Counted],
    *,
    purpose: str = "shift",
    second: User | None = None,
    at: datetime,
    by: User,
    **also: Any,
) -> StockCount:
    """Keep a count of every lot that is at hand; each difference opens a discrepancy.

    What the register expects is looked up only now, under the lots' locks: nobody counted towards
    it. Two people count where the practice has not settled otherwise.
    """
    access.refuse_others(by, "keep the register")
    practice = Practice.objects.select_for_update(no_key=True).get(user=by)
    rows = lots_to_count(practice)
    refuse_counting(rows, counted, purpose)
    refuse_alone(practice, second, by)
    count: StockCount = StockCount.objects.create(
        practice=practice, purpose=purpose, second=second, at=at, by=by, **also
    )
    for row in rows:
        units, open_mg = counted[row.pk]
        count_lot(row, count, units, open_mg, at=at, by=by)
    about = f"count:{count.pk}"
    audit.record(by, "count medicine", about=about, second=second.pk if second else None)
    return count


def lots_to_count(practice: Practice) -> list[Holding]:
    """Every lot of which something should be there, held until the count is written."""
    held = Holding.objects.select_for_update(of=("self",), no_key=True).filter(practice=practice)
    return [row for row in held.order_by("pk") if stock.balance_of(row).mg]


def refuse_counting(rows: list[Holding], counted: Mapping[int, Counted], purpose: str) -> None:
    if purpose not in StockCount.PURPOSES:
        raise Refused("no-such-count", f"{purpose!r} is none of {', '.join(StockCount.PURPOSES)}.")
    if missing := [row.lot for row in rows if row.pk not in counted]:
        lots = ", ".join(missing)
        raise Refused("not-all", f"Not counted yet: lot {lots}. Write 0 where there is none.")
    if any(units < 0 or open_mg < 0 for units, open_mg in counted.values()):
        raise Refused("below-nothing", "A count is nothing or more.")


def refuse_alone(practice: Practice, second: User | None, by: User) -> None:
    if second:
        refuse_witness(second, by)
    elif RegisterSettings.objects.now(practice).two_count:
        raise Refused("one-person", "Two people count here: the second signs in too.")


def count_lot(
    row: Holding, count: StockCount, units: int, open_mg: Decimal, *, at: datetime, by: User
) -> RegisterEntry:
    line = append(
        row,
        "count",
        lambda now: UNMOVED,
        count=count,
        counted_units=units,
        counted_mg=open_mg,
        witness=count.second,
        at=at,
        by=by,
    )
    found = register.difference(stock.balance_of(row), units=units, open_mg=open_mg)
    if found:
        says = f"Counted {row.kind.units(units)}: {found.words(row.kind.one, row.kind.many)}."
        open_discrepancy(row, says, entry=line, at=at, by=by)
    return line


def open_discrepancy(
    holding: Holding, says: str, *, at: datetime, by: User, **about: Any
) -> Discrepancy:
    """Open a difference that a named person answers for; call it inside the deed that finds it."""
    practice = holding.practice
    answerer = RegisterSettings.objects.now(practice).answerer
    row: Discrepancy = Discrepancy.objects.create(
        holding=holding, says=says, answerer=answerer, at=at, by=by, **about
    )
    audit.record(by, "open discrepancy", about=f"discrepancy:{row.pk}", lot=holding.lot)
    if answerer and answerer != by and answerer.is_active:
        page = reverse("discrepancy", args=[row.pk])
        outbox.put(
            answerer.email,
            subject=f"The medicine register of {practice} waits for you",
            text=f"Something does not add up.\n\n{settings.SITE_ADDRESS}{page}\n",
        )
    return row


@transaction.atomic
def answer_discrepancy(
    row: Discrepancy, *, words: str, closes: bool, at: datetime, by: User
) -> DiscrepancyAnswer:
    """Say what was found, or close it; whoever opened it does not close it alone."""
    access.refuse_others(by, "answer discrepancies")
    row = Discrepancy.objects.locked(row.pk)
    if row.answers.filter(closes=True).exists():
        raise Refused("closed", "This was already closed; its answers stay below.")
    if not words.strip():
        raise Refused("no-words", "Say what was found.")
    if closes and row.by == by:
        raise Refused("same-person", "You found it; somebody else closes it.")
    answer: DiscrepancyAnswer = DiscrepancyAnswer.objects.create(
        discrepancy=row, words=words.strip(), closes=closes, at=at, by=by
    )
    did = "close discrepancy" if closes else "answer discrepancy"
    audit.record(by, did, about=f"discrepancy:{row.pk}")
    return answer


def open_for_session(session: Session, *, at: datetime, by: User) -> list[Discrepancy]:
    """What a session leaves unaccounted for once its person has gone home, each lot once.

    Call it inside the deed; nobody is kept from going home by it.
    """
    told = Discrepancy.objects.filter(session=session).open().values_list("holding", flat=True)
    return [
        open_discrepancy(
            holding,
            f"{register.said(out)} taken out for a medicine session and neither given, wasted "
            "nor put back.",
            session=session,
            at=at,
            by=by,
        )
        for holding, out in stock.out_with(session)
        if holding.pk not in told
    ]
