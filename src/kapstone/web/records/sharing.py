"""What a therapist may see of questionnaires that a person keeps until they agree.

What somebody says of the work with their therapist is honest only where the therapist does not
read it unasked. An agreement opens what was answered before it and while it stands; taking it back
closes what is answered afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kapstone import instruments
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import PRESCRIBER, SESSION_MONITOR, THERAPIST
from kapstone.web.records.models import AnswersShared, CareTeam, FormLicence, Person, Sheet
from kapstone.web.records.refusals import Refused

# When the person said what, oldest first.
Said = Sequence[tuple[datetime, bool]]


@dataclass(frozen=True, slots=True)
class Sight:
    """What one reader may see: `said` by each instrument that is kept from them until agreed."""

    said: Mapping[str, Said]

    def allows(self, instrument: str, at: datetime) -> bool:
        """Whether answers given by `at` are open to this reader."""
        if instrument not in self.said:
            return True
        rows = self.said[instrument]
        since = any(agreed for when, agreed in rows if when >= at)
        before = [agreed for when, agreed in rows if when < at]
        return since or (bool(before) and before[-1])


EVERYTHING = Sight({})


def private_ones(person: Person) -> list[str]:
    """The instruments kept from the therapist until the person agrees, those too that were brought.

    One that was brought and has ended still counts: its answers are there.
    """
    shipped = [each.id for each in instruments.instruments() if each.private]
    brought = FormLicence.objects.filter(practice=person.practice_id, definition__private=True)
    return list(dict.fromkeys([*shipped, *brought.values_list("instrument", flat=True)]))


def sight_of(user: User, person: Person) -> Sight:
    """What `user` may see of the person's questionnaires.

    The person sees their own. Whoever watches sessions only, works as a therapist, or has been on
    this person's team as one, waits for the agreement, whatever other role they have.
    """
    monitors = user.has_role(SESSION_MONITOR) and not user.has_role(PRESCRIBER)
    if person.user_id == user.pk or not (monitors or is_therapist(user, person)):
        return EVERYTHING
    return Sight(agreements(person))


def is_therapist(user: User, person: Person) -> bool:
    teams = CareTeam.objects.filter(course__person=person, therapist=user)
    return user.has_role(THERAPIST) or teams.exists()


def agreements(person: Person) -> dict[str, list[tuple[datetime, bool]]]:
    """What the person said of each private instrument; nothing said is an empty list."""
    found: dict[str, list[tuple[datetime, bool]]] = {name: [] for name in private_ones(person)}
    for row in AnswersShared.objects.filter(person=person).order_by("at", "pk"):
        if row.instrument in found:
            found[row.instrument].append((row.at, row.agreed))
    return found


def refuse_kept(sheet: Sheet, by: User, *, at: datetime) -> None:
    """Refuse a deed on answers that the one who acts may not read, as the pages do."""
    score = sheet.sheetscore_set.standing().first()
    answered = score.at if score else at
    if not sight_of(by, sheet.course.person).allows(sheet.instrument, answered):
        raise Refused("kept", "These answers are the person's own until they share them with you.")
