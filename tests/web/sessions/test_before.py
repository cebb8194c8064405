"""Before the medicine: the order, the checklist, the gates, and the start."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from web.logging_in import Enter

from kapstone import consent, monitoring
from kapstone.web import clock
from kapstone.web.accounts.models import Practice, User
from kapstone.web.clinician.order_form import OrderForm
from kapstone.web.clinician.today import planned_between, readiness_of
from kapstone.web.records import session_facts, session_paper
from kapstone.web.records.actions import (
    appointments,
    consents,
    courses,
    readings,
    screening,
    sessions,
    treatment,
)
from kapstone.web.records.models import (
    CheckAnswer,
    Course,
    GateOverride,
    IntakeAnswer,
    Order,
    Phase,
    Reading,
    Session,
)
from kapstone.web.records.refusals import Refused

from .conftest import CALM, REASON, Team, sign, tick

STOPPING = "aneurysm"
NEWS = "Stop since the decision: Aneurysmal vascular disease"
TYPED = {
    "weight_kg": "68",
    "weight_at": "2026-11-03T07:40",
    "dose_mg": "34",
    "over_min": "40",
    "action": "sign",
    "reason": "",
}


def at(session: Session, page: str = "") -> str:
    return f"/sessions/{session.pk}/{page}"


def typed(browser: Client, session: Session, form: dict[str, str]) -> Any:
    """Post the form of the order from a page that was just opened."""
    return browser.post(at(session, "order/"), form | seen_by(browser, session))


def seen_by(browser: Client, session: Session) -> dict[str, str]:
    """What a page that is open now sends along, whenever its form is sent."""
    page = browser.get(at(session)).content.decode()
    return {"made_from": re.findall('name="made_from" value="([^"]+)"', page)[0]}


def test_a_session_is_planned_from_the_roadmap(course: Course, lind: User, enter: Enter) -> None:
    form = {"route": "im", "planned_for": "2026-11-05T14:00", "room": "Room 1"}
    answer = enter(lind).post(f"/courses/{course.pk}/sessions/new/", form)
    made = Session.objects.get()
    assert answer["Location"] == at(made)
    plan = sessions.plan_of(made)
    assert (plan.route, plan.room, plan.at_home) == ("im", "Room 1", False)


def test_a_day_that_has_passed_is_no_plan(course: Course, lind: User, enter: Enter) -> None:
    form = {"route": "im", "planned_for": "2026-11-01T14:00", "room": "Room 1"}
    answer = enter(lind).post(f"/courses/{course.pk}/sessions/new/", form)
    assert answer.status_code == 422
    assert "This day has passed" in answer.content.decode()
    assert "Room 1" in answer.content.decode(), "what was typed stays"


@pytest.mark.parametrize(
    ("day", "status"), [("2062-11-05", 422), ("2027-11-05", 422), ("2027-11-03", 302)]
)
def test_no_session_is_moved_further_than_a_year_ahead(
    day: str, status: int, planned: Session, osei: User, enter: Enter
) -> None:
    form = {"route": "iv", "planned_for": f"{day}T09:00", "room": "Room 3"}
    answer = enter(osei).post(at(planned, "move/"), form)
    assert answer.status_code == status
    assert ("more than a year ahead" in answer.content.decode()) is (status == 422)


def test_moving_keeps_the_first_plan_on_record(planned: Session, osei: User, enter: Enter) -> None:
    form = {"route": "im", "planned_for": "2026-11-04T10:00", "room": ""}
    answer = enter(osei).post(at(planned, "move/"), form)
    assert answer["Location"] == at(planned)
    assert sessions.plan_of(planned).route == "im"
    assert planned.sessionplan_set.count() == 2


def test_a_session_called_off_has_no_page(planned: Session, osei: User, enter: Enter) -> None:
    browser = enter(osei)
    browser.post(at(planned, "move/"), {"action": "call-off"})
    assert browser.get(at(planned)).status_code == 404


@pytest.mark.parametrize("phase", ["planned", "ready", "started", "stopped"])
def test_the_page_shows_in_every_phase(
    phase: str, request: pytest.FixtureRequest, osei: User, enter: Enter
) -> None:
    session = request.getfixturevalue(phase)
    answer = enter(osei).get(at(session))
    assert answer.status_code == 200
    assert "Dose-day checklist" in answer.content.decode()


def test_checking_an_order_signs_nothing(planned: Session, osei: User, enter: Enter) -> None:
    answer = typed(enter(osei), planned, TYPED | {"action": "check"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "0.50 mg/kg" in page
    assert "not signed yet" in page
    assert 'value="34"' in page, "what was typed stays"
    assert not Order.objects.exists()


def test_a_check_that_speaks_asks_for_a_reason(planned: Session, osei: User, enter: Enter) -> None:
    strong = TYPED | {"dose_mg": "50"}
    browser = enter(osei)
    refused = typed(browser, planned, strong)
    assert refused.status_code == 422
    assert "Give the reason" in refused.content.decode()
    assert not Order.objects.exists()
    typed(browser, planned, strong | {"reason": REASON})
    assert Order.objects.get().reason == REASON


VIAL = {"concentration_mg_ml": "50"}


def test_a_plain_infusion_needs_no_reason(planned: Session, osei: User, enter: Enter) -> None:
    browser = enter(osei)
    assert typed(browser, planned, TYPED | VIAL).status_code == 302
    order = Order.objects.get()
    assert order.concentration_mg_ml == 50
    assert not order.checks
    assert "Vial of 50 mg/mL" in browser.get(at(planned)).content.decode()


def test_a_weight_far_from_the_last_one_asks_for_a_reason(
    planned: Session, osei: User, enter: Enter
) -> None:
    browser = enter(osei)
    yesterday = {"weight_at": "2026-11-02T07:40", "reason": REASON}
    typed(browser, planned, TYPED | VIAL | yesterday)
    assert Order.objects.count() == 1
    heavy = TYPED | VIAL | {"weight_kg": "168"}
    assert "68 kg of 2 Nov 2026" in typed(browser, planned, heavy).content.decode()
    assert Order.objects.count() == 1
    typed(browser, planned, heavy | {"reason": REASON})
    assert Order.objects.count() == 2


def test_a_first_weight_is_beside_the_one_they_told(
    planned: Session, osei: User, enter: Enter, now: datetime
) -> None:
    IntakeAnswer.objects.create(
        course=planned.course,
        question="weight_kg",
        value=68,
        at=now - timedelta(days=9),
        by=osei,
    )
    answer = typed(enter(osei), planned, TYPED | VIAL | {"weight_kg": "168"})
    assert "100 kg from the 68 kg" in answer.content.decode()
    assert not Order.objects.exists()


@pytest.mark.parametrize("action", ["sign", "check"])
def test_nobody_signs_over_an_order_that_their_page_had_not_shown(
    action: str, planned: Session, osei: User, enter: Enter
) -> None:
    browser = enter(osei)
    stale = TYPED | VIAL | seen_by(browser, planned) | {"action": action, "dose_mg": "23"}
    typed(browser, planned, TYPED | VIAL)
    answer = browser.post(at(planned, "order/"), stale)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "signed 34 mg at" in page
    assert "Nothing is signed over it" in page
    assert 'value="23"' in page, "what was typed stays"
    assert '<p class="dose num">34 mg' in page, "and the newest order is shown"
    assert Order.objects.count() == 1
    again = stale | {"made_from": re.findall('name="made_from" value="([^"]+)"', page)[0]}
    assert browser.post(at(planned, "order/"), again | {"action": "sign"}).status_code == 302


def test_nobody_signs_for_a_route_that_their_page_had_not_shown(
    planned: Session, osei: User, enter: Enter, now: datetime
) -> None:
    browser = enter(osei)
    stale = TYPED | VIAL | seen_by(browser, planned) | {"reason": REASON}
    when = sessions.plan_of(planned).planned_for
    appointments.move_session(planned, route="oral", planned_for=when, room="", at=now, by=osei)
    page = browser.post(at(planned, "order/"), stale).content.decode()
    assert "moved from Intravenous infusion to" in page
    assert "Strength of the vial, mg/mL: 50" in page, "nothing typed is lost"
    assert not Order.objects.exists()


def test_an_order_of_another_route_is_shown_as_none(
    ready: Session, osei: User, enter: Enter, now: datetime
) -> None:
    when = sessions.plan_of(ready).planned_for
    told: dict[str, Any] = {"planned_for": when, "room": "", "at": now, "by": osei}
    appointments.move_session(ready, route="lozenge_clinic", **told)
    browser = enter(osei)
    card = browser.get(at(ready)).content.decode().split('id="order"')[1].split("</section>")[0]
    assert "Signed for Intravenous infusion; the session was moved to Lozenge" in card
    assert "sign anew" in card
    assert "✓ signed" not in card
    assert "Stays at least" not in card
    course = browser.get(f"/courses/{ready.course_id}/").content.decode()
    assert "IV 0.5 mg/kg" not in course.replace("Order IV 0.5 mg/kg, signed", ""), "nor the road"
    assert session_paper.ordered(session_facts.told(ready)).startswith("Signed for Intravenous")


def test_the_deed_itself_asks_what_was_seen(planned: Session, osei: User, now: datetime) -> None:
    """Two that are sent in the same second: the second finds the first under the lock."""
    dose = treatment.Dose(mg=Decimal(34), over_min=40, weight_kg=68, weight_at=now)
    seen: dict[str, Any] = {"reason": REASON, "seen": "none:iv", "at": now, "by": osei}
    treatment.sign_order(planned, dose, **seen)
    with pytest.raises(Refused, match="had not shown it"):
        treatment.sign_order(planned, dose, **seen)


@pytest.mark.parametrize(("diluted", "kept"), [("no", False), ("", False), ("yes", True)])
def test_a_hundred_in_one_says_whether_it_is_diluted(
    diluted: str, kept: bool, planned: Session, osei: User, enter: Enter
) -> None:
    """Undiluted it is refused whatever the reason; not said or diluted it asks for one."""
    strong = TYPED | {"concentration_mg_ml": "100", "diluted": diluted}
    browser = enter(osei)
    assert typed(browser, planned, strong).status_code == 422
    typed(browser, planned, strong | {"reason": REASON})
    assert Order.objects.exists() is (kept or diluted == "")


@pytest.mark.parametrize("strength", ["0", "-50", "500", "fifty"])
def test_a_strength_that_no_vial_has_is_a_slip(
    strength: str, planned: Session, osei: User, enter: Enter
) -> None:
    slip = TYPED | {"concentration_mg_ml": strength, "reason": REASON}
    assert typed(enter(osei), planned, slip).status_code == 422
    assert not Order.objects.exists()


def test_only_an_order_for_a_vein_asks_for_the_strength() -> None:
    asked = {route for route in monitoring.routes() if "diluted" in OrderForm(route=route).fields}
    assert asked == {"iv"}


def test_what_was_typed_is_checked_again_at_the_start(
    ready: Session, osei: User, now: datetime
) -> None:
    typed = treatment.dose_of(ready.order_set.standing().get())
    dose = replace(typed, concentration_mg_ml=Decimal(50), diluted=True)
    order = treatment.sign_order(ready, dose, at=now, by=osei)
    assert treatment.dose_of(order) == dose


def test_a_block_has_no_reason(planned: Session, osei: User, enter: Enter) -> None:
    answer = typed(enter(osei), planned, TYPED | {"dose_mg": "340", "reason": REASON})
    assert answer.status_code == 422
    assert "cannot be signed" in answer.content.decode()


def test_a_second_order_corrects_the_first(ready: Session, osei: User, enter: Enter) -> None:
    typed(enter(osei), ready, TYPED | {"dose_mg": "30", "reason": REASON})
    assert ready.order_set.standing().get().dose_mg == 30
    assert ready.order_set.count() == 2


def test_a_weight_of_tomorrow_is_no_weight(planned: Session, osei: User, enter: Enter) -> None:
    answer = typed(enter(osei), planned, TYPED | {"weight_at": "2026-11-04T07:40"})
    assert answer.status_code == 422


def test_weighed_today_means_the_day_of_the_practice(
    planned: Session, osei: User, now: datetime
) -> None:
    """At ten in the evening in New York it is tomorrow in UTC; the weight is still today's."""
    evening = now.replace(hour=2) + timedelta(days=1)  # 21:00 on 3 November in New York
    dose = treatment.Dose(
        mg=Decimal(34), over_min=40, weight_kg=68.0, weight_at=evening.replace(hour=1)
    )
    morning = treatment.Dose(
        mg=Decimal(34), over_min=40, weight_kg=68.0, weight_at=now - timedelta(minutes=10)
    )
    for each in (dose, morning):
        checks = treatment.checks_of(planned, "iv", each, now=evening)
        assert "PRE-22" not in {check.id for check in checks if "not taken today" in check.says}


def test_one_tap_answers_one_line(planned: Session, abara: User, enter: Enter) -> None:
    form = {"PRE-01": "yes", "PRE-29": "no"}
    answer = enter(abara).post(at(planned, "checks/PRE-01/"), form)
    assert answer["Location"] == f"{at(planned)}#PRE-01"
    assert [(row.check_id, row.ok) for row in CheckAnswer.objects.all()] == [("PRE-01", True)]


def test_the_whole_list_writes_only_what_changed(
    planned: Session, abara: User, enter: Enter
) -> None:
    browser = enter(abara)
    form = {"PRE-01": "yes", "PRE-29": "no", "PRE-39": "unknown"}
    browser.post(at(planned, "checks/"), form)
    browser.post(at(planned, "checks/"), form)
    assert CheckAnswer.objects.count() == 2, "not known is what it was before"
    browser.post(at(planned, "checks/"), form | {"PRE-29": "yes"})
    assert CheckAnswer.objects.standing().get(check_id="PRE-29").ok is True


def test_an_answer_goes_back_to_not_known(planned: Session, abara: User, enter: Enter) -> None:
    browser = enter(abara)
    browser.post(at(planned, "checks/PRE-01/"), {"PRE-01": "yes"})
    browser.post(at(planned, "checks/PRE-01/"), {"PRE-01": "unknown"})
    assert CheckAnswer.objects.standing().get().ok is None


def button(page: str, check: str, value: str) -> str:
    """The markup of one button of a line."""
    (found,) = re.findall(rf'<input type="radio" id="{check}-{value}"[^>]*>', page)
    return str(found)


def test_a_yes_is_for_those_whose_line_it_is(
    planned: Session, abara: User, osei: User, enter: Enter
) -> None:
    nurse = enter(abara)
    refused = nurse.post(at(planned, "checks/"), {"PRE-03": "yes", "PRE-01": "yes"})
    assert refused.status_code == 422
    assert "a yes is for the prescriber to say" in refused.content.decode()
    assert [row.check_id for row in CheckAnswer.objects.all()] == ["PRE-01"], "the other is kept"
    page = nurse.get(at(planned)).content.decode()
    assert "disabled" in button(page, "PRE-03", "yes")
    assert "disabled" not in button(page, "PRE-03", "no") + button(page, "PRE-01", "yes")
    enter(osei).post(at(planned, "checks/PRE-03/"), {"PRE-03": "yes"})
    assert CheckAnswer.objects.standing().get(check_id="PRE-03").ok is True


def test_anyone_may_say_no(ready: Session, abara: User, now: datetime) -> None:
    sessions.record_check(ready, "PRE-40", ok=False, at=now, by=abara)
    gates = {gate.id: gate for gate in treatment.gates_of(ready, now=now)}
    assert gates["PRE-40"].state == "open"


def test_the_huddle_waits_for_the_second_signature(
    ready: Session, team: Team, now: datetime, enter: Enter
) -> None:
    """A no takes both signatures back; then each has to sign anew, in a tap of their own."""
    osei, abara, lind = team
    sessions.record_check(ready, "PRE-40", ok=False, at=now, by=abara)
    prescriber, therapist = enter(osei), enter(lind)
    prescriber.post(at(ready, "checks/PRE-40/"), {"PRE-40": "yes"})
    with pytest.raises(Refused, match="Ticked by Osei; second person missing: therapist"):
        treatment.start_session(ready, at=now, by=abara)
    page = therapist.get(at(ready)).content.decode()
    assert "Ticked by Osei; second person missing: therapist" in page
    for value in ("yes", "no", "unknown"):
        assert "checked" not in button(page, "PRE-40", value), "keeping the list signs nothing"
    assert "checked" in button(prescriber.get(at(ready)).content.decode(), "PRE-40", "yes")
    rows = CheckAnswer.objects.filter(check_id="PRE-40").count()
    prescriber.post(at(ready, "checks/PRE-40/"), {"PRE-40": "yes"})
    assert CheckAnswer.objects.filter(check_id="PRE-40").count() == rows, (
        "one person, one signature"
    )
    therapist.post(at(ready, "checks/PRE-40/"), {"PRE-40": "yes"})
    assert "PRE-40" in opened(ready, now)
    assert "signed by Osei" in therapist.get(at(ready)).content.decode()


def test_the_way_home_needs_a_name(planned: Session, abara: User, enter: Enter) -> None:
    browser = enter(abara)
    refused = browser.post(at(planned, "checks/PRE-24/"), {"PRE-24": "yes"})
    assert refused.status_code == 422
    assert "name and phone" in refused.content.decode()
    form = {"PRE-24": "yes", "PRE-24-words": "Rio, 555 0101"}
    browser.post(at(planned, "checks/PRE-24/"), form)
    assert CheckAnswer.objects.get().words == "Rio, 555 0101"


def test_a_line_of_another_route_is_no_line(planned: Session, abara: User, enter: Enter) -> None:
    assert enter(abara).post(at(planned, "checks/PRE-33/"), {"PRE-33": "yes"}).status_code == 404


def test_two_readings_at_rest_open_their_gates(
    planned: Session, abara: User, now: datetime, enter: Enter
) -> None:
    browser = enter(abara)
    typed = {name: str(value) for name, value in CALM.items()}
    for minutes in (0, 4):
        with clock.at(now + timedelta(minutes=minutes)):
            assert browser.post(at(planned, "resting/"), typed).status_code == 302
    gates = {gate.id: gate for gate in treatment.gates_of(planned, now=now + timedelta(minutes=5))}
    assert gates["PRE-17"].state == "ok"
    assert set(Reading.objects.values_list("resting", flat=True)) == {True}


def test_a_slip_of_the_typing_comes_back_once(planned: Session, abara: User, enter: Enter) -> None:
    browser = enter(abara)
    swapped = {"systolic_bp": "78", "diastolic_bp": "122"}
    refused = browser.post(at(planned, "resting/"), swapped)
    assert refused.status_code == 422
    assert "Swapped?" in refused.content.decode()
    assert 'value="122"' in refused.content.decode()
    assert not Reading.objects.exists()
    browser.post(at(planned, "resting/"), swapped | {"confirm": "on"})
    assert Reading.objects.get().signs == {"systolic_bp": 78.0, "diastolic_bp": 122.0}


def test_nothing_typed_is_no_reading(planned: Session, abara: User, enter: Enter) -> None:
    answer = enter(abara).post(at(planned, "resting/"), {})
    assert answer.status_code == 422
    assert "Enter at least one value" in answer.content.decode()


def test_a_prescriber_passes_a_gate_with_a_reason(
    ready: Session, osei: User, abara: User, now: datetime, enter: Enter
) -> None:
    sessions.record_check(ready, "PRE-12", ok=False, at=now, by=abara)
    browser = enter(osei)
    short = browser.post(at(ready, "override/"), {"gate": "PRE-12", "reason": "fine"})
    assert short.status_code == 422
    assert ">fine</textarea>" in short.content.decode(), "what was typed stays"
    browser.post(at(ready, "override/"), {"gate": "PRE-12", "reason": REASON})
    gates = {gate.id: gate for gate in treatment.gates_of(ready, now=now)}
    assert (gates["PRE-12"].state, gates["PRE-12"].reason) == ("overridden", REASON)


@pytest.mark.parametrize("gate", ["consent", "PRE-01", "order", "no-such-gate"])
def test_some_gates_are_nobodys_to_pass(
    gate: str, planned: Session, osei: User, enter: Enter
) -> None:
    answer = enter(osei).post(at(planned, "override/"), {"gate": gate, "reason": REASON})
    assert answer.status_code == 422
    assert not GateOverride.objects.exists()


def test_only_a_prescriber_passes_a_gate(ready: Session, abara: User, now: datetime) -> None:
    with pytest.raises(Refused, match="Only a prescriber"):
        treatment.override_gate(ready, "PRE-12", reason=REASON, at=now, by=abara)


def test_a_shut_gate_keeps_the_medicine_from_starting(
    planned: Session, abara: User, enter: Enter
) -> None:
    answer = enter(abara).post(at(planned, "start/"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert re.search(r"Not started: \d+ still open\.", page)
    assert '<ul class="gap-s" id="refused-for"><li>' in page
    assert not Phase.objects.exists()


def test_one_open_line_is_enough_to_keep_it_shut(
    ready: Session, abara: User, now: datetime, enter: Enter
) -> None:
    browser = enter(abara)
    sessions.record_check(ready, "PRE-29", ok=None, at=now, by=abara)
    refused = browser.post(at(ready, "start/"))
    assert "Emergency equipment" in refused.content.decode()
    sessions.record_check(ready, "PRE-29", ok=True, at=now, by=abara)
    assert browser.post(at(ready, "start/"))["Location"] == at(ready, "room/")
    assert Phase.objects.get().phase == "started"


def test_a_session_starts_once(started: Session, abara: User, enter: Enter) -> None:
    answer = enter(abara).post(at(started, "start/"))
    assert answer.status_code == 422
    assert Phase.objects.filter(phase="started").count() == 1


def test_arriving_twice_is_refused(planned: Session, abara: User, enter: Enter) -> None:
    browser = enter(abara)
    assert browser.post(at(planned, "arrive/")).status_code == 302
    assert browser.post(at(planned, "arrive/")).status_code == 422
    assert Phase.objects.count() == 1


def test_another_practice_sees_nothing(ready: Session, marsh: User, enter: Enter) -> None:
    browser = enter(marsh)
    for page in ("", "room/", "board/", "leaving/"):
        assert browser.get(at(ready, page)).status_code == 404


def test_what_was_ticked_on_another_day_opens_nothing_today(
    ready: Session, osei: User, abara: User, now: datetime, enter: Enter
) -> None:
    """Everything was in order last week; the session was moved, and nobody has asked anew."""
    later = now + timedelta(days=7)
    sessions.record_check(ready, "PRE-12", ok=False, at=now, by=abara)
    treatment.override_gate(ready, "PRE-12", reason=REASON, at=now, by=osei)
    sessions.move_session(ready, route="iv", planned_for=later, at=now, by=osei)
    assert opened(ready, now) >= {"PRE-01", "PRE-02", "PRE-12", "PRE-24", "PRE-29"}
    assert not opened(ready, later) & {"PRE-01", "PRE-02", "PRE-12", "PRE-24", "PRE-29"}
    with clock.at(later):
        browser = enter(abara)
        assert "not of today; ask again" in browser.get(at(ready)).content.decode()
        browser.post(at(ready, "checks/"), {"PRE-01": "yes", "PRE-02": "unknown"})
    assert "PRE-01" in opened(ready, later), "the same answer again is an answer of today"
    assert "PRE-02" not in opened(ready, later)


def opened(session: Session, now: datetime) -> set[str]:
    return {gate.id for gate in treatment.gates_of(session, now=now) if gate.lets_through}


def test_the_page_of_a_session_that_ended_yesterday_shows_its_own_day(
    stopped: Session, abara: User, now: datetime, enter: Enter
) -> None:
    with clock.at(now + timedelta(days=1)):
        page = enter(abara).get(at(stopped)).content.decode()
    assert "not of today" not in page


def test_an_order_does_not_follow_the_plan_to_another_route(
    ready: Session, osei: User, abara: User, now: datetime
) -> None:
    sessions.move_session(ready, route="lozenge_home", planned_for=now, at=now, by=osei)
    with pytest.raises(Refused, match="the order is for"):
        treatment.start_session(ready, at=now, by=abara)


@pytest.mark.parametrize(
    ("zone", "there"),
    [("America/New_York", "2026-11-03T20:30-05:00"), ("Asia/Tokyo", "2026-11-04T08:30+09:00")],
)
def test_every_page_judges_the_same_day_wherever_the_practice_is(
    zone: str, there: str, ready: Session, team: Team
) -> None:
    """In the evening in New York and in the morning in Tokyo the day of UTC is another."""
    osei = team[0]
    Practice.objects.update(time_zone=zone)
    at_start = datetime.fromisoformat(there).astimezone(UTC)
    earlier = at_start - timedelta(hours=2)
    fresh = Session.objects.get(pk=ready.pk)
    sessions.move_session(fresh, route="iv", planned_for=at_start, at=earlier, by=osei)
    tick(fresh, earlier, team)
    page = [gate for gate in treatment.gates_of(fresh, now=at_start) if gate.lets_through]
    rows = planned_between(osei, earlier, at_start + timedelta(minutes=1))
    (board,) = readiness_of(rows, osei, at_start)
    assert [gate for gate in board["gates"] if gate.lets_through] == page
    assert {"PRE-01", "PRE-24"} <= {gate.id for gate in page}


def test_two_sessions_signed_before_either_began_do_not_follow_each_other(
    ready: Session, team: Team, now: datetime
) -> None:
    osei, abara, _ = team
    second = sessions.plan_session(ready.course, route="iv", planned_for=now, at=now, by=osei)
    sign(second, osei, now)
    tick(second, now, team)
    for minutes in (3, 0):
        readings.record_reading(
            second, CALM, resting=True, at=now - timedelta(minutes=minutes), by=abara
        )
    treatment.start_session(ready, at=now, by=abara)
    with pytest.raises(Refused, match="can no longer be given as it was signed"):
        treatment.start_session(second, at=now + timedelta(minutes=1), by=abara)
    assert Phase.objects.filter(phase="started").count() == 1


@pytest.mark.parametrize("choice", ["ending", "another_path"])
def test_nothing_starts_on_a_road_that_has_ended(
    choice: str, ready: Session, osei: User, abara: User, now: datetime
) -> None:
    courses.review_course(ready.course, choice=choice, reason=REASON, at=now, by=osei)
    with pytest.raises(Refused, match="The last review of this course decided"):
        treatment.start_session(ready, at=now, by=abara)
    courses.review_course(ready.course, choice="go_on", reason=REASON, at=now, by=osei)
    treatment.start_session(ready, at=now, by=abara)


def test_a_stop_that_came_to_light_after_the_decision_shuts_the_gate(
    ready: Session, osei: User, abara: User, now: datetime, enter: Enter
) -> None:
    """ENG-05: the decision was signed without it."""
    person = ready.course.person
    screening.give_fact(person, STOPPING, True, origin="clinician", at=now, by=osei)
    assert "screening" not in opened(ready, now)
    with pytest.raises(Refused, match=NEWS):
        treatment.start_session(ready, at=now, by=abara)
    page = enter(osei).get(f"/courses/{ready.course_id}/").content.decode()
    assert NEWS in page
    assert page.index("Next</h2>") < page.index("stop found, look again", page.index("Next</h2>"))
    assert "■ stopped" in enter(osei).get("/readiness/").content.decode()
    assert "1 open" in enter(osei).get("/").content.decode()


def test_a_new_decision_that_weighs_the_stop_opens_again_once_two_have_signed(
    ready: Session, osei: User, vale: User, now: datetime, enter: Enter
) -> None:
    screening.give_fact(ready.course.person, STOPPING, True, origin="clinician", at=now, by=osei)
    later = now + timedelta(seconds=1)
    decided = screening.decide_screening(
        ready.course, decision="extra_oversight", reason=REASON, at=later, by=osei
    )
    with pytest.raises(Refused, match="a second prescriber has to sign too"):
        treatment.start_session(ready, at=later, by=osei)
    screening.countersign(decided, at=later, by=vale)
    assert "screening" in opened(ready, later)
    with clock.at(later):
        assert "✓ ready" in enter(osei).get("/readiness/").content.decode()


def test_news_is_weighed_long_before_a_session_is_ready(
    ready: Session, osei: User, enter: Enter, now: datetime
) -> None:
    course = ready.course
    sessions.plan_session(course, route="iv", planned_for=now + timedelta(days=2), at=now, by=osei)
    tomorrow = now + timedelta(days=1)
    with clock.at(tomorrow):
        pages = (f"/courses/{course.pk}/", "/readiness/")
        assert not any(NEWS in enter(osei).get(page).content.decode() for page in pages)
        screening.give_fact(course.person, STOPPING, True, origin="clinician", at=tomorrow, by=osei)
        assert all(NEWS in enter(osei).get(page).content.decode() for page in pages)


def test_a_new_fact_that_stops_nothing_leaves_the_gate_open(
    ready: Session, osei: User, now: datetime
) -> None:
    screening.give_fact(ready.course.person, STOPPING, False, origin="clinician", at=now, by=osei)
    assert "screening" in opened(ready, now)


def test_new_facts_after_the_start_do_not_rewrite_the_gates_of_then(
    started: Session, osei: User, now: datetime
) -> None:
    screening.give_fact(started.course.person, STOPPING, True, origin="clinician", at=now, by=osei)
    assert "screening" in opened(started, now)


def test_words_of_every_route_are_words_of_the_route_ordered(
    ready: Session, ade_user: User, now: datetime
) -> None:
    """Signed while the route was open, the text tells of all of them."""
    document = consent.document(route=None, practice=str(ready.course.person.practice))
    right = {each.id: each.right for each in consent.read_back_questions(None)}
    consents.sign_consent(
        ready.course, document, name="Ade Bello", read_back=right, choices={}, at=now, by=ade_user
    )
    assert "consent" in opened(ready, now)


def test_the_checklist_stands_as_it_was_at_the_start(
    started: Session, abara: User, enter: Enter
) -> None:
    before = CheckAnswer.objects.count()
    answer = enter(abara).post(at(started, "checks/PRE-01/"), {"PRE-01": "no"})
    assert "the checklist stands as it was" in answer.content.decode()
    assert CheckAnswer.objects.count() == before


def test_nobody_is_here_for_a_session_of_another_day(
    course: Course, osei: User, abara: User, enter: Enter, now: datetime
) -> None:
    later = now + timedelta(days=3)
    session = sessions.plan_session(course, route="iv", planned_for=later, at=now, by=osei)
    answer = enter(abara).post(at(session, "arrive/"))
    assert "planned for 06 Nov 2026, not for today" in answer.content.decode()
    assert not session.phase_set.exists()


def test_the_question_before_the_start_names_who_gets_what(
    ready: Session, abara: User, enter: Enter
) -> None:
    page = enter(abara).get(at(ready)).content.decode()
    (asked,) = re.findall(r'data-confirm="(Start the medicine now[^"]*)"', page)
    person, route = ready.course.person, monitoring.route_named("iv").label
    assert f"Ade Bello, born {person.birth_date:%-d %b %Y}, number {person.number}" in asked
    assert f"34 mg {route} over 40 min" in asked
