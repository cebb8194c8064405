"""The invented practice has held therapy, a group, and one of its couple; it writes, and tells."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kapstone.web.demonstration.building import build
from kapstone.web.records import emdr, groups, next_step
from kapstone.web.records import stories as told
from kapstone.web.records.models import (
    Absence,
    Couple,
    EmdrTarget,
    GroupEvent,
    GroupNote,
    JointNote,
    LongTermCheck,
    NextStep,
    Notice,
    OfficeHours,
    StepWish,
    Thread,
    TrackNote,
    WatchContact,
)
from kapstone.web.records.timeline import timeline


def the_road_adapts() -> None:
    """Some said what they want, some steps were chosen, one was called, one owes a look."""
    assert StepWish.objects.exists()
    assert NextStep.objects.exists()
    assert all(next_step.kept_card(each) == each.card for each in NextStep.objects.all())
    assert WatchContact.objects.count() == 1
    assert LongTermCheck.objects.filter(found=True).count() == 1


# As many as `kapstone demo` has.
EVERYBODY = 40
GROUP_OF_THREE, BOTH = 3, 2


@pytest.mark.django_db
def test_therapy_was_held() -> None:
    now = datetime(2026, 11, 21, 15, 28, tzinfo=UTC)
    build(20, now=now, people=EVERYBODY)
    held = {each.track for each in TrackNote.objects.all()}
    assert held == {"trauma", "pain", "substance", "spiritual"}
    target = EmdrTarget.objects.get()
    closing = emdr.of_target(target, now).last_closing
    assert closing is not None
    assert closing.state == "complete"
    kinds = {each.kind for each in timeline(target.course, most=1_000)}
    assert {"EMDR", "EMDR target", "Therapy"} <= kinds
    assert not Notice.objects.filter(kind__startswith="track-").exists()
    events = GroupEvent.objects.all()
    the_road_adapts()
    counts = [GroupNote.objects.filter(seat__event=each).count() for each in events]
    assert sorted(counts) == [BOTH, GROUP_OF_THREE]
    couple = Couple.objects.standing().get(ended=False)
    assert all(groups.agreed(couple, about) for about in groups.AGREEMENTS)
    assert JointNote.objects.standing().count() == BOTH
    of_messages_and_hours(now)
    of_stories(now)


def of_messages_and_hours(now: datetime) -> None:
    """One thread was answered, another waits; the office has its hours, and somebody is away."""
    answered, waits = Thread.objects.order_by("pk")
    assert [each.from_person for each in answered.messages.order_by("pk")] == [True, False, True]
    assert [each.from_person for each in waits.messages.all()] == [True]
    assert OfficeHours.objects.get().answer_days == 1
    absence = Absence.objects.get()
    assert absence.first_on > now.date()
    assert absence.covered_by not in {None, absence.who}


def of_stories(now: datetime) -> None:
    """One is told to everybody; a summary waits for the team."""
    (shown,) = told.live(now, told.PUBLIC)
    assert shown.story.kind == told.OWN_WORDS
    assert shown.story.person.user is not None
    therapist = shown.approvals.get(role=told.CLINICIAN).by
    (waits,) = told.for_clinicians(therapist, now)
    assert waits.kind == told.SUMMARY
