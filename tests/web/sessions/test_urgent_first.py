"""What is urgent stands first in a room: emergency, notices with the worst on top, keypad."""

from __future__ import annotations

from datetime import datetime, timedelta

from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import emergencies, readings
from kapstone.web.records.models import Notice, Session

from .conftest import CALM
from .test_before import at


def falls(session: Session, by: User, now: datetime, *values: float) -> None:
    """Saturations a quarter of a minute apart, the last one now."""
    for place, value in enumerate(values, 1 - len(values)):
        told = CALM | {"oxygen_saturation": value}
        moment = now + timedelta(seconds=15 * place)
        readings.record_reading(session, told, at=moment, by=by)


def test_an_emergency_then_notices_then_the_figures_and_the_keypad(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    readings.record_reading(started, CALM | {"oxygen_saturation": 85.0}, at=now, by=abara)
    emergencies.begin_emergency(started, "EMG-04", at=now, by=abara)
    page = enter(abara).get(at(started, "room/")).content.decode()
    order = ["emergency-steps", 'id="notices"', 'class="vit"', 'id="reading"', 'id="story"']
    order.append("data-told=")
    places = [page.rindex(each) for each in order[:1]] + [page.index(each) for each in order[1:]]
    assert places[1:] == sorted(places[1:])
    assert page.index("Jaw thrust") < page.index('id="notices"')


def test_the_worst_notice_is_on_top_and_open_and_the_newest_before_older_ones(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    early = now - timedelta(seconds=60)
    readings.record_reading(started, CALM | {"heart_rate": 125.0}, at=early, by=abara)
    readings.record_reading(started, CALM | {"oxygen_saturation": 88.0}, at=early, by=abara)
    readings.record_reading(started, CALM | {"systolic_bp": 192.0}, at=now, by=abara)
    rows = list(Notice.objects.filter(session=started).open().newest_first())
    assert [row.level for row in rows] == sorted((row.level for row in rows), key="red yellow".find)
    reds = [row.at for row in rows if row.level == "red"]
    assert len(reds) == 2
    assert reds == sorted(reds, reverse=True)
    page = enter(abara).get(at(started, "room/")).content.decode()
    strip = page[page.index('id="notices"') :]
    assert strip.index("Systolic") < strip.index("Oxygen saturation 88")
    first = strip[: strip.index("Oxygen saturation 88")]
    assert " open><summary>" in first


def test_a_card_says_what_its_sign_has_come_to(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    begun = now - timedelta(seconds=90)
    readings.record_reading(started, CALM | {"oxygen_saturation": 88.0}, at=begun, by=abara)
    browser = enter(abara)
    shown = browser.get(at(started, "room/")).context["notices_shown"]
    assert "<b>now" not in browser.get(at(started, "room/")).content.decode()
    readings.record_reading(started, CALM | {"oxygen_saturation": 86.0}, at=now, by=abara)
    page = browser.get(at(started, "board/"), {"notices_shown": shown}).content.decode()
    assert "<b>now 86 %</b>" in page, "the strip is sent anew"


def test_of_one_limit_the_earlier_ones_are_folded_and_none_is_lost(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    falls(started, abara, now, 88.0, 86.0, 83.0)
    count = Notice.objects.filter(session=started, kind="ALM-SPO2").open().count()
    page = enter(abara).get(at(started, "room/"))
    strip = page.content.decode()
    assert page.context["repeats"] == count - 1 > 0
    folded = strip[strip.index('id="notices-repeated"') :].split("</section>")[0]
    assert "Oxygen saturation 83 %" not in folded
    assert all(f"/notices/{row.pk}/" in strip for row in page.context["open_notices"])


def test_open_red_notices_are_red_on_the_wall_and_on_the_floor(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    readings.record_reading(started, CALM | {"oxygen_saturation": 85.0}, at=now, by=abara)
    readings.record_reading(started, CALM, at=now + timedelta(seconds=1), by=abara)
    browser = enter(abara)
    assert '<span class="stop-text num">■ 1 open' in browser.get("/rooms/wall/").content.decode()
    assert '<span class="chip stop">■ 1 open' in browser.get("/rooms/").content.decode()
