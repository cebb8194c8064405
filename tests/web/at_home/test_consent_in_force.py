"""A consent with its home part holds for what it covers; a home session is told in its words."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from web.logging_in import Enter

from kapstone import consent
from kapstone.web.accounts.models import User
from kapstone.web.records import consenting
from kapstone.web.records.models import Session

HOME_PART = "CON-16"


def ids(document: consent.Document) -> set[str]:
    return {each.id for part in document.sections for each in part.elements}


def test_the_words_signed_for_home_cover_a_lozenge_with_us_and_are_not_asked_again(
    ready: Session, now: datetime
) -> None:
    course = ready.course
    signed = consenting.signed_for(course)
    assert consenting.other_route(signed, "lozenge_clinic") == ""
    assert "The plan is now" in consenting.other_route(signed, "iv"), "a drip was never told of"
    assert HOME_PART in ids(consenting.document_for(course, now=now))
    later = consenting.document_for(course, now=now + timedelta(days=40))
    assert HOME_PART in ids(later) or later.route is None


def test_the_page_shows_what_is_in_force_with_its_home_part(
    ready: Session, ade_user: User, enter: Enter
) -> None:
    client = enter(ade_user)
    page = client.get(reverse("portal:consent")).content.decode()
    assert "You said yes" in page
    assert "Your plan has changed" not in page
    again = client.get(reverse("portal:consent") + "?again").content.decode()
    assert f'id="{HOME_PART}"' in again


def test_getting_ready_for_a_session_at_home_speaks_of_home(
    ready: Session, ade_user: User, enter: Enter
) -> None:
    page = enter(ade_user).get(reverse("portal:preparation")).content.decode()
    assert "Your sitter stays with you" in page
    assert "You stay until we have checked" not in page
