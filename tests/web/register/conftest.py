"""A practice with two lots in its cabinet, and a running session of each route."""

from __future__ import annotations

import re
import time
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import register, sessions
from kapstone.web.records.models import Course, Holding, Order, Phase, Session

PASSWORD = "correct horse battery"
VIAL = {
    "form": "vial",
    "product": "Ketamine 50 mg/mL, 10 mL",
    "unit_mg": Decimal(500),
    "ndc": "00000-0000-00",
    "lot": "A1",
    "expires_on": date(2027, 6, 30),
    "party": "North Supply",
    "address": "1 Dock Road",
    "dea_number": "RN0000000",
    "invoice": "I-1",
}
SINGLE = VIAL | {"form": "single_dose_vial", "product": "Ketamine 100 mg/mL, 5 mL", "lot": "S1"}
LOZENGE = VIAL | {
    "form": "lozenge",
    "product": "Ketamine lozenge 100 mg",
    "unit_mg": Decimal(100),
    "lot": "L1",
}
DEVICE = VIAL | {
    "form": "spray_device",
    "product": "Esketamine spray device",
    "unit_mg": Decimal(28),
    "lot": "E1",
}


def received(label: dict[str, Any], units: int, at: datetime, by: User) -> Holding:
    holding: Holding = register.receive(label, units=units, at=at, by=by).holding
    return holding


@pytest.fixture
def vials(abara: User, now: datetime) -> Holding:
    """Ten vials of 500 mg, of which an opened one may be kept."""
    return received(VIAL, 10, now - timedelta(days=2), abara)


@pytest.fixture
def singles(abara: User, now: datetime) -> Holding:
    """Four single-dose vials of 500 mg."""
    return received(SINGLE, 4, now - timedelta(days=2), abara)


@pytest.fixture
def lozenges(abara: User, now: datetime) -> Holding:
    return received(LOZENGE, 20, now - timedelta(days=2), abara)


def running(course: Course, route: str, dose_mg: str, *, by: User, at: datetime) -> Session:
    """A session under way; its gates are another test's matter."""
    session = sessions.plan_session(course, route=route, planned_for=at, at=at, by=by)
    Order.objects.create(
        session=session,
        route=route,
        dose_mg=Decimal(dose_mg),
        weight_kg=68.0,
        weight_at=at,
        signed_name=by.signed_name,
        meaning="ordered",
        at=at,
        by=by,
    )
    Phase.objects.create(session=session, phase="started", at=at, by=by)
    return session


@pytest.fixture
def infusion(course: Course, osei: User, now: datetime) -> Session:
    return running(course, "iv", "34", by=osei, at=now - timedelta(minutes=10))


@pytest.fixture
def injection(course: Course, osei: User, now: datetime) -> Session:
    return running(course, "im", "75", by=osei, at=now - timedelta(minutes=20))


@pytest.fixture
def by_lozenge(course: Course, osei: User, now: datetime) -> Session:
    return running(course, "lozenge_clinic", "200", by=osei, at=now - timedelta(minutes=20))


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> float:
    """The clock that one-time codes are counted by, held still."""
    now = time.time()
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: now))
    return now


@pytest.fixture
def signs_in(lind: User, moment: float) -> dict[str, str]:
    """What Lind types as a witness: a password and a code of their own."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(lind, secret)
    code = str(totp.format_hotp_value(totp.hotp_value(secret, int(moment) // 30)))
    return {
        "witness-witness": str(lind.pk),
        "witness-password": PASSWORD,
        "witness-code": code,
    }


@pytest.fixture
def nurse(abara: User, enter: Enter) -> Client:
    return enter(abara)


def text_of(answer: Any) -> str:
    page = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
