"""The invented practice has held EMDR, sessions of other tracks, a group, and one of its couple."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kapstone.web.demonstration.building import build
from kapstone.web.records import emdr, groups
from kapstone.web.records.models import (
    Couple,
    EmdrTarget,
    GroupEvent,
    GroupNote,
    Notice,
    TrackNote,
)
from kapstone.web.records.timeline import timeline

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
    counts = [GroupNote.objects.filter(seat__event=each).count() for each in events]
    assert sorted(counts) == [BOTH, GROUP_OF_THREE]
    couple = Couple.objects.standing().get(ended=False)
    assert all(groups.agreed(couple, about) for about in groups.AGREEMENTS)
