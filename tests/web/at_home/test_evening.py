"""The person's page of the evening: each step is a deed, and what is missing is said in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import at_home as home
from kapstone.web.records.models import HomeCount, Notice, Reading, Release, Session, Sitter

CUFF = {"systolic_bp": 122, "diastolic_bp": 78, "heart_rate": 66}


def do(client: Client, session: Session, action: str, **told: object) -> tuple[int, str]:
    to = reverse("portal:evening", args=[session.pk])
    answer = client.post(to, {"action": action, **told})
    return answer.status_code, answer.content.decode()


def text(client: Client, session: Session) -> str:
    return client.get(reverse("portal:evening", args=[session.pk])).content.decode()


def test_the_person_names_their_sitter_and_agrees_by_it(
    ordered: Session, ade_user: User, enter: Enter
) -> None:
    client = enter(ade_user)
    told = {"name": "Sam Reed", "phone": "+1 555 0102"}
    assert do(client, ordered, "sitter", **told)[0] == 422
    assert do(client, ordered, "sitter", **told, adult="on")[0] == 302
    row = Sitter.objects.get()
    assert (row.adult, row.person_agrees, row.by) == (True, True, ade_user)


def test_two_readings_of_their_own_cuff_count_and_a_slip_is_asked_about(
    ordered: Session, ade_user: User, now: datetime, enter: Enter
) -> None:
    client = enter(ade_user)
    assert do(client, ordered, "cuff", **CUFF | {"systolic_bp": 1220})[0] == 422
    assert not Reading.objects.exists()
    for minutes in (0, 3):
        with clock.at(now + timedelta(minutes=minutes)):
            assert do(client, ordered, "cuff", **CUFF)[0] == 302
    found = home.pressure(ordered, now=now + timedelta(minutes=4))
    assert found is not None
    assert found.within is True
    assert set(Reading.objects.values_list("resting", "by")) == {(True, ade_user.pk)}


def test_a_pressure_outside_says_to_take_nothing(
    ordered: Session, ade_user: User, now: datetime, enter: Enter
) -> None:
    client = enter(ade_user)
    for minutes in (0, 3):
        with clock.at(now + timedelta(minutes=minutes)):
            do(client, ordered, "cuff", **CUFF | {"systolic_bp": 152})
    with clock.at(now + timedelta(minutes=4)):
        assert "Take nothing." in text(client, ordered)


def test_a_count_that_differs_says_to_call_and_the_start_is_refused(
    released: Release, ade_user: User, enter: Enter
) -> None:
    client = enter(ade_user)
    session = released.session
    assert do(client, session, "before", number=1)[0] == 302
    assert "Do not take any. Call us" in text(client, session)
    status, page = do(client, session, "start", taking=1, once=uuid4())
    assert status == 422
    assert "Counted 1, should be 2: 1 too few." in page


def test_the_evening_from_the_count_to_the_last_count(
    ready: Session, ade_user: User, now: datetime, enter: Enter
) -> None:
    client = enter(ade_user)
    assert "I take them now" in text(client, ready)
    assert do(client, ready, "start", taking=2, once=uuid4())[0] == 302
    assert "My session is over" in text(client, ready)
    with clock.at(now + timedelta(hours=2)):
        assert do(client, ready, "end")[0] == 302
        assert do(client, ready, "after", number=0)[0] == 302
        assert "Thank you." in text(client, ready)
    assert list(HomeCount.objects.values_list("moment", "counted", "expected")) == [
        ("before", 2, 2),
        ("after", 0, 0),
    ]


def test_a_reading_during_the_session_is_compared_with_the_limits(
    started: Session, ade_user: User, now: datetime, enter: Enter
) -> None:
    with clock.at(now + timedelta(minutes=30)):
        assert do(enter(ade_user), started, "cuff", **CUFF | {"systolic_bp": 195})[0] == 302
    reading = Reading.objects.get(resting=False)
    assert reading.judgement.crossed
    assert Notice.objects.filter(session=started, level="red").exists()


def test_what_is_missing_before_the_start_is_said(
    counted: Session, ade_user: User, enter: Enter
) -> None:
    status, page = do(enter(ade_user), counted, "start", taking=2, once=uuid4())
    assert status == 422
    assert "Not yet." in page


def test_it_is_nobody_elses_page_and_no_unknown_step_does_anything(
    ordered: Session, ade_user: User, bo_user: User, enter: Enter
) -> None:
    to = reverse("portal:evening", args=[ordered.pk])
    assert enter(bo_user).get(to).status_code == 404
    assert do(enter(ade_user), ordered, "release")[0] == 404


def test_a_pressure_beyond_the_limit_during_the_session_says_to_call_now(
    started: Session, ade_user: User, now: datetime, enter: Enter
) -> None:
    """The pair at rest was as it should be; that says nothing of what was measured since."""
    client = enter(ade_user)
    assert "as it should be" not in text(client, started)
    with clock.at(now + timedelta(minutes=30)):
        do(client, started, "cuff", **CUFF | {"systolic_bp": 195, "diastolic_bp": 120})
        page = text(client, started)
    assert "Call us now." in page
    assert "outside the limit" in page
    with clock.at(now + timedelta(minutes=40)):
        do(client, started, "cuff", **CUFF)
        assert "Call us now." not in text(client, started)


def test_the_first_page_leads_to_the_evening_and_asks_nothing_under_the_medicine(
    started: Session, ade_user: User, now: datetime, enter: Enter
) -> None:
    client = enter(ade_user)
    page = client.get(reverse("portal:today"))
    assert reverse("portal:evening", args=[started.pk]) in page.content.decode()
    assert "sheets" not in page.context
    with clock.at(now + timedelta(hours=5)):
        assert "sheets" in client.get(reverse("portal:today")).context


HIGH = CUFF | {"systolic_bp": 195, "diastolic_bp": 115, "oxygen_saturation": 84}


def test_every_figure_is_shown_back_and_the_number_outside_is_marked(
    started: Session, ade_user: User, now: datetime, enter: Enter
) -> None:
    client = enter(ade_user)
    with clock.at(now + timedelta(minutes=30)):
        do(client, started, "cuff", **CUFF | {"oxygen_saturation": 84})
        page = text(client, started)
    assert "<b>122/78</b>" in page
    assert '<b class="stop-text">SpO₂ 84 % ■ outside</b>' in page
    assert page.index("tel:911") < page.index('id="sitter"'), "the numbers stand at the top"
    assert page.index("tel:+1 555 0199") < page.index('id="sitter"')


@pytest.mark.parametrize(
    ("again", "kept"),
    [
        ({"swap": "yes"}, (120, 80)),
        ({"systolic_bp": 80, "diastolic_bp": 120}, (80, 120)),
        ({"systolic_bp": 180, "diastolic_bp": 120}, (180, 120)),
    ],
)
def test_a_pressure_upside_down_is_asked_about_and_both_answers_stay(
    again: dict[str, object],
    kept: tuple[int, int],
    started: Session,
    ade_user: User,
    enter: Enter,
) -> None:
    client = enter(ade_user)
    slip = CUFF | {"systolic_bp": 80, "diastolic_bp": 120}
    before = Reading.objects.count()
    status, page = do(client, started, "cuff", **slip)
    assert status == 422
    assert "these two swapped?" in page
    assert (Reading.objects.count(), Notice.objects.count()) == (before, 0)
    asked = {"first_systolic_bp": 80, "first_diastolic_bp": 120}
    assert 'name="first_diastolic_bp" value="120"' in page
    assert do(client, started, "cuff", **slip | asked | again)[0] == 302
    first, second = Reading.objects.order_by("pk")[before:]
    assert (first.signs["systolic_bp"], first.signs["diastolic_bp"]) == (80, 120)
    assert (second.signs["systolic_bp"], second.signs["diastolic_bp"]) == kept
    assert second.corrects == first
    assert not hasattr(first, "judgement"), "only what stands is compared"
    assert bool(Notice.objects.exists()) is (kept != (120, 80))


def test_the_end_names_what_is_open_and_staff_are_told_of_it(
    started: Session, ade_user: User, now: datetime, enter: Enter
) -> None:
    client = enter(ade_user)
    with clock.at(now + timedelta(minutes=30)):
        do(client, started, "cuff", **HIGH)
        status, page = do(client, started, "end")
        assert status == 422
        assert "Call us first." in page
        assert "195/115" in page.partition('id="end"')[2]
        assert not started.phase_set.filter(phase="stopped").exists()
        assert do(client, started, "end", despite="on")[0] == 302
        told = Notice.objects.get(session=started, kind="home-end")
        assert "ended the session at home with this open" in told.says
        assert "195/115" in told.says
        assert told.escalations.get().step == "at_once"
        page = text(client, started)
        assert "Keep this reading" in page, "she can still measure"
        assert "Call us now." in page
        assert do(client, started, "cuff", **CUFF | {"oxygen_saturation": 97})[0] == 302
        assert "Call us now." not in text(client, started)


def test_nothing_open_asks_nothing_at_the_end_and_the_pages_agree_afterwards(
    started: Session, ade_user: User, now: datetime, enter: Enter
) -> None:
    client = enter(ade_user)
    with clock.at(now + timedelta(minutes=90)):
        assert "data-since" in text(client, started)
        assert do(client, started, "end")[0] == 302
        evening = text(client, started)
        day = client.get(reverse("portal:session", args=[started.pk])).content.decode()
        first = client.get(reverse("portal:today")).content.decode()
    assert not Notice.objects.exists()
    assert "data-since" not in evening.partition('id="start"')[2].partition("</section>")[0]
    for page in (day, first):
        assert "under way" not in page
        assert "session has ended" in page
    with clock.at(now + timedelta(hours=9)):
        assert "Keep this reading" not in text(client, started), "the stay is over"


def test_the_number_on_call_comes_first_on_every_page(
    started: Session, ade_user: User, enter: Enter
) -> None:
    Practice.objects.update(phone="+1 555 0100")
    client = enter(ade_user)
    day = client.get(reverse("portal:session", args=[started.pk])).content.decode()
    for page in (day, text(client, started)):
        main = page.partition("<main")[2]
        assert main.index("tel:+1 555 0199") < main.index("tel:+1 555 0100")
