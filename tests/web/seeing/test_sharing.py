"""What a person keeps from their therapist stays kept until they agree, and can be kept again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from web.logging_in import Enter
from web.practice.test_forms import SCOPE, diary

from kapstone import instruments
from kapstone.web import clock
from kapstone.web.accounts import roles
from kapstone.web.accounts.models import User
from kapstone.web.records import sharing
from kapstone.web.records.actions import courses, forms, questionnaires
from kapstone.web.records.actions import sharing as deeds
from kapstone.web.records.models import AnswersShared, Course, Entry, Person, Sheet
from kapstone.web.records.refusals import Refused

KEPT = "phq2"
# As it is outside these tests.
SHIPPED = sharing.private_ones


@pytest.fixture(autouse=True)
def private(monkeypatch: pytest.MonkeyPatch) -> None:
    """PHQ-2 stands in for a scale of the alliance, which is not shipped with its words."""
    monkeypatch.setattr(sharing, "private_ones", lambda person: [KEPT])


@pytest.fixture
def kept(course: Course, ade_user: User, osei: User, now: datetime) -> Sheet:
    """Answered by Ade: 3 and 3, which comes to 6."""
    sheet = questionnaires.ask_now(course, KEPT, at=now, by=osei)
    for item in instruments.instrument(KEPT).item:
        questionnaires.answer_item(sheet, item.id, 3, at=now, by=ade_user)
    questionnaires.finish_sheet(sheet, at=now, by=ade_user)
    return sheet


def places(sheet: Sheet) -> list[str]:
    """Every page of the team on which its answers or its total could be read."""
    chart = f"/courses/{sheet.course_id}"
    return [f"{chart}/", f"{chart}/followup/", f"{chart}/measures/", f"{chart}/review/"]


TOTAL = ("PHQ-2 6", "6 · positive", "6 · ", "<td>6</td>", "Nearly every day")


def test_the_therapist_reads_neither_answers_nor_total(
    enter: Enter, lind: User, kept: Sheet
) -> None:
    client = enter(lind)
    for place in [*places(kept), f"/sheets/{kept.pk}/"]:
        page = client.get(place).content.decode()
        assert [word for word in TOTAL if word in page] == [], place
    assert "Not shared with you" in client.get(f"/sheets/{kept.pk}/").content.decode()
    assert "not shared with you" in client.get(places(kept)[2]).content.decode()


def test_a_prescriber_reads_them_as_ever(enter: Enter, osei: User, kept: Sheet) -> None:
    page = enter(osei).get(f"/sheets/{kept.pk}/").content.decode()
    assert "Nearly every day" in page


def test_whoever_was_the_therapist_of_the_course_waits_in_any_role(
    enter: Enter, osei: User, kept: Sheet, now: datetime
) -> None:
    for roles_held in ([roles.PRESCRIBER, roles.THERAPIST], [roles.PRESCRIBER]):
        osei.roles = roles_held
        osei.save()
        if roles.THERAPIST in roles_held:
            courses.choose_team(kept.course, prescriber=osei, therapist=osei, at=now, by=osei)
        assert "Not shared with you" in enter(osei).get(f"/sheets/{kept.pk}/").content.decode()


def test_after_the_agreement_the_therapist_reads_what_was_answered_before(
    *, enter: Enter, lind: User, ade: Person, ade_user: User, kept: Sheet, now: datetime
) -> None:
    deeds.share_answers(ade, KEPT, at=now + timedelta(minutes=1), by=ade_user)
    assert "Nearly every day" in enter(lind).get(f"/sheets/{kept.pk}/").content.decode()
    assert Entry.objects.get(did="share answers").by == ade_user


def test_taken_back_it_closes_what_is_answered_afterwards_only(
    lind: User, ade: Person, ade_user: User, now: datetime
) -> None:
    hours = [now + timedelta(hours=n) for n in range(5)]
    deeds.share_answers(ade, KEPT, at=hours[1], by=ade_user)
    deeds.stop_sharing(ade, KEPT, at=hours[3], by=ade_user)
    sight = sharing.sight_of(lind, ade)
    assert [sight.allows(KEPT, hour) for hour in hours] == [True, True, True, True, False]
    assert sight.allows("phq9", hours[4])


def test_the_therapist_neither_takes_them_down_nor_corrects_them(
    enter: Enter, lind: User, kept: Sheet, now: datetime
) -> None:
    item = instruments.instrument(KEPT).item[0].id
    with pytest.raises(Refused, match="person's own"):
        questionnaires.correct_answer(kept, item, 0, reason="Misread.", at=now, by=lind)
    with pytest.raises(Refused, match="person's own"):
        questionnaires.take_down(kept, {item: 0}, finish=False, at=now, by=lind)
    assert enter(lind).get(f"/sheets/{kept.pk}/answer/").status_code == 302


def test_the_person_agrees_on_their_own_page_and_takes_it_back(
    enter: Enter, ade_user: User, kept: Sheet
) -> None:
    client = enter(ade_user)
    assert "Let my therapist see them" in client.get("/me/measures/").content.decode()
    for agreed, offer in (("yes", "Keep them to myself again"), ("no", "Let my therapist see")):
        client.post(f"/me/measures/{KEPT}/sharing/", {"agreed": agreed})
        assert offer in client.get("/me/measures/").content.decode()
    assert [row.agreed for row in AnswersShared.objects.order_by("pk")] == [True, False]


def test_the_same_word_twice_is_one_row(ade: Person, ade_user: User, now: datetime) -> None:
    first = deeds.share_answers(ade, KEPT, at=now, by=ade_user)
    assert deeds.share_answers(ade, KEPT, at=now, by=ade_user) == first


def test_nobody_agrees_for_the_person(ade: Person, lind: User, osei: User, now: datetime) -> None:
    for other in (lind, osei):
        with pytest.raises(Refused, match="Only the person"):
            deeds.share_answers(ade, KEPT, at=now, by=other)


def test_what_the_team_reads_anyway_is_not_asked(
    ade: Person, ade_user: User, now: datetime
) -> None:
    with pytest.raises(Refused, match="already"):
        deeds.share_answers(ade, "phq9", at=now, by=ade_user)


def test_without_private_instruments_nobody_is_asked_anything(
    enter: Enter, ade_user: User, lind: User, kept: Sheet, monkeypatch: Any
) -> None:
    monkeypatch.setattr(sharing, "private_ones", lambda person: [])
    assert "Who sees this?" not in enter(ade_user).get("/me/measures/").content.decode()
    assert "Nearly every day" in enter(lind).get(f"/sheets/{kept.pk}/").content.decode()


def test_an_open_sheet_is_kept_too(
    enter: Enter, course: Course, lind: User, osei: User, now: datetime
) -> None:
    sheet = questionnaires.ask_now(course, KEPT, at=now, by=osei)
    with clock.at(now + timedelta(hours=1)):
        page = enter(lind).get(f"/courses/{course.pk}/followup/").content.decode()
    assert f"/sheets/{sheet.pk}/answer/" not in page


def test_a_private_form_that_a_practice_brought_is_kept_too(
    course: Course, ade_user: User, lind: User, osei: User, enter: Enter
) -> None:
    now = clock.now()
    text = diary().replace('"respondent"', '"private": true, "respondent"')
    forms.bring_form(
        text, licensor="The author", scope=SCOPE, signed_name=osei.name, at=now, by=osei
    )
    assert "sleep-diary" in SHIPPED(course.person)
    sheet = questionnaires.ask_now(course, "sleep-diary", at=now, by=osei)
    questionnaires.answer_item(sheet, "woke", 1, at=now, by=ade_user)
    questionnaires.finish_sheet(sheet, at=now, by=ade_user)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sharing, "private_ones", SHIPPED)
        assert "Not shared with you" in enter(lind).get(f"/sheets/{sheet.pk}/").content.decode()
        assert "Sleep diary" in enter(ade_user).get("/me/measures/").content.decode()
