"""Scales of the room: one tap each, with the time of the tap."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.models import Notice, Reading, Session

from .test_before import at


def taken() -> list[tuple[datetime, dict[str, float]]]:
    rows = Reading.objects.filter(resting=False).order_by("pk")
    return [(row.at, row.signs) for row in rows]


@pytest.mark.parametrize(
    ("tapped", "signs", "says"),
    [
        ("sedation_moaas:4", {"sedation_moaas": 4.0}, "slow answer to the name"),
        ("rass:-1", {"rass": -1.0}, "drowsy, wakes to the voice"),
        ("anxiety:7", {"anxiety": 7.0}, "Anxiety 7"),
        ("dissociation:0", {"dissociation": 0.0}, "Dissociation 0"),
    ],
)
def test_one_tap_is_one_reading_with_its_time(
    *, tapped: str, signs: dict[str, float], says: str, started: Session, abara: User, enter: Enter
) -> None:
    now = clock.now() + timedelta(minutes=7)
    browser = enter(abara)
    with clock.at(now):
        form = {"tapped": tapped, "tap_id": str(uuid4())}
        for _ in range(2):
            browser.post(at(started, "scales/"), form)
        assert taken() == [(now, signs)], "a double tap is kept once"
        assert says in browser.get(at(started, "room/")).content.decode()


@pytest.mark.parametrize(
    "tapped",
    ["", "rass", "rass:5", "rass:-6", "sedation_moaas:6", "heart_rate:70", "anxiety:2.5", "no:1"],
)
def test_what_is_no_point_of_a_scale_is_not_kept(
    tapped: str, started: Session, abara: User, enter: Enter
) -> None:
    answer = enter(abara).post(at(started, "scales/"), {"tapped": tapped})
    assert answer.status_code == 422
    assert "choose a point of a scale" in answer.content.decode()
    assert taken() == []


@pytest.mark.parametrize(
    ("points", "kind", "level"),
    [
        ([1], "ALM-RASS-H", "yellow"),
        ([3], "ALM-RASS-H", "red"),
        ([-2], "ALM-RASS-L", "yellow"),
        ([-3], "ALM-RASS-L", "red"),
    ],
)
def test_a_limit_of_rass_opens_a_notice(
    *, points: list[int], kind: str, level: str, started: Session, abara: User, enter: Enter
) -> None:
    browser = enter(abara)
    for point in points:
        browser.post(at(started, "scales/"), {"tapped": f"rass:{point}", "tap_id": str(uuid4())})
    assert Notice.objects.filter(kind=kind, level=level).exists()


@pytest.mark.parametrize("point", [0, -1])
def test_within_the_limits_of_rass_nothing_opens(
    point: int, started: Session, abara: User, enter: Enter
) -> None:
    browser = enter(abara)
    browser.post(at(started, "scales/"), {"tapped": f"rass:{point}"})
    assert not Notice.objects.filter(kind__startswith="ALM-RASS").exists()


def test_a_tap_stands_for_no_full_check(started: Session, abara: User, enter: Enter) -> None:
    browser = enter(abara)
    before = browser.get(at(started, "room/")).context["board"].watch.next_due
    browser.post(at(started, "scales/"), {"tapped": "sedation_moaas:5"})
    assert browser.get(at(started, "room/")).context["board"].watch.next_due == before


def test_a_tapped_point_is_corrected_like_a_reading(
    started: Session, abara: User, enter: Enter
) -> None:
    browser = enter(abara)
    browser.post(at(started, "scales/"), {"tapped": "rass:3"})
    row = Reading.objects.get(signs={"rass": 3.0})
    assert 'name="rass"' in browser.get(f"/readings/{row.pk}/correct/").content.decode()
    browser.post(f"/readings/{row.pk}/correct/", {"rass": "-1"})
    assert Reading.objects.standing().get(resting=False).signs == {"rass": -1.0}


def test_the_keypad_asks_no_minus_sign(started: Session, abara: User, enter: Enter) -> None:
    assert 'name="rass"' not in enter(abara).get(at(started, "room/")).content.decode()
