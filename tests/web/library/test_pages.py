"""The library in the person's pages, in the practice, and in the chart."""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from web.logging_in import logged_in

from kapstone import library as room
from kapstone.intake import preparation
from kapstone.web import reading
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import library as deeds
from kapstone.web.records.models import ArticleQuestion, ArticleRead, Course, Entry, Person

SECRET = "I am afraid at home"
DRAWINGS = [name for article in room.articles().values() for name in article.pictures]


def text(client_of: User, address: str) -> str:
    answer = logged_in(client_of).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_every_article_opens_for_the_person_and_for_the_practice(
    ade_user: User, desk: User
) -> None:
    person, staff = logged_in(ade_user), logged_in(desk)
    for article in room.articles().values():
        for client, address in ((person, "/me/library/"), (staff, "/library/")):
            answer = client.get(f"{address}{article.id}/")
            assert answer.status_code == 200
            shown = answer.content.decode()
            assert "What is not known" in shown
            assert "Not yet reviewed by a clinician" in shown
            assert ("In danger now, do not wait" in shown) is bool(article.help)


def test_help_stands_on_the_page_about_suicide_out_of_the_one_list(ade_user: User) -> None:
    page = text(ade_user, "/me/library/suicidal-thoughts/")
    assert "In danger now, do not wait" in page
    assert "In danger now, do not wait" not in text(ade_user, "/me/library/history/")


def test_a_page_that_is_not_there_is_not_found(ade_user: User, osei: User) -> None:
    assert logged_in(ade_user).get("/me/library/nowhere/").status_code == 404
    assert logged_in(ade_user).post("/me/library/nowhere/read/").status_code == 404
    assert logged_in(osei).get("/library/nowhere/").status_code == 404


def test_search_finds_and_says_what_to_do_when_it_does_not(ade_user: User) -> None:
    assert "/me/library/bladder-liver-craving/" in text(ade_user, "/me/library/?q=bladd")
    nothing = text(ade_user, "/me/library/?q=zebra+%3Cb%3E")
    assert "Try one word, or the beginning of one" in nothing
    assert "<b>”" not in nothing


def test_reading_is_marked_and_the_team_sees_it(ade_user: User, course: Course, lind: User) -> None:
    client = logged_in(ade_user)
    assert "For you now: What ketamine-assisted psychotherapy is" in text(ade_user, "/me/")
    client.post("/me/library/what-kap-is/read/")
    assert ArticleRead.objects.get().article == "what-kap-is"
    assert "For you now: What ketamine-assisted" not in text(ade_user, "/me/")
    assert "You have read this" in text(ade_user, "/me/library/what-kap-is/")
    assert 'read <span class="near"' in text(lind, f"/courses/{course.pk}/reading/")


def test_a_question_comes_back_to_the_team_and_its_answer_to_the_person(
    ade_user: User, course: Course, lind: User
) -> None:
    client = logged_in(ade_user)
    assert client.post("/me/library/couples/ask/", {"words": " "}).status_code == 422
    client.post("/me/library/couples/ask/", {"words": SECRET})
    assert "not answered yet" in text(ade_user, "/me/library/couples/")
    assert "Question about an article" in text(lind, "/")
    assert SECRET in text(lind, f"/courses/{course.pk}/reading/")
    staff = logged_in(lind)
    address = f"/article-questions/{ArticleQuestion.objects.get().pk}/answer/"
    assert staff.post(address, {"words": ""}).status_code == 422
    staff.post(address, {"words": "We can talk alone."})
    assert "We can talk alone." in text(ade_user, "/me/library/couples/")
    assert "We can talk alone." in text(ade_user, "/me/library/")
    assert "Question about an article" not in text(lind, "/")


def test_a_question_is_on_no_page_of_who_may_not_read_it(
    *,
    ade: Person,
    ade_user: User,
    course: Course,
    rio: User,
    desk: User,
    marsh: User,
    bo_user: User,
    now: datetime,
) -> None:
    row = deeds.ask_about(ade, "couples", words=SECRET, at=now, by=ade_user)
    chart = (f"/courses/{course.pk}/reading/", f"/courses/{course.pk}/", "/", "/waiting/articles/")
    for user in (rio, desk, marsh, bo_user):
        client = logged_in(user)
        for address in (*chart, "/me/", "/me/library/", "/me/library/couples/", "/me/with/"):
            assert SECRET not in client.get(address, follow=True).content.decode(), address
        answer = client.post(f"/article-questions/{row.pk}/answer/", {"words": "Mine now"})
        assert answer.status_code in {403, 404}


def test_looking_at_what_somebody_reads_leaves_an_entry(course: Course, lind: User) -> None:
    text(lind, f"/courses/{course.pk}/reading/")
    assert Entry.objects.filter(did="see reading", person=course.person).count() == 1


def test_what_is_shown_is_chosen_for_everybody_and_for_one(
    ade_user: User, course: Course, lind: User
) -> None:
    staff, told = logged_in(lind), {"step": "consultation", "article": "what-kap-is"}
    staff.post("/library/steps/", {**told, "shown": "no"})
    assert "For you now: What ketamine-assisted" not in text(ade_user, "/me/")
    staff.post(f"/courses/{course.pk}/reading/choose/", {**told, "shown": "yes"})
    assert "For you now: What ketamine-assisted" in text(ade_user, "/me/")
    assert "chosen for them" in text(lind, f"/courses/{course.pk}/reading/")


@pytest.mark.parametrize(
    "told", [{}, {"step": "party", "article": "pain", "shown": "yes"}, {"step": "medicine"}]
)
def test_a_choice_that_no_page_could_send_is_not_found(
    told: dict[str, str], course: Course, lind: User
) -> None:
    assert logged_in(lind).post("/library/steps/", told).status_code == 404
    address = f"/courses/{course.pk}/reading/choose/"
    assert logged_in(lind).post(address, told).status_code == 404


def test_a_signature_stands_on_the_page_that_people_read(ade_user: User, lind: User) -> None:
    staff = logged_in(lind)
    assert staff.post("/library/pain/review/", {"signed": "Osei"}).status_code == 422
    staff.post("/library/pain/review/", {"signed": "Lind"})
    page = text(ade_user, "/me/library/pain/")
    assert "Reviewed by Lind on 3 November 2026" in page
    assert "Not yet reviewed" not in page


@pytest.mark.parametrize("name", sorted(set(DRAWINGS)))
def test_a_drawing_tells_those_who_do_not_see_it(name: str) -> None:
    words = {"bars": reading.bars(), "hours": [4, 336]}
    drawn = render_to_string(f"parts/drawings/{name}.html", words)
    svg = ElementTree.fromstring(drawn[drawn.index("<svg") : drawn.index("</svg>") + 6])  # noqa: S314  # our own
    title, described = svg[0], svg[1]
    assert svg.attrib["role"] == "img"
    assert svg.attrib["aria-labelledby"] == f"{title.attrib['id']} {described.attrib['id']}"
    assert title.text
    assert len((described.text or "").split()) > 20


def test_the_hours_are_drawn_from_the_sources_and_stay_inside() -> None:
    bars = {bar.label: bar for bar in reading.bars()}
    assert set(room.routes()) == set(preparation.clocks())
    assert len(bars) == len(room.routes())
    drip = bars["Drip into a vein"]
    # 40 to 60 of 240 minutes over 332 pixels that begin at 4.
    assert drip.strongest == (4 + 55, 83 - 55)
    for bar in bars.values():
        assert all(x >= 0 and x + wide <= 336 for x, wide in (bar.feels, bar.strongest))
