"""The practice's page of a session at home: named, opened, released, explained, and seen live."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from django.test import Client
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import at_home as home
from kapstone.web.records.actions import at_home, notices, readings, sessions, sitting
from kapstone.web.records.models import (
    CountExplained,
    Holding,
    Notice,
    Release,
    Session,
    Sitter,
    SitterLink,
)


def to(name: str, row: Session | int) -> str:
    return reverse(name, args=[row if isinstance(row, int) else row.pk])


def text(client: Client, session: Session) -> str:
    return client.get(to("at_home", session)).content.decode()


def test_staff_name_a_sitter_and_open_their_page(
    ordered: Session, lind: User, enter: Enter
) -> None:
    client = enter(lind)
    named = {"name": "Sam Reed", "phone": "+1 555 0102", "adult": "on"}
    assert client.post(to("name_sitter", ordered), named).status_code == 422
    named["person_agrees"] = "on"
    assert client.post(to("name_sitter", ordered), named).status_code == 302
    sitter = Sitter.objects.get()
    assert (sitter.adult, sitter.person_agrees) == (True, True)
    opened = {"on_call": lind.pk, "call_phone": "+1 555 0199"}
    assert client.post(to("sitter_link", ordered), opened).status_code == 302
    link = SitterLink.objects.get()
    # The rest of the token is the second in which it was signed.
    assert f"/h/{home.token_of(link).partition(':')[0]}:" in text(client, ordered)
    assert client.post(to("sitter_link", ordered), {"action": "shut"}).status_code == 302
    assert home.open_link(sitter, now=link.at) is None


def test_a_release_that_does_not_hold_says_what_is_missing(
    ordered: Session, lozenges: Holding, abara: User, enter: Enter
) -> None:
    told = {"holding": lozenges.pk, "units": 2}
    answer = enter(abara).post(to("release_home", ordered), told)
    assert answer.status_code == 422
    assert "Nobody is named" in answer.content.decode()
    assert not Release.objects.exists()


def test_a_release_goes_through_once_everything_holds(
    rested: Session, lozenges: Holding, abara: User, enter: Enter
) -> None:
    client = enter(abara)
    told = {"holding": lozenges.pk, "units": 2}
    assert client.post(to("release_home", rested), told).status_code == 302
    assert "✓ released 2" in text(client, rested)


def test_a_difference_is_explained_in_words(
    released: Release, ade_user: User, abara: User, now: datetime, enter: Enter
) -> None:
    client = enter(abara)
    session = released.session
    count = at_home.count_at_home(session, "before", counted=1, at=now, by=ade_user)
    assert "Counted 1, should be 2: 1 too few." in text(client, released.session)
    short = client.post(to("explain_count", count.pk), {"words": "lost"})
    assert short.status_code == 422
    words = {"words": "One broke in its foil; seen on camera and written down."}
    assert client.post(to("explain_count", count.pk), words).status_code == 302
    assert CountExplained.objects.get().by == abara


def test_the_looks_stand_on_the_page_and_on_the_rooms(
    started: Session, link: SitterLink, lind: User, now: datetime, enter: Enter
) -> None:
    client = enter(lind)
    seen = sitting.Seen(client_id=uuid4(), saw="asleep", at=now + timedelta(minutes=9))
    with clock.at(now + timedelta(minutes=12)):
        sitting.take_look(link, seen, at=clock.now())
        assert "kept on the phone, arrived" in text(client, started)
        rooms = client.get(reverse("rooms")).content.decode()
    assert "Last look 3 min ago: Asleep, breathing well" in rooms
    assert "at home" in rooms
    with clock.at(now + timedelta(minutes=29)):
        rooms = client.get(reverse("rooms")).content.decode()
    assert "■ look missed: Last look 20 min ago" in rooms


def test_a_reading_outside_stands_first_with_its_notice_and_no_green_beside_it(
    started: Session, ade_user: User, lind: User, now: datetime, enter: Enter
) -> None:
    client = enter(lind)
    seen = sitting.Seen(client_id=uuid4(), saw="awake", at=now)
    sitting.take_look(SitterLink.objects.get(), seen, at=now)

    def polled() -> str:
        return client.get(to("at_home", started), headers={"X-Poll": "1"}).content.decode()

    assert "✓ Last look" in polled()
    high = {"systolic_bp": 195.0, "diastolic_bp": 115.0, "oxygen_saturation": 84.0}
    with clock.at(now + timedelta(minutes=5)):
        readings.record_reading(started, high, at=clock.now(), by=ade_user)
        evening, page = polled(), text(client, started)
    assert "195/115 ■ limit crossed" in evening
    assert "SpO₂ 84 % ■ limit crossed" in evening
    assert "nobody has answered" in evening
    assert evening.index("nobody has answered") < evening.index("195/115 ■")
    assert evening.index("195/115 ■") < evening.index("Last look")
    assert "ok-text" not in evening
    assert "chip ok" not in page.partition("What had to hold")[0]
    for notice in Notice.objects.filter(session=started):
        notices.answer_notice(notice, words="Called them.", closes=True, at=now, by=lind)
    with clock.at(now + timedelta(minutes=6)):
        evening = polled()
    assert "limit crossed" in evening
    assert "nobody has answered" not in evening
    assert "ok-text" not in evening, "the figure still stands"


def test_another_practice_and_a_session_in_the_practice_have_no_such_page(
    planned: Session, marsh: User, lind: User, now: datetime, enter: Enter
) -> None:
    assert enter(marsh).get(to("at_home", planned)).status_code == 404
    with_us = sessions.plan_session(
        planned.course, route="iv", planned_for=now + timedelta(days=3), at=now, by=lind
    )
    assert enter(lind).get(to("at_home", with_us)).status_code == 404


def test_a_release_says_where_the_number_of_a_lot_stands(
    ordered: Session, lozenges: Holding, osei: User, enter: Enter
) -> None:
    page = text(enter(osei), ordered)
    assert "Which box they come from" in page
    assert "The lot number is printed on the box" in page
    assert f"lot {lozenges.lot}, last day" in page
    assert "Single lozenges, not boxes" in page
