"""A second dose at home: ordered in advance, looked in on, confirmed by two, and once."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from web.at_home.test_release import refused
from web.logging_in import Enter
from web.sessions.conftest import CALM, REASON

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import at_home as home
from kapstone.web.records import check_ins, home_boosters
from kapstone.web.records.actions import (
    at_home,
    boosters,
    dosing,
    emergencies,
    ending_at_home,
    readings,
    sitting,
    treatment,
)
from kapstone.web.records.models import (
    BoosterAnswer,
    BoosterConfirmed,
    DoseGiven,
    Holding,
    Session,
    SitterLink,
)

AFTER = timedelta(minutes=45)


@pytest.fixture
def ordered(planned: Session, osei: User, now: datetime) -> Session:
    """One lozenge first, and one more after three quarters of an hour."""
    dose = treatment.Dose(
        mg=Decimal(100),
        over_min=None,
        weight_kg=68.0,
        weight_at=now,
        booster_mg=Decimal(100),
        booster_after_min=45,
    )
    treatment.sign_order(planned, dose, reason=REASON, at=now, by=osei)
    return planned


@pytest.fixture
def started(ready: Session, ade_user: User, now: datetime) -> Session:
    at_home.start_at_home(ready, taking=1, client_id=uuid4(), at=now, by=ade_user)
    return ready


@pytest.fixture
def watched(started: Session, link: SitterLink, ade_user: User, now: datetime) -> Session:
    """At its minute: looked in on, and a calm reading taken."""
    seen(link, "awake", now + AFTER)
    readings.record_reading(started, CALM, at=now + AFTER, by=ade_user)
    return started


@pytest.fixture
def confirmed(watched: Session, link: SitterLink, lind: User, now: datetime) -> Session:
    boosters.sitter_confirms(link, agrees=True, at=now + AFTER)
    boosters.therapist_confirms(watched, agrees=True, at=now + AFTER, by=lind)
    return watched


def seen(link: SitterLink, saw: str, at: datetime) -> None:
    sitting.take_look(link, sitting.Seen(client_id=uuid4(), saw=saw, at=at), at=at)


def states(session: Session, at: datetime) -> dict[str, str]:
    return {each.id: each.state for each in home_boosters.conditions(session, now=at)}


def take(session: Session, by: User, at: datetime) -> DoseGiven:
    return boosters.take_booster(session, client_id=uuid4(), at=at, by=by)


def test_the_first_dose_leaves_the_second_in_the_box(ready: Session, ade_user: User) -> None:
    told = {"client_id": uuid4(), "at": ready.at, "by": ade_user}
    assert refused(at_home.start_at_home, ready, taking=2, **told) == "over-order"


def test_what_is_released_is_the_order_with_its_second_dose_and_no_more(
    rested: Session, lozenges: Holding, abara: User, now: datetime
) -> None:
    told: dict[str, Any] = {"at": now, "by": abara}
    assert refused(at_home.release, rested, lozenges, units=3, **told) == "over-order"
    assert at_home.release(rested, lozenges, units=2, **told).units == 2


@pytest.mark.parametrize("agrees", [True, False])
def test_a_sitter_who_no_longer_agrees_has_no_say_in_the_second_dose(
    *, agrees: bool, watched: Session, link: SitterLink, now: datetime
) -> None:
    sitting.answer_as_sitter(link, agrees=False, name="", at=now + AFTER)
    confirms = {"agrees": agrees, "at": now + AFTER}
    assert refused(boosters.sitter_confirms, link, **confirms) == "no-sitter"
    assert not BoosterAnswer.objects.exists()


def test_confirmed_by_both_it_is_taken_once_and_counted(
    confirmed: Session, ade_user: User, now: datetime
) -> None:
    at = now + AFTER
    assert set(states(confirmed, at).values()) == {"holds"}
    once = uuid4()
    for _ in range(2):
        dose = boosters.take_booster(confirmed, client_id=once, at=at, by=ade_user)
    assert (dose.kind, dose.amount_mg, dose.source) == ("booster", Decimal(100), "release")
    assert DoseGiven.objects.filter(session=confirmed).count() == 2
    assert refused(take, confirmed, ade_user, at) == "not-held"
    assert states(confirmed, at)["ordered"] == "refused"
    end = now + timedelta(hours=3)
    ending_at_home.end_at_home(confirmed, at=end, by=ade_user)
    count = at_home.count_at_home(confirmed, "after", counted=0, at=end, by=ade_user)
    assert home.result(count).agrees is True


def test_the_watch_and_the_check_ins_count_from_the_second_dose(
    confirmed: Session, ade_user: User, now: datetime
) -> None:
    take(confirmed, ade_user, now + AFTER)
    ending_at_home.end_at_home(confirmed, at=now + timedelta(minutes=60), by=ade_user)
    hours_2, hours_4 = timedelta(hours=2), timedelta(hours=4)
    assert home.evening(confirmed, now=now + hours_2).ended_at is None
    assert home.evening(confirmed, now=now + AFTER + hours_2).ended_at == now + AFTER + hours_2
    first, *_ = check_ins.of(confirmed, now=now + AFTER)
    assert first.due_at == now + AFTER + hours_4


def test_before_its_minute_nobody_confirms_it_and_nobody_takes_it(
    started: Session, link: SitterLink, lind: User, ade_user: User, now: datetime
) -> None:
    early = now + AFTER - timedelta(minutes=1)
    seen(link, "awake", early)
    readings.record_reading(started, CALM, at=early, by=ade_user)
    assert states(started, early)["time"] == "refused"
    assert refused(boosters.sitter_confirms, link, agrees=True, at=early) == "not-held"
    yes = {"agrees": True, "at": early, "by": lind}
    assert refused(boosters.therapist_confirms, started, **yes) == "not-held"
    assert refused(take, started, ade_user, early) == "not-held"


def test_one_word_alone_is_not_enough_and_a_no_ends_it(
    watched: Session, link: SitterLink, lind: User, ade_user: User, now: datetime
) -> None:
    at = now + AFTER
    boosters.sitter_confirms(link, agrees=True, at=at)
    assert refused(take, watched, ade_user, at) == "not-held"
    boosters.therapist_confirms(watched, agrees=True, at=at, by=lind)
    boosters.sitter_confirms(link, agrees=False, at=at)
    assert states(watched, at)["sitter"] == "refused"
    assert refused(take, watched, ade_user, at) == "not-held"


def test_old_words_and_an_old_look_do_not_count(
    confirmed: Session, ade_user: User, now: datetime
) -> None:
    later = now + AFTER + timedelta(minutes=16)
    found = states(confirmed, later)
    assert {found[line] for line in ("look", "reading", "sitter", "therapist")} == {"missing"}
    assert refused(take, confirmed, ade_user, later) == "not-held"


def test_a_reading_that_crossed_a_limit_or_a_call_for_help_shuts_it(
    confirmed: Session, link: SitterLink, ade_user: User, now: datetime
) -> None:
    at = now + AFTER + timedelta(minutes=1)
    readings.record_reading(confirmed, CALM | {"systolic_bp": 195.0}, at=at, by=ade_user)
    found = states(confirmed, at)
    assert (found["reading"], found["quiet"]) == ("refused", "refused")
    seen(link, "help", at)
    assert states(confirmed, at)["look"] == "refused"


def test_an_emergency_shuts_it_for_good(
    confirmed: Session, lind: User, ade_user: User, now: datetime
) -> None:
    at = now + AFTER
    emergencies.begin_emergency(confirmed, "EMG-13", at=at, by=lind, client_id=uuid4())
    assert states(confirmed, at)["quiet"] == "refused"
    assert refused(take, confirmed, ade_user, at) == "not-held"


def test_after_the_end_there_is_none(confirmed: Session, ade_user: User, now: datetime) -> None:
    ending_at_home.end_at_home(confirmed, at=now + AFTER, by=ade_user)
    assert refused(take, confirmed, ade_user, now + AFTER) == "not-held"


def test_only_the_person_takes_it_and_only_who_may_confirms(
    confirmed: Session, abara: User, lind: User, now: datetime
) -> None:
    at = now + AFTER
    assert refused(take, confirmed, lind, at) == "not-yours"
    yes = {"agrees": True, "at": at, "by": abara}
    assert refused(boosters.therapist_confirms, confirmed, **yes) == "not-your-deed"


def test_charted_in_the_room_it_needs_a_reason(
    started: Session, abara: User, now: datetime
) -> None:
    told = dosing.Given(kind="lozenge", mg=Decimal(100), source="own")
    at = now + AFTER + timedelta(minutes=5)
    assert refused(dosing.give_dose, started, told, at=at, by=abara) == "booster-gate"


def post(client: Client, link: SitterLink, **told: str) -> tuple[int, str]:
    answer = client.post(reverse("sitter", args=[home.token_of(link)]), told)
    return answer.status_code, answer.content.decode()


def test_the_sitters_page_asks_for_their_word(
    watched: Session, link: SitterLink, client: Client, now: datetime
) -> None:
    page = reverse("sitter", args=[home.token_of(link)])
    with clock.at(now + AFTER):
        assert "One second dose was ordered in advance" in client.get(page).content.decode()
        assert post(client, link, booster="yes")[0] == 302
        assert "✓ you said yes" in client.get(page).content.decode()
        assert post(client, link, booster="no")[0] == 302
        assert "■ you said no" in client.get(page).content.decode()
    with clock.at(now + AFTER + timedelta(minutes=20)):
        status, text = post(client, link, booster="yes")
    assert status == 422
    assert "The last look is 20 min old" in text


def test_both_pages_say_what_is_missing_and_take_it(
    watched: Session, ade_user: User, lind: User, now: datetime, enter: Enter
) -> None:
    link = SitterLink.objects.get()
    person, therapist = enter(ade_user), enter(lind)
    mine = reverse("portal:evening", args=[watched.pk])
    with clock.at(now + AFTER):
        text = person.get(mine).content.decode()
        assert "The therapist has not confirmed it yet" in text
        assert "Take no more, whatever happens." not in text
        early = person.post(mine, {"action": "booster", "once": str(uuid4())})
        assert early.status_code == 422
        assert "Not now." in early.content.decode()
        to = reverse("confirm_booster", args=[watched.pk])
        assert therapist.post(to, {"agrees": "perhaps"}).status_code == 404
        assert therapist.post(to, {"agrees": "yes"}).status_code == 302
        boosters.sitter_confirms(link, agrees=True, at=clock.now())
        staff = therapist.get(reverse("at_home", args=[watched.pk])).content.decode()
        assert "✓ may be taken now" in staff
        assert person.post(mine, {"action": "booster", "once": str(uuid4())}).status_code == 302
        assert "Take no more, whatever happens." in person.get(mine).content.decode()
    assert BoosterConfirmed.objects.get().by == lind
