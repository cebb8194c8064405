"""Without an order in advance there is no second dose at home, and every page says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from django.urls import reverse
from web.at_home.test_release import refused
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import boosters
from kapstone.web.records.models import Session, SitterLink


def test_nobody_confirms_or_takes_what_was_not_ordered(
    started: Session, link: SitterLink, lind: User, ade_user: User, now: datetime
) -> None:
    at = now + timedelta(hours=1)
    assert refused(boosters.sitter_confirms, link, agrees=True, at=at) == "none-ordered"
    told = {"agrees": True, "at": at, "by": lind}
    assert refused(boosters.therapist_confirms, started, **told) == "none-ordered"
    taking = {"client_id": uuid4(), "at": at, "by": ade_user}
    assert refused(boosters.take_booster, started, **taking) == "none-ordered"


def test_the_order_and_the_page_say_it_with_its_source(
    planned: Session, osei: User, enter: Enter
) -> None:
    client = enter(osei)
    order = client.get(reverse("session", args=[planned.pk])).content.decode()
    assert "No second dose at home but for one that is ordered here in advance" in order
    assert "HOM-10" in order
    page = client.get(reverse("at_home", args=[planned.pk])).content.decode()
    assert "■ none ordered" in page
    assert "HOM-10 · S89" in page


def test_the_person_is_told_to_take_no_more(started: Session, ade_user: User, enter: Enter) -> None:
    page = enter(ade_user).get(reverse("portal:evening", args=[started.pk])).content.decode()
    assert "Take no more, whatever happens." in page
    assert "The second dose" not in page
