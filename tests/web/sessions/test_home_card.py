"""The card that a person takes home: there once the discharge is signed, for them and for staff."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import home_card, session_facts
from kapstone.web.records.actions import appointments, leaving, sessions
from kapstone.web.records.models import Entry, Session

from .conftest import SEEN_BY_ME
from .test_before import at

ESCORT = {"escort_name": "Rio Bello", "escort_phone": "+1 555 0199"}


@pytest.fixture
def home(fit: tuple[Session, datetime], osei: User) -> Session:
    """The session, with a discharge that a prescriber signed."""
    session, leaves = fit
    told = {**ESCORT, **SEEN_BY_ME}
    with clock.at(leaves):
        leaving.discharge(session, told, at=leaves, by=osei)
    return session


def facts(session: Session) -> dict[str, str]:
    card = home_card.of(session_facts.told(session))
    assert card is not None
    return dict(card.facts)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


def test_before_the_discharge_is_signed_there_is_no_card(
    fit: tuple[Session, datetime], abara: User, ade_user: User, enter: Enter
) -> None:
    session, leaves = fit
    with clock.at(leaves):
        assert home_card.of(session_facts.told(session)) is None
        assert enter(abara).get(at(session, "home-card/")).status_code == 404
        assert "home-card" not in enter(abara).get(at(session, "leaving/")).content.decode()
        person = enter(ade_user)
        for page in ("home-card/", "home-card/pdf/"):
            assert person.get(f"/me/sessions/{session.pk}/{page}").status_code == 404
        assert "home-card" not in person.get(f"/me/sessions/{session.pk}/").content.decode()


def test_the_card_says_who_takes_them_home_and_whom_to_call(home: Session) -> None:
    home.course.person.practice.phone = "+1 555 0100"
    home.course.person.practice.save()
    found = facts(Session.objects.get(pk=home.pk))
    assert found["Takes you home"] == "Rio Bello, +1 555 0199"
    assert found["Call us"].startswith("+1 555 0100")
    assert found["Emergency"] == "911"


def test_what_is_not_known_is_said_to_be_so(home: Session) -> None:
    found = facts(home)
    assert found["Call us"] == home_card.NO_NUMBER
    assert found["Next visit"] == home_card.NOT_BOOKED


def test_the_next_appointment_is_the_first_that_is_agreed(
    home: Session, osei: User, now: datetime
) -> None:
    later, sooner = now + timedelta(days=9), now + timedelta(days=7)
    with clock.at(now):
        sessions.plan_session(home.course, route="iv", planned_for=later, room="", at=now, by=osei)
    assert "medicine session 2" in facts(home)["Next visit"]
    told = {"kind": "integration", "minutes": 50}
    appointments.agree(home.course, starts_at=sooner, at=now, by=osei, **told)
    assert facts(home)["Next visit"].endswith("integration")


def test_the_person_reads_it_on_their_phone(home: Session, ade_user: User, enter: Enter) -> None:
    person = enter(ade_user)
    link = f"/me/sessions/{home.pk}/home-card/"
    assert link in person.get(f"/me/sessions/{home.pk}/").content.decode()
    page = person.get(link).content.decode()
    for words in ("Do not drive", "after a good night of sleep", "Rio Bello", "What is normal"):
        assert words in page
    assert 'href="tel:911"' in page
    assert "The place where the drip was" in page, "the rules of this route"
    assert "sitter" not in page, "not those of another"
    assert "Until tomorrow, Wednesday 4 November" in page, "read on another day it is still right"
    assert 'href="tel:988"' in page


def test_it_is_one_page_on_paper_for_both(
    home: Session, abara: User, ade_user: User, enter: Enter
) -> None:
    mine = enter(ade_user).get(f"/me/sessions/{home.pk}/home-card/pdf/")
    theirs = enter(abara).get(at(home, "home-card/"))
    assert mine["Content-Type"] == theirs["Content-Type"] == "application/pdf"
    assert mine.content == theirs.content
    assert len(PdfReader(BytesIO(mine.content)).pages) == 1
    assert "Do not drive" in text_of(mine.content)
    assert {"print home card", "export my home card"} <= set(
        Entry.objects.values_list("did", flat=True)
    )


def test_nobody_reads_the_card_of_somebody_else(
    home: Session, rio: User, marsh: User, enter: Enter
) -> None:
    assert enter(rio).get(f"/me/sessions/{home.pk}/home-card/").status_code in {403, 404}
    assert enter(marsh).get(at(home, "home-card/")).status_code in {403, 404}
