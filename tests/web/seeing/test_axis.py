"""What stands beside the scores: each change on the day that was written down, and no other."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kapstone.charts import Chart
from kapstone.instruments import instrument
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import happened, scores
from kapstone.web.records.actions import courses, intake, medicines, questionnaires, screening
from kapstone.web.records.models import Course, Statement


def drawn(measure: scores.Measure) -> Chart:
    """The wide drawing, which a measure without numbers or levels does not have."""
    assert measure.wide is not None
    return measure.wide


def takes(course: Course, by: User, at: datetime, *lines: str) -> None:
    """Each line as it is written into its three boxes: name, how much, how often."""
    boxes = [box.strip() for line in lines for box in f"{line} |  | ".split("|")[:3]]
    for question, value in (("takes_medicines", "yes"), ("medicines", boxes)):
        intake.answer_intake(course, question, value, at=at, by=by)


def words(course: Course, at: datetime) -> list[tuple[date, str, str]]:
    found = happened.of(course, now=at).events
    return [(timezone.localdate(each.at), each.lane, each.words) for each in found]


def test_a_list_of_medicines_is_told_by_what_changed_in_it(
    course: Course, ade_user: User, now: datetime, later: datetime
) -> None:
    takes(course, ade_user, now, "Sertraline | 50 mg | daily", "Lithium | 300 mg | daily")
    changed_on = now + timedelta(days=10)
    takes(course, ade_user, changed_on, "sertraline | 100 mg | daily", "Trazodone | 50 mg | night")
    day = timezone.localdate(changed_on)
    assert words(course, later) == [
        (day, "medicine", "sertraline: 50 mg, daily → 100 mg, daily"),
        (day, "medicine", "Trazodone: started, 50 mg, night"),
        (day, "medicine", "Lithium: stopped"),
    ]


def test_a_list_mended_on_its_own_day_is_one_list(
    course: Course, ade_user: User, now: datetime, later: datetime
) -> None:
    takes(course, ade_user, now, "Sertralin")
    takes(course, ade_user, now + timedelta(minutes=5), "Sertraline")
    assert words(course, later) == []


def test_taking_nothing_any_more_stops_the_whole_list(
    course: Course, ade_user: User, now: datetime, later: datetime
) -> None:
    takes(course, ade_user, now, "Sertraline")
    at = now + timedelta(days=10)
    intake.answer_intake(course, "takes_medicines", "no", at=at, by=ade_user)
    assert words(course, later) == [(timezone.localdate(at), "medicine", "Sertraline: stopped")]


def test_a_line_that_a_clinician_says_is_stopped_stands_on_that_day(
    course: Course, ade_user: User, osei: User, now: datetime, later: datetime
) -> None:
    takes(course, ade_user, now, "Some old tonic")
    at = now + timedelta(days=3)
    medicines.stop_medicine(
        course, "Some old tonic", words="Ran out in May and never again.", at=at, by=osei
    )
    assert words(course, later) == [(timezone.localdate(at), "medicine", "Some old tonic: stopped")]


def prescribed(course: Course, by: User, at: datetime, **said: Any) -> None:
    authored = {"value": said["on"], "precision": said.get("precision", "day")}
    Statement.objects.create(
        person=course.person,
        kind="medicine",
        text=said["text"],
        status=said.get("status", "active"),
        detail={"authored": authored | {"as_written": said["on"]}, "dosage": said.get("dosage")},
        key=uuid4().hex,
        at=at,
        by=by,
    )


def test_another_record_s_prescription_stands_on_its_own_day(
    course: Course, osei: User, now: datetime, later: datetime
) -> None:
    one = {"text": "Sertraline", "dosage": "50 mg"}
    prescribed(course, osei, now, **one, on="2026-10-10")
    prescribed(course, osei, now, **one, on="2026-10-29")
    prescribed(course, osei, now, text="Sertraline", dosage="100 mg", on="2026-11-02")
    assert words(course, later) == [
        (date(2026, 10, 10), "medicine", "Sertraline: prescribed"),
        (date(2026, 11, 2), "medicine", "Sertraline: prescribed anew, 100 mg"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        {"on": "2026-10", "precision": "month"},
        {"on": "2026-10-10", "status": "cancelled"},
        {"on": "2026-10-10", "status": "draft"},
        {"on": "2019-10-10"},
    ],
)
def test_what_has_no_day_was_never_taken_or_is_long_ago_is_not_drawn(
    course: Course, osei: User, now: datetime, later: datetime, said: dict[str, str]
) -> None:
    prescribed(course, osei, now, text="Sertraline", **said)
    assert words(course, later) == []


def test_decisions_hospital_and_life_are_events_that_the_person_s_page_leaves_out(
    course: Course, osei: User, now: datetime, later: datetime
) -> None:
    day = now + timedelta(days=4)
    reason = "Blood pressure has to come down first."
    screening.decide_screening(course, decision="not_yet", reason=reason, at=now, by=osei)
    for kind, text in (("hospital", "two nights, asthma"), ("life", "Moved out"), ("call", "x")):
        courses.write_note(course, kind=kind, text=text, at=day, by=osei)
    found = happened.of(course, now=later)
    assert [each.words for each in found.events] == [
        "Screening: not yet",
        "In hospital: two nights, asthma",
        "Moved out",
    ]
    assert {each.lane for each in found.events} == {"event"}
    assert found.own == ()


def test_a_questionnaire_that_closed_unanswered_is_a_gap_on_the_day_it_was_due(
    course: Course, lind: User, now: datetime
) -> None:
    sheet = questionnaires.ask_now(course, "phq9", at=now, by=lind)
    with clock.at(sheet.closes_at - timedelta(minutes=1)):
        assert scores.of_course(course) == []
    with clock.at(sheet.closes_at):
        (measure,) = scores.of_course(course)
    assert (measure.count, measure.missed, measure.chip) == (0, 1, "PHQ-9: missed, no answer")
    row = drawn(measure).rows[1]
    assert row[1] == "missed"
    assert row[0] == f"{timezone.localtime(sheet.due_at):%-d %b %Y}"


def test_one_that_was_begun_and_never_sent_is_a_gap_of_its_own(
    course: Course, ade_user: User, lind: User, now: datetime
) -> None:
    sheet = questionnaires.ask_now(course, "phq9", at=now, by=lind)
    questionnaires.answer_item(sheet, "interest", 1, at=now, by=ade_user)
    with clock.at(sheet.closes_at):
        (measure,) = scores.of_course(course)
    assert (measure.missed, measure.unsent) == (1, 1)
    assert measure.chip == "PHQ-9: begun, not sent"
    assert drawn(measure).rows[1][1] == "begun, not sent"
    said = measure.in_plain_words.unknown
    assert said.startswith("Once you started it and it closed before it was sent.")
    assert "not answered" not in said


def test_a_point_says_how_many_items_it_stands_on(
    course: Course, answered: Any, later: datetime
) -> None:
    answered("gad7", 0, 2)
    answered("gad7", 14, 1, but=("nervous",))
    answered("gad7", 28, 1, but=("nervous", "control", "worry"))
    with clock.at(later):
        (measure,) = scores.of_course(course)
    rows = [row[1:] for row in drawn(measure).rows if row[1]]
    assert rows[1:] == [
        ("14", "7 of 7", "moderate"),
        ("7", "6 of 7", "mild, prorated"),
        ("no total", "4 of 7", ""),
    ]


def test_a_level_without_a_total_has_a_drawing_in_words(
    course: Course, answered: Any, later: datetime
) -> None:
    answered("cssrs-since", 0, 0)
    with clock.at(later):
        (measure,) = scores.of_course(course)
    assert measure.has_total is False
    assert [row[1] for row in drawn(measure).rows] == ["Score", "none"]
    assert ">moderate</text>" in drawn(measure).svg


def test_measures_come_in_the_core_order(course: Course, answered: Any, later: datetime) -> None:
    for name in ("phq2", "cssrs-since", "gad7", "phq9"):
        answered(name, 0, 1 if name != "cssrs-since" else 0)
    with clock.at(later):
        found = scores.of_course(course)
    assert [each.id for each in found] == ["phq9", "gad7", "cssrs-since", "phq2"]


def test_all_measures_of_a_course_are_two_queries(
    course: Course, answered: Any, later: datetime
) -> None:
    for name in ("gad7", "phq9"):
        answered(name, 0, 1)
    with clock.at(later), CaptureQueriesContext(connection) as asked:
        scores.of_course(course)
    assert len(asked) == 2


def test_subscores_of_answers_that_fit_no_more_are_not_known(now: datetime) -> None:
    of = instrument("pcl5")
    whole = {item.id: 1.0 for item in of.item}
    rows = [
        happened.Scored("pcl5", of.version, now, 20, "", [], answers)
        for answers in (whole, whole | {"an_item_that_went": 1}, whole | {of.item[0].id: 9})
    ]
    _, fits, *others = scores.parts(of, rows)
    assert fits[1:] == ("5", "2", "7", "6")
    assert {cell for row in others for cell in row[1:]} == {"not known"}
