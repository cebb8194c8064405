"""Who of the staff is away today, and who reads what is addressed to them meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kapstone.web.accounts.models import Practice, User
from kapstone.web.records.access import may
from kapstone.web.records.models import Absence


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to write to: `reader` reads it today, None whoever is there.

    `absence` is theirs, while they are away today.
    """

    user: User
    reader: User | None
    absence: Absence | None


def today(practice: Practice, now: datetime) -> dict[int, Absence]:
    """Today's absences, by who is away."""
    day = on(practice, now)
    rows = Absence.objects.standing(practice.pk).filter(first_on__lte=day, last_on__gte=day)
    return {row.who_id: row for row in rows.order_by("pk")}


def on(practice: Practice, now: datetime) -> date:
    """The day by the practice's clock."""
    return now.astimezone(practice.zone).date()


def to_come(practice: Practice, now: datetime) -> Iterable[Absence]:
    """The absences of today and later, the next one first."""
    rows = Absence.objects.standing(practice.pk).filter(last_on__gte=on(practice, now))
    return rows.order_by("first_on", "pk")


def reader(user: User | None, away: Mapping[int, Absence]) -> User | None:
    """Who reads what is addressed to somebody: they, or who covers, or None: whoever is there.

    Who covers may be away as well, and is covered then; nothing waits for somebody who has left.
    """
    asked: set[int] = set()
    while user is not None and user.pk not in asked:
        asked.add(user.pk)
        if not reads(user):
            return None
        if user.pk not in away:
            return user
        user = away[user.pk].covered_by
    return None


def reads(user: User) -> bool:
    return user.is_active and may(user, "answer messages")


def readers(practice: Practice) -> list[User]:
    """Everybody of the staff who may answer messages."""
    staff = User.objects.filter(practice=practice, is_active=True).order_by("name", "pk")
    return [each for each in staff if reads(each)]


def recipients(practice: Practice, now: datetime) -> list[Recipient]:
    """Whom a person can address, each with who reads it today."""
    away = today(practice, now)
    return [recipient(each, away) for each in readers(practice)]


def recipient(user: User, away: Mapping[int, Absence]) -> Recipient:
    return Recipient(user, reader(user, away), away.get(user.pk))


def read_by(user: User, now: datetime) -> list[int]:
    """Whose messages this member of staff reads today, their own among them unless away."""
    if user.practice is None:
        return []
    away = today(user.practice, now)
    return [each.pk for each in readers(user.practice) if reader(each, away) == user]
