"""What helped before: the person's own, and nothing of the journal; and questions to write to."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from web.logging_in import logged_in

from kapstone.pathway import integration as rows
from kapstone.web.accounts.models import User
from kapstone.web.records import helped_before
from kapstone.web.records.actions import courses, integration
from kapstone.web.records.models import Commitment, Course, JournalEntry, Notice, Person

HOUR = timedelta(hours=1)
PLAN = {
    "alone_1": "Wash the dishes slowly",
    "alone_barrier": "Being tired",
    "company_1_name": "Rio",
    "company_1_phone": "+1 555 0111",
    "helper_1_name": "rio",
    "place_1": "The library",
    "sign_1": "I stop answering",
}


def committed(course: Course, by: User, at: datetime, words: str) -> Commitment:
    insight = integration.record_insight(course, words=f"Seen: {words}", at=at, by=by)
    return integration.make_commitment(insight, words=words, due_on=None, at=at, by=by)


def test_what_was_kept_counts_and_what_was_let_go_since_does_not(
    course: Course, ade_user: User, now: datetime
) -> None:
    answers = {
        "Walk": ("kept", "kept"),
        "Sing": ("kept", "let_go"),
        "Call": ("changed",),
        "Rest": ("not_now",),
        "Paint": ("kept", "not_now"),
        "Swim": (),
    }
    for words, said in answers.items():
        row = committed(course, ade_user, now, words)
        for hours, how in enumerate(said, start=1):
            integration.check_in(row, how=how, at=now + hours * HOUR, by=ade_user)
    found = helped_before.of_course(course).kept
    assert {each.commitment.words: each.times for each in found} == {"Walk": 2, "Paint": 1}


def test_people_places_and_comforts_are_those_that_they_named(
    course: Course, ade: Person, ade_user: User, lind: User, now: datetime
) -> None:
    courses.make_safety_plan(ade, PLAN, at=now, by=lind)
    told = {"intentions": "", "worries": "", "held": False}
    comforts = {"music_words": "Satie", "touch": ["hand"]}
    courses.hold_preparation(course, {**told, "comforts": comforts}, at=now, by=ade_user)
    found = helped_before.of_course(course)
    assert found.people == (("Rio", "+1 555 0111"),)
    assert (found.alone, found.places) == (("Wash the dishes slowly",), ("The library",))
    assert found.comforts == (("Music", "Satie"),)


def test_with_nothing_said_there_is_nothing_to_show(ade_user: User, course: Course) -> None:
    assert helped_before.of_course(course).is_empty
    assert "Nothing here yet" in logged_in(ade_user).get("/me/helped/").content.decode()


def test_the_journal_stands_on_neither_page(
    course: Course, ade: Person, ade_user: User, osei: User, now: datetime
) -> None:
    for shared in (True, False):
        text = f"The door, shared {shared}"
        integration.write_journal(ade, text=text, shared=shared, at=now, by=ade_user)
    committed(course, ade_user, now, "Walk")
    assert JournalEntry.objects.count() == 2
    mine = logged_in(ade_user).get("/me/helped/").content.decode()
    theirs = logged_in(osei).get(f"/courses/{course.pk}/helped/").content.decode()
    for page in (mine, theirs):
        assert "The door" not in page
        assert "Seen: Walk" in page


@pytest.mark.parametrize(("kind", "shown"), [("worse-phq9", True), ("suicide-risk", False)])
def test_the_page_of_the_day_leads_there_when_a_score_fell(
    *, kind: str, shown: bool, course: Course, ade: Person, ade_user: User, now: datetime
) -> None:
    told = {"kind": kind, "level": "yellow", "says": "PHQ-9 18", "key": "a"}
    Notice.objects.create(person=ade, at=now, by=ade_user, **told)
    page = logged_in(ade_user).get("/me/").content.decode()
    assert ("If these days are harder" in page) is shown
    assert "PHQ-9 18" not in page


def test_nobody_else_reads_what_helped(
    *, course: Course, ade_user: User, now: datetime, marsh: User, desk: User, rio: User
) -> None:
    committed(course, ade_user, now, "Walk")
    address = f"/courses/{course.pk}/helped/"
    assert logged_in(marsh).get(address).status_code == 404
    assert logged_in(desk).get(address).status_code == 403
    assert logged_in(rio).get("/me/helped/").status_code == 403


def test_a_question_to_write_to_is_chosen_and_never_forced(course: Course, ade_user: User) -> None:
    client = logged_in(ade_user)
    plain = client.get("/me/journal/").content.decode()
    assert 'id="prompt"' not in plain
    for prompt in rows.journal_prompts():
        assert f"?prompt={prompt.id}" in plain
    chosen = client.get("/me/journal/?prompt=outdoors").content.decode()
    assert 'id="prompt"' in chosen
    assert 'id="prompt"' not in client.get("/me/journal/?prompt=nonsense").content.decode()
