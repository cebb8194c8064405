"""A deed of a session refuses whoever does not run it, whatever page or script calls it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import (
    appointments,
    dosing,
    emergencies,
    leaving,
    pump,
    readings,
    sessions,
    treatment,
)
from kapstone.web.records.actions.dosing import Given
from kapstone.web.records.actions.whose import refuse_strangers
from kapstone.web.records.models import Discharge, Entry, Reading, Session
from kapstone.web.records.refusals import Refused

from .conftest import CALM, REASON, SEEN_BY_ME

Deed = Callable[..., Any]
INFUSION = Given(kind="infusion", mg=Decimal(34), source="none", words=REASON)
DEEDS: dict[str, Deed] = {
    "give a dose": lambda of, **by: dosing.give_dose(of, INFUSION, **by),
    "set the pump": lambda of, **by: pump.set_pump(of, Decimal(30), words=REASON, **by),
    "record a reading": lambda of, **by: readings.record_reading(of, CALM, **by),
    "correct a reading": lambda of, **by: readings.correct_reading(
        Reading.objects.filter(session=of)[0], CALM, **by
    ),
    "mark": lambda of, **by: sessions.mark(of, kind="state", mark="calm", **by),
    "pause": lambda of, **by: sessions.move_on(of, "paused", **by),
    "enter": lambda of, *, by, at: sessions.enter_room(of, by, at=at, by=by),
    "stop": lambda of, **by: treatment.stop_session(of, words=REASON, **by),
    "emergency": lambda of, **by: emergencies.begin_emergency(of, "EMG-01", **by),
}


@pytest.mark.parametrize(
    ("who", "code"),
    [("marsh", "elsewhere"), ("desk", "not-your-deed"), ("ade_user", "not-your-deed")],
)
@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_who_does_not_run_it_is_refused(
    deed: Deed,
    who: str,
    code: str,
    started: Session,
    request: pytest.FixtureRequest,
) -> None:
    by: User = request.getfixturevalue(who)
    now: datetime = request.getfixturevalue("now")
    before = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        deed(started, at=now, by=by)
    assert (refused.value.code, Entry.objects.count()) == (code, before)


@pytest.mark.parametrize("deed", ["check", "start", "override", "sign", "plan", "move", "call off"])
def test_before_it_begins_too(deed: str, ready: Session, marsh: User, now: datetime) -> None:
    dose = treatment.Dose(mg=Decimal(34), over_min=40, weight_kg=68.0, weight_at=now)
    told: dict[str, Any] = {"route": "iv", "planned_for": now, "at": now, "by": marsh}
    before = Entry.objects.count()
    deeds: dict[str, Callable[[], object]] = {
        "check": lambda: sessions.record_check(ready, "PRE-01", ok=False, at=now, by=marsh),
        "start": lambda: treatment.start_session(ready, at=now, by=marsh),
        "override": lambda: treatment.override_gate(
            ready, "checklist", reason=REASON, at=now, by=marsh
        ),
        "sign": lambda: treatment.sign_order(ready, dose, reason=REASON, at=now, by=marsh),
        "plan": lambda: sessions.plan_session(ready.course, **told),
        "move": lambda: appointments.move_session(ready, **told),
        "call off": lambda: appointments.move_session(ready, cancelled=True, **told),
    }
    with pytest.raises(Refused, match="not of your practice"):
        deeds[deed]()
    assert Entry.objects.count() == before


@pytest.mark.parametrize("deed", ["score", "answer", "discharge"])
def test_on_the_way_home_too(
    deed: str, fit: tuple[Session, datetime], marsh: User, abara: User, lind: User
) -> None:
    session, leaves = fit
    told: dict[str, Any] = {"at": leaves, "by": marsh}
    home = {"escort_name": "Rio Bello", **SEEN_BY_ME}
    deeds: dict[str, Callable[[], object]] = {
        "score": lambda: leaving.score_discharge(session, "aldrete", {"DIS-ALD-1": 2}, **told),
        "answer": lambda: leaving.answer_leaving(session, {"DIS-06": True}, **told),
        "discharge": lambda: leaving.discharge(session, home, **told),
    }
    with pytest.raises(Refused) as refused:
        deeds[deed]()
    assert refused.value.code == "elsewhere"
    assert not Discharge.objects.exists()


def test_asking_it_of_a_held_session_asks_the_database_nothing(
    started: Session, abara: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    session = Session.objects.locked(started.pk)
    with django_assert_num_queries(0):
        refuse_strangers(session, abara)
