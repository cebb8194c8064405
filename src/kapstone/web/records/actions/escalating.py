"""The deed of passing on, without anybody asking, a notice of risk that nobody answered in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import OWNER, PRESCRIBER
from kapstone.web.records import audit, outbox
from kapstone.web.records.models import Escalation, Notice, RiskSettings
from kapstone.web.records.models.notices import RISK_KIND

SECOND, EVERYONE = Escalation.STEPS


def escalate_unanswered(*, at: datetime) -> int:
    """Pass on each open notice of risk that has waited too long; gives how many steps were taken.

    Somebody who has seen a notice has not answered it yet.
    """
    waiting = Notice.objects.open().filter(kind=RISK_KIND, answers=None)
    rows = waiting.exclude(escalations__step=EVERYONE).order_by("at", "pk")
    return sum(escalate(row.pk, at=at) for row in rows)


@transaction.atomic
def escalate(notice: int, *, at: datetime) -> int:
    """Take every step that is due and was not taken; the notice is held, so each is taken once."""
    row = Notice.objects.locked(notice)
    if row.answers.exists():
        return 0
    taken = set(row.escalations.values_list("step", flat=True))
    due = [step for step in steps_due(row, at) if step[0] not in taken]
    for name, told in due:
        pass_on(row, name, told, at=at)
    return len(due)


def steps_due(row: Notice, at: datetime) -> Iterator[tuple[str, list[User]]]:
    """The second contact after the set time, everyone after twice that; without one, at once."""
    settled = RiskSettings.objects.now(row.person.practice)
    wait = timedelta(minutes=settled.minutes(row.level))
    second = settled.second_contact
    named = second is not None and second.is_active
    if second is not None and named and at >= row.at + wait:
        yield SECOND, [second]
    if at >= row.at + (2 * wait if named else wait):
        yield EVERYONE, answerable(row)


def answerable(row: Notice) -> list[User]:
    """Every prescriber and owner of the practice who still works there."""
    staff = User.objects.filter(practice=row.person.practice_id, is_active=True).order_by("pk")
    return [each for each in staff if each.has_role(PRESCRIBER, OWNER)]


def pass_on(row: Notice, step: str, told: list[User], *, at: datetime) -> None:
    """Keep the step and its mail in the outbox, which says that a notice waits, and no more."""
    waited = int((at - row.at).total_seconds() // 60)
    names = [each.signed_name for each in told]
    Escalation.objects.create(
        notice=row, step=step, told=names, waited_min=waited, at=at, by=row.by
    )
    practice = row.person.practice
    text = (
        f"A notice at {practice} has waited {waited} minutes without an answer.\n\n"
        "Please log in and answer it, or make sure that a clinician does.\n\n"
        f"{settings.SITE_ADDRESS}{reverse('today')}\n"
    )
    for each in told:
        outbox.put(each.email, subject=f"A notice waits at {practice}", text=text)
    about = f"notice:{row.pk}"
    audit.record(None, "escalate notice", person=row.person, about=about, step=step, told=names)
