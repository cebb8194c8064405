"""Reading, asking, answering, choosing and signing for: each once, by whom it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from kapstone import library as room
from kapstone.web.accounts.models import User
from kapstone.web.records import library as shelves
from kapstone.web.records import waiting
from kapstone.web.records.actions import courses
from kapstone.web.records.actions import library as deeds
from kapstone.web.records.models import (
    ArticleAnswer,
    ArticleQuestion,
    ArticleRead,
    ArticleReview,
    Course,
    Entry,
    Person,
)
from kapstone.web.records.refusals import Refused

SECRET = "I am afraid at home"


@pytest.fixture
def question(ade: Person, ade_user: User, now: datetime) -> ArticleQuestion:
    return deeds.ask_about(ade, "couples", words=SECRET, at=now, by=ade_user)


def waits_for(user: User, now: datetime) -> list[Course]:
    found = {kind.kind: rows for kind, rows in waiting.for_user(user, now=now)}
    return list(found["articles"])


def test_an_article_is_read_once_however_often_it_is_tapped(
    ade: Person, ade_user: User, now: datetime
) -> None:
    first = deeds.mark_read(ade, "pain", at=now, by=ade_user)
    assert deeds.mark_read(ade, "pain", at=now + timedelta(days=1), by=ade_user) == first
    assert shelves.read_by(ade) == {"pain": now}
    assert Entry.objects.filter(did="read article").count() == 1


def test_a_changed_article_counts_as_unread(
    ade: Person, ade_user: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    deeds.mark_read(ade, "pain", at=now, by=ade_user)
    monkeypatch.setattr(room, "digest_of", lambda name: "0" * 64)
    assert shelves.read_by(ade) == {}
    deeds.mark_read(ade, "pain", at=now, by=ade_user)
    assert ArticleRead.objects.count() == 2


def test_nobody_reads_or_asks_for_another(
    *, ade: Person, osei: User, rio: User, now: datetime
) -> None:
    for user in (osei, rio):
        with pytest.raises(Refused, match="themselves"):
            deeds.mark_read(ade, "pain", at=now, by=user)
        with pytest.raises(Refused, match="themselves"):
            deeds.ask_about(ade, "pain", words="Why?", at=now, by=user)


def test_a_question_needs_words_and_is_not_asked_twice(
    question: ArticleQuestion, ade: Person, ade_user: User, now: datetime
) -> None:
    with pytest.raises(Refused, match="Write your question"):
        deeds.ask_about(ade, "couples", words="  ", at=now, by=ade_user)
    with pytest.raises(Refused, match="asked this already"):
        deeds.ask_about(ade, "couples", words=SECRET, at=now, by=ade_user)
    with pytest.raises(Refused, match="no such article"):
        deeds.ask_about(ade, "nowhere", words="Why?", at=now, by=ade_user)


def test_a_question_waits_for_the_team_until_it_is_answered(
    *, question: ArticleQuestion, course: Course, osei: User, lind: User, marsh: User, now: datetime
) -> None:
    assert waits_for(osei, now) == waits_for(lind, now) == [course]
    assert waits_for(osei, now)[0].due == now  # type: ignore[attr-defined]
    assert waits_for(marsh, now) == []
    deeds.answer_question(question, words="You decide.", talked=False, at=now, by=lind)
    assert waits_for(osei, now) == []


def test_a_question_waits_also_when_the_course_has_ended(
    question: ArticleQuestion, course: Course, osei: User, now: datetime
) -> None:
    courses.review_course(
        course, choice="ending", reason="All is well, and they want to end.", at=now, by=osei
    )
    assert waits_for(osei, now) == [course]


def test_a_question_waits_once_for_somebody_with_two_courses(
    question: ArticleQuestion, course: Course, osei: User, now: datetime
) -> None:
    second = Course.objects.create(person=course.person, number=2, at=now, by=osei)
    assert waits_for(osei, now) == [second]


def test_a_question_is_answered_once_and_not_with_nothing(
    question: ArticleQuestion, lind: User, osei: User, now: datetime
) -> None:
    with pytest.raises(Refused, match="Write an answer"):
        deeds.answer_question(question, words=" ", talked=False, at=now, by=lind)
    deeds.answer_question(question, words="", talked=True, at=now, by=lind)
    with pytest.raises(Refused, match="Somebody else"):
        deeds.answer_question(question, words="Too late", talked=False, at=now, by=osei)
    assert ArticleAnswer.objects.get().by == lind


def test_the_desk_and_the_person_do_not_answer(
    question: ArticleQuestion, desk: User, ade_user: User, now: datetime
) -> None:
    for user in (desk, ade_user):
        with pytest.raises(Refused) as refused:
            deeds.answer_question(question, words="So.", talked=False, at=now, by=user)
        assert refused.value.code == "not-your-deed"


def test_who_walks_with_a_person_sees_nothing_of_it(
    *,
    question: ArticleQuestion,
    ade: Person,
    ade_user: User,
    rio: User,
    lind: User,
    desk: User,
    marsh: User,
    bo_user: User,
    now: datetime,
) -> None:
    deeds.mark_read(ade, "couples", at=now, by=ade_user)
    deeds.choose_article(ade, step="preparation", name="rights", shown=True, at=now, by=lind)
    deeds.answer_question(question, words="Call me.", talked=False, at=now, by=lind)
    for table in (ArticleQuestion, ArticleAnswer, ArticleRead):
        for user in (rio, desk, marsh, bo_user):
            assert not table.objects.visible_to(user).exists(), (table, user)
        for user in (lind, ade_user):
            assert table.objects.visible_to(user).count() == 1


def test_the_audit_trail_holds_no_word_of_a_question(question: ArticleQuestion) -> None:
    for entry in Entry.objects.all():
        assert SECRET not in str(entry.content())


def titles(person: Person, step: str) -> set[str]:
    return {each.article.id for each in shelves.shown_to(person)[step]}


def test_what_ships_is_shown_until_the_practice_and_then_a_person_differ(
    ade: Person, bo: Person, lind: User, now: datetime
) -> None:
    shipped = {each.id for each in room.for_step("medicine")}
    assert titles(ade, "medicine") == shipped == {"session", "side-effects"}
    deeds.settle_article(step="medicine", name="side-effects", shown=False, at=now, by=lind)
    assert titles(ade, "medicine") == {"session"}
    assert titles(bo, "medicine") == shipped
    deeds.choose_article(ade, step="medicine", name="side-effects", shown=True, at=now, by=lind)
    deeds.choose_article(ade, step="medicine", name="session", shown=False, at=now, by=lind)
    (shown,) = shelves.shown_to(ade)["medicine"]
    assert shown.article.id == "side-effects"
    assert shown.own


def test_choosing_what_is_so_already_writes_nothing(ade: Person, lind: User, now: datetime) -> None:
    again = deeds.settle_article(step="medicine", name="session", shown=True, at=now, by=lind)
    assert again is None
    choose = {"step": "medicine", "name": "pain", "shown": True}
    first = deeds.choose_article(ade, **choose, at=now, by=lind)  # type: ignore[arg-type]
    assert deeds.choose_article(ade, **choose, at=now, by=lind) == first  # type: ignore[arg-type]
    assert not Entry.objects.filter(did="settle article").exists()


Choice = Callable[[Person, datetime, User], object]


def for_one(person: Person, now: datetime, by: User) -> object:
    return deeds.choose_article(person, step="medicine", name="pain", shown=True, at=now, by=by)


def for_all(person: Person, now: datetime, by: User) -> object:
    return deeds.settle_article(step="medicine", name="pain", shown=True, at=now, by=by)


@pytest.mark.parametrize("choose", [for_one, for_all])
def test_the_desk_chooses_nothing(choose: Choice, ade: Person, desk: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        choose(ade, now, desk)
    assert refused.value.code == "not-your-deed"


def test_a_step_that_is_not_on_the_road_is_refused(ade: Person, lind: User, now: datetime) -> None:
    with pytest.raises(Refused, match="no such step"):
        deeds.choose_article(ade, step="party", name="pain", shown=True, at=now, by=lind)


def test_an_article_is_signed_for_in_ones_own_name_and_once(
    lind: User, marsh: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shelves.reviews(lind.practice) == {}
    with pytest.raises(Refused):
        deeds.review_article("pain", signed="Osei", at=now, by=lind)
    deeds.review_article("pain", signed="lind", at=now, by=lind)
    assert shelves.reviews(lind.practice)["pain"].signed_name == lind.signed_name
    assert shelves.reviews(marsh.practice) == {}
    with pytest.raises(Refused, match="You have signed"):
        deeds.review_article("pain", signed="Lind", at=now, by=lind)
    monkeypatch.setattr(room, "digest_of", lambda name: "0" * 64)
    assert shelves.reviews(lind.practice) == {}
    assert ArticleReview.objects.count() == 1


def test_the_desk_signs_for_nothing(desk: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        deeds.review_article("pain", signed="Desk", at=now, by=desk)
    assert refused.value.code == "not-your-deed"
