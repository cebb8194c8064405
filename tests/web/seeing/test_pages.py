"""All measures, for the team and for the person, on page and paper."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import courses
from kapstone.web.records.models import Course, Entry, Note

Pages = tuple[str, str]


@pytest.fixture
def scored(answered: Any) -> None:
    answered("phq9", 0, 2)
    answered("phq9", 21, 1)
    answered("cssrs-since", 0, 0)


def paper(answer: Any) -> str:
    assert answer["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.content)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def test_the_team_sees_every_measure_with_its_table(
    enter: Enter, osei: User, course: Course, scored: None, later: datetime
) -> None:
    with clock.at(later):
        page = enter(osei).get(f"/courses/{course.pk}/measures/").content.decode()
    assert re.findall(r'<h2 id="m-([\w-]+)">', page) == ["phq9", "cssrs-since"]
    assert page.count("<svg") == page.count("As a table") + page.count('class="icon')
    assert "<td>18</td><td>9 of 9</td>" in page
    assert Entry.objects.filter(did="see measures", by=osei).count() == 1


def test_the_chart_page_has_a_drawing_for_each_width(
    enter: Enter, osei: User, course: Course, scored: None, later: datetime
) -> None:
    with clock.at(later):
        page = enter(osei).get(f"/courses/{course.pk}/").content.decode()
    assert 'viewBox="0 0 640' in page
    assert 'viewBox="0 0 340' in page
    assert page.count("As a table") == 1


def test_the_team_takes_it_away_as_a_pdf_that_leaves_an_entry(
    enter: Enter, osei: User, course: Course, scored: None, later: datetime
) -> None:
    courses.write_note(course, kind="life", text="Moved out", at=clock.now(), by=osei)
    with clock.at(later):
        answer = enter(osei).get(f"/courses/{course.pk}/measures/pdf/")
    said = paper(answer)
    for words in ("Patient Health Questionnaire-9", "18", "9 of 9", "AdeBello", "Moved out"):
        assert "".join(words.split()) in said
    assert Entry.objects.get(did="print measures").person == course.person


def test_the_person_reads_plain_words_and_nothing_of_what_staff_wrote(
    *, enter: Enter, ade_user: User, osei: User, course: Course, scored: None, later: datetime
) -> None:
    courses.write_note(course, kind="life", text="Moved out", at=clock.now(), by=osei)
    with clock.at(later):
        page = enter(ade_user).get("/me/measures/").content.decode()
    assert "At your first form, on 3 Nov 2026, you were at 18. At your last form, on" in page
    assert "a real step to the better" in page
    for word in ("Moved out", "reliabl", "cssrs", "Columbia", "severe"):
        assert word not in page
    assert "Questions about your safety are not drawn here." in page


def test_the_person_takes_the_same_away(
    enter: Enter, ade_user: User, scored: None, later: datetime
) -> None:
    with clock.at(later):
        said = paper(enter(ade_user).get("/me/measures/pdf/"))
    assert "youwereat9." in said
    assert "Nowyouare" not in said
    assert "Columbia" not in said
    assert Entry.objects.get(did="export my measures").by == ade_user


def test_without_any_score_every_page_says_so(
    enter: Enter, osei: User, ade_user: User, course: Course
) -> None:
    assert (
        b"Nothing has been measured yet"
        in enter(osei).get(f"/courses/{course.pk}/measures/").content
    )
    assert b"Nothing yet" in enter(ade_user).get("/me/measures/").content
    assert "Nothinghasbeenmeasured" in paper(enter(ade_user).get("/me/measures/pdf/"))


@pytest.mark.parametrize("place", ["measures/", "measures/pdf/"])
def test_another_practice_finds_nothing(
    enter: Enter, marsh: User, course: Course, place: str
) -> None:
    assert enter(marsh).get(f"/courses/{course.pk}/{place}").status_code == 404


def test_a_note_can_stand_on_the_day_that_it_tells_of(
    enter: Enter, lind: User, course: Course, now: datetime
) -> None:
    day = (now - timedelta(days=30)).date()
    fields = {"kind": "life", "on": day.isoformat(), "text": "Lost her job"}
    assert enter(lind).post(f"/courses/{course.pk}/notes/", fields).status_code == 302
    note = Note.objects.get()
    assert (note.at.date(), note.recorded_at) == (day, now)


def test_a_note_is_not_of_tomorrow(enter: Enter, lind: User, course: Course, now: datetime) -> None:
    fields = {"kind": "life", "on": (now + timedelta(days=1)).date().isoformat(), "text": "Later"}
    answer = enter(lind).post(f"/courses/{course.pk}/notes/", fields)
    assert (answer.status_code, Note.objects.count()) == (422, 0)
    assert b"This day has not come yet." in answer.content


def test_the_persons_page_has_a_drawing_for_the_smallest_phone(
    enter: Enter, ade_user: User, scored: None, later: datetime
) -> None:
    """A card on 320 px leaves 242: a drawing no wider than that keeps its words at 11 px."""
    with clock.at(later):
        page = enter(ade_user).get("/me/measures/").content.decode()
    assert re.findall(r'class="drawn-(\w+) gap-s"><svg [^>]*viewBox="0 0 (\d+) ', page) == [
        ("narrow", "340"),
        ("small", "240"),
    ]


@pytest.fixture
def relapsed(answered: Any) -> None:
    answered("phq9", 0, 2)
    answered("phq9", 20, 0)
    answered("phq9", 40, 2, but=("sleep",))


def test_a_relapse_and_a_blank_are_told_to_the_person(
    enter: Enter, ade_user: User, relapsed: None, later: datetime
) -> None:
    with clock.at(later):
        page = enter(ade_user).get("/me/measures/").content.decode()
    assert "But since your best, 0 on" in page
    assert "you were at about 18 (one answer blank)." in page
    assert "never guess" not in page


def test_a_relapse_is_told_to_the_team(
    enter: Enter, osei: User, course: Course, relapsed: None, later: datetime
) -> None:
    with clock.at(later):
        browser = enter(osei)
        page = browser.get(f"/courses/{course.pk}/measures/").content.decode()
        said = paper(browser.get(f"/courses/{course.pk}/measures/pdf/"))
    assert '<span class="chip stop">PHQ-9 18 → 0 → 18</span>' in page
    assert "reliably worse than 0 on" in page
    assert "18 (prorated, 1 blank) on" in page
    assert "reliablyworsethan0on" in said
