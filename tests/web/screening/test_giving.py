"""A clinician writes what is missing: each fact with its day and where it comes from."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from web.logging_in import Enter

from kapstone import screening
from kapstone.web.accounts.models import User
from kapstone.web.records import facts
from kapstone.web.records.actions import intake
from kapstone.web.records.models import Course, GivenFact

EGFR = "egfr"


@pytest.fixture
def page(osei: User, course: Course, enter: Enter) -> tuple[Client, str]:
    return enter(osei), f"/courses/{course.pk}/facts/"


def write(page: tuple[Client, str], *shown: str, **told: str) -> tuple[int, str]:
    client, address = page
    sent = {name.replace("__", "-"): value for name, value in told.items()}
    answer = client.post(address, {"shown": [*shown], **sent})
    return answer.status_code, answer.content.decode()


def test_each_missing_fact_is_offered_with_its_day_and_where_it_comes_from(
    page: tuple[Client, str], course: Course, now: datetime
) -> None:
    client, address = page
    words = client.get(address).content.decode()
    missing = {
        each.fact
        for row in facts.screen(course, now=now).waiting
        for each in row.missing
        if each.fact != screening.MEDICINES
    }
    assert missing
    for name in missing:
        for part in (f'name="{name}"', f'name="{name}-on"', f'name="{name}-origin"'):
            assert part in words, part


def test_a_value_is_kept_with_its_own_day_and_origin(
    page: tuple[Client, str], course: Course
) -> None:
    told = {"egfr": "88", "egfr__on": "2026-10-20", "egfr__origin": "import"}
    status, _ = write(page, EGFR, **told)
    assert status == 302
    row = GivenFact.objects.get(person=course.person)
    assert (row.fact, row.value, row.origin) == (EGFR, 88.0, "import")
    assert row.at.date().isoformat() == "2026-10-20"


def test_what_was_left_empty_is_not_written(page: tuple[Client, str]) -> None:
    status, _ = write(page, EGFR, "asa_class", egfr="88", egfr__on="2026-10-20")
    assert status == 302
    assert [row.fact for row in GivenFact.objects.all()] == [EGFR]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"egfr": "normal"}, "Write a number"),
        ({"egfr": "9000"}, "Write a number"),
        ({"egfr": "nan"}, "Write a number"),
        ({"egfr": "88", "egfr__on": "2026-11-05"}, "lies ahead"),
        ({"egfr": "88", "egfr__on": "1920-01-01"}, "before they were born"),
        ({"egfr": "88", "egfr__on": "yesterday"}, "Enter a valid date"),
        ({"egfr": "88", "egfr__origin": "rumour"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_refused_with_words_and_nothing_is_written(
    page: tuple[Client, str], told: dict[str, str], says: str
) -> None:
    whole = {"egfr__on": "2026-11-03", "egfr__origin": "clinician", "asa_class": "two"} | told
    status, words = write(page, EGFR, "asa_class", **whole)
    assert status == 422
    assert says in words
    assert not GivenFact.objects.exists()


def test_a_name_that_is_no_fact_is_not_taken(page: tuple[Client, str]) -> None:
    write(page, "resting_bp_high", "nonsense", resting_bp_high="no", nonsense="yes")
    assert not GivenFact.objects.exists()


def test_their_own_answer_is_overruled_only_with_a_reason(
    page: tuple[Client, str], course: Course, ade_user: User, now: datetime
) -> None:
    """They answered while the form stood open; the form says so before it writes otherwise."""
    told = now - timedelta(hours=1)
    intake.answer_intake(course, "hypertension_diagnosed", "no", at=told, by=ade_user)
    given = {"hypertension_diagnosed": "yes", "hypertension_diagnosed__on": "2026-11-03"}
    status, words = write(page, "hypertension_diagnosed", **given)
    assert status == 422
    assert "Say why" in words
    assert not GivenFact.objects.exists()
    given["hypertension_diagnosed__why"] = "Two readings of 150 over 95, and a tablet for it."
    status, _ = write(page, "hypertension_diagnosed", **given)
    assert status == 302
    assert facts.collect(course, now=now)["hypertension_diagnosed"].value is True


def test_answers_that_differ_are_both_shown_on_the_review(
    page: tuple[Client, str], course: Course, ade_user: User, now: datetime
) -> None:
    told = now - timedelta(hours=1)
    intake.answer_intake(course, "hypertension_diagnosed", "no", at=told, by=ade_user)
    why = "Two readings of 150 over 95."
    given = {"hypertension_diagnosed": "yes", "hypertension_diagnosed__on": "2026-11-03"}
    write(page, "hypertension_diagnosed", hypertension_diagnosed__why=why, **given)
    words = page[0].get(f"/courses/{course.pk}/screening/").content.decode()
    assert "Answers that differ" in words
    assert why in words


def headings(words: str) -> list[str]:
    return re.findall(r'<h2 class="gap">([^<]+)</h2>', words)


def test_what_matters_today_stands_first_each_domain_under_its_heading(
    page: tuple[Client, str],
) -> None:
    client, address = page
    found = headings(client.get(address).content.decode())
    assert found
    assert len(found) == len(set(found))
    today = ["matters for today" in each for each in found]
    assert today == sorted(today, reverse=True)
    assert today[0]


@pytest.mark.parametrize("name", ["aneurysm", EGFR])
def test_a_fact_that_was_asked_for_stands_first_with_the_keyboard_in_its_box(
    page: tuple[Client, str], name: str
) -> None:
    client, address = page
    words = client.get(f"{address}?also={name}").content.decode()
    assert headings(words)[0] == "Asked for"
    assert words.count(" autofocus") == 1
    assert re.search(rf'name="{name}"[^>]* autofocus', words)
    assert words.count(f'value="{name}"') == 1


@pytest.mark.parametrize(
    ("find", "found"),
    [
        ("aneurysm", True),
        ("ANEURYSM ever", True),
        ("cardiac", True),
        ("hepatic", False),
        ("aneurysm banana", False),
    ],
)
def test_any_fact_is_found_by_the_words_of_its_question(
    page: tuple[Client, str], find: str, *, found: bool
) -> None:
    client, address = page
    words = client.get(address, {"find": find}).content.decode()
    shown = re.findall(r'name="shown" value="(\w+)"', words)
    assert ("aneurysm" in shown) is found
    assert ("No fact has these words" in words) is not bool(shown)
