"""What an insight means: a step of its own, in the person's words."""

from __future__ import annotations

from datetime import datetime

import pytest
from web.logging_in import logged_in

from kapstone.web.accounts.models import User
from kapstone.web.records import integrating
from kapstone.web.records.actions import integration
from kapstone.web.records.models import Course, Insight, Meaning
from kapstone.web.records.refusals import Refused


@pytest.fixture
def insight(course: Course, ade_user: User, now: datetime) -> Insight:
    return integration.record_insight(course, words="I can rest.", at=now, by=ade_user)


def test_an_insight_leads_to_its_meaning_and_that_to_a_commitment(
    ade_user: User, course: Course
) -> None:
    client = logged_in(ade_user)
    to = client.post("/me/insights/", {"words": "I can rest."})["Location"]
    pk = Insight.objects.get().pk
    assert to == f"/me/insights/{pk}/meaning/"
    assert client.get(to).status_code == 200
    assert client.post(to, {"words": "I may be tired."})["Location"] == (
        f"/me/insights/{pk}/commitment/"
    )
    assert "I may be tired." in client.get(f"/me/insights/{pk}/commitment/").content.decode()


def test_the_step_can_be_left_out(ade_user: User, insight: Insight) -> None:
    page = logged_in(ade_user).get(f"/me/insights/{insight.pk}/meaning/").content.decode()
    assert f"/me/insights/{insight.pk}/commitment/" in page


def test_later_words_stand_in_the_place_of_earlier_ones(
    insight: Insight, ade_user: User, now: datetime
) -> None:
    first = integration.give_meaning(insight, words="Tired", at=now, by=ade_user)
    second = integration.give_meaning(insight, words="Allowed to be tired", at=now, by=ade_user)
    again = integration.give_meaning(insight, words="Allowed to be tired ", at=now, by=ade_user)
    assert (second.corrects, again) == (first, second)
    assert Meaning.objects.count() == 2
    [shown] = integrating.insights(insight.course)
    assert [each.words for each in shown.meanings.all()] == ["Allowed to be tired"]


def test_empty_words_mean_nothing(ade_user: User, insight: Insight) -> None:
    answer = logged_in(ade_user).post(f"/me/insights/{insight.pk}/meaning/", {"words": "  "})
    assert answer.status_code == 422
    assert not Meaning.objects.exists()


def test_a_therapist_writes_down_what_it_means_and_sees_it(lind: User, insight: Insight) -> None:
    client = logged_in(lind)
    client.post(f"/insights/{insight.pk}/meaning/", {"words": "He was only tired."})
    assert Meaning.objects.get().by == lind
    page = client.get(f"/courses/{insight.course_id}/integration/").content.decode()
    assert "He was only tired." in page


def test_a_domain_is_one_of_the_rows(course: Course, ade_user: User, now: datetime) -> None:
    with pytest.raises(Refused, match="none of: mind, body, spirit"):
        integration.record_insight(course, words="x", domain="stars", at=now, by=ade_user)
    row = integration.record_insight(course, words="x", domain="nature", at=now, by=ade_user)
    assert row.domain == "nature"


def test_nobody_gives_meaning_to_the_insight_of_another(
    bo_user: User, marsh: User, abara: User, insight: Insight
) -> None:
    here, there = f"/me/insights/{insight.pk}/meaning/", f"/insights/{insight.pk}/meaning/"
    assert logged_in(bo_user).post(here, {"words": "x"}).status_code == 404
    assert logged_in(marsh).post(there, {"words": "x"}).status_code == 404
    assert logged_in(abara).post(there, {"words": "x"}).status_code == 403
    assert not Meaning.objects.exists()
