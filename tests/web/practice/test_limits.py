"""The practice's own limits are signed by a prescriber, in their own name."""

from __future__ import annotations

import pytest
from django.urls import reverse
from web.logging_in import logged_in

from kapstone.web.accounts.models import Practice, User

LIMITS, PRACTICE = reverse("limits"), reverse("practice")


@pytest.fixture
def doctor(osei: User) -> User:
    osei.name, osei.title = "Náná Osei", "Dr."
    osei.save()
    return osei


@pytest.mark.parametrize("typed", ["Náná Osei", "dr. nana  osei"])
def test_a_prescriber_signs_under_the_name_they_are_known_by(typed: str, doctor: User) -> None:
    assert logged_in(doctor).post(LIMITS, {"name": typed}).status_code == 302
    signed = Practice.objects.get()
    assert signed.settings_signed_by == "Dr. Náná Osei"
    assert "Dr. Náná Osei" in logged_in(doctor).get(LIMITS).content.decode()


@pytest.mark.parametrize("typed", ["Owen", "Osei", " "])
def test_another_name_signs_nothing(typed: str, doctor: User) -> None:
    answer = logged_in(doctor).post(LIMITS, {"name": typed})
    assert answer.status_code == 422
    assert Practice.objects.get().settings_signed_at is None
    if typed.strip():
        assert "You are signed in as Dr. Náná Osei." in answer.content.decode()


def test_the_owner_sees_who_signed_and_cannot_sign(owen: User) -> None:
    client = logged_in(owen)
    assert "A prescriber signs them" in client.get(PRACTICE).content.decode()
    assert client.post(LIMITS, {"name": "Owen"}).status_code == 403
    assert Practice.objects.get().settings_signed_at is None
