"""A summary from the chart: by rule, only under an authorisation, and nobody is named in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from kapstone.web.accounts.models import User
from kapstone.web.records import stories as told
from kapstone.web.records.actions import approving_stories as team
from kapstone.web.records.actions import sessions
from kapstone.web.records.actions import stories as deeds
from kapstone.web.records.models import (
    Course,
    DoseGiven,
    EmergencyEvent,
    Mark,
    PersonStory,
    Sheet,
    SheetScore,
    StoryText,
)
from kapstone.web.records.refusals import Refused

from .conftest import Sign, approve

DAY = timedelta(days=1)


@pytest.fixture
def case(course: Course, ade_user: User, now: datetime) -> PersonStory:
    return deeds.open_story(course, "summary", at=now, by=ade_user)


@pytest.fixture
def chart(course: Course, osei: User, now: datetime) -> None:
    """Two sessions, three scores, one of an experience, one about suicide, a side effect."""
    by: Any = {"by": osei}
    for number, days in enumerate((-30, -23)):
        at = now + days * DAY
        session = sessions.plan_session(course, route="im", planned_for=at, at=at, by=osei)
        given = {"kind": "injection", "amount_mg": Decimal(40), "source": "none", "words": "Zanzi"}
        DoseGiven.objects.create(session=session, client_id=uuid4(), at=at, **given, **by)
        for _ in range(2):
            once = {"client_id": uuid4(), "at": at}
            kind = {"kind": "side_effect", "mark": "nausea", "severity": "mild"}
            Mark.objects.create(session=session, words="Zanzibar", **kind, **once, **by)
        if number:
            EmergencyEvent.objects.create(session=session, emergency="seizure", **once, **by)
    for name, total, days in (
        ("phq9", 19.0, -33),
        ("phq9", 7.0, -1),
        ("meq30", 80.0, -2),
        ("wai-sr", 40.0, -2),
        ("cssrs-since", 3.0, -2),
    ):
        score(course, name, total, now + days * DAY, osei)


def score(course: Course, name: str, total: float, at: datetime, by: User) -> None:
    times = {"opens_at": at, "due_at": at, "closes_at": at + DAY}
    sheet = Sheet.objects.create(
        course=course, instrument=name, version="1", anchor=str(at), at=at, by=by, **times
    )
    kept = {"total": total, "missing": [], "answers": {}, "knowledge_digest": ""}
    SheetScore.objects.create(sheet=sheet, at=at, by=by, **kept)


def build(case: PersonStory, by: User, now: datetime) -> StoryText:
    return team.build_summary(case, at=now, by=by)


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def test_nothing_is_made_before_the_person_signed_nor_after_they_took_it_back(
    case: PersonStory, chart: None, sign: Sign, *, lind: User, ade_user: User, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        build(case, lind, now)
    assert code(refused) == "no-authorisation"
    given = sign(case)
    build(case, lind, now)
    deeds.withdraw(given, at=now, by=ade_user)
    with pytest.raises(Refused) as refused:
        build(case, lind, now)
    assert code(refused) == "no-authorisation"


def test_it_is_counts_days_and_scores(
    case: PersonStory, chart: None, sign: Sign, lind: User, now: datetime
) -> None:
    sign(case)
    row = build(case, lind, now)
    assert "A person 40 to 49 years old." in row.words
    assert "2 medicine sessions with a dose (2 as a shot in a muscle), on day 0, 7." in row.words
    assert "19 (3 days before the first dose); 7 (day 29)" in row.words
    assert "nausea in 2" in row.words
    assert "1 session had an emergency." in row.words
    assert "No score is known after day 29." in row.words
    assert row.instruments == ["phq9"]
    assert row.left_out


def test_what_is_free_private_or_an_experience_does_not_come_in(
    case: PersonStory, chart: None, sign: Sign, lind: User, now: datetime
) -> None:
    sign(case)
    words = build(case, lind, now).words
    for each in ("Zanzi", "seizure", "MEQ", "WAI", "C-SSRS", "Ade", "2026", "40 mg", "resistant"):
        assert each not in words


@pytest.mark.parametrize(
    "words",
    [
        "It went well for Ade.",
        "It began in November.",
        "Osei gave it.",
        "It was at Ash Lane.",
        "They live in Ohio.",
        "Rio was there.",
        "They are 91 years old.",
        "And their wife slept.",
    ],
)
def test_an_edit_that_could_tell_who_it_is_is_refused_with_its_spot(
    words: str, case: PersonStory, sign: Sign, *, lind: User, osei: User, rio: User, now: datetime
) -> None:
    sign(case)
    row = build(case, lind, now)
    with pytest.raises(Refused) as refused:
        team.edit_summary(case, f"One line.\n{words}", after=row, at=now, by=lind)
    assert code(refused) == "names-somebody"
    assert all(line.startswith("Line 2: “") for line in refused.value.lines)


def test_nobody_writes_over_a_newer_version(
    case: PersonStory, sign: Sign, lind: User, now: datetime
) -> None:
    sign(case)
    row = build(case, lind, now)
    team.edit_summary(case, "It went well.", after=row, at=now, by=lind)
    with pytest.raises(Refused) as refused:
        team.edit_summary(case, "It went badly.", after=row, at=now, by=lind)
    assert code(refused) == "text-changed"


def test_own_words_are_changed_by_no_clinician(
    written: StoryText, sign: Sign, lind: User, now: datetime
) -> None:
    sign(written.story)
    with pytest.raises(Refused) as refused:
        team.edit_summary(written.story, "Other.", after=written, at=now, by=lind)
    assert code(refused) == "own-words"
    with pytest.raises(Refused):
        build(written.story, lind, now)


def test_both_approve_it_and_an_edit_takes_it_down(
    case: PersonStory, chart: None, sign: Sign, *, lind: User, ade_user: User, now: datetime
) -> None:
    sign(case)
    row = build(case, lind, now)
    approve(row, ade_user, lind, now)
    assert [each.pk for each in told.live(now, told.PUBLIC)] == [row.pk]
    team.edit_summary(case, f"{row.words}\n\nThey went on.", after=row, at=now, by=lind)
    assert not told.live(now, told.PUBLIC).exists()


def test_without_a_dose_nothing_is_counted_from_nowhere(
    case: PersonStory, sign: Sign, course: Course, *, osei: User, lind: User, now: datetime
) -> None:
    score(course, "phq9", 19.0, now - DAY, osei)
    sign(case)
    words = build(case, lind, now).words
    assert "No dose is on record." in words
    assert "PHQ-9" not in words
