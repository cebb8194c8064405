"""Deeds of a couple: what one offers the other, what both intend, and the end of it.

Each is done by one of the two for themselves; nobody offers another's words.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit, couples
from kapstone.web.records.models import Couple, JointIntention, Person, SharedItem
from kapstone.web.records.refusals import Refused, refuse_nul

LONGEST_INTENTION = 400


def locked_couple(person: Person, by: User) -> Couple:
    """The couple of the person who acts, nobody else's to change until the deed is over."""
    if person.user_id != by.pk:
        raise Refused("not-yours", "Only the person themselves does this.")
    found = couples.couple_of(person)
    couple: Couple | None = Couple.objects.locked(found.pk) if found else None
    if couple is None or not couples.of_person(person).filter(pk=couple.pk).exists():
        raise Refused("no-couple", "There is nobody to share this with any more.")
    return couple


@transaction.atomic
def share(person: Person, kind: str, row: int, *, at: datetime, by: User) -> SharedItem:
    """Offer one thing to the partner, with the words as they stand; twice changes nothing."""
    couple = locked_couple(person, by)
    found = couples.standing_row(person, kind, row)
    if found is None:
        raise Refused("not-yours", "This is not here any more: look at the page again.")
    last: SharedItem | None = SharedItem.objects.newest(
        person=person, couple=couple, kind=kind, row=row
    )
    if last and not last.taken_back:
        return last
    shared: SharedItem = SharedItem.objects.create(
        person=person,
        couple=couple,
        kind=kind,
        row=row,
        words=couples.words_of(found),
        corrects=last,
        at=at,
        by=by,
    )
    audit.record(by, "share with partner", person=person, about=f"shared_item:{shared.pk}")
    return shared


@transaction.atomic
def take_back(item: SharedItem, *, at: datetime, by: User) -> SharedItem:
    """Hide it from the partner at once; twice changes nothing."""
    Couple.objects.locked(item.couple_id)
    if item.person.user_id != by.pk:
        raise Refused("not-yours", "Only the person themselves does this.")
    later: SharedItem | None = SharedItem.objects.filter(corrects=item).first()
    if later or item.taken_back:
        return later or item
    row: SharedItem = SharedItem.objects.create(**item.but(taken_back=True), at=at, by=by)
    audit.record(by, "take back from partner", person=item.person, about=f"shared_item:{row.pk}")
    return row


@transaction.atomic
def propose(person: Person, words: str, *, at: datetime, by: User) -> JointIntention:
    """Propose an intention of both; it is one once the other agrees."""
    couple = locked_couple(person, by)
    refuse_nul(words)
    if not words.strip():
        raise Refused("empty", "Write something first.")
    if len(words) > LONGEST_INTENTION:
        raise Refused("too-long", f"Keep it to {LONGEST_INTENTION} characters.")
    row: JointIntention = JointIntention.objects.create(
        person=person, couple=couple, words=words.strip(), said=couples.PROPOSED, at=at, by=by
    )
    audit.record(by, "propose intention", person=person, about=f"joint_intention:{row.pk}")
    return row


@transaction.atomic
def agree(intention: JointIntention, person: Person, *, at: datetime, by: User) -> JointIntention:
    """Agree to what the other proposed; nobody agrees to their own."""
    locked_one(intention, person, by)
    if intention.said != couples.PROPOSED or intention.person_id == person.pk:
        raise Refused("not-to-agree", "The other one agrees to this, or it is agreed already.")
    return say(intention, person, couples.AGREED, did="agree to intention", at=at, by=by)


@transaction.atomic
def let_go(intention: JointIntention, person: Person, *, at: datetime, by: User) -> JointIntention:
    """Let an intention go: either of the two may, and the other one sees it no more either."""
    locked_one(intention, person, by)
    return say(intention, person, couples.LET_GO, did="let intention go", at=at, by=by)


def locked_one(intention: JointIntention, person: Person, by: User) -> None:
    couple = locked_couple(person, by)
    still = couples.intentions(couple).filter(pk=intention.pk).exists()
    if not still:
        raise Refused("changed", "This was changed meanwhile: look at the page again.")


def say(
    intention: JointIntention, person: Person, said: str, *, did: str, at: datetime, by: User
) -> JointIntention:
    row: JointIntention = JointIntention.objects.create(
        **intention.but(person=person, said=said), at=at, by=by
    )
    audit.record(by, did, person=person, about=f"joint_intention:{row.pk}")
    return row


@transaction.atomic
def end_couple(couple: Couple, *, at: datetime, by: User) -> Couple:
    """End the shared space: all that was shared is hidden from both at once, both charts stay.

    Either of the two may, alone and without a reason; so may who looks after couples.
    """
    both = (couple.person, couple.partner)
    if by.pk not in {each.user_id for each in both}:
        access.refuse_others(by, "look after couples")
    Couple.objects.locked(couple.pk)
    if not couples.of_person(couple.person).filter(pk=couple.pk).exists():
        raise Refused("ended", "This was ended already.")
    row: Couple = Couple.objects.create(**couple.but(ended=True), at=at, by=by)
    for person in both:
        audit.record(by, "end couple", person=person, about=f"couple:{row.pk}")
    return row
