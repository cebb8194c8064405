"""A second dose that was ordered in advance: charted from its minute on, up to its milligrams."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from web.conftest import details
from web.logging_in import Enter
from web.sessions.conftest import CALM

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import doses
from kapstone.web.records.actions import (
    dosing,
    leaving,
    notices,
    people,
    readings,
    sessions,
    track_notes,
    treatment,
)
from kapstone.web.records.actions.dosing import Given
from kapstone.web.records.models import (
    Course,
    DoseGiven,
    Holding,
    Notice,
    Order,
    Session,
)
from kapstone.web.records.refusals import Refused

from .conftest import running

D = Decimal
WHY = "The prescriber is in the room and asks for it now."
SLIP = "The vial was read wrongly at first."


@pytest.fixture
def two(course: Course, osei: User, now: datetime) -> Session:
    """An injection of 50 mg, and 20 mg more at the earliest 12 minutes after it."""
    session = running(course, "im", "50", by=osei, at=now)
    first = session.order_set.get()
    both = first.but(booster_mg=D(20), booster_after_min=12)
    Order.objects.create(**both, at=now, by=osei)
    return session


def injection(holding: Holding, mg: str = "50", kind: str = "injection", **also: Any) -> Given:
    return Given(kind=kind, mg=D(mg), holding=holding, **also)


def first_given(session: Session, holding: Holding, by: User) -> datetime:
    """The first injection, at the start of the session; gives when that was."""
    at: datetime = session.phase_set.get(phase="started").at
    dosing.give_dose(session, injection(holding), at=at, by=by)
    return at


@pytest.mark.parametrize(("seconds", "asks"), [(12 * 60 - 1, True), (12 * 60, False)])
def test_both_sides_of_its_minute(
    seconds: int, asks: bool, two: Session, singles: Holding, abara: User
) -> None:
    now = first_given(two, singles, abara)
    then, second = now + timedelta(seconds=seconds), injection(singles, "20", "second_injection")
    if asks:
        with pytest.raises(Refused, match="Not yet: 1 min to go"):
            dosing.give_dose(two, second, at=then, by=abara)
        second = injection(singles, "20", "second_injection", words=WHY)
    assert dosing.give_dose(two, second, at=then, by=abara).pk


@pytest.mark.parametrize(("mg", "asks"), [("20", False), ("20.01", True)])
def test_both_sides_of_its_milligrams(
    mg: str, asks: bool, two: Session, singles: Holding, abara: User
) -> None:
    now = first_given(two, singles, abara)
    then, second = now + timedelta(minutes=12), injection(singles, mg, "second_injection")
    if asks:
        with pytest.raises(Refused, match="70 mg were ordered"):
            dosing.give_dose(two, second, at=then, by=abara)
    else:
        assert dosing.give_dose(two, second, at=then, by=abara).pk


def test_a_first_dose_is_compared_with_its_own_part(
    two: Session, singles: Holding, abara: User, now: datetime, enter: Enter
) -> None:
    """70 mg at once are above the 50 of the first dose, though 70 are ordered in all."""
    browser = enter(abara)
    page = browser.get(f"/sessions/{two.pk}/room/").content.decode()
    assert "first dose 0 mg of 50 mg ordered; a second: 0 mg of at most 20 mg" in page
    with pytest.raises(Refused, match="above the 50 mg that were ordered for it") as refused:
        dosing.give_dose(two, injection(singles, "70"), at=now, by=abara)
    assert refused.value.code == "over-order"
    dosing.give_dose(two, injection(singles, "70", words=WHY), at=now, by=abara)
    page = browser.get(f"/sessions/{two.pk}/room/").content.decode()
    assert "! first dose 70 mg of 50 mg ordered" in page


def test_a_first_dose_in_two_parts_is_no_second_dose(
    two: Session, singles: Holding, abara: User, now: datetime
) -> None:
    for kind in ("injection", "second_injection"):
        assert dosing.give_dose(two, injection(singles, "25", kind), at=now, by=abara).pk
    assert doses.gate_of(two, two.order_set.newest(), now=now).left_mg == 20


def test_a_booster_that_nobody_ordered_needs_its_reason(
    injection_only: Session, singles: Holding, abara: User, now: datetime
) -> None:
    booster = injection(singles, "10", "booster")
    with pytest.raises(Refused, match="No second dose was ordered"):
        dosing.give_dose(injection_only, booster, at=now, by=abara)


@pytest.fixture
def injection_only(course: Course, osei: User, now: datetime) -> Session:
    return running(course, "im", "50", by=osei, at=now)


def test_the_room_says_when_its_time_has_come(
    two: Session, singles: Holding, abara: User, now: datetime, enter: Enter
) -> None:
    dosing.give_dose(two, injection(singles), at=now, by=abara)
    browser = enter(abara)
    for minutes, words in ((11, "! Not yet: 1 min to go"), (12, "✓ Its time has come")):
        with clock.at(now + timedelta(minutes=minutes)):
            page = browser.get(f"/sessions/{two.pk}/board/").content.decode()
        assert "Second injection</b> 20 mg left" in page
        assert words in page


@pytest.fixture
def ended(two: Session, singles: Holding, abara: User, now: datetime) -> datetime:
    """The first injection was given, and half an hour later somebody ended it; gives when."""
    dosing.give_dose(two, injection(singles), at=now, by=abara)
    at = now + timedelta(minutes=30)
    treatment.stop_session(two, at=at, by=abara)
    return at


def test_after_the_end_no_second_dose_is_offered(
    two: Session, ended: datetime, abara: User, enter: Enter
) -> None:
    browser = enter(abara)
    with clock.at(ended + timedelta(minutes=5)):
        board = browser.get(f"/sessions/{two.pk}/board/").content.decode()
        room = browser.get(f"/sessions/{two.pk}/room/").content.decode()
    assert "20 mg left" not in board
    assert '<option value="second_injection" selected' not in room


def test_a_second_dose_after_the_end_is_a_prescribers(
    two: Session, singles: Holding, abara: User, osei: User, ended: datetime
) -> None:
    at = ended + timedelta(minutes=5)
    low = {"oxygen_saturation": 84.0, "systolic_bp": 120.0, "diastolic_bp": 80.0}
    readings.record_reading(two, low, client_id=uuid4(), at=at, by=abara)
    second = injection(singles, "20", "second_injection")
    with pytest.raises(Refused, match=r"ended at .* Limits are crossed: .*Only a prescriber"):
        dosing.give_dose(two, replace(second, words=WHY), at=at, by=abara)
    with pytest.raises(Refused, match="Say why more was given after that"):
        dosing.give_dose(two, second, at=at, by=osei)
    before = ended - timedelta(minutes=10)
    assert dosing.give_dose(two, second, at=before, by=abara).pk, "given before the end"


def test_a_prescriber_with_a_reason_charts_it_after_the_end(
    two: Session, singles: Holding, osei: User, ended: datetime
) -> None:
    second = injection(singles, "20", "second_injection", words=WHY)
    assert dosing.give_dose(two, second, at=ended + timedelta(minutes=5), by=osei).words == WHY


def test_the_stay_counts_from_the_last_injection(
    two: Session, singles: Holding, abara: User, osei: User, now: datetime
) -> None:
    dosing.give_dose(two, injection(singles), at=now, by=abara)
    treatment.stop_session(two, at=now + timedelta(minutes=1), by=abara)
    later = now + timedelta(minutes=14)
    second = injection(singles, "20", "second_injection", words=WHY)
    dosing.give_dose(two, second, at=later, by=osei)
    assert leaving.leaving_of(two).last_dose_at == later


@pytest.fixture
def sprayed(course: Course, osei: User, now: datetime) -> Session:
    return running(course, "esketamine", "56", by=osei, at=now)


@pytest.mark.parametrize(("minutes", "long_enough"), [(123, False), (124, True)])
def test_two_hours_from_the_first_device(
    minutes: int, long_enough: bool, sprayed: Session, abara: User, now: datetime
) -> None:
    """The medicine was started at once, and the first device used four minutes later."""
    session, first = sprayed, now + timedelta(minutes=4)
    dosing.give_dose(session, Given(kind="spray", mg=D(28), source="none"), at=first, by=abara)
    treatment.stop_session(session, at=now + timedelta(minutes=10), by=abara)
    told = {"escort_name": "Rio Bello"}
    with pytest.raises(Refused) as refused:
        leaving.discharge(session, told, at=now + timedelta(minutes=minutes), by=abara)
    assert ("Long enough since the medicine" in refused.value.words) is not long_enough


def high(session: Session, by: User, at: datetime) -> Notice:
    """A pressure above the red limit, and the notice that it opens."""
    readings.record_reading(session, CALM | {"systolic_bp": 190.0}, at=at, by=by)
    notice: Notice = Notice.objects.filter(session=session, level="red").latest("pk")
    return notice


def test_a_red_limit_holds_the_second_dose_back_while_the_session_runs(
    two: Session, singles: Holding, abara: User
) -> None:
    first = first_given(two, singles, abara)
    then = first + timedelta(minutes=15)
    high(two, abara, then - timedelta(minutes=1))
    second = injection(singles, "20", "second_injection")
    with pytest.raises(Refused, match=r"Held back: .*190.* Say why") as refused:
        dosing.give_dose(two, second, at=then, by=abara)
    assert refused.value.code == "red-held"
    assert dosing.give_dose(two, replace(second, words=WHY), at=then, by=abara).words == WHY


@pytest.mark.parametrize("settled", ["nobody", "monitor", "prescriber", "closed"])
def test_a_red_notice_holds_it_back_until_it_is_answered(
    settled: str, two: Session, singles: Holding, abara: User, osei: User
) -> None:
    """The pressure is calm again, and the notice waits; as at the start, a prescriber answers."""
    then = first_given(two, singles, abara) + timedelta(minutes=15)
    notice = high(two, abara, then - timedelta(minutes=9))
    readings.record_reading(two, CALM, at=then - timedelta(minutes=4), by=abara)
    told: dict[str, Any] = {"words": "Seen, and calm again.", "at": then - timedelta(minutes=2)}
    if settled != "nobody":
        by = osei if settled == "prescriber" else abara
        notices.answer_notice(notice, **told, closes=settled == "closed", by=by)
    second = injection(singles, "20", "second_injection")
    if settled in {"prescriber", "closed"}:
        assert dosing.give_dose(two, second, at=then, by=abara).pk
    else:
        with pytest.raises(Refused, match="Held back"):
            dosing.give_dose(two, second, at=then, by=abara)


def test_the_first_dose_asks_nothing_more_and_its_second_part_does(
    two: Session, singles: Holding, abara: User, now: datetime
) -> None:
    high(two, abara, now)
    dosing.give_dose(two, injection(singles, "25"), at=now + timedelta(minutes=1), by=abara)
    with pytest.raises(Refused, match="Held back"):
        dosing.give_dose(two, injection(singles, "25"), at=now + timedelta(minutes=2), by=abara)


def test_the_room_says_that_it_is_held_back(
    two: Session, singles: Holding, abara: User, enter: Enter
) -> None:
    then = first_given(two, singles, abara) + timedelta(minutes=15)
    high(two, abara, then - timedelta(minutes=1))
    with clock.at(then):
        page = enter(abara).get(f"/sessions/{two.pk}/board/").content.decode()
    assert "■ Held back until a prescriber has decided" in page
    assert "✓ Its time has come" not in page


def test_a_red_notice_of_a_track_holds_the_next_dose_until_a_prescriber_has_answered(
    *, two: Session, singles: Holding, abara: User, lind: User, osei: User
) -> None:
    then = first_given(two, singles, abara) + timedelta(minutes=15)
    fixed_belief(two, lind, then)
    second = injection(singles, "20", "second_injection")
    with pytest.raises(Refused, match="Held back: A fixed belief, in spiritual care"):
        dosing.give_dose(two, second, at=then, by=abara)
    notices.answer_notice(Notice.objects.get(), words="Seen.", closes=False, at=then, by=osei)
    assert dosing.give_dose(two, second, at=then, by=abara).pk


def test_it_is_given_over_a_track_with_a_reason_that_is_kept(
    *, two: Session, singles: Holding, abara: User, lind: User
) -> None:
    then = first_given(two, singles, abara) + timedelta(minutes=15)
    fixed_belief(two, lind, then)
    second = injection(singles, "20", "second_injection", words=WHY)
    dose = dosing.give_dose(two, second, at=then, by=abara)
    assert Notice.objects.get(kind=f"dose-beyond:{dose.pk}").says.endswith(": held back")


@pytest.mark.parametrize(("whose", "says"), [("theirs", True), ("another's", False)])
def test_the_room_shows_the_red_track_notice_of_its_own_person(
    *,
    whose: str,
    says: bool,
    two: Session,
    singles: Holding,
    abara: User,
    lind: User,
    desk: User,
    enter: Enter,
    now: datetime,
) -> None:
    then = first_given(two, singles, abara) + timedelta(minutes=15)
    other = people.add_person(details("Noor", "Haddad"), at=now, by=desk)
    fixed_belief(two if whose == "theirs" else other, lind, then)
    browser = enter(abara)
    with clock.at(then):
        board = browser.get(f"/sessions/{two.pk}/board/").content.decode()
        assert ("Held back until a prescriber has decided: A fixed belief" in board) is says
        notice = Notice.objects.get()
        assert (f'data-notice="{notice.pk}"' in board) is says
        told = {"from": "room", "session": two.pk, "words": "Osei comes", "action": "answer"}
        if says:
            answer = browser.post(reverse("notice", args=[notice.pk]), told)
            assert answer["Location"] == f"/sessions/{two.pk}/room/"


def test_a_yellow_line_of_a_track_holds_nothing(
    *, two: Session, singles: Holding, abara: User, lind: User
) -> None:
    then = first_given(two, singles, abara) + timedelta(minutes=15)
    track_notes.write_track_note(
        two.course, "trauma", {"trauma-target": "worked"}, words="", at=then, by=lind
    )
    assert Notice.objects.get().level == "yellow"
    second = injection(singles, "20", "second_injection")
    assert dosing.give_dose(two, second, at=then, by=abara).pk


def fixed_belief(of: Session | Course, by: User, at: datetime) -> None:
    course = of.course if isinstance(of, Session) else of
    told = {"spiritual-fixed": "yes"}
    track_notes.write_track_note(course, "spiritual", told, words="", at=at, by=by)


@pytest.mark.parametrize(
    ("mg", "by_prescriber", "refused"),
    [("60", False, True), ("60", True, False), ("20", False, False), ("5", False, False)],
)
def test_a_correction_charts_no_more_after_the_end_than_giving_does(
    *,
    mg: str,
    by_prescriber: bool,
    refused: bool,
    two: Session,
    singles: Holding,
    abara: User,
    osei: User,
    ended: datetime,
) -> None:
    at = ended + timedelta(minutes=5)
    second = injection(singles, "20", "second_injection", words=WHY)
    given = dosing.give_dose(two, second, at=at, by=osei)
    told: dict[str, Any] = {"mg": D(mg), "words": SLIP, "beyond_words": WHY}
    by = osei if by_prescriber else abara
    if refused:
        with pytest.raises(Refused, match=r"The medicine ended at .*Only a prescriber"):
            dosing.correct_dose(given, **told, at=at, by=by)
    else:
        assert dosing.correct_dose(given, **told, at=at, by=by).amount_mg == D(mg)


def test_a_correction_upwards_under_a_red_limit_says_so_and_asks_why(
    two: Session, singles: Holding, abara: User, enter: Enter
) -> None:
    """What was wrong is no reason for 40 mg more at 190 mmHg: that is asked by itself."""
    then = first_given(two, singles, abara) + timedelta(minutes=15)
    high(two, abara, then - timedelta(minutes=1))
    small = injection(singles, "1", "second_injection", words=WHY)
    dose = dosing.give_dose(two, small, at=then, by=abara)
    browser, page = enter(abara), f"/doses/{dose.pk}/correct/"
    assert 'name="beyond_words"' not in browser.get(page).content.decode()
    answer = browser.post(page, {"mg": "40", "words": SLIP})
    said = answer.content.decode()
    assert answer.status_code == 422
    for wanted in ("70 mg were ordered", "Held back: ", "190", 'name="beyond_words"'):
        assert wanted in said, wanted
    assert dose == DoseGiven.objects.standing().latest("pk"), "nothing was kept"
    assert browser.post(page, {"mg": "40", "words": SLIP, "beyond_words": ""}).status_code == 422
    told = {"mg": "40", "words": SLIP, "beyond_words": WHY}
    assert browser.post(page, told).status_code == 302
    row = DoseGiven.objects.get(corrects=dose)
    assert (row.amount_mg, row.words) == (D(40), f"{SLIP} {WHY}")


@pytest.mark.parametrize(("mg", "asks"), [("20", False), ("20.01", True)])
def test_a_correction_is_asked_only_for_what_is_beyond_the_order(
    mg: str, asks: bool, two: Session, singles: Holding, abara: User
) -> None:
    then = first_given(two, singles, abara) + timedelta(minutes=15)
    dose = dosing.give_dose(two, injection(singles, "10", "second_injection"), at=then, by=abara)
    told: dict[str, Any] = {"mg": D(mg), "words": SLIP, "at": then, "by": abara}
    if asks:
        with pytest.raises(Refused, match="70 mg were ordered"):
            dosing.correct_dose(dose, **told)
        told["beyond_words"] = WHY
    assert dosing.correct_dose(dose, **told).words == (f"{SLIP} {WHY}" if asks else SLIP)


@pytest.mark.parametrize(
    ("mg", "asks"), [("50", ""), ("51", "With this 51 mg of the first dose are given")]
)
def test_a_corrected_first_dose_counts_nothing_that_was_given_after_it(
    mg: str, asks: str, two: Session, singles: Holding, abara: User
) -> None:
    began: datetime = two.phase_set.get(phase="started").at
    first = dosing.give_dose(two, injection(singles, "40"), at=began, by=abara)
    second = injection(singles, "20", "second_injection")
    dosing.give_dose(two, replace(second, words=WHY), at=began + timedelta(minutes=12), by=abara)
    told: dict[str, Any] = {"mg": D(mg), "words": SLIP, "at": began, "by": abara}
    if asks:
        with pytest.raises(Refused, match=asks):
            dosing.correct_dose(first, **told)
    else:
        assert dosing.correct_dose(first, **told).amount_mg == 50


def test_a_correction_after_the_end_names_to_a_prescriber_all_that_is_asked(
    two: Session, singles: Holding, osei: User, ended: datetime
) -> None:
    at = ended + timedelta(minutes=5)
    second = injection(singles, "20", "second_injection", words=WHY)
    given = dosing.give_dose(two, second, at=at, by=osei)
    low = CALM | {"oxygen_saturation": 84.0}
    readings.record_reading(two, low, at=at - timedelta(minutes=1), by=osei)
    told: dict[str, Any] = {"mg": D(60), "words": SLIP, "at": at, "by": osei}
    asked = r"ended at .* Limits are crossed: .*70 mg were ordered.*Held back: .*Say why more was"
    with pytest.raises(Refused, match=asked):
        dosing.correct_dose(given, **told)
    assert dosing.correct_dose(given, **told, beyond_words=WHY).amount_mg == 60


def test_without_a_pump_going_on_after_a_pause_asks_nothing(
    two: Session, abara: User, now: datetime
) -> None:
    """It gives nothing more: the next injection is asked about."""
    high(two, abara, now)
    for minutes, phase in ((1, "paused"), (2, "resumed")):
        assert sessions.move_on(two, phase, at=now + timedelta(minutes=minutes), by=abara).pk
