"""What a session leaves of its medicine when its person goes home."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from web.register.conftest import VIAL, received

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import dosing, leaving
from kapstone.web.records.actions.dosing import Given
from kapstone.web.records.models import Discrepancy, Entry, Holding, Session

from .conftest import SEEN_BY_ME

D = Decimal
ASKED = {"escort_name": "Rio Bello", **SEEN_BY_ME}


@pytest.fixture
def vials(abara: User, now: datetime) -> Holding:
    return received(VIAL, 10, now - timedelta(days=2), abara)


def test_going_home_is_not_held_up_and_opens_what_is_not_accounted_for(
    fit: tuple[Session, datetime], vials: Holding, abara: User, osei: User, now: datetime
) -> None:
    session, leaves = fit
    told = Given(kind="infusion", mg=D(34), holding=vials, taken_mg=D(40))
    dosing.give_dose(session, told, at=now, by=abara)
    leaving.discharge(session, ASKED, at=leaves, by=osei)
    found = Discrepancy.objects.get()
    assert (found.session, found.holding) == (session, vials)
    assert found.says.startswith("6 mg taken out for a medicine session")
    assert Entry.objects.filter(did="open discrepancy").count() == 1


def test_a_session_that_is_accounted_for_opens_nothing(
    fit: tuple[Session, datetime], vials: Holding, abara: User, osei: User, now: datetime
) -> None:
    session, leaves = fit
    dosing.give_dose(session, Given(kind="infusion", mg=D(34), holding=vials), at=now, by=abara)
    leaving.discharge(session, ASKED, at=leaves, by=osei)
    assert not Discrepancy.objects.exists()
