"""What is laxer than what ships holds once a second person has signed it too, and not before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from web.logging_in import Enter
from web.practice.settling import LIMIT, ROUTE, WHY, above, every, held, seen_on
from web.sessions.conftest import CALM

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import lines
from kapstone.web.records.actions import countersigning as deeds
from kapstone.web.records.actions import limits, readings
from kapstone.web.records.models import (
    Entry,
    LineAnswer,
    LineChange,
    Session,
    TimesAnswer,
    TimesChange,
)
from kapstone.web.records.refusals import Refused

pytest_plugins = ["web.sessions.conftest"]
MINUTE = timedelta(minutes=1)
Row = LineChange | TimesChange
Ask = Callable[..., Row]


ASKS = [
    pytest.param(lambda by, at: above(170, by, at), (170, 10), id="limit"),
    pytest.param(lambda by, at: every(12, by, at), (160, 12), id="times"),
]
BOTH = pytest.mark.parametrize(("ask", "then"), ASKS)
SHIPS = (160, 10)


@BOTH
def test_what_is_laxer_holds_from_the_second_signature_on(
    ask: Ask, then: tuple[float, int], osei: User, vale: User, now: datetime
) -> None:
    row = ask(osei, now)
    assert row.asks_second is True
    assert held(osei, now + 9 * MINUTE) == SHIPS
    answer = deeds.countersign(row, name="Vale", at=now + 10 * MINUTE, by=vale)
    assert (answer.verdict, answer.signed_name) == ("countersigned", "Vale")
    assert held(osei, now + 9 * MINUTE) == SHIPS, "before, what held goes on having held"
    assert held(osei, now + 10 * MINUTE) == then


@BOTH
def test_what_is_stricter_or_as_it_ships_holds_at_once(
    ask: Ask, then: tuple[float, int], osei: User, vale: User, now: datetime
) -> None:
    assert above(150, osei, now).asks_second is False
    assert every(5, osei, now).asks_second is False
    assert held(osei, now) == (150, 5)
    assert above(160, vale, now).asks_second is False
    assert every(10, vale, now).asks_second is False
    assert held(osei, now) == SHIPS
    row = ask(osei, now)
    deeds.countersign(row, name="Vale", at=now, by=vale)
    assert held(osei, now) == then


def test_part_of_the_way_back_holds_at_once_and_further_does_not(
    osei: User, vale: User, now: datetime
) -> None:
    deeds.countersign(above(175, osei, now), name="Vale", at=now, by=vale)
    assert above(170, osei, now).asks_second is False
    assert held(osei, now) == (170, 10)
    assert above(170, osei, now, **{"yellow.rise": 45}).asks_second is True
    assert above(171, osei, now).asks_second is True, "what was signed by two was taken back to 170"
    assert held(osei, now) == (170, 10)


def test_what_is_stricter_waits_with_what_is_laxer_in_the_same_row(
    osei: User, vale: User, now: datetime
) -> None:
    row = above(165, osei, now, **{"red.at_least": 170})
    assert lines.changes(osei.practice_id or 0, now) == {}
    deeds.countersign(row, name="Vale", at=now, by=vale)
    assert lines.changes(osei.practice_id or 0, now) == {LIMIT: row}


def test_a_reading_is_compared_with_what_two_have_signed(
    started: Session, osei: User, vale: User, abara: User, now: datetime
) -> None:
    high = CALM | {"systolic_bp": 165.0}
    row = above(170, osei, now, **{"yellow.rise": 60})
    first = readings.record_reading(started, high, at=now + 5 * MINUTE, by=abara)
    deeds.countersign(row, name="Vale", at=now + 6 * MINUTE, by=vale)
    later = readings.record_reading(started, high, at=now + 10 * MINUTE, by=abara)
    crossed = [[each["limit"] for each in told.judgement.crossed] for told in (first, later)]
    assert LIMIT in crossed[0]
    assert LIMIT not in crossed[1]


@BOTH
def test_turned_away_and_taken_back_change_nothing(
    ask: Ask, then: tuple[float, int], osei: User, vale: User, now: datetime
) -> None:
    no = deeds.turn_away(ask(osei, now), why="Not with our people.", at=now, by=vale)
    assert (no.verdict, no.why) == ("turned_away", "Not with our people.")
    back = deeds.take_back(ask(osei, now), at=now, by=osei)
    assert back.verdict == "taken_back"
    assert held(osei, now + MINUTE) == SHIPS


@BOTH
@pytest.mark.parametrize(
    ("deed", "by", "code"),
    [
        (lambda row, by, at: deeds.countersign(row, name=by.name, at=at, by=by), "osei", "same"),
        (lambda row, by, at: deeds.turn_away(row, why="No.", at=at, by=by), "osei", "same"),
        (lambda row, by, at: deeds.take_back(row, at=at, by=by), "vale", "not-writer"),
        (lambda row, by, at: deeds.countersign(row, name=by.name, at=at, by=by), "abara", "not-yo"),
        (lambda row, by, at: deeds.countersign(row, name=by.name, at=at, by=by), "owen", "not-yo"),
        (lambda row, by, at: deeds.turn_away(row, why="No.", at=at, by=by), "lind", "not-your"),
        (lambda row, by, at: deeds.countersign(row, name="Osei", at=at, by=by), "vale", "other-na"),
        (lambda row, by, at: deeds.turn_away(row, why=" . ", at=at, by=by), "vale", "why"),
    ],
)
def test_who_may_not_is_refused_and_it_waits_on(
    *,
    ask: Ask,
    then: tuple[float, int],
    deed: Callable[[Row, User, datetime], object],
    by: str,
    code: str,
    request: pytest.FixtureRequest,
    osei: User,
    now: datetime,
) -> None:
    row = ask(osei, now)
    with pytest.raises(Refused) as refused:
        deed(row, request.getfixturevalue(by), now)
    assert refused.value.code.startswith(code)
    assert not LineAnswer.objects.exists()
    assert not TimesAnswer.objects.exists()
    assert held(osei, now + MINUTE) == SHIPS


@BOTH
def test_another_practice_finds_nothing(
    *, ask: Ask, then: tuple[float, int], osei: User, marsh: User, enter: Enter, now: datetime
) -> None:
    row = ask(osei, now)
    kind = "limit" if isinstance(row, LineChange) else "times"
    for deed in ("countersign", "turn_away", "take_back"):
        page = reverse(f"{deed}_laxer", args=[kind, row.pk])
        assert enter(marsh).post(page, {"name": "Marsh", "why": "No."}).status_code == 404
    with pytest.raises(type(row).DoesNotExist):
        deeds.countersign(row, name="Marsh", at=now, by=marsh)
    assert held(osei, now + MINUTE) == SHIPS


@BOTH
def test_each_is_answered_once(
    ask: Ask, then: tuple[float, int], osei: User, vale: User, now: datetime
) -> None:
    row = ask(osei, now)
    deeds.turn_away(row, why="Not with our people.", at=now, by=vale)
    again: Callable[[], object]
    for again in (
        lambda: deeds.countersign(row, name="Vale", at=now, by=vale),
        lambda: deeds.take_back(row, at=now, by=osei),
    ):
        with pytest.raises(Refused, match="Vale turned this away already") as refused:
            again()
        assert refused.value.code == "already"
    kind: Any = type(row.answer)
    with pytest.raises(IntegrityError), transaction.atomic():
        kind.objects.create(
            change=row, verdict="countersigned", signed_name="Vale", at=now, by=vale
        )
    assert held(osei, now + MINUTE) == SHIPS


@pytest.mark.parametrize("newer", [165, 150], ids=["laxer", "stricter"])
def test_only_the_newest_can_be_countersigned(
    newer: float, osei: User, vale: User, now: datetime
) -> None:
    row = above(170, osei, now)
    after = above(newer, vale, now)
    stale: Callable[[], object]
    for stale in (
        lambda: deeds.countersign(row, name="Vale", at=now, by=vale),
        lambda: deeds.turn_away(row, why="Not with our people.", at=now, by=vale),
        lambda: deeds.take_back(row, at=now, by=osei),
    ):
        with pytest.raises(Refused, match="Vale has signed something newer") as refused:
            stale()
        assert refused.value.code == "not-newest"
    assert held(osei, now) == ((150 if newer == 150 else 160), 10)
    assert [*LineChange.objects.waiting(osei.practice_id or 0)] == [after] * (newer == 165)


def test_a_newer_one_that_was_taken_back_does_not_bring_the_older_one_back(
    osei: User, vale: User, now: datetime
) -> None:
    row = above(170, osei, now)
    deeds.take_back(above(165, vale, now), at=now, by=vale)
    with pytest.raises(Refused) as refused:
        deeds.countersign(row, name="Vale", at=now, by=vale)
    assert refused.value.code == "not-newest"


def test_another_limit_does_not_set_it_aside(osei: User, vale: User, now: datetime) -> None:
    row = above(170, osei, now)
    told: dict[str, Any] = {"why": WHY, "name": "Vale", "seen": "", "at": now, "by": vale}
    limits.settle_limit("ALM-DBP-H", {"yellow.above": 90}, **told)
    every(12, vale, now)
    deeds.countersign(row, name="Vale", at=now, by=vale)
    assert held(osei, now) == (170, 10)


def test_what_holds_already_needs_no_second(osei: User, vale: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        deeds.countersign(above(150, osei, now), name="Vale", at=now, by=vale)
    assert refused.value.code == "not-needed"


@BOTH
def test_the_same_is_not_asked_for_twice(
    ask: Ask, then: tuple[float, int], osei: User, vale: User, now: datetime
) -> None:
    row = ask(osei, now)
    for by in (osei, vale):
        with pytest.raises(Refused, match="waits already: Osei") as refused:
            ask(by, now)
        assert refused.value.code == "waits"
    deeds.take_back(row, at=now, by=osei)
    assert ask(vale, now).pk > row.pk, "once it was taken back it can be asked for again"


def test_who_was_slower_than_another_looks_again(osei: User, vale: User, now: datetime) -> None:
    """Two sign at once: the later one saw figures that no longer hold."""
    above(150, osei, now)
    with pytest.raises(Refused, match="Osei signed something here") as refused:
        above(155, vale, now - timedelta(milliseconds=5))
    assert refused.value.code == "since"
    row = above(170, osei, now)
    deeds.countersign(row, name="Vale", at=now + MINUTE, by=vale)
    with pytest.raises(Refused, match="Vale countersigned what waited here"):
        above(150, osei, now + MINUTE / 2)
    assert held(osei, now + MINUTE) == (170, 10)


def test_what_no_longer_fits_the_rows_that_ship_is_not_countersigned(
    osei: User, vale: User, now: datetime
) -> None:
    told = {"practice": osei.practice, "why": WHY, "signed_name": "Osei", "at": now, "by": osei}
    rows = (
        LineChange.objects.create(
            limit=LIMIT, figures={"yellow.above": 190}, asks_second=True, **told
        ),
        LineChange.objects.create(limit="ALM-GONE", figures={}, asks_second=True, **told),
        TimesChange.objects.create(
            route=ROUTE, times={"during_every_min": 61}, asks_second=True, **told
        ),
        TimesChange.objects.create(route="patch", times={}, asks_second=True, **told),
    )
    for row in rows:
        with pytest.raises(Refused) as refused:
            deeds.countersign(row, name="Vale", at=now, by=vale)
        assert refused.value.code == "unfit-now"


def test_every_deed_is_on_the_trail_once(osei: User, vale: User, now: datetime) -> None:
    row = above(170, osei, now)
    deeds.turn_away(row, why="Not with our people.", at=now, by=vale)
    deeds.take_back(above(170, osei, now), at=now, by=osei)
    last = above(165, osei, now)
    deeds.countersign(last, name="Vale", at=now, by=vale)
    deeds.countersign(every(12, osei, now), name="Vale", at=now, by=vale)
    trail = Entry.objects.order_by("number").values_list("did", "about")
    assert [*trail] == [
        ("ask for laxer limit", "limit:ALM-SBP-H"),
        ("turn away laxer limit", "limit:ALM-SBP-H"),
        ("ask for laxer limit", "limit:ALM-SBP-H"),
        ("take back laxer limit", "limit:ALM-SBP-H"),
        ("ask for laxer limit", "limit:ALM-SBP-H"),
        ("countersign laxer limit", "limit:ALM-SBP-H"),
        ("ask for laxer check times", "route:iv"),
        ("countersign laxer check times", "route:iv"),
    ]
    entry = Entry.objects.get(did="countersign laxer limit")
    assert entry.detail == {"change": last.pk, "of": "Osei"}


@BOTH
def test_the_database_refuses_to_change_an_answer(
    ask: Ask, then: tuple[float, int], osei: User, vale: User, now: datetime
) -> None:
    row = deeds.turn_away(ask(osei, now), why="Not with our people.", at=now, by=vale)
    table = type(row)._meta.db_table
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET verdict = 'countersigned' WHERE id = %s",  # noqa: S608
            [row.pk],
        )


@BOTH
def test_the_second_sees_old_and_new_and_why_and_signs(
    *, ask: Ask, then: tuple[float, int], osei: User, vale: User, enter: Enter, now: datetime
) -> None:
    row = ask(osei, now)
    kind, of = ("limit", "limit") if isinstance(row, LineChange) else ("times", "times_of_route")
    page = reverse(of, args=[row.of])
    seen = enter(vale).get(page).content.decode()
    sight = seen[seen.index('id="second"') : seen.index("Settle it as")]
    old, new = ("160", "170") if kind == "limit" else ("10", "12")
    for words in (f">{new}</b>", f"</span>{old}</td>", WHY, "Osei", "! laxer", "Countersign as"):
        assert words in sight, words
    press = reverse("countersign_laxer", args=[kind, row.pk])
    refused = enter(vale).post(press, {"name": "Somebody"})
    assert refused.status_code == 422
    sight = refused.content.decode()
    assert "You are signed in as Vale." in sight[sight.index('id="second"') :]
    assert 'value="Somebody"' in sight
    assert held(osei, now) == SHIPS
    answer = enter(vale).post(press, {"name": "vale"}, follow=True)
    assert "Countersigned as Vale" in answer.content.decode()
    assert "countersigned by Vale" in answer.content.decode()
    assert 'id="second"' not in answer.content.decode()
    assert held(osei, now) == then
    listed = enter(osei).get(reverse("limits" if kind == "limit" else "check_times"))
    assert "Countersigned by Vale" in listed.content.decode()


@BOTH
def test_the_writer_sees_it_wait_and_takes_it_back(
    *, ask: Ask, then: tuple[float, int], osei: User, vale: User, enter: Enter, now: datetime
) -> None:
    row = ask(osei, now)
    kind, of = ("limit", "limit") if isinstance(row, LineChange) else ("times", "times_of_route")
    seen = enter(osei).get(reverse(of, args=[row.of])).content.decode()
    assert "Countersign as" not in seen
    assert "another prescriber has to sign it too" in seen
    press = reverse("take_back_laxer", args=[kind, row.pk])
    answer = enter(osei).post(press, follow=True).content.decode()
    assert "Taken back. What held goes on holding." in answer
    assert "taken back by Osei" in answer


def test_a_no_is_read_where_it_was_asked(
    osei: User, vale: User, enter: Enter, now: datetime
) -> None:
    row = above(170, osei, now)
    press = reverse("turn_away_laxer", args=["limit", row.pk])
    assert "Say why not" in enter(vale).post(press, {"why": ""}).content.decode()
    typed = enter(vale).post(press, {"why": ". . ."}).content.decode()
    assert "Say why not" in typed
    assert ". . .</textarea>" in typed
    enter(vale).post(press, {"why": "Not with our people."})
    seen = enter(osei).get(reverse("limit", args=[LIMIT])).content.decode()
    assert "turned away by Vale: “Not with our people.”" in seen


def test_a_stale_page_says_who_came_since(
    osei: User, vale: User, enter: Enter, now: datetime
) -> None:
    row = above(170, osei, now)
    above(150, osei, now)
    press = reverse("countersign_laxer", args=["limit", row.pk])
    answer = enter(vale).post(press, {"name": "Vale"}).content.decode()
    assert "Osei has signed something newer since this page was shown" in answer
    assert "set aside by a newer one" in answer
    no = reverse("turn_away_laxer", args=["limit", row.pk])
    answer = enter(vale).post(no, {"why": "Not with our people."}).content.decode()
    assert "You typed: “Not with our people.”" in answer
    assert held(osei, now) == (150, 10)


def test_settling_says_whether_it_holds(osei: User, vale: User, enter: Enter) -> None:
    page = reverse("limit", args=[LIMIT])
    told: dict[str, Any] = {"yellow_rise": 40, "red_at_least": 180, "why": WHY, "name": "Osei"}
    lax = enter(osei).post(page, told | {"yellow_above": 170}, follow=True).content.decode()
    assert "Until then what held goes on holding." in lax
    assert "! waits for a second signature" in lax
    told |= {"yellow_above": 150, "seen": seen_on(enter(osei), page)}
    strict = enter(osei).post(page, told, follow=True).content.decode()
    assert "Signed. It holds from now on." in strict
    assert "waits for a second signature" not in strict


def test_today_shows_it_to_whoever_can_sign_it(
    *, osei: User, vale: User, abara: User, enter: Enter, now: datetime
) -> None:
    row = above(170, osei, now)
    every(12, vale, now)
    with clock.at(now + MINUTE):
        pages = {each: enter(each).get("/").content.decode() for each in (osei, vale, abara)}
    limit, route = (
        f"{reverse(*told)}#second"
        for told in (("limit", None, [LIMIT]), ("times_of_route", None, [ROUTE]))
    )
    assert limit in pages[vale]
    assert route not in pages[vale]
    assert route in pages[osei]
    assert limit not in pages[osei]
    assert "to countersign" not in pages[abara]
    deeds.turn_away(row, why="Not with our people.", at=now, by=vale)
    assert "to countersign" not in enter(vale).get("/").content.decode()


def test_with_one_prescriber_the_page_says_what_the_rule_says(
    osei: User, enter: Enter, now: datetime
) -> None:
    page = reverse("limit", args=[LIMIT])
    words = "With one prescriber a practice cannot be laxer than what ships"
    assert words in enter(osei).get(page).content.decode()
    row = above(170, osei, now)
    seen = enter(osei).get(page).content.decode()
    assert seen.count(words) == 1
    assert "Take it back" in seen
    assert held(osei, now + MINUTE) == SHIPS
    with pytest.raises(Refused):
        deeds.countersign(row, name="Osei", at=now, by=osei)


def test_a_second_prescriber_who_left_is_none(osei: User, vale: User, enter: Enter) -> None:
    words = "Nobody else here may sign limits."
    page = reverse("times_of_route", args=[ROUTE])
    assert words not in enter(osei).get(page).content.decode()
    vale.is_active = False
    vale.save()
    assert words in enter(osei).get(page).content.decode()
