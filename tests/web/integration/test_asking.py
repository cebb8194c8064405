"""A commitment is asked after one question at a time, and the therapist sees what waits."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from web.logging_in import logged_in

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import asking_after
from kapstone.web.records.actions import integration, sessions
from kapstone.web.records.models import CheckIn, Commitment, Course, Phase

HOUR = timedelta(hours=1)
# What would make somebody feel that they did badly.
HARD = re.compile(r"fail|overdue|missed|broke|should have|\blate\b", re.IGNORECASE)


def committed(
    course: Course, by: User, at: datetime, words: str = "Sit", due_on: date | None = None
) -> Commitment:
    insight = integration.record_insight(course, words="Rest", at=at, by=by)
    return integration.make_commitment(insight, words=words, due_on=due_on, at=at, by=by)


@pytest.mark.parametrize(("hours", "asked"), [(23, False), (24, True), (72, True)])
def test_the_question_comes_up_after_a_day(
    *, hours: int, asked: bool, course: Course, ade_user: User, now: datetime
) -> None:
    committed(course, ade_user, now - hours * HOUR)
    page = logged_in(ade_user).get("/me/").content.decode()
    assert ("One small question" in page) is asked


def test_one_question_at_a_time_and_the_longest_wait_first(
    course: Course, ade_user: User, now: datetime
) -> None:
    newer = committed(course, ade_user, now - 30 * HOUR, "Walk")
    older = committed(course, ade_user, now - 100 * HOUR, "Sing")
    client = logged_in(ade_user)
    page = client.get("/me/").content.decode()
    assert page.count("One small question") == 1
    assert "Walk" not in page
    told = {"how": "kept", "from": "today"}
    assert client.post(f"/me/commitments/{older.pk}/", told)["Location"] == "/me/"
    assert "Walk" in client.get("/me/").content.decode()
    client.post(f"/me/commitments/{newer.pk}/", {"how": "not_now", "from": "today"})
    assert "One small question" not in client.get("/me/").content.decode()
    assert sorted(CheckIn.objects.values_list("how", flat=True)) == ["kept", "not_now"]


def test_not_now_is_asked_again_at_the_next_time(
    course: Course, ade_user: User, now: datetime
) -> None:
    row = committed(course, ade_user, now - 25 * HOUR)
    integration.check_in(row, how="not_now", at=now, by=ade_user)
    assert asking_after.question(course, now + 46 * HOUR) is None
    found = asking_after.question(course, now + 47 * HOUR)
    assert found is not None
    assert found.asked.now is not None
    assert found.asked.now.id == "72h"


def test_what_was_let_go_is_not_asked_about_again(
    course: Course, ade_user: User, now: datetime
) -> None:
    row = committed(course, ade_user, now - 25 * HOUR)
    integration.check_in(row, how="let_go", at=now, by=ade_user)
    assert asking_after.question(course, now + timedelta(days=100)) is None


def test_a_day_of_their_own_is_over_by_the_clock_of_the_practice(
    course: Course, ade_user: User, now: datetime
) -> None:
    day = date(2026, 11, 5)
    committed(course, ade_user, now, due_on=day)
    midnight = datetime(2026, 11, 6, tzinfo=course.person.practice.zone)
    assert asking_after.question(course, midnight - HOUR) is None
    found = asking_after.question(course, midnight)
    assert found is not None
    assert found.asked.now is not None
    assert found.asked.now.id == "own-day"


def test_nobody_is_asked_under_the_medicine(
    course: Course, ade_user: User, lind: User, now: datetime
) -> None:
    committed(course, ade_user, now - 30 * HOUR)
    session = sessions.plan_session(course, route="iv", planned_for=now, at=now, by=lind)
    Phase.objects.create(session=session, phase="started", at=now - HOUR, by=lind)
    assert "One small question" not in logged_in(ade_user).get("/me/").content.decode()


def test_no_word_of_the_person_s_pages_is_hard(
    course: Course, ade_user: User, now: datetime
) -> None:
    row = committed(course, ade_user, now - timedelta(days=6))
    client = logged_in(ade_user)
    for address in ("/me/", f"/me/commitments/{row.pk}/", "/me/insights/"):
        page = client.get(address).content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        assert HARD.findall(main) == [], address


def test_the_board_shows_what_is_due_overdue_and_next(
    course: Course, ade_user: User, lind: User, now: datetime
) -> None:
    committed(course, ade_user, now - 80 * HOUR, "Sing")
    committed(course, ade_user, now - 130 * HOUR, "Walk")
    committed(course, ade_user, now, "Rest at noon")
    found = asking_after.board(course, now)
    states = {each.commitment.words: each.asked.state for each in found.waiting}
    assert states == {"Walk": "overdue", "Sing": "due"}
    assert [each.commitment.words for each in found.ahead] == ["Rest at noon"]
    page = logged_in(lind).get(f"/courses/{course.pk}/integration/").content.decode()
    card = page[page.index('id="asked"') :]
    assert card.index("Walk") < card.index("overdue") < card.index("Sing")
    assert "Rest at noon" in card


def test_many_commitments_are_counted_and_not_all_shown(
    course: Course, ade_user: User, now: datetime
) -> None:
    insight = integration.record_insight(course, words="Rest", at=now, by=ade_user)
    for number in range(asking_after.MOST_SHOWN + 3):
        integration.make_commitment(
            insight, words=f"Thing {number}", due_on=None, at=now - 30 * HOUR, by=ade_user
        )
    found = asking_after.board(course, now)
    assert (len(found.waiting), found.more) == (asking_after.MOST_SHOWN, 3)


def test_what_was_answered_can_still_be_answered_again(
    course: Course, ade_user: User, now: datetime
) -> None:
    row = committed(course, ade_user, now)
    with clock.at(now + 24 * HOUR):
        client = logged_in(ade_user)
        client.post(f"/me/commitments/{row.pk}/", {"how": "kept"})
        client.post(f"/me/commitments/{row.pk}/", {"how": "changed", "words": "Shorter"})
        page = client.get("/me/insights/").content.decode()
    assert "kept" in page
    assert "changed" in page
