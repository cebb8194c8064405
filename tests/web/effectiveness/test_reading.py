"""What the pages read of the charts: the figures of the hand, few queries, no old state."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext
from outcomes.cohort_a import SCORES

from kapstone import instruments
from kapstone.outcomes.effectiveness import effectiveness
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import effectiveness as read
from kapstone.web.records.models import Course, IntegrationContact, Mark

from .conftest import Treat

PHQ9 = instruments.instrument("phq9")


def test_cohort_a_written_by_deeds_gives_the_figures_of_the_hand(
    cohort_a: list[Course], practice: Practice, later: datetime
) -> None:
    found = read.panel(practice, "phq9", day=later.date().isoformat())
    figures = {each.id: each for each in effectiveness(found, PHQ9, fewest=1)}
    assert [line[1] for line in figures["who"].rows[:4]] == [8, 0, 1, 7]
    week = figures["response"].rows[2]
    assert week[1:6] == (7, 6, 1, 3, 50)
    assert week[7] == 43
    assert [line[2] for line in figures["durability"].rows if line[0] == "4 weeks"] == [80]
    assert figures["ideation"].rows[0][1] == sum(days[0] >= 9 for days in SCORES.values())


def test_of_eight_people_no_count_is_told(
    cohort_a: list[Course], practice: Practice, later: datetime
) -> None:
    found = read.helped(practice, "phq9", at=later)
    told = [cell for each in found.figures for line in each.rows for cell in line[1:]]
    assert not [cell for cell in told if isinstance(cell, int) and cell > 0]


def test_more_people_are_no_more_queries(treat: Treat, practice: Practice, later: datetime) -> None:
    counts = []
    for many in (1, 5):
        for each in range(many):
            treat(f"Q{many}{each}", SCORES["1"])
        with CaptureQueriesContext(
            connection,
        ) as asked:
            read.helped(practice, "phq9", at=later)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 24


def test_a_second_look_asks_only_whether_anything_changed(
    many: list[Course], practice: Practice, later: datetime
) -> None:
    first = read.helped(practice, "phq9", at=later)
    with CaptureQueriesContext(connection) as asked:
        assert read.helped(practice, "phq9", at=later) is first
    assert len(asked) == len(read.READ)


def test_what_is_written_meanwhile_is_in_the_next_look(
    many: list[Course], treat: Treat, practice: Practice, lind: User, later: datetime
) -> None:
    before = read.helped(practice, "phq9", at=later)
    treat("New", SCORES["2"])
    after = read.helped(practice, "phq9", at=later)
    assert before.figures[0].rows[0][1] == 96
    assert after.figures[0].rows[0][1] == 97
    assert before.query["digest"] != after.query["digest"]
    IntegrationContact.objects.create(
        course=many[0], how="video", at=later - timedelta(days=9), by=lind
    )
    assert read.helped(practice, "phq9", at=later) is not after


def test_another_practice_has_figures_of_its_own(
    many: list[Course], elsewhere: Practice, later: datetime
) -> None:
    assert read.helped(elsewhere, "phq9", at=later).figures[0].rows[0][1] == 0


def test_what_was_written_down_of_a_session_is_a_harm_of_it(
    many: list[Course], practice: Practice, lind: User, now: datetime, later: datetime
) -> None:
    for course in many[:15]:
        Mark.objects.create(
            session=course.session_set.get(),
            kind="side_effect",
            mark="nausea",
            severity="mild",
            client_id=uuid4(),
            at=now,
            by=lind,
        )
    rates = read.harmed(practice, at=later).figure("harms")
    assert rates.rows[0][1:3] == (15, 15.6)
