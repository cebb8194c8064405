"""Whether consent holds: both sides of its end, of its withdrawal, and of not knowing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.consent import choices_made, document, in_force, renewal, renews_at, sign

SIGNED = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HELD: dict[str, Any] = {
    "signed_at": SIGNED,
    "version": "2026.1",
    "current_version": "2026.1",
    "expires_at": renews_at(SIGNED),
    "withdrawn_at": None,
    "now": SIGNED + timedelta(days=30),
}


def test_a_consent_in_date_of_this_version_holds() -> None:
    found = in_force(**HELD)
    assert found.yes is True
    assert found.says == "Consent of 2 March 2026 holds until 2 March 2027."


def test_consent_ends_twelve_months_on_to_the_second() -> None:
    end = renews_at(SIGNED)
    assert end == datetime(2027, 3, 2, 15, 0, tzinfo=UTC)
    assert in_force(**{**HELD, "now": end - SECOND}).yes is True
    assert in_force(**{**HELD, "now": end}).yes is False


def test_renewal_is_shown_as_the_practices_own_setting() -> None:
    assert (renewal().months, renewal().basis) == (12, "DEFAULT")
    assert "a pregnancy" in renewal().triggers


def test_a_leap_day_consent_ends_on_28_february() -> None:
    assert renews_at(datetime(2028, 2, 29, tzinfo=UTC)) == datetime(2029, 2, 28, tzinfo=UTC)


def test_withdrawal_counts_from_its_second() -> None:
    now = HELD["now"]
    assert in_force(**{**HELD, "withdrawn_at": now}).yes is False
    assert in_force(**{**HELD, "withdrawn_at": now + SECOND}).yes is True


def test_a_new_version_of_the_words_is_asked_for_again() -> None:
    found = in_force(**{**HELD, "current_version": "2027.1"})
    assert found.yes is False
    assert "2026.1 was signed; version 2027.1" in found.says


@pytest.mark.parametrize("missing", ["version", "expires_at"])
def test_a_gap_in_the_record_is_unknown(missing: str) -> None:
    assert in_force(**{**HELD, missing: None}).yes is None


def test_a_gap_does_not_hide_a_withdrawal() -> None:
    found = in_force(**{**HELD, "version": None, "withdrawn_at": SIGNED})
    assert found.yes is False


def test_a_signature_from_the_future_is_unknown() -> None:
    assert in_force(**{**HELD, "now": SIGNED}).yes is True
    assert in_force(**{**HELD, "now": SIGNED - SECOND}).yes is None


def test_nothing_signed_is_no_consent() -> None:
    assert in_force(**{**HELD, "signed_at": None}).yes is False


@given(st.datetimes(timezones=st.just(UTC), max_value=datetime(9000, 1, 1)))  # noqa: DTZ001
def test_consent_never_lasts_more_than_a_leap_year(signed_at: datetime) -> None:
    assert timedelta(days=365) <= renews_at(signed_at) - signed_at <= timedelta(days=366)


def test_a_choice_without_an_answer_stays_unknown() -> None:
    asked = document(route="iv", practice="Harbor")
    made = choices_made(asked, {"CON-22": True, "CON-24A": False})
    assert made["CON-22"] is True
    assert made["CON-24A"] is False
    assert made["CON-27"] is None


def test_a_choice_that_is_not_asked_is_refused() -> None:
    with pytest.raises(ValueError, match="does not ask: CON-01"):
        choices_made(document(route="iv", practice="Harbor"), {"CON-01": True})


def test_a_signature_has_name_time_and_meaning() -> None:
    signed = sign(role="person", name=" Ada Osei ", at=SIGNED)
    assert (signed.name, signed.at) == ("Ada Osei", SIGNED)
    assert "I can stop at any time" in signed.meaning


def test_a_signature_without_a_name_or_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="type your full name"):
        sign(role="person", name="  ", at=SIGNED)
    with pytest.raises(ValueError, match="no zone"):
        sign(role="person", name="Ada Osei", at=SIGNED.replace(tzinfo=None))
    with pytest.raises(ValueError, match="no such signer: cat"):
        sign(role="cat", name="Ada Osei", at=SIGNED)
