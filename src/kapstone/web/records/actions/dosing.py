"""Deeds of a dose: given, corrected, the rest wasted or put back; each writes the register."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from kapstone import register
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import PRESCRIBER
from kapstone.web.records import audit, doses, live
from kapstone.web.records import register as stock
from kapstone.web.records.actions.beyond_order import beyond, refuse_asked, refuse_beyond_order
from kapstone.web.records.actions.counting import open_for_session
from kapstone.web.records.actions.given_beyond import asked_of, tell_beyond
from kapstone.web.records.actions.late import note_owed
from kapstone.web.records.actions.register import (
    append,
    note,
    refuse_stranger,
    refuse_witness,
)
from kapstone.web.records.actions.whose import refuse_strangers
from kapstone.web.records.models import (
    Discharge,
    DoseGiven,
    Holding,
    Phase,
    RegisterEntry,
    Session,
)
from kapstone.web.records.refusals import (
    SHORTEST_REASON,
    Refused,
    is_short,
    refuse_beyond,
    refuse_short,
)
from kapstone.web.records.session_facts import giving


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A dose as it was typed: what, how much, where it came from.

    `taken_mg` is what was taken from the cabinet for it when that was more than the dose needed.
    """

    kind: str
    mg: Decimal
    source: str = "register"
    holding: Holding | None = None
    taken_mg: Decimal | None = None
    site: str = ""
    hold_min: int | None = None
    spat: bool | None = None
    words: str = ""


# What keeps a dose from being charted now, and no dose that was given from being kept.
LOT_OWED = ("no-lot", "expired", "other-product", "not-possible", "not-prescriber", "no-reason")


@transaction.atomic
def give_dose(
    session: Session,
    told: Given,
    *,
    at: datetime,
    by: User,
    client_id: UUID | None = None,
    arrived: datetime | None = None,
) -> DoseGiven:
    """Chart a dose and write its line of the register; the same `client_id` again gives the first.

    One that waited on a tablet until it `arrived` was given, whatever it lacks: it is kept, and a
    notice says what is still to be written. The session is held before the lot, here and in every
    deed of both.
    """
    session = Session.objects.locked(session.pk)
    refuse_strangers(session, by, "give medicine")
    client_id = client_id or uuid4()
    found: DoseGiven | None = DoseGiven.objects.filter(client_id=client_id).first()
    if found:
        return found
    asked = asked_of(session, told.mg, told.kind, at=at, by=by)
    if arrived is None:
        dose = chart(session, told, at=at, by=by, client_id=client_id)
    else:
        dose = chart_given(session, told, arrived=arrived, at=at, by=by, client_id=client_id)
    if asked and not is_short(told.words):
        tell_beyond(dose, asked, at=arrived or at)
    return dose


def chart_given(
    session: Session, told: Given, *, arrived: datetime, at: datetime, by: User, client_id: UUID
) -> DoseGiven:
    """Chart a dose that was given a while ago, with a notice of each thing that it lacks."""
    lacks: list[Refused] = []
    try:
        refuse_beyond_order(session, told.mg, told.kind, words=told.words, at=at, by=by)
    except Refused as why:
        lacks.append(why)
    once: dict[str, Any] = {"at": at, "by": by, "client_id": client_id, "arrived": arrived}
    try:
        with transaction.atomic():
            dose = chart(session, told, **once)
    except Refused as why:
        if why.code not in LOT_OWED:
            raise
        lacks.append(why)
        dose = chart(session, replace(told, source="later", words=said_of_lot(told)), **once)
    for each in lacks:
        note_owed(session, doses.says(dose), each, given_at=at, at=arrived, by=by)
    if Discharge.objects.filter(session=session).exists():
        open_for_session(session, at=arrived, by=by)
    return dose


def said_of_lot(told: Given) -> str:
    """The words of a dose whose line is still to be written, with the lot that was chosen."""
    lot = f"Chosen on the tablet: lot {told.holding.lot}." if told.holding else ""
    return f"{told.words.strip()} {lot}".strip()


def chart(
    session: Session,
    told: Given,
    *,
    at: datetime,
    by: User,
    client_id: UUID,
    arrived: datetime | None = None,
) -> DoseGiven:
    refuse_giving(session, told, at=at, by=by, arrived=arrived)
    dose: DoseGiven = DoseGiven.objects.create(
        session=session,
        kind=told.kind,
        amount_mg=told.mg,
        source=told.source,
        site=told.site,
        hold_min=told.hold_min,
        spat=told.spat,
        words=told.words.strip(),
        client_id=client_id,
        at=at,
        by=by,
    )
    if told.source == "register" and told.holding:
        take(dose, told.holding, told.mg, taken_mg=told.taken_mg, at=at, by=by)
    what = {"mg": str(told.mg), "kind": told.kind, "source": told.source}
    audit.record(by, "give dose", person=session.course.person, about=f"dose:{dose.pk}", **what)
    live.tell(session, "dose")
    return dose


def take(
    dose: DoseGiven,
    holding: Holding,
    mg: Decimal,
    *,
    taken_mg: Decimal | None,
    at: datetime,
    by: User,
) -> RegisterEntry:
    out_here = stock.out_of(dose.session).get(holding.pk, stock.NONE)

    def moving(now: register.Balance) -> register.Change:
        return register.give(
            now, dose_mg=mg, out_here_mg=out_here, taken_mg=taken_mg, splits=holding.kind.splits
        )

    return append(holding, "use", moving, session=dose.session, dose=dose, at=at, by=by)


def refuse_giving(
    session: Session, told: Given, *, at: datetime, by: User, arrived: datetime | None
) -> None:
    route = giving(session).route
    refuse_time(session, at, arrived=arrived)
    if told.kind not in {kind.id for kind in register.dose_kinds_of(route)}:
        raise Refused("other-kind", "This kind of dose is not given by the route of the session.")
    if told.mg <= 0:
        raise Refused("no-amount", "Give the milligrams, more than none.")
    refuse_beyond(told.mg)
    if arrived is None:
        refuse_beyond_order(session, told.mg, told.kind, words=told.words, at=at, by=by)
    elif told.source == "later":
        return
    if told.source == "register":
        refuse_lot(session, told.holding, route, at=at, by=by)
    else:
        refuse_source(session, told, route, by=by)


def refuse_time(session: Session, at: datetime, *, arrived: datetime | None) -> None:
    began = Phase.objects.standing().filter(session=session, phase="started").first()
    if began is None:
        raise Refused("not-started", "Start the medicine first.")
    if at < began.at:
        raise Refused("too-early", "That is before the medicine was started.")
    home = Discharge.objects.filter(session=session)
    # What was given before they went home is no less true for arriving after it.
    if (home.until(at) if arrived else home).exists():
        raise Refused("home", "This person has gone home; correct what was charted.")


def refuse_lot(
    session: Session, holding: Holding | None, route: str, *, at: datetime, by: User
) -> None:
    """A lot of this practice, of a form for this route, that is not over."""
    if holding is None:
        raise Refused("no-lot", "Choose the lot it was taken from.")
    refuse_stranger(holding, by)
    if not register.fits(holding.form, route):
        raise Refused("other-product", f"{holding.product} is not given by this route.")
    if register.expired(holding.expires_on, stock.today_of(holding.practice, at)):
        raise Refused("expired", f"The last day of lot {holding.lot} is over: it is not given.")


def refuse_source(session: Session, told: Given, route: str, *, by: User) -> None:
    """From outside the register: the person's own prescription, or a prescriber's reason."""
    if told.source not in {"own", "none"}:
        raise Refused("no-such-source", "Say where the medicine came from.")
    if told.source == "own":
        if not register.may_be_own(route):
            raise Refused("not-own", "By this route nobody brings a medicine of their own.")
        return
    if not stock.keeps_one(session.course.person.practice):
        return
    if not by.has_role(PRESCRIBER):
        raise Refused("not-prescriber", "Only a prescriber gives what is not in the register.")
    refuse_short(
        told.words,
        f"Say why it is not from the register, in at least {SHORTEST_REASON} letters.",
        code="no-reason",
    )


@transaction.atomic
def correct_dose(
    dose: DoseGiven,
    *,
    mg: Decimal,
    words: str,
    beyond_words: str = "",
    at: datetime,
    by: User,
    holding: Holding | None = None,
    **changed: Any,
) -> DoseGiven:
    """Put right how much was given; no milligrams at all take the dose back.

    More than was charted is asked what giving it then would have been; `beyond_words` answer that.
    The register gets the difference as a line; `holding` gives one that was still to be written.
    """
    session = Session.objects.locked(dose.session_id)
    refuse_strangers(session, by, "give medicine")
    if DoseGiven.objects.filter(corrects=dose).exists():
        raise Refused("corrected", "This dose was already corrected; correct the newer one.")
    if mg < 0:
        raise Refused("no-amount", "A dose cannot be less than none.")
    refuse_beyond(mg)
    from_lot = holding is not None and dose.source == "later"
    if not (from_lot and mg == dose.amount_mg):
        refuse_short(words, f"Say what was wrong, in at least {SHORTEST_REASON} letters.")
    asked = reason_for_more(session, dose, mg, words=beyond_words, by=by)
    if from_lot:
        refuse_lot(session, holding, giving(session).route, at=dose.at, by=by)
        changed["source"] = "register"
    changed |= {"words": f"{words.strip()} {asked}".strip() or dose.words, "client_id": uuid4()}
    fields = dose.but(amount_mg=mg, **changed)
    row: DoseGiven = DoseGiven.objects.create(**fields | {"session": session}, at=dose.at, by=by)
    write_line(row, dose, holding if from_lot else None, at=at, by=by)
    if Discharge.objects.filter(session=session).exists():
        open_for_session(session, at=at, by=by)
    what = {"mg": str(mg), "was": str(dose.amount_mg)}
    audit.record(by, "correct dose", person=session.course.person, about=f"dose:{row.pk}", **what)
    live.tell(session, "dose")
    return row


def reason_for_more(session: Session, dose: DoseGiven, mg: Decimal, *, words: str, by: User) -> str:
    """The reason for more than was charted, where a dose of its time would have been asked one.

    Refused without it, with everything that was asked; empty where nothing was.
    """
    if mg <= dose.amount_mg:
        return ""
    asks = beyond(session, mg, dose.kind, at=dose.at, by=by, instead_of=dose)
    refuse_asked(asks, words)
    return words.strip() if asks else ""


def write_line(
    row: DoseGiven, was: DoseGiven, holding: Holding | None, *, at: datetime, by: User
) -> None:
    """What a correction changes in the register: all of the dose, its difference, or nothing."""
    line = line_of(was)
    if holding and row.amount_mg:
        take(row, holding, row.amount_mg, taken_mg=None, at=at, by=by)
    elif line and row.amount_mg != was.amount_mg:
        take_difference(row, line, was.amount_mg, at=at, by=by)


def line_of(dose: DoseGiven) -> RegisterEntry | None:
    """The newest line of the register that the dose, or one it corrects, has written."""
    row: Any = dose
    while row is not None:
        line: RegisterEntry | None = row.lines.order_by("-number").first()
        if line:
            return line
        row = row.corrects
    return None


def take_difference(
    row: DoseGiven, line: RegisterEntry, was_mg: Decimal, *, at: datetime, by: User
) -> RegisterEntry:
    holding = line.holding
    out_here = out_now(row.session, holding)
    wasted = stock.wasted_of(row.session, holding)

    def moving(now: register.Balance) -> register.Change:
        return register.correct_dose(
            now,
            was_mg=was_mg,
            is_mg=row.amount_mg,
            out_here_mg=out_here,
            wasted_here_mg=wasted,
            splits=holding.kind.splits,
        )

    about = {"session": row.session, "dose": row, "corrects": line}
    return append(holding, "use", moving, words=row.words, at=at, by=by, **about)


@transaction.atomic
def waste_rest(
    session: Session,
    holding: Holding,
    *,
    mg: Decimal,
    witness: User,
    at: datetime,
    by: User,
    words: str = "",
) -> RegisterEntry:
    """Make unusable what is left of a dose; a second clinician sees it and signs in for it."""
    refuse_strangers(session, by, "give medicine")
    refuse_witness(witness, by)

    def moving(now: register.Balance) -> register.Change:
        return register.waste(now, mg=mg, out_here_mg=out_now(session, holding))

    line = with_session(
        session, holding, "waste", moving, witness=witness, words=words.strip(), at=at, by=by
    )
    note(by, "waste medicine", line, witness=witness.pk)
    return line


@transaction.atomic
def put_back(
    session: Session, holding: Holding, *, mg: Decimal, at: datetime, by: User
) -> RegisterEntry:
    """What was taken out and not used goes back into the cabinet."""
    refuse_strangers(session, by, "give medicine")

    def moving(now: register.Balance) -> register.Change:
        out_here = out_now(session, holding)
        return register.put_back(now, mg=mg, out_here_mg=out_here, splits=holding.kind.splits)

    line = with_session(session, holding, "return", moving, at=at, by=by)
    note(by, "put medicine back", line)
    return line


def out_now(session: Session, holding: Holding) -> Decimal:
    return stock.out_of(session).get(holding.pk, stock.NONE)


def with_session(
    session: Session, holding: Holding, kind: str, moving: Any, *, by: User, **also: Any
) -> RegisterEntry:
    session = Session.objects.locked(session.pk)
    refuse_stranger(holding, by)
    return append(holding, kind, moving, session=session, by=by, **also)
