"""What to do first in an emergency, and when to look again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest

from kapstone import monitoring
from kapstone.knowledge import KnowledgeError

STARTED = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


def test_all_fifteen_emergencies_are_there() -> None:
    assert list(monitoring.emergencies()) == [f"EMG-{number:02d}" for number in range(1, 16)]


def test_the_rooms_own_card_offers_seven() -> None:
    first = [each.label for each in monitoring.emergencies().values() if each.first]
    assert first == [
        "High blood pressure",
        "Chest pain, heart rhythm",
        "Breathing, airway",
        "Panic, agitation",
        "Vomiting",
        "Seizure",
        "Suicidal or homicidal words",
    ]


def test_every_one_says_a_first_step_and_what_the_record_holds() -> None:
    assert [e.id for e in monitoring.emergencies().values() if not (e.steps and e.record)] == []


@pytest.mark.parametrize(
    ("passed_s", "next_s"), [(0, 15), (14, 15), (15, 30), (119, 120), (239, 240), (240, None)]
)
def test_when_to_look_again_is_the_first_time_still_to_come(
    passed_s: int, next_s: int | None
) -> None:
    breathing = monitoring.emergencies()["EMG-04"]
    found = breathing.next_look(STARTED, STARTED + timedelta(seconds=passed_s))
    assert found == (None if next_s is None else STARTED + timedelta(seconds=next_s))


def test_a_limit_names_its_emergency() -> None:
    named = {limit.id: monitoring.named_in(limit.do_red or "") for limit in monitoring.limits()}
    assert {key: value.id for key, value in named.items() if value} == {
        "ALM-SBP-H": "EMG-01",
        "ALM-DBP-H": "EMG-01",
        "ALM-SBP-L": "EMG-02",
        "ALM-HR-H": "EMG-03",
        "ALM-HR-L": "EMG-03",
        "ALM-SPO2": "EMG-04",
        "ALM-RR-L": "EMG-04",
        "ALM-RR-H": "EMG-04",
        "ALM-MOAA": "EMG-04",
        "ALM-RASS-L": "EMG-04",
        "ALM-RASS-H": "EMG-05",
        "ALM-DIS": "EMG-05",
        "ALM-ANX": "EMG-05",
        "ALM-TEMP": "EMG-08",
    }


def test_words_that_name_none_have_none() -> None:
    assert monitoring.named_in("Stay close, ground.") is None


def test_a_limit_that_names_an_emergency_nobody_wrote_stops_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    odd = monitoring.limits()[0].model_copy(update={"do_red": "Steps (EMG-77)."})
    module = import_module("kapstone.monitoring.emergencies")
    monkeypatch.setattr(module, "limits", lambda: (odd,))
    with pytest.raises(KnowledgeError, match="ALM-SBP-H names EMG-77"):
        monitoring.emergencies.__wrapped__()
