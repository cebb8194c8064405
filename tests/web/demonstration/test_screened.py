"""Whoever the demonstration calls suitable was judged with everything known."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kapstone.web.demonstration.building import build
from kapstone.web.records.models import GivenFact, ScreeningDecision

FAVOURABLE = ("suitable", "extra_oversight")
REPORTS = {"qtc_ms", "alt_times_uln", "egfr"}


@pytest.mark.django_db
def test_nobody_is_called_suitable_while_something_is_unknown() -> None:
    build(20, now=datetime(2026, 11, 20, 16, 0, tzinfo=UTC), people=5)
    decisions = ScreeningDecision.objects.filter(decision__in=FAVOURABLE)
    assert decisions.count() >= 5
    open_ = {
        (row.course.person.number, lack["fact"], lack["reason"])
        for row in decisions
        for rule in row.screening["waiting"]
        for lack in rule["missing"]
    }
    assert not open_
    assert not decisions.with_over().exclude(over=[]).filter(countersignature=None).exists()
    for row in decisions:
        drawn = GivenFact.objects.filter(person=row.course.person, at__lt=row.at)
        assert set(drawn.values_list("fact", flat=True)) >= REPORTS
