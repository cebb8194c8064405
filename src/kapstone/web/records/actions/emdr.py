"""Deeds of EMDR: a target is written down, a set is rated with one tap, a sitting is closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from kapstone.pathway import emdr as rules
from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit, emdr
from kapstone.web.records.actions.courses import refuse_wrong_correction
from kapstone.web.records.models import Course, EmdrClosing, EmdrSet, EmdrTarget
from kapstone.web.records.refusals import Refused, is_blank, refuse_nul

MAY = "hold emdr"


@transaction.atomic
def take_target(
    course: Course,
    words: Mapping[str, str],
    *,
    sud: int | None,
    voc: int | None,
    at: datetime,
    by: User,
    corrects: EmdrTarget | None = None,
) -> EmdrTarget:
    """Write down a target in the person's words, or correct one; what is left out is not known."""
    access.refuse_others(by, MAY)
    Course.objects.locked(course.pk)
    told = {row.id: words.get(row.id, "").strip() for row in rules.fields()}
    refuse_nul(*told.values())
    if is_blank(told["picture"]) or is_blank(told["negative"]):
        raise Refused("no-target", "A target needs its picture and the words that go with it.")
    refuse_off_scale("sud", sud)
    refuse_off_scale("voc", voc)
    refuse_wrong_correction(EmdrTarget, course, corrects)
    row: EmdrTarget = EmdrTarget.objects.create(
        course=course, **told, sud=sud, voc=voc, corrects=corrects, at=at, by=by
    )
    audit.record(by, "write emdr target", person=course.person, about=f"emdr_target:{row.pk}")
    return row


@transaction.atomic
def note_set(
    target: EmdrTarget,
    phase: str,
    value: int | None,
    *,
    client_id: UUID,
    at: datetime,
    by: User,
    corrects: EmdrSet | None = None,
) -> EmdrSet:
    """A set and what was said after it; None was not asked. The same tap again changes nothing."""
    access.refuse_others(by, MAY)
    Course.objects.locked(target.course_id)
    sent: EmdrSet | None = EmdrSet.objects.filter(client_id=client_id).first()
    if sent is not None:
        return sent
    scale = rules.rated_phases().get(phase)
    if scale is None:
        raise Refused("no-such-phase", f"{phase!r} is no phase with sets.")
    refuse_off_scale(scale, value)
    if corrects is not None:
        refuse_wrong_set(target, phase, corrects)
        # It stays where it was among the sets: the order decides which number is the last.
        at = corrects.at
    row: EmdrSet = EmdrSet.objects.create(
        target=target,
        phase=phase,
        value=value,
        client_id=client_id,
        corrects=corrects,
        at=at,
        by=by,
    )
    about = f"emdr_target:{target.pk}"
    audit.record(by, "note emdr set", person=target.course.person, about=about, phase=phase)
    return row


@transaction.atomic
def close_sitting(
    target: EmdrTarget,
    *,
    body_clear: bool | None,
    exercises: Iterable[str],
    words: str,
    at: datetime,
    by: User,
) -> EmdrClosing:
    """End the sitting; where the target stands and whether a call is owed is kept with it."""
    access.refuse_others(by, MAY)
    Course.objects.locked(target.course_id)
    refuse_nul(words)
    done = list(exercises)
    if strange := [each for each in done if each not in rules.exercises()]:
        raise Refused("no-such-exercise", f"{strange[0]!r} is none that we know.")
    running = emdr.of_target(target, at).running
    if running is None:
        raise Refused("no-sets", "No set was rated since the last closing; there is none to close.")
    found = rules.closure(emdr.told(running.sets), body_clear, at=at)
    row: EmdrClosing = EmdrClosing.objects.create(
        target=target,
        **decided(found),
        exercises=done,
        words=words.strip(),
        at=at,
        by=by,
    )
    about = f"emdr_target:{target.pk}"
    audit.record(by, "close emdr", person=target.course.person, about=about, state=found.state)
    return row


def decided(found: rules.Closure) -> dict[str, Any]:
    """What the closing was decided with, as it is kept."""
    names = ("state", "sud", "voc", "body_clear", "call_by")
    return {name: getattr(found, name) for name in names}


def refuse_off_scale(scale: str, value: int | None) -> None:
    if not rules.check(scale, value):
        of = rules.scales()[scale]
        raise Refused("off-scale", f"{of.title} is a whole number from {of.least} to {of.most}.")


def refuse_wrong_set(target: EmdrTarget, phase: str, corrects: EmdrSet) -> None:
    """A set is corrected once, by one of its own phase, while its sitting runs."""
    if EmdrSet.objects.filter(corrects=corrects).exists():
        raise Refused("corrected", "This set was corrected already; correct the newer one.")
    if corrects.phase != phase:
        raise Refused("other-phase", "This set was rated on the other scale.")
    running = emdr.of_target(target, corrects.at).running
    if running is None or corrects.pk not in {each.pk for each in running.sets}:
        raise Refused("closed", "This set is of a sitting that is closed; it stays as it is.")
