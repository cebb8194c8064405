"""Answers tapped on a phone: late or twice, each is kept once, with the time it was given."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from web.logging_in import logged_in

from kapstone import instruments
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import corrected
from kapstone.web.records.actions import notices, questionnaires
from kapstone.web.records.models import Notice, Sheet, SheetAnswer, SheetScore

PHQ9 = [item.id for item in instruments.instrument("phq9").item]
LATER = timedelta(hours=3)


@pytest.fixture(autouse=True)
def three_hours_later(now: datetime) -> Iterator[None]:
    with clock.at(now + LATER):
        yield


@pytest.fixture
def as_ade(ade_user: User) -> Client:
    return logged_in(ade_user)


def tap(item: str, value: float, *, ago_s: float = 0) -> dict[str, Any]:
    return {"id": str(uuid4()), "item": item, "value": value, "ago_s": ago_s}


def send(client: Client, sheet: Sheet, *taps: dict[str, Any], **also: Any) -> Any:
    body = json.dumps({"taps": taps, **also})
    return client.post(f"/me/sheets/{sheet.pk}/taps/", body, content_type="application/json")


def test_a_late_answer_keeps_the_time_it_was_given(
    as_ade: Client, phq9: Sheet, now: datetime
) -> None:
    answer = send(as_ade, phq9, tap(PHQ9[0], 2, ago_s=3600)).json()
    row = SheetAnswer.objects.get()
    assert (row.at, row.recorded_at) == (now + timedelta(hours=2), now + LATER)
    assert answer["answers"] == {PHQ9[0]: 2}
    assert answer["kept"] == [str(row.client_id)]


def test_what_is_sent_twice_is_kept_once_and_in_its_order(as_ade: Client, phq9: Sheet) -> None:
    taps = [tap(PHQ9[0], 2, ago_s=20), tap(PHQ9[0], 0, ago_s=10)]
    for _ in range(2):
        assert len(send(as_ade, phq9, *taps).json()["kept"]) == 2
    assert list(SheetAnswer.objects.order_by("pk").values_list("value", flat=True)) == [2, 0]
    assert questionnaires.answers_of(phq9) == {PHQ9[0]: 0}


def test_a_risk_answer_changed_before_it_arrived_is_still_acted_on(
    as_ade: Client, phq9: Sheet, lind: User, now: datetime
) -> None:
    taps = [tap("self_harm", 2, ago_s=3600), tap("self_harm", 0, ago_s=3500)]
    assert send(as_ade, phq9, *taps).json()["risk"] == "si_urgent"
    notice = Notice.objects.get()
    assert (notice.level, notice.at) == ("si_urgent", now + LATER)
    assert "without a network until now" in notice.says
    assert "Given 03 Nov at 10:00" in notice.says
    notices.answer_notice(notice, words="Called; safe.", closes=True, at=now + LATER, by=lind)
    send(as_ade, phq9, *taps)
    assert Notice.objects.count() == 1, "sent again, it opens nothing again"


def test_an_answer_at_once_says_nothing_of_a_network(as_ade: Client, phq9: Sheet) -> None:
    send(as_ade, phq9, tap("self_harm", 1, ago_s=119))
    assert "network" not in Notice.objects.get().says


def test_a_refused_answer_holds_up_no_other(as_ade: Client, phq9: Sheet) -> None:
    wrong, strange, right = tap(PHQ9[0], 9), tap("shoe_size", 1), tap(PHQ9[1], 1)
    answer = send(as_ade, phq9, wrong, strange, right).json()
    assert answer["kept"] == [right["id"]]
    assert set(answer["refused"]) == {wrong["id"], strange["id"]}
    assert questionnaires.answers_of(phq9) == {PHQ9[1]: 1}


def said_of(notice: Any) -> str:
    """What `noted` put beside a notice."""
    words: str = notice.corrected
    return words


@pytest.mark.parametrize(("ago_h", "kept"), [(1.01, True), (0.99, False)])
def test_what_was_given_before_the_close_counts_and_later_does_not(
    ago_h: float, kept: bool, as_ade: Client, phq9: Sheet
) -> None:
    with clock.at(phq9.closes_at + timedelta(hours=1)):
        answer = send(as_ade, phq9, tap(PHQ9[0], 1, ago_s=ago_h * 3600), finish_ago_s=ago_h * 3600)
    assert SheetAnswer.objects.exists() is kept
    assert answer.json()["finished"] is kept
    assert bool(answer.json()["refused"]) is not kept
    if kept:
        assert SheetScore.objects.get().at < phq9.closes_at


def test_a_clock_that_went_back_gives_no_answer_before_it_was_asked(
    as_ade: Client, phq9: Sheet
) -> None:
    send(as_ade, phq9, tap(PHQ9[0], 1, ago_s=300 * 86400))
    assert SheetAnswer.objects.get().at == phq9.opens_at


def test_nothing_is_sent_off_without_an_answer(as_ade: Client, phq9: Sheet) -> None:
    answer = send(as_ade, phq9, finish_ago_s=0).json()
    assert (answer["finished"], "Answer a question first" in answer["finish_refused"]) == (
        False,
        True,
    )


@pytest.mark.parametrize(
    "body",
    [
        "no",
        "{}",
        '{"taps": [7]}',
        '{"taps": [], "finish_ago_s": "soon"}',
        '{"taps": [], "by": 3}',
    ],
)
def test_what_is_no_list_of_answers_is_refused(body: str, as_ade: Client, phq9: Sheet) -> None:
    address = f"/me/sheets/{phq9.pk}/taps/"
    assert as_ade.post(address, body, content_type="application/json").status_code == 422


def test_nobody_taps_for_another(bo_user: User, phq9: Sheet) -> None:
    assert send(logged_in(bo_user), phq9, tap(PHQ9[0], 1)).status_code == 404
    assert not SheetAnswer.objects.exists()


def test_the_whole_page_is_shown_to_who_likes_it(as_ade: Client, phq9: Sheet) -> None:
    address = f"/me/sheets/{phq9.pk}/"
    as_ade.post(f"{address}shape/", {"shape": "page"})
    page = as_ade.get(address).content.decode()
    assert 'data-shape="page"' in page
    answer = as_ade.post(address, {"item": PHQ9[0], "value": "1"})
    assert answer["Location"] == f"{address}#q-{PHQ9[1]}"
    as_ade.post(f"{address}shape/", {"shape": "upside-down"})
    assert 'data-shape="page"' in as_ade.get(address).content.decode()


def test_help_lies_in_the_page_before_it_is_needed(as_ade: Client, phq9: Sheet) -> None:
    page = as_ade.get(f"/me/sheets/{phq9.pk}/").content.decode()
    assert "tel:911" in page
    assert 'value="1" aria-pressed="false" data-risk="si_positive"' in page
    assert 'value="3" aria-pressed="false" data-risk="si_urgent"' in page
    assert page.count("data-risk") == 3, "no other answer is marked"


def test_the_worker_may_stand_before_the_sheets_and_nothing_else(client: Client) -> None:
    worker = client.get("/static/kapstone/js/sheet-worker.js")
    assert worker["Service-Worker-Allowed"] == "/me/sheets/"
    assert "Service-Worker-Allowed" not in client.get("/static/kapstone/js/page.js")


def test_the_notice_of_a_late_answer_says_what_it_was_corrected_to(
    as_ade: Client, phq9: Sheet, lind: User
) -> None:
    send(as_ade, phq9, tap("self_harm", 2, ago_s=3600), tap("self_harm", 0, ago_s=3500))
    page = logged_in(lind).get("/notices/").content.decode()
    assert "Later corrected to “Not at all”" in page


def test_a_changed_risk_answer_is_noted_at_its_own_notice_alone(
    as_ade: Client, phq9: Sheet
) -> None:
    send(as_ade, phq9, tap("self_harm", 3, ago_s=20), tap("self_harm", 1, ago_s=10))
    urgent, positive = corrected.noted(Notice.objects.order_by("pk"))
    assert "Later corrected to “Several days”" in said_of(urgent)
    assert said_of(positive) == ""


def test_an_answer_without_words_is_not_found_in_every_notice(
    as_ade: Client, phq9: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(as_ade, phq9, tap("self_harm", 3))
    send(as_ade, phq9, tap(PHQ9[0], 2), tap(PHQ9[0], 1))
    of = instruments.instrument("phq9")
    words = of.model_dump(by_alias=True)
    bare = of.model_validate({**words, "item": [{**each, "text": ""} for each in words["item"]]})
    monkeypatch.setattr(instruments, "instrument", lambda _: bare)
    (notice,) = corrected.noted(Notice.objects.all())
    assert said_of(notice) == ""


@pytest.mark.parametrize("odd_s", [-5.0, 4e9])
def test_a_phone_whose_clock_is_wrong_loses_no_answer(
    odd_s: float, as_ade: Client, phq9: Sheet, now: datetime
) -> None:
    """Before it was asked, or in the future: it counts from the opening, or from now."""
    wrong, right = tap("self_harm", 3, ago_s=odd_s), tap(PHQ9[0], 1)
    answer = send(as_ade, phq9, wrong, right, finish_ago_s=odd_s).json()
    assert answer["kept"] == [wrong["id"], right["id"]]
    assert answer["risk"] == "si_urgent"
    assert answer["finished"]
    given = SheetAnswer.objects.get(item="self_harm").at
    assert given == (now + LATER if odd_s < 0 else phq9.opens_at)


@pytest.mark.parametrize("odd", [{"ago_s": None}, {"value": "much"}, {"id": "no"}, {"more": 1}])
def test_a_tap_that_can_not_be_read_is_named_and_holds_up_no_other(
    odd: dict[str, Any], as_ade: Client, phq9: Sheet
) -> None:
    wrong, right = tap(PHQ9[0], 1) | odd, tap("self_harm", 3)
    answer = send(as_ade, phq9, wrong, right).json()
    assert answer["kept"] == [right["id"]]
    assert list(answer["refused"]) == [wrong["id"]]
    assert answer["risk"] == "si_urgent"
