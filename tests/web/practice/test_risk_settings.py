"""How a practice answers risk is settled by name, within the evidence, and never overwritten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web.accounts.models import Practice, User
from kapstone.web.records.actions import practice as deeds
from kapstone.web.records.models import Entry, RiskSettings
from kapstone.web.records.models.base import AppendOnlyError
from kapstone.web.records.refusals import Refused

PAGE = "risk_settings"


def told(**changed: Any) -> dict[str, Any]:
    same = {"urgent_min": 30, "positive_min": 240, "second_contact": None}
    return same | {"hours": "Monday to Friday, 9 to 17", "country": "US"} | changed


def test_before_anybody_signs_the_defaults_hold(practice: Practice) -> None:
    now = RiskSettings.objects.now(practice)
    assert not RiskSettings.objects.exists()
    assert (now.urgent_min, now.positive_min) == (60, 720)


def test_the_owner_and_a_prescriber_settle_it_and_what_stood_stays(
    *, practice: Practice, osei: User, owen: User, lind: User, enter: Enter, now: datetime
) -> None:
    deeds.settle_risk(told(), name="Owen", at=now, by=owen)
    form = told(urgent_min=45, second_contact=lind.pk, name="Osei")
    assert enter(osei).post(reverse(PAGE), form).status_code == 302
    rows = RiskSettings.objects.order_by("pk")
    assert [(row.urgent_min, row.signed_name) for row in rows] == [(30, "Owen"), (45, "Osei")]
    assert RiskSettings.objects.now(practice).second_contact == lind
    assert Entry.objects.filter(did="settle risk").count() == 2
    page = enter(owen).get(reverse(PAGE)).content.decode()
    assert "30 min" in page
    assert "45 min" in page


def test_a_signed_row_is_never_edited(osei: User, now: datetime) -> None:
    row = deeds.settle_risk(told(), name="Osei", at=now, by=osei)
    row.urgent_min = 5
    with pytest.raises(AppendOnlyError):
        row.save()
    with pytest.raises(DatabaseError, match="never edited or deleted"), transaction.atomic():
        RiskSettings.objects.update(urgent_min=5)
    assert RiskSettings.objects.get().urgent_min == 30


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"urgent_min": 4}, "out-of-bounds"),
        ({"urgent_min": 241}, "out-of-bounds"),
        ({"positive_min": 14}, "out-of-bounds"),
        ({"positive_min": 721}, "out-of-bounds"),
        ({"country": "XX"}, "no-such-country"),
        ({"hours": "We watch 24/7"}, "every-hour"),
        ({"hours": "Around the clock"}, "every-hour"),
        ({"hours": "24 hours a day"}, "every-hour"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    changed: dict[str, Any], code: str, osei: User, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        deeds.settle_risk(told(**changed), name="Osei", at=now, by=osei)
    assert refused.value.code == code
    assert not RiskSettings.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [{"urgent_min": 5}, {"urgent_min": 240}, {"positive_min": 15}, {"positive_min": 720}],
)
def test_the_bounds_themselves_are_allowed(
    changed: dict[str, Any], osei: User, now: datetime
) -> None:
    assert deeds.settle_risk(told(**changed), name="Osei", at=now, by=osei).pk


def test_it_is_signed_in_ones_own_name(osei: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        deeds.settle_risk(told(), name="Vale", at=now, by=osei)
    assert refused.value.code == "other-name"


def test_a_therapist_does_not_settle_it(lind: User, enter: Enter, now: datetime) -> None:
    assert enter(lind).get(reverse(PAGE)).status_code == 403
    with pytest.raises(Refused) as refused:
        deeds.settle_risk(told(), name="Lind", at=now, by=lind)
    assert refused.value.code == "not-your-deed"


def test_nobody_of_another_practice_or_cared_for_is_second(
    osei: User, marsh: User, ade_user: User, now: datetime
) -> None:
    for stranger in (marsh, ade_user):
        with pytest.raises(Refused) as refused:
            deeds.settle_risk(told(second_contact=stranger), name="Osei", at=now, by=osei)
        assert refused.value.code == "not-on-staff"


def test_whoever_may_not_answer_a_notice_is_neither_offered_nor_kept(
    *, osei: User, desk: User, owen: User, lind: User, enter: Enter, now: datetime
) -> None:
    page = enter(osei).get(reverse(PAGE)).content.decode()
    assert f'<option value="{lind.pk}"' in page
    for other in (desk, owen):
        assert f'<option value="{other.pk}"' not in page
        with pytest.raises(Refused) as refused:
            deeds.settle_risk(told(second_contact=other), name="Osei", at=now, by=osei)
        assert refused.value.code == "not-a-clinician"


def test_another_practice_has_its_own(osei: User, elsewhere: Practice, now: datetime) -> None:
    deeds.settle_risk(told(), name="Osei", at=now, by=osei)
    assert RiskSettings.objects.now(elsewhere).urgent_min == 60


def test_the_page_refuses_beyond_the_bounds_and_shows_why(osei: User, enter: Enter) -> None:
    answer = enter(osei).post(reverse(PAGE), told(urgent_min=600, second_contact="", name="Osei"))
    assert answer.status_code == 422
    assert "less than or equal to 240" in answer.content.decode()
