"""The looks of a sitter: kept once, at their own time; what is missed or asked for is told."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import at_home as home
from kapstone.web.records import presence, worker
from kapstone.web.records.actions import at_home, ending_at_home, escalating, sitting, watching
from kapstone.web.records.actions.notices import answer_notice
from kapstone.web.records.actions.sitting import Seen
from kapstone.web.records.models import (
    Escalation,
    Notice,
    Outgoing,
    Session,
    Sitter,
    SitterLink,
    SitterLook,
)
from kapstone.web.records.refusals import Refused


def looked(link: SitterLink, saw: str, at: datetime, arrived: datetime | None = None) -> SitterLook:
    seen = Seen(client_id=uuid4(), saw=saw, at=at)
    return sitting.take_look(link, seen, at=arrived or at)


def after(now: datetime, minutes: float) -> datetime:
    return now + timedelta(minutes=minutes)


def of(session: Session, kind: str) -> list[Notice]:
    return list(Notice.objects.filter(session=session, kind=kind).order_by("pk"))


def test_a_look_sent_twice_is_kept_once(started: Session, link: SitterLink, now: datetime) -> None:
    seen = Seen(client_id=uuid4(), saw="asleep", at=after(now, 10))
    for minutes in (12, 40):
        taken = sitting.take_looks(link, [seen], at=after(now, minutes))
        assert taken.kept == (seen.client_id,)
    look = SitterLook.objects.get()
    assert (look.at, look.recorded_at) == (after(now, 10), after(now, 12))


def test_a_look_counts_never_in_the_future_nor_before_the_link(
    started: Session, link: SitterLink, now: datetime
) -> None:
    assert looked(link, "awake", after(now, 60), after(now, 5)).at == after(now, 5)
    assert looked(link, "awake", after(now, -600), after(now, 6)).at == link.at


def test_an_unknown_sight_is_refused_and_holds_up_no_other(
    started: Session, link: SitterLink, now: datetime
) -> None:
    good, bad = (Seen(client_id=uuid4(), saw=saw, at=now) for saw in ("awake", "fine"))
    taken = sitting.take_looks(link, [bad, good], at=now)
    assert taken.kept == (good.client_id,)
    assert bad.client_id in taken.refused


def test_no_look_for_twenty_minutes_calls_who_is_on_call_once(
    started: Session, lind: User, now: datetime
) -> None:
    assert sitting.call_for_missed_looks(at=after(now, 19)) == 0
    assert sitting.call_for_missed_looks(at=after(now, 20)) == 1
    assert sitting.call_for_missed_looks(at=after(now, 21)) == 0
    (notice,) = of(started, "home-look")
    assert "Sam Reed" in notice.says
    assert "No look in 20 min" in notice.says
    assert notice.escalations.get().told == [lind.signed_name]
    mail = Outgoing.objects.get(to=lind.email)
    assert "Ade" not in mail.text
    assert "Sam" not in mail.text


def test_a_later_gap_is_told_again_even_when_the_look_between_came_late(
    started: Session, link: SitterLink, now: datetime
) -> None:
    sitting.call_for_missed_looks(at=after(now, 20))
    looked(link, "awake", after(now, 16), after(now, 22))
    assert sitting.call_for_missed_looks(at=after(now, 35)) == 0
    assert sitting.call_for_missed_looks(at=after(now, 36)) == 1
    assert len(of(started, "home-look")) == 2


def test_looks_in_time_call_nobody(started: Session, link: SitterLink, now: datetime) -> None:
    for minutes in (14, 28, 42):
        looked(link, "asleep", after(now, minutes))
        assert sitting.call_for_missed_looks(at=after(now, minutes + 14)) == 0
    assert of(started, "home-look") == []


def test_nobody_is_called_after_the_end(started: Session, ade_user: User, now: datetime) -> None:
    ending_at_home.end_at_home(started, at=after(now, 15), by=ade_user)
    assert sitting.call_for_missed_looks(at=after(now, 121)) == 0


def test_a_session_called_over_too_early_is_still_watched(
    started: Session, ade_user: User, now: datetime
) -> None:
    ending_at_home.end_at_home(started, at=after(now, 15), by=ade_user)
    assert home.evening(started, now=after(now, 20)).ended_at is None
    assert sitting.call_for_missed_looks(at=after(now, 20)) == 1


def test_an_unanswered_gap_goes_on_to_everyone(
    started: Session, lind: User, osei: User, now: datetime
) -> None:
    sitting.call_for_missed_looks(at=after(now, 20))
    assert escalating.escalate_unanswered(at=after(now, 24)) == 0
    assert escalating.escalate_unanswered(at=after(now, 25)) == 1
    (notice,) = of(started, "home-look")
    steps = dict(notice.escalations.values_list("step", "told"))
    assert steps == {"at_once": [lind.signed_name], "everyone": [osei.signed_name]}


def test_help_is_told_at_once_and_says_how_late_it_came(
    started: Session, link: SitterLink, now: datetime
) -> None:
    looked(link, "help", after(now, 3))
    looked(link, "unsure", after(now, 4), after(now, 12))
    first, second = of(started, "home-help")
    assert first.says == "Sam Reed at home says: We need help. Phone +1 555 0102."
    assert "Said 8 min before it arrived." in second.says
    assert Escalation.objects.filter(notice__in=[first, second], step="at_once").count() == 2


def test_help_that_is_tapped_again_and_again_is_one_call_until_it_is_answered(
    started: Session, link: SitterLink, lind: User, now: datetime
) -> None:
    for second in range(0, 60, 5):
        looked(link, "help", after(now, second / 60))
    assert len(of(started, "home-help")) == 1
    assert SitterLook.objects.count() == 12
    assert Outgoing.objects.filter(to=lind.email).count() == 1
    looked(link, "unsure", after(now, 0.9))
    looked(link, "help", after(now, 1))
    assert len(of(started, "home-help")) == 3
    words = "Called back: they are awake and breathe well."
    answer_notice(
        of(started, "home-help")[-1], words=words, closes=False, at=after(now, 1.2), by=lind
    )
    looked(link, "help", after(now, 1.3))
    assert len(of(started, "home-help")) == 4


def test_the_sitter_stands_beside_the_person_and_nobody_is_called_for_an_empty_room(
    started: Session, now: datetime
) -> None:
    found = presence.of(started, now=after(now, 10))
    assert (found.alone, found.says) == (False, "With the person: Sam Reed")
    assert watching.call_for_those_alone(at=after(now, 10)) == 0


def test_a_sitter_who_cannot_is_told_to_the_practice(link: SitterLink, now: datetime) -> None:
    sitting.answer_as_sitter(link, agrees=False, name="", at=now)
    (notice,) = of(link.sitter.session, "home-sitter")
    assert notice.says == "Sam Reed cannot be the sitter for session 1, at home."


def test_a_link_opens_while_it_holds_and_not_after_it_was_shut(
    link: SitterLink, lind: User, now: datetime
) -> None:
    token = home.token_of(link)
    assert home.link_of(token, now=now) == link
    assert home.link_of(token, now=link.expires_at - timedelta(seconds=1)) == link
    assert home.link_of(token, now=link.expires_at) is None
    assert home.link_of(token[:-1] + "x", now=now) is None
    at_home.end_link(link.sitter, at=now, by=lind)
    assert home.link_of(token, now=now) is None


def test_on_call_is_a_clinician_of_this_practice(
    sitter: Sitter, marsh: User, desk: User, lind: User, now: datetime
) -> None:
    for other in (marsh, desk):
        with pytest.raises(Refused) as refused:
            at_home.make_link(sitter, on_call=other, call_phone="+1 555 0199", at=now, by=lind)
        assert refused.value.code == "not-on-call"
    assert not SitterLink.objects.exists()


def test_another_sitter_shuts_the_link_of_the_one_before(
    link: SitterLink, ade_user: User, now: datetime
) -> None:
    told: dict[str, Any] = {
        "name": "Kit Moss",
        "phone": "+1 555 0103",
        "adult": True,
        "person_agrees": None,
    }
    at_home.name_sitter(link.sitter.session, **told, at=now, by=ade_user)
    assert home.link_of(home.token_of(link), now=now) is None


def test_the_worker_asks(started: Session, now: datetime) -> None:
    with clock.at(after(now, 21)):
        assert worker.one_round()
    assert len(of(started, "home-look")) == 1


def test_a_call_for_help_is_red_everywhere_until_all_is_well(
    started: Session, link: SitterLink, abara: User, now: datetime, enter: Enter
) -> None:
    browser, pages = enter(abara), ("/rooms/", "/rooms/wall/", f"/sessions/{started.pk}/at-home/")
    looked(link, "help", now)
    for address in pages:
        page = browser.get(address).content.decode()
        assert "■ HELP: We need help" in re.sub(r"<[^>]+>", "", page), address
        assert "✓ Last look" not in page, address
    assert "■ HELP: We need help" in browser.get("/").content.decode()
    looked(link, "awake", after(now, 1), after(now, 1))
    with clock.at(after(now, 1)):
        for address in pages:
            assert "HELP:" not in browser.get(address).content.decode(), address
