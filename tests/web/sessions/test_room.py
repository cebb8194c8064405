"""The treatment room: readings, marks, who is there, notices, the end of the medicine."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from web.logging_in import Enter

from kapstone import monitoring
from kapstone.knowledge import KnowledgeError
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import close_checks, consenting, lines, presence, room, tiles
from kapstone.web.records.actions import consents, notices, readings, screening, sessions
from kapstone.web.records.models import (
    Judgement,
    Mark,
    Notice,
    Person,
    Phase,
    Presence,
    Reading,
    Session,
    Statement,
)

from .conftest import CALM
from .test_before import at

FULL = CALM | {"sedation_moaas": 5.0}
Judge = Callable[[Reading], Judgement]
HIGH = {"systolic_bp": "186", "diastolic_bp": "112"}


def test_the_room_shows_the_latest_figures(started: Session, abara: User, enter: Enter) -> None:
    browser = enter(abara)
    browser.post(at(started, "readings/"), {"systolic_bp": "131", "diastolic_bp": "84"})
    page = browser.get(at(started, "room/")).content.decode()
    assert "131/84" in page
    assert "at rest 122/78" in page
    assert "With Ade: Abara" in page


def test_before_the_start_the_room_leads_to_the_checklist(
    ready: Session, abara: User, enter: Enter
) -> None:
    assert enter(abara).get(at(ready, "room/"))["Location"] == at(ready)


def test_the_same_reading_sent_twice_is_kept_once(
    started: Session, abara: User, enter: Enter
) -> None:
    browser, once = enter(abara), {"heart_rate": "80", "client_id": str(uuid4())}
    assert browser.post(at(started, "readings/"), once).status_code == 302
    assert browser.post(at(started, "readings/"), once).status_code == 302
    assert Reading.objects.filter(resting=False).count() == 1


def test_what_was_not_taken_is_absent_not_nought(
    started: Session, abara: User, enter: Enter
) -> None:
    enter(abara).post(at(started, "readings/"), {"heart_rate": "80", "nausea": ""})
    assert Reading.objects.get(resting=False).signs == {"heart_rate": 80.0}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"oxygen_saturation": "49"}, False),
        ({"oxygen_saturation": "50"}, True),
        ({"heart_rate": "250"}, True),
        ({"heart_rate": "251"}, False),
        ({"heart_rate": "80.5"}, False),
        ({"sedation_moaas": "6", "confirm": "on"}, False),
        ({"heart_rate": "251", "confirm": "on"}, True),
        ({"heart_rate": "0", "confirm": "on"}, True),
        ({"heart_rate": "400", "confirm": "on"}, True),
        ({"heart_rate": "401", "confirm": "on"}, False),
        ({"heart_rate": "1e308", "confirm": "on"}, False),
        ({"oxygen_saturation": "101", "confirm": "on"}, False),
    ],
)
def test_an_unlikely_value_is_asked_again(
    typed: dict[str, str], kept: bool, started: Session, abara: User, enter: Enter
) -> None:
    answer = enter(abara).post(at(started, "readings/"), typed)
    assert answer.status_code == (302 if kept else 422)
    assert Reading.objects.filter(resting=False).exists() is kept


def test_a_limit_opens_one_notice_that_is_answered_in_the_room(
    started: Session, abara: User, enter: Enter
) -> None:
    browser = enter(abara)
    for _ in range(3):
        browser.post(at(started, "readings/"), HIGH)
    assert Notice.objects.filter(kind="ALM-SBP-H").count() == 1
    page = browser.get(at(started, "room/")).content.decode()
    assert "■ limit crossed" in page
    notice = Notice.objects.get(kind="ALM-SBP-H")
    form = {"action": "close", "words": "Stopped; 150/90 after four minutes.", "from": "room"}
    answer = browser.post(f"/notices/{notice.pk}/", form)
    assert answer["Location"] == at(started, "room/")
    assert notice not in Notice.objects.open()


def test_a_notice_is_not_closed_without_words(started: Session, abara: User, enter: Enter) -> None:
    browser = enter(abara)
    browser.post(at(started, "readings/"), HIGH)
    notice = Notice.objects.filter(session=started).latest("pk")
    assert browser.post(f"/notices/{notice.pk}/", {"action": "close"}).status_code == 422
    assert browser.post(f"/notices/{notice.pk}/", {"action": "answer"}).status_code == 302
    assert notice in Notice.objects.open()
    assert browser.get("/notices/").status_code == 200


def test_a_closed_notice_is_not_closed_again(started: Session, abara: User, enter: Enter) -> None:
    browser = enter(abara)
    browser.post(at(started, "readings/"), HIGH)
    notice = Notice.objects.filter(session=started).latest("pk")
    form = {"action": "close", "words": "Seen to."}
    assert browser.post(f"/notices/{notice.pk}/", form).status_code == 302
    assert browser.post(f"/notices/{notice.pk}/", form).status_code == 422
    assert notice.answers.count() == 1


def test_a_fault_in_judging_keeps_the_reading(
    started: Session, abara: User, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limits cannot be read: the reading is kept, and every screen says it was not compared."""

    def broken(*_: object) -> None:
        raise KnowledgeError("limits.toml: not to be read")

    monkeypatch.setattr(lines, "in_force", broken)
    browser = enter(abara)
    answer = browser.post(at(started, "readings/"), HIGH)
    assert answer.status_code == 302
    kept = Reading.objects.get(resting=False)
    assert not Judgement.objects.filter(reading=kept).exists()
    for page in (at(started, "room/"), at(started, "board/")):
        shown = browser.get(page).content.decode()
        assert "186/112" in shown
        assert "could not be compared" in shown
    assert browser.get("/rooms/").status_code == 200
    monkeypatch.undo()
    assert readings.judge_unjudged() == 0
    assert Judgement.objects.get(reading=kept).crossed


def test_a_correction_keeps_both_and_is_judged(started: Session, abara: User, enter: Enter) -> None:
    browser = enter(abara)
    browser.post(at(started, "readings/"), {"systolic_bp": "131", "diastolic_bp": "84"})
    first = Reading.objects.get(resting=False)
    form = browser.get(f"/readings/{first.pk}/correct/")
    assert 'value="131' in form.content.decode()
    browser.post(f"/readings/{first.pk}/correct/", HIGH)
    newer = Reading.objects.get(corrects=first)
    assert newer.at == first.at
    assert Judgement.objects.get(reading=newer).crossed
    page = browser.get(at(started, "room/")).content.decode()
    assert "186/112" in page
    assert "131/84" in page
    assert "corrected later" in page


def test_a_reading_is_corrected_once(started: Session, abara: User, enter: Enter) -> None:
    browser = enter(abara)
    browser.post(at(started, "readings/"), {"heart_rate": "80"})
    first = Reading.objects.get(resting=False)
    browser.post(f"/readings/{first.pk}/correct/", {"heart_rate": "82"})
    again = browser.post(f"/readings/{first.pk}/correct/", {"heart_rate": "84"})
    assert again.status_code == 422
    assert "already corrected" in again.content.decode()


def test_a_double_tap_is_one_mark_and_a_new_page_a_new_one(
    started: Session, abara: User, enter: Enter
) -> None:
    browser, page = enter(abara), str(uuid4())
    for name in ("still", "still", "soft_tears"):
        browser.post(at(started, "marks/"), {"mark": name, "tap_id": page})
    assert list(Mark.objects.order_by("pk").values_list("mark", flat=True)) == [
        "still",
        "soft_tears",
    ]
    browser.post(at(started, "marks/"), {"mark": "still", "tap_id": str(uuid4())})
    assert Mark.objects.count() == 3


def test_other_words_from_a_page_gone_back_to_are_kept(
    started: Session, abara: User, enter: Enter
) -> None:
    browser, page = enter(abara), str(uuid4())
    for words in ("It is warm", "It is warm", "I can breathe"):
        sent = {"kind": "quote", "words": words, "tap_id": page}
        browser.post(at(started, "marks/"), sent)
    kept = Mark.objects.order_by("pk").values_list("words", flat=True)
    assert list(kept) == ["It is warm", "I can breathe"]


def test_each_look_at_the_board_brings_a_new_tap(
    started: Session, abara: User, enter: Enter
) -> None:
    """A tap whose answer got lost must not swallow the same tap ten minutes later."""
    browser = enter(abara)
    looks = [browser.get(at(started, "board/")).content.decode() for _ in range(2)]
    ids = [re.findall(r'name="tap_id" value="([^"]+)"', look) for look in looks]
    assert [len(found) for found in ids] == [1, 1]
    assert ids[0] != ids[1]


def test_a_tap_of_htmx_gets_only_the_board(started: Session, abara: User, enter: Enter) -> None:
    answer = enter(abara).post(
        at(started, "marks/"), {"mark": "still"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'id="now-in"' in page
    assert 'id="tap-id"' in page
    assert "<html" not in page


def test_a_side_effect_needs_how_bad_it_is(started: Session, abara: User, enter: Enter) -> None:
    browser = enter(abara)
    told = {"kind": "side_effect", "mark": "nausea", "words": "Ondansetron 4 mg"}
    refused = browser.post(at(started, "marks/"), told)
    assert refused.status_code == 422
    assert "Ondansetron 4 mg" in refused.content.decode()
    browser.post(at(started, "marks/"), told | {"severity": "moderate"})
    kept = Mark.objects.get()
    assert (kept.kind, kept.mark, kept.severity) == ("side_effect", "nausea", "moderate")


def test_their_words_are_kept_as_theirs(started: Session, abara: User, enter: Enter) -> None:
    browser = enter(abara)
    browser.post(at(started, "marks/"), {"kind": "quote", "words": "All the doors are open."})
    assert "“All the doors are open.”" in browser.get(at(started, "room/")).content.decode()
    assert browser.post(at(started, "marks/"), {"kind": "quote"}).status_code == 422


def test_a_mark_nobody_knows_is_refused(started: Session, abara: User, enter: Enter) -> None:
    assert enter(abara).post(at(started, "marks/"), {"mark": "levitating"}).status_code == 422
    assert not Mark.objects.exists()


def test_looking_in_is_one_tap(started: Session, abara: User, enter: Enter) -> None:
    enter(abara).post(at(started, "looked-in/"))
    assert Mark.objects.get().mark == "looked_in"


def test_an_empty_room_says_so_loudly(started: Session, abara: User, enter: Enter) -> None:
    browser = enter(abara)
    assert "✓ not alone" in browser.get(at(started, "room/")).content.decode()
    browser.post(at(started, "presence/"), {"here": "no"})
    page = browser.get(at(started, "board/")).content.decode()
    assert "Nobody is in the room" in page
    assert "Nobody is left alone here" in page


def test_nobody_ever_signed_in_is_not_read_as_somebody(
    planned: Session, abara: User, now: datetime
) -> None:
    assert presence.of(planned, now=now).alone is None


def test_coming_in_twice_is_one_stay(started: Session, lind: User, enter: Enter) -> None:
    browser = enter(lind)
    for here in ("yes", "yes", "no", "no"):
        browser.post(at(started, "presence/"), {"here": here})
    assert Presence.objects.filter(who=lind).count() == 2


def test_who_never_came_cannot_leave(started: Session, lind: User, enter: Enter) -> None:
    assert enter(lind).post(at(started, "presence/"), {"here": "no"}).status_code == 422


def test_pause_and_go_on_alternate(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    browser = enter(abara)
    steps = (("resume", 422), ("pause", 302), ("pause", 422), ("resume", 302))
    for minute, (step, status) in enumerate(steps):
        with clock.at(now + timedelta(minutes=minute)):
            assert browser.post(at(started, f"{step}/")).status_code == status
    assert list(Phase.objects.order_by("at").values_list("phase", flat=True)) == [
        "arrived",
        "started",
        "paused",
        "resumed",
    ]


def test_stopping_is_asked_once_more(started: Session, abara: User, enter: Enter) -> None:
    browser = enter(abara)
    refused = browser.post(at(started, "stop/"), {"words": "Pressure over the limit"})
    assert refused.status_code == 422
    assert "Pressure over the limit" in refused.content.decode()
    told = {"confirm": "on", "words": "Pressure over the limit; half of it went in"}
    assert browser.post(at(started, "stop/"), told).status_code == 302
    again = browser.post(at(started, "stop/"), told)
    assert again.status_code == 422
    assert Phase.objects.filter(phase="stopped").count() == 1


@pytest.mark.parametrize("phase", ["started", "stopped"])
def test_room_and_floor_show_in_every_phase(
    phase: str, request: pytest.FixtureRequest, abara: User, enter: Enter
) -> None:
    session, browser = request.getfixturevalue(phase), enter(abara)
    for page in (at(session, "room/"), at(session, "board/"), "/rooms/"):
        answer = browser.get(page)
        assert answer.status_code == 200
        assert "Ade Bello" in answer.content.decode() or page.endswith("board/")


def test_the_floor_shows_what_is_still_to_come(ready: Session, abara: User, enter: Enter) -> None:
    page = enter(abara).get("/rooms/").content.decode()
    assert "No session is running" in page
    assert "Ade Bello" in page


def test_the_lanes_shade_the_limits_of_the_practice() -> None:
    assert (160, 180, "yellow") in lines.zones("systolic_bp", monitoring.limits())
    assert (180, None, "red") in lines.zones("systolic_bp", monitoring.limits())
    assert (None, 92, "red") in lines.zones("oxygen_saturation", monitoring.limits())


def test_a_reading_after_another_shows_what_was_before(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    readings.record_reading(started, CALM, at=now, by=abara)
    page = enter(abara).get(at(started, "room/")).content.decode()
    assert "before 122" in page
    assert 'name="systolic_bp" value' not in page, "shown beside, never copied"


def test_marks_of_a_running_session_need_the_deed_only(
    started: Session, abara: User, now: datetime
) -> None:
    once = uuid4()
    for _ in range(2):
        sessions.mark(started, kind="state", mark="still", client_id=once, at=now, by=abara)
    assert Mark.objects.count() == 1


@pytest.mark.parametrize(
    ("signs", "says"),
    [
        (tiles.PRESSURE, "watch above 160/95, below 100; limit 180/110 or more, below 90"),
        (("oxygen_saturation",), "watch below 95; limit below 92; at any time below 90"),
        (("sedation_moaas",), "watch 3 or less; limit 2 or less"),
    ],
)
def test_a_tile_says_its_limits(signs: tuple[str, ...], says: str) -> None:
    assert lines.words(signs, monitoring.limits()) == says


def test_taking_consent_back_is_called_into_the_room(
    started: Session, ade_user: User, abara: User, now: datetime, enter: Enter
) -> None:
    """CON-20: the polled part says so, and a red notice waits for an answer."""
    browser = enter(abara)
    assert "took consent back" not in browser.get(at(started, "board/")).content.decode()
    signed = consenting.signed_for(started.course)
    assert signed is not None
    consents.withdraw_consent(signed, reason="", at=now, by=ade_user)
    notice = Notice.objects.get(kind="consent-withdrawn")
    assert (notice.level, notice.session) == ("red", started)
    assert "took consent back" in browser.get(at(started, "board/")).content.decode()
    notices.answer_notice(notice, words="Stopped, stayed with Ade", closes=True, at=now, by=abara)
    assert "took consent back" not in browser.get(at(started, "board/")).content.decode()


def test_taking_consent_back_before_a_session_calls_into_no_room(
    ready: Session, ade_user: User, now: datetime
) -> None:
    signed = consenting.signed_for(ready.course)
    assert signed is not None
    consents.withdraw_consent(signed, reason="", at=now, by=ade_user)
    assert not Notice.objects.filter(level="red").exists()


def minutes_between_checks(session: Session, by: User, now: datetime) -> float:
    """How long after a full check the next one is due, while the medicine runs."""
    readings.record_reading(session, FULL, at=now + timedelta(minutes=8), by=by)
    watch = readings.watch_at(session, now + timedelta(minutes=8))
    return (watch.next_due - now + timedelta(minutes=2)) / timedelta(minutes=1)


def test_whoever_is_well_is_checked_every_ten_minutes(
    started: Session, abara: User, now: datetime
) -> None:
    assert minutes_between_checks(started, abara, now) == 20


def test_somebody_older_is_checked_every_five_minutes(
    started: Session, abara: User, now: datetime
) -> None:
    """MON-IV-04: 65 years."""
    Person.objects.filter(pk=started.course.person_id).update(birth_date=date(1961, 11, 3))
    assert minutes_between_checks(again(started), abara, now) == 15


def test_a_stimulant_is_checked_every_five_minutes(
    started: Session, abara: User, osei: User, now: datetime
) -> None:
    statement(started, "Ritalin", now, osei)
    assert minutes_between_checks(started, abara, now) == 15


def test_known_high_blood_pressure_is_checked_every_five_minutes(
    started: Session, abara: User, osei: User, now: datetime
) -> None:
    person = started.course.person
    screening.give_fact(person, "hypertension_diagnosed", True, origin="clinician", at=now, by=osei)
    assert minutes_between_checks(started, abara, now) == 15


def test_amber_at_rest_is_checked_every_five_minutes(
    started: Session, abara: User, now: datetime
) -> None:
    amber = CALM | {"systolic_bp": 150.0, "diastolic_bp": 92.0}
    for row in started.reading_set.filter(resting=True):
        readings.correct_reading(row, amber, by=abara)
    assert minutes_between_checks(started, abara, now) == 15


def again(session: Session) -> Session:
    found: Session = Session.objects.select_related("course__person").get(pk=session.pk)
    return found


def statement(session: Session, text: str, at: datetime, by: User) -> None:
    Statement.objects.create(
        person=session.course.person, kind="medicine", text=text, key=text, at=at, by=by
    )


def test_a_fault_in_what_is_known_hides_no_limit(
    started: Session, abara: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> bool:
        raise ValueError("an odd row")

    monkeypatch.setattr(close_checks, "asked_for", broken)
    readings.record_reading(started, CALM | {"systolic_bp": 190.0}, at=now, by=abara)
    assert Notice.objects.filter(level="red").exists()
    assert minutes_between_checks(started, abara, now) < 20


def test_a_reading_that_cannot_be_judged_keeps_no_other_back(
    started: Session, abara: User, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    """The worker takes the rest; the bad one stays unjudged and is counted."""
    judge = readings.judge
    monkeypatch.setattr(readings, "judge", fails_for(judge, lambda _: True))
    bad = readings.record_reading(started, {"heart_rate": 70.0}, at=now, by=abara)
    good = readings.record_reading(started, {"heart_rate": 71.0}, at=now, by=abara)
    monkeypatch.setattr(readings, "judge", fails_for(judge, lambda row: row.pk == bad.pk))
    assert readings.judge_unjudged() == 1
    assert Judgement.objects.filter(reading=good).exists()


def fails_for(judge: Judge, broken: Callable[[Reading], bool]) -> Judge:
    def judged(reading: Reading) -> Judgement:
        if broken(reading):
            raise KnowledgeError("limits.toml: not to be read")
        return judge(reading)

    return judged


def test_a_notice_says_that_its_reading_was_corrected(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    """It stays open: a named person still answers for it, knowing more."""
    high = {"systolic_bp": 186.0, "diastolic_bp": 112.0}
    wrong = readings.record_reading(started, high, at=now, by=abara)
    notice = Notice.objects.filter(session=started).open().earliest("pk")
    addresses = (at(started, "room/"), "/notices/", f"/notices/{notice.pk}/")
    browser = enter(abara)
    for address in addresses:
        assert "was corrected to" not in browser.get(address).content.decode()
    right = {"systolic_bp": 126.0, "diastolic_bp": 82.0}
    readings.correct_reading(wrong, right, by=abara)
    assert Notice.objects.open().filter(pk=notice.pk).exists()
    for address in addresses:
        shown = browser.get(address).content.decode()
        assert "The reading was corrected to 126/82 by Abara" in shown


def test_a_worse_figure_opens_a_notice_of_its_own_and_the_same_or_a_better_one_does_not(
    started: Session, abara: User, now: datetime
) -> None:
    for minute, level in enumerate((2, 1, 2, 1, 0, 0)):
        signs = {"sedation_moaas": float(level)}
        readings.record_reading(started, signs, at=now + timedelta(minutes=minute), by=abara)
    red = Notice.objects.filter(kind="ALM-MOAA", level="red").order_by("pk")
    assert [re.findall(r"\d(?= |:)", row.says)[0] for row in red] == ["2", "1", "0"]


def test_a_rising_pressure_is_one_notice_while_it_is_watched(
    started: Session, abara: User, now: datetime
) -> None:
    for minute, pressure in enumerate((165.0, 170.0, 175.0, 182.0, 182.0, 190.0)):
        signs = {"systolic_bp": pressure, "diastolic_bp": 80.0}
        readings.record_reading(started, signs, at=now + timedelta(minutes=minute), by=abara)
    levels = [row.level for row in Notice.objects.filter(kind="ALM-SBP-H").order_by("pk")]
    assert levels == ["yellow", "red", "red"]


def test_a_tap_brings_the_notices_with_it_when_they_have_changed(
    started: Session, abara: User, enter: Enter
) -> None:
    browser, board = enter(abara), at(started, "board/")
    tapped = {"tapped": "sedation_moaas:2", "notices_shown": ""}
    page = browser.post(reverse("scale", args=[started.pk]), tapped, headers={"HX-Request": "true"})
    assert 'id="notices"' in page.content.decode()
    shown = ".".join(str(row.pk) for row in Notice.objects.filter(session=started).open())
    assert 'id="notices"' not in browser.get(board, {"notices_shown": shown}).content.decode()
    assert 'id="notices"' in browser.get(board, {"notices_shown": ""}).content.decode()


def test_a_limit_crossed_before_stands_on_the_tile_and_not_beside_a_later_reading(
    started: Session, abara: User, now: datetime
) -> None:
    readings.record_reading(started, {"sedation_moaas": 1.0}, at=now, by=abara)
    later = now + timedelta(minutes=2)
    readings.record_reading(started, {"heart_rate": 72.0}, at=later, by=abara)
    board = room.board(started, now=later)
    assert next(tile for tile in board.tiles if tile.id == "sedation_moaas").level == "red"
    checks = [line for line in board.lines if line.words.startswith("Check")]
    assert checks[0].chips == ()
    assert checks[1].chips[0][0] == "stop"


def test_before_the_medicine_a_notice_tells_nobody_to_stop_it(
    ready: Session, abara: User, now: datetime
) -> None:
    high = CALM | {"systolic_bp": 190.0}
    readings.record_reading(ready, high, resting=True, at=now, by=abara)
    notice = Notice.objects.get(session=ready, kind="ALM-SBP-H", level="red")
    assert notice.do.startswith("Do not start.")
    assert notice.do.endswith("With symptoms: emergency steps (EMG-01).")


def test_a_notice_whose_reading_was_corrected_stands_after_the_others_and_folded(
    started: Session, abara: User, now: datetime, enter: Enter
) -> None:
    slip = readings.record_reading(started, CALM | {"systolic_bp": 190.0}, at=now, by=abara)
    readings.correct_reading(slip, CALM, by=abara)
    after = now + timedelta(minutes=1)
    readings.record_reading(started, {"sedation_moaas": 1.0}, at=after, by=abara)
    with clock.at(after):
        page = enter(abara).get(at(started, "room/")).content.decode()
    high, asleep = Notice.objects.get(kind="ALM-SBP-H"), Notice.objects.get(kind="ALM-MOAA")
    assert page.index(f'id="answer-{asleep.pk}"') < page.index(f'id="answer-{high.pk}"')
    assert "Start the emergency steps: High blood pressure" not in page
