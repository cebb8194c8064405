"""Deeds of the medicine register: stock comes in, leaves, and is put right by a further line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from kapstone import register
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import access, audit
from kapstone.web.records import register as stock
from kapstone.web.records.models import (
    Delivery,
    Destruction,
    Holding,
    LossReport,
    RegisterEntry,
    RegisterSettings,
    Session,
)
from kapstone.web.records.refusals import (
    SHORTEST_REASON,
    Refused,
    refuse_other_name,
    refuse_short,
)

LABEL = ("form", "product", "unit_mg", "lot")
PARTY = ("party", "address", "dea_number", "invoice")
Moving = Callable[[register.Balance], register.Change]


def append(
    holding: Holding, kind: str, moving: Moving, *, at: datetime, by: User, **also: Any
) -> RegisterEntry:
    """Write the next line of a lot; call it inside the deed that moves something.

    The lot is held, so that two who take the last vial do not both find it there.
    """
    holding = Holding.objects.locked(holding.pk)
    last = stock.last_line(holding)
    before = stock.balance_of(holding)
    try:
        change = moving(before)
    except register.NotPossible as why:
        raise Refused("not-possible", str(why)) from why
    after = before.after(change)
    line: RegisterEntry = RegisterEntry.objects.create(
        holding=holding,
        number=last.number + 1 if last else 1,
        kind=kind,
        units=change.units,
        mg=change.mg,
        out_mg=change.out_mg,
        after_units=after.units,
        after_mg=after.mg,
        after_out_mg=after.out_mg,
        at=at,
        by=by,
        **also,
    )
    return line


def note(by: User, did: str, line: RegisterEntry, **detail: Any) -> None:
    """The entry on the trail; of a line about a session also on the person's own."""
    person = line.session.course.person if line.session else None
    what = {"lot": line.holding.lot, "mg": line.mg, "units": line.units, **detail}
    audit.record(by, did, person=person, about=f"line:{line.pk}", **what)


def sent_before(holding: Holding, told: dict[str, Any], units: int) -> RegisterEntry | None:
    """The line that this form has written already: a double tap sends it twice.

    The lot is held from here on, so that of two at once the second finds the line of the first.
    """
    Holding.objects.locked(holding.pk)
    once = told.get("client_id")
    found: RegisterEntry | None = RegisterEntry.objects.filter(client_id=once).first()
    if once is None or found is None:
        return None
    if (found.holding_id, abs(found.units)) != (holding.pk, units):
        raise Refused("sent-before", "This form was sent already. Open the page again for another.")
    return found


def refuse_stranger(holding: Holding, by: User) -> None:
    if holding.practice_id != by.practice_id:
        raise Refused("elsewhere", "This lot is not in the register of your practice.")


def refuse_witness(witness: User, by: User) -> None:
    """A witness is somebody else, at work in the same practice, whose role lets them watch."""
    if witness == by:
        raise Refused("same-person", "A witness is somebody else than you.")
    if witness.practice_id != by.practice_id or not witness.is_active:
        raise Refused("not-on-staff", "A witness works in this practice.")
    if not access.may(witness, "witness medicine"):
        raise Refused("not-a-witness", "A witness is a clinician of this practice.")


@transaction.atomic
def receive(told: dict[str, Any], *, units: int, at: datetime, by: User) -> RegisterEntry:
    """Take a delivery in: a lot as its label says, and from whom it came."""
    access.refuse_others(by, "keep the register")
    practice = Practice.objects.select_for_update(no_key=True).get(user=by)
    refuse_label(told, practice, at)
    label = {name: told[name] for name in LABEL}
    # The practice is held, so that the same lot is not begun twice.
    row = Holding.objects.filter(practice=practice, **label).first()
    row = row or Holding.objects.create(
        practice=practice,
        **label,
        ndc=told.get("ndc", ""),
        expires_on=told["expires_on"],
        at=at,
        by=by,
    )
    if row.expires_on != told["expires_on"]:
        raise Refused("other-expiry", f"This lot is in the register until {row.expires_on}.")
    if found := sent_before(row, told, units):
        return found
    once = told.get("client_id")
    line = append(row, "receipt", taking_in(units), client_id=once, at=at, by=by)
    write_party(line, told, at=at, by=by)
    note(by, "receive medicine", line)
    return line


def refuse_label(told: dict[str, Any], practice: Practice, at: datetime) -> None:
    if told["form"] not in register.forms():
        raise Refused("no-such-form", f"{told['form']!r} is none of: {', '.join(register.forms())}")
    if told["unit_mg"] <= 0 or Decimal(told["unit_mg"]) * 1000 % 1:
        raise Refused("no-strength", "Give the milligrams of one unit, to the microgram.")
    if not str(told["lot"]).strip() or not str(told["product"]).strip():
        raise Refused("no-label", "Write the product and the lot as the label has them.")
    if register.expired(told["expires_on"], stock.today_of(practice, at)):
        raise Refused("expired", "The last day of this lot is over; it cannot be taken in.")


def write_party(line: RegisterEntry, told: dict[str, Any], *, at: datetime, by: User) -> Delivery:
    """Who the other party was, as 21 CFR 1304.22 asks."""
    if not str(told.get("party", "")).strip():
        raise Refused("no-party", "Name the supplier.")
    fields = {name: str(told.get(name, "")).strip() for name in PARTY}
    row: Delivery = Delivery.objects.create(entry=line, **fields, at=at, by=by)
    return row


def taking_in(units: int) -> Moving:
    return lambda now: register.take_in(now, units=units)


def removing(units: int, open_mg: Decimal) -> Moving:
    return lambda now: register.remove(now, units=units, open_mg=open_mg)


@transaction.atomic
def return_stock(
    holding: Holding, told: dict[str, Any], *, at: datetime, by: User
) -> RegisterEntry:
    """Send stock back to the supplier, or on to a reverse distributor."""
    access.refuse_others(by, "keep the register")
    refuse_stranger(holding, by)
    if found := sent_before(holding, told, told["units"]):
        return found
    moving = removing(told["units"], told.get("open_mg") or stock.NONE)
    also = {"words": told.get("words", ""), "client_id": told.get("client_id")}
    line = append(holding, "returned", moving, **also, at=at, by=by)
    write_party(line, told, at=at, by=by)
    note(by, "return medicine", line)
    return line


@transaction.atomic
def waste_stock(
    holding: Holding, told: dict[str, Any], *, witness: User, at: datetime, by: User
) -> RegisterEntry:
    """Write down what broke, was spilled, or went off in the cabinet, as somebody else saw it."""
    access.refuse_others(by, "keep the register")
    refuse_stranger(holding, by)
    refuse_witness(witness, by)
    refuse_short(told["words"], f"Say what happened, in at least {SHORTEST_REASON} letters.")
    if found := sent_before(holding, told, told["units"]):
        return found
    moving = removing(told["units"], told.get("open_mg") or stock.NONE)
    also = {"words": told["words"].strip(), "client_id": told.get("client_id")}
    line = append(holding, "waste", moving, witness=witness, **also, at=at, by=by)
    note(by, "waste medicine", line, witness=witness.pk)
    return line


@transaction.atomic
def report_loss(holding: Holding, told: dict[str, Any], *, at: datetime, by: User) -> LossReport:
    """Take a theft or loss out of the balance, with what DEA Form 106 asks for."""
    access.refuse_others(by, "keep the register")
    refuse_stranger(holding, by)
    if told["kind"] not in register.losses():
        raise Refused("no-such-loss", "Choose the kind of loss.")
    refuse_short(told["happened"], f"Say what is known, in at least {SHORTEST_REASON} letters.")
    if told["found_on"] > stock.today_of(holding.practice, at):
        raise Refused("not-yet", "A loss was found today or before.")
    if found := sent_before(holding, told, told["units"]):
        return LossReport.objects.get(entry=found)
    moving = removing(told["units"], told.get("open_mg") or stock.NONE)
    also = {"words": told["happened"].strip(), "client_id": told.get("client_id")}
    line = append(holding, "loss", moving, **also, at=at, by=by)
    names = ("kind", "found_on", "police_told", "police", "notice_on", "value", "marks")
    fields = {name: told[name] for name in (*names, "happened", "measures") if name in told}
    row: LossReport = LossReport.objects.create(entry=line, **fields, at=at, by=by)
    note(by, "report loss", line, kind=row.kind)
    return row


@transaction.atomic
def destroy(
    holding: Holding, told: dict[str, Any], *, witness: User, at: datetime, by: User
) -> Destruction:
    """Make stock non-retrievable; two employees watch, the writer and the witness."""
    access.refuse_others(by, "keep the register")
    refuse_stranger(holding, by)
    refuse_witness(witness, by)
    if not told["method"].strip() or not told["place"].strip():
        raise Refused("no-method", "Say how it was destroyed, and where.")
    if found := sent_before(holding, told, told["units"]):
        return Destruction.objects.get(entry=found)
    moving = removing(told["units"], told.get("open_mg") or stock.NONE)
    also = {"witness": witness, "client_id": told.get("client_id")}
    line = append(holding, "destruction", moving, **also, at=at, by=by)
    row: Destruction = Destruction.objects.create(
        entry=line, method=told["method"].strip(), place=told["place"].strip(), at=at, by=by
    )
    note(by, "destroy medicine", line, witness=witness.pk)
    return row


# What a correction may put right; a dose is corrected with its chart, a count by a further count.
CORRECTABLE = {"receipt", "waste", "returned", "loss", "destruction"}
# What somebody else watches, and the more of it that a correction writes.
WATCHED = {"waste", "destruction"}


@transaction.atomic
def correct_line(
    line: RegisterEntry,
    *,
    units: int,
    mg: Decimal,
    words: str,
    witness: User | None = None,
    at: datetime,
    by: User,
) -> RegisterEntry:
    """Write the difference to what the line should have said: sealed units, and mg beside them.

    Of a session's waste only milligrams. The first line stays, and a line is corrected once. More
    that was wasted or destroyed needs a `witness` of its own: who saw the first amount vouched for
    that alone.
    """
    access.refuse_others(by, "keep the register")
    refuse_stranger(line.holding, by)
    if line.session_id:
        Session.objects.locked(line.session_id)
    Holding.objects.locked(line.holding_id)
    refuse_correcting(line, words)
    change = right_change(line, units, mg) + -stands_for(line)
    refuse_more_than_out(line, change)
    refuse_unseen(line, change, witness, by)
    kept = {"session": line.session, "witness": witness, "words": words.strip()}
    row = append(
        line.holding,
        line.kind,
        lambda now: register.possible(now, change),
        corrects=line,
        at=at,
        by=by,
        **kept,
    )
    seen = {"witness": witness.pk} if witness else {}
    note(by, "correct register", row, corrects=line.pk, **seen)
    return row


def refuse_unseen(
    line: RegisterEntry, change: register.Change, witness: User | None, by: User
) -> None:
    """More that was wasted or destroyed is seen by somebody else, as the first amount was."""
    if witness:
        refuse_witness(witness, by)
    elif line.kind in WATCHED and (change.mg < 0 or change.units < 0):
        raise Refused("no-witness", "That is more than was seen: whoever saw it signs in for it.")


def refuse_more_than_out(line: RegisterEntry, change: register.Change) -> None:
    """A session's waste cannot be more than it had out, whatever other sessions have."""
    if line.session is None:
        return
    out_here = stock.out_of(line.session).get(line.holding_id, stock.NONE)
    if out_here + change.out_mg < 0:
        raise Refused("not-possible", f"Only {register.said(out_here)} more were out with it.")


def refuse_correcting(line: RegisterEntry, words: str) -> None:
    if line.kind not in CORRECTABLE:
        raise Refused("not-correctable", "Correct the dose itself, or count again.")
    if RegisterEntry.objects.filter(corrects=line).exists():
        raise Refused("corrected", "This line was already corrected; correct the newer one.")
    refuse_short(words, f"Say what was wrong, in at least {SHORTEST_REASON} letters.")


def right_change(line: RegisterEntry, units: int, mg: Decimal) -> register.Change:
    """What the line should have changed."""
    if units < 0 or mg < 0 or (line.kind == "receipt" and mg):
        raise Refused("no-amount", "Give the right amount: nothing, or more than nothing.")
    if line.session_id:
        return register.Change(mg=-mg, out_mg=-mg)
    total = units * line.holding.unit_mg + mg
    sign = 1 if line.kind == "receipt" else -1
    return register.Change(units=sign * units, mg=sign * total)


def stands_for(line: RegisterEntry) -> register.Change:
    """What the line and all that it corrects have changed together."""
    found: list[Any] = [line]
    while (before := found[-1].corrects) is not None:
        found.append(before)
    return register.kept_together(each.change for each in found)


@transaction.atomic
def settle(told: dict[str, Any], *, name: str, at: datetime, by: User) -> RegisterSettings:
    """Settle, signed, what the law leaves open and what stands on the registration."""
    access.refuse_others(by, "settle the register")
    refuse_other_name(name, by)
    answerer = told.get("answerer")
    if answerer and (
        answerer.practice_id != by.practice_id or not access.may(answerer, "answer discrepancies")
    ):
        raise Refused("not-an-answerer", "Name somebody here who may answer for the register.")
    row = RegisterSettings.objects.create(
        practice=Practice.objects.get(user=by),
        **told,
        signed_name=by.signed_name,
        at=at,
        by=by,
    )
    audit.record(by, "settle register", about=f"register_settings:{row.pk}")
    return row
