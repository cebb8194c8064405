"""What a prescriber finds in those invented people who have something to be found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from kapstone import screening, synthesis
from kapstone.screening import Decision
from kapstone.synthesis.cast import stories
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.clinician import candidate
from kapstone.web.demonstration import building
from kapstone.web.records import decisions, facts, other_records, waiting
from kapstone.web.records.actions import looking
from kapstone.web.records.models import (
    FAVOURABLE,
    Course,
    Notice,
    ScreeningDecision,
    Statement,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
RAISED = {"suicide-notice", "alcohol-steady"}
OWN = {story.id for story in stories() if story.health.model_fields_set} | RAISED


@pytest.fixture(scope="module", autouse=True)
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Everyone with findings of their own, built once and taken back at the end."""
    zone = building.zone_of_day(NOW)
    whole = synthesis.practice(20, now=NOW, zone=zone)
    few = tuple(life for life in whole.lives if life.story in OWN)
    with django_db_blocker.unblock(), transaction.atomic(), clock.at(NOW):
        building.write(replace(whole, lives=few), zone)
        yield
        transaction.set_rollback(True)


def course(family: str) -> Course:
    found: Course = Course.objects.get(person__family=family)
    return found


def found_now(family: str) -> screening.Screening:
    return facts.screen(course(family), now=NOW)


def ids(found: screening.Screening) -> set[str]:
    return {one.id for one in found.findings}


def signed(family: str) -> ScreeningDecision:
    row: ScreeningDecision = ScreeningDecision.objects.of_now(course(family))
    return row


def weighed(family: str) -> set[str]:
    return {one["id"] for one in signed(family).screening["findings"]}


def list_of(kind: str) -> list[str]:
    osei = User.objects.get(email="osei@example.org")
    found = {each.kind: courses for each, courses in waiting.for_user(osei, now=NOW)}
    return [one.person.family for one in found[kind]]


def test_one_who_waits_has_a_review_two_oversights_and_one_fact_missing_that_can_wait() -> None:
    found = found_now("Oyelaran")
    by_action = {each.id: each.action for each in found.findings}
    assert by_action == {
        "SCR-CAR-06": "review",
        "SCR-PSY-07": "oversight",
        "MED-BZD": "oversight",
        "MED-HTN": "note",
        "SUI-P1b": "note",
    }
    assert [(one.fact, one.matters) for one in screening.lacks(found)] == [
        ("liver_panel_on_file", False)
    ]
    assert list_of("screening") == ["Oyelaran"]


def test_what_would_change_for_them_goes_two_rungs_up() -> None:
    known, taken = facts.collect(course("Oyelaran"), now=NOW), facts.medicines(course("Oyelaran"))
    found = screening.what_would_change(known, medicines=taken, now=NOW)
    assert [each.decision for each in found] == [Decision.REVIEW, Decision.OVERSIGHT]
    assert "Systolic blood pressure up to 140 mmHg" in found[1].words


def test_they_are_ready_and_staged() -> None:
    known = facts.collect(course("Oyelaran"), now=NOW)
    shown = candidate.shown(found_now("Oyelaran"), known, NOW)
    assert known["readiness_total"].value == 27
    assert all(each["points"] is not None for each in shown["staged"])


def test_not_yet_is_said_of_somebody_whose_pressure_was_raised_and_still_is() -> None:
    assert signed("Brandt").decision == "not_yet"
    assert "SCR-CAR-06" in weighed("Brandt") & ids(found_now("Brandt"))


def test_a_medicine_nobody_can_read_and_one_misspelt_keep_the_question_open() -> None:
    unread = [one for one in facts.medicines(course("Brandt")) or () if not one.recognised]
    assert [(one.text, one.suggestions) for one in unread] == [
        ("Blue heart pill", ()),
        ("Sertralin 50 mg", ("sertraline",)),
    ]


def test_another_path_has_a_reason_among_the_findings() -> None:
    assert signed("Solberg").decision == "another_path"
    assert {"SCR-CAR-08", "SCR-ASA-01"} <= weighed("Solberg")
    assert not signed("Solberg").screening["waiting"]


def test_extra_oversight_rests_on_a_finding_of_oversight() -> None:
    assert signed("Kovacs").decision == "extra_oversight"
    assert signed("Kovacs").screening["decision"] == "oversight"
    assert {"SCR-CAR-16", "MED-HTN"} <= weighed("Kovacs") & ids(found_now("Kovacs"))


def test_one_decision_over_a_stop_waits_for_a_second_prescriber() -> None:
    assert [row.course.person.family for row in ScreeningDecision.objects.lacking_second(NOW)] == [
        "Benali"
    ]
    assert "SCR-PRG-03" in weighed("Benali")


def test_nobody_goes_on_over_item_nine_that_was_followed_by_a_call() -> None:
    for row in ScreeningDecision.objects.filter(decision__in=FAVOURABLE):
        about_suicide = {one["id"] for one in row.screening["findings"]} & {"SUI-P2", "SUI-P3"}
        assert not about_suicide, row.course.person.family


def test_no_reason_says_that_nothing_stands_against_it_where_a_stop_or_review_does() -> None:
    said = ScreeningDecision.objects.filter(reason__startswith="No finding stands against it")
    assert said.exists()
    for row in said:
        found = {one["action"] for one in row.screening["findings"]}
        assert not found & {"stop", "review"}, row.course.person.family


def test_one_signed_decision_would_differ_by_a_newer_fact() -> None:
    assert weighed("Rahimi") == {"MED-BUP"}
    assert [one.id for one in decisions.difference(signed("Rahimi"), now=NOW).new] == ["SCR-CAR-01"]
    looking.look_again(at=NOW)
    assert "Rahimi" in list_of("again")


def test_nobody_stands_on_that_list_only_because_time_has_passed() -> None:
    """But those of whom something newer is known: a fact, and an item 9 nobody has answered yet."""
    looking.look_again(at=NOW)
    assert sorted(list_of("again")) == ["Marchetti", "Rahimi"]
    assert Notice.objects.open().filter(person__family="Marchetti", kind="suicide-risk").exists()


def test_another_practices_record_settles_one_fact_and_asks_about_another() -> None:
    found = dict(other_records.answers(course("Mensah").person, NOW))
    assert (found["diabetes"].value, found["diabetes"].origin) == (True, "import")
    rows = Statement.objects.filter(person=course("Mensah").person, kind="condition")
    asked = {each.fact: each.value for row in rows for each in other_records.suggested(row, NOW)}
    assert asked["migraine_with_aura"] is True
