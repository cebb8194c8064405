"""The deeds of telling clinicians of a notice: at once, and again when nobody answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from kapstone import at_home
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import OWNER, PRESCRIBER
from kapstone.web.records import audit, outbox
from kapstone.web.records.access import may
from kapstone.web.records.actions.one_by_one import one_by_one
from kapstone.web.records.lengths import span
from kapstone.web.records.models import CareTeam, Escalation, Notice, RiskSettings
from kapstone.web.records.models.notices import PASSED_ON, RISK_KIND

AT_ONCE, SECOND, EVERYONE = Escalation.STEPS


def tell_at_once(row: Notice, *, at: datetime) -> None:
    """Write to the care team that a notice has opened; call it inside the deed that opens it.

    Whoever entered the answer knows already. Without a team at work: every prescriber and owner.
    """
    told = [each for each in care_team(row) or answerable(row) if each != row.by]
    if told:
        pass_on(row, AT_ONCE, told, at=at)


def care_team(row: Notice) -> list[User]:
    """The prescriber and the therapist of the person's newest course who still work there."""
    teams = CareTeam.objects.standing().filter(course__person=row.person)
    team = teams.select_related("prescriber", "therapist").order_by("-course__number").first()
    named = (team.prescriber, team.therapist) if team else ()
    return [each for each in dict.fromkeys(named) if each is not None and each.is_active]


def escalate_unanswered(*, at: datetime) -> int:
    """Pass on each open notice that has waited too long; gives how many steps were taken.

    Somebody who has seen a notice has not answered it yet, nor has who did not reach the person.
    """
    waiting = Notice.objects.open().unanswered().filter(kind__in=PASSED_ON)
    rows = waiting.exclude(escalations__step=EVERYONE).order_by("at", "pk")
    return one_by_one(rows, lambda row: escalate(row.pk, at=at))


@transaction.atomic
def escalate(notice: int, *, at: datetime) -> int:
    """Take every step that is due and was not taken; the notice is held, so each is taken once."""
    row = Notice.objects.locked(notice)
    if row.answers.answering().exists():
        return 0
    taken = set(row.escalations.values_list("step", flat=True))
    due = [step for step in steps_due(row, at) if step[0] not in taken]
    for name, told in due:
        pass_on(row, name, told, at=at)
    return len(due)


def steps_due(row: Notice, at: datetime) -> Iterator[tuple[str, list[User]]]:
    """The second contact after the set time, everyone after twice that; without one, at once."""
    settled = RiskSettings.objects.now(row.person.practice)
    wait = timedelta(minutes=minutes_of(row, settled))
    second = settled.second_contact
    named = second is not None and second.is_active and may(second, "answer notices")
    if second is not None and named and at >= row.at + wait:
        yield SECOND, [second]
    if at >= row.at + (2 * wait if named else wait):
        yield EVERYONE, answerable(row)


def minutes_of(row: Notice, settled: RiskSettings) -> int:
    """How long a notice may wait: of risk as the practice settled, of a session at home less."""
    return settled.minutes(row.level) if row.kind == RISK_KIND else at_home.watch().pass_on_min


def answerable(row: Notice) -> list[User]:
    """Every prescriber and owner of the practice who still works there."""
    staff = User.objects.filter(practice=row.person.practice_id, is_active=True).order_by("pk")
    return [each for each in staff if each.has_role(PRESCRIBER, OWNER)]


def pass_on(row: Notice, step: str, told: list[User], *, at: datetime) -> None:
    """Keep the step and its mail in the outbox, which says that a notice waits, and no more."""
    names = [each.signed_name for each in told]
    waited = int((at - row.at).total_seconds() // 60)
    Escalation.objects.create(
        notice=row, step=step, told=names, waited_min=waited, at=at, by=row.by
    )
    practice = row.person.practice
    for each in told:
        text = mail_text(row, each, at - row.at if step != AT_ONCE else None)
        outbox.put(each.email, subject=f"A notice waits at {practice}", text=text)
    about = f"notice:{row.pk}"
    did = "tell of notice" if step == AT_ONCE else "escalate notice"
    audit.record(None, did, person=row.person, about=about, step=step, told=names)


def mail_text(row: Notice, to: User, waited: timedelta | None) -> str:
    """Nothing of the person or of what was said; who may not open the notice gets no link."""
    practice = row.person.practice
    opened = f"A notice waits at {practice}."
    if waited is not None:
        opened = f"A notice at {practice} has waited {span(waited)} without an answer."
    if not may(to, "answer notices"):
        return f"{opened}\n\nPlease make sure that a clinician logs in and answers it.\n"
    page = reverse("notice", args=[row.pk])
    asked = "Please log in and answer it, or make sure that a clinician does."
    return f"{opened}\n\n{asked}\n\n{settings.SITE_ADDRESS}{page}\n"
