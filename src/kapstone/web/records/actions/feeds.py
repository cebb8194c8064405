"""Deeds of feeds: a secret address of somebody's times, or a room's, is opened and taken back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit
from kapstone.web.records.actions.places import DEED, hold_calendar, practice_of
from kapstone.web.records.models import CalendarFeed, Person, Place
from kapstone.web.records.reaching import digest
from kapstone.web.records.refusals import Refused


@transaction.atomic
def open_own(*, secret: str, at: datetime, by: User) -> CalendarFeed:
    """An address with one's own times; the one before opens nothing any more."""
    hold_calendar(practice_of(by))
    row = write(secret, at=at, by=by, user=by)
    noted(row, "open calendar feed", by)
    return row


@transaction.atomic
def open_place(place: Place, *, secret: str, at: datetime, by: User) -> CalendarFeed:
    """The same of a chair or a room, for the screen beside its door."""
    access.refuse_others(by, DEED)
    hold_calendar(practice_of(by))
    if place.practice_id != by.practice_id:
        raise Refused("elsewhere", "This place is not of your practice.")
    row = write(secret, at=at, by=by, place=place)
    noted(row, "open calendar feed", by)
    return row


@transaction.atomic
def shut(feed: CalendarFeed, *, at: datetime, by: User) -> None:
    """From now on the address opens nothing; saying it twice changes nothing."""
    hold_calendar(practice_of(by))
    own = feed.user_id == by.pk
    keeps = feed.place_id and feed.practice_id == by.practice_id and access.may(by, DEED)
    if not (own or keeps):
        raise Refused("not-yours", "Only who opened this address, or keeps places, shuts it.")
    if CalendarFeed.objects.standing().filter(pk=feed.pk).exists():
        row = CalendarFeed.objects.create(
            practice_id=feed.practice_id,
            user_id=feed.user_id,
            place_id=feed.place_id,
            token_hash=feed.token_hash,
            ended=True,
            replaces=feed,
            at=at,
            by=by,
        )
        noted(row, "shut calendar feed", by)


def write(
    secret: str,
    *,
    at: datetime,
    by: User,
    user: User | None = None,
    place: Place | None = None,
) -> CalendarFeed:
    before = CalendarFeed.objects.filter(replaced_by=None, user=user, place=place).first()
    row: CalendarFeed = CalendarFeed.objects.create(
        practice_id=practice_of(by),
        user=user,
        place=place,
        token_hash=digest(secret),
        replaces=before,
        at=at,
        by=by,
    )
    return row


def noted(row: CalendarFeed, did: str, by: User) -> None:
    """Onto the trail; of a person's own feed onto theirs."""
    person = Person.objects.filter(user=row.user_id).first() if row.user_id else None
    audit.record(by, did, person=person, about=f"calendar_feed:{row.pk}")
