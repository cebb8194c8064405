"""Deeds of a second dose at home: confirmed by the sitter, by the therapist, and taken."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kapstone import at_home
from kapstone.web.accounts.models import User
from kapstone.web.records import access, doses, home_boosters
from kapstone.web.records import at_home as home
from kapstone.web.records.actions.at_home import told
from kapstone.web.records.actions.sitting import noted
from kapstone.web.records.models import (
    BoosterAnswer,
    BoosterConfirmed,
    DoseGiven,
    Order,
    Session,
    SitterLink,
)
from kapstone.web.records.refusals import Refused

# Said by the two themselves, of what the others have settled: each is the other's to wait for.
WORDS = frozenset({"sitter", "therapist"})


def ordered(session: Session) -> Order:
    order = home_boosters.order_of(session)
    if order is None or not home.is_at_home(session):
        raise Refused("none-ordered", f"{at_home.booster().says} None was ordered here.")
    return order


def refuse_shut(session: Session, *, at: datetime, but: frozenset[str] = frozenset()) -> None:
    """Refuse while anything does not hold, saying all of it; `but` are lines left out."""
    found = home_boosters.conditions(session, now=at)
    shut = [each for each in found if each.state != "holds" and each.id not in but]
    if shut:
        said = "; ".join(f"{each.title}: {each.says}" for each in shut)
        raise Refused("not-held", f"Not now. {said}")


@transaction.atomic
def sitter_confirms(link: SitterLink, *, agrees: bool, at: datetime) -> BoosterAnswer:
    """The sitter says that the second dose may be taken now, or that it may not."""
    session = Session.objects.locked(link.sitter.session_id)
    ordered(session)
    answer = home.answer_of(link.sitter)
    if answer is None or not answer.agrees:
        raise Refused("no-sitter", "Agree first to what is asked of a sitter.")
    if agrees:
        refuse_shut(session, at=at, but=WORDS)
    row: BoosterAnswer = BoosterAnswer.objects.create(link=link, agrees=agrees, at=at)
    noted(session, "sitter on second dose", link, agrees=agrees)
    return row


@transaction.atomic
def therapist_confirms(
    session: Session, *, agrees: bool, at: datetime, by: User
) -> BoosterConfirmed:
    """The therapist, who is with the person on video, says yes or no; a no is never refused."""
    access.refuse_others(by, "confirm boosters at home")
    session = Session.objects.locked(session.pk)
    ordered(session)
    if agrees:
        refuse_shut(session, at=at, but=WORDS)
    row: BoosterConfirmed = BoosterConfirmed.objects.create(
        session=session,
        agrees=agrees,
        signed_name=by.signed_name,
        corrects=BoosterConfirmed.objects.newest(session=session),
        at=at,
        by=by,
    )
    told(session, "confirm booster at home", f"booster_confirmed:{row.pk}", by)
    return row


@transaction.atomic
def take_booster(session: Session, *, client_id: UUID, at: datetime, by: User) -> DoseGiven:
    """The person takes the second dose as it was ordered; the same `client_id` again is the first.

    Everything is asked again at this moment, and nobody passes a line.
    """
    session = Session.objects.locked(session.pk)
    if session.course.person.user_id != by.pk:
        raise Refused("not-yours", "Only the person themselves takes a second dose at home.")
    if found := DoseGiven.objects.filter(client_id=client_id, session=session).first():
        kept: DoseGiven = found
        return kept
    order = ordered(session)
    refuse_shut(session, at=at)
    dose: DoseGiven = DoseGiven.objects.create(
        session=session,
        kind="booster",
        amount_mg=doses.ordered_mg(order) - order.dose_mg,
        source="release",
        client_id=client_id,
        at=at,
        by=by,
    )
    told(session, "take booster at home", f"dose:{dose.pk}", by)
    return dose
