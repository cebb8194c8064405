"""Answers are kept as they are given; what points to suicide is acted on at once, and once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kapstone import instruments
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import notices, questionnaires
from kapstone.web.records.models import Course, Notice, Sheet, SheetAnswer, SheetScore
from kapstone.web.records.refusals import Refused

PHQ9 = [item.id for item in instruments.instrument("phq9").item]
ITEM_9 = next(item.id for item in instruments.instrument("phq9").item if item.risk)


def answer(sheet: Sheet, values: dict[str, float], at: datetime, by: User) -> list[str | None]:
    return [
        questionnaires.answer_item(sheet, item, value, at=at, by=by)
        for item, value in values.items()
    ]


@pytest.fixture
def others() -> dict[str, float]:
    """Every scored item but the ninth, answered with 1."""
    scored = [item.id for item in instruments.instrument("phq9").item if item.scored]
    return {item: 1.0 for item in scored if item != ITEM_9}


def test_an_answer_is_kept_before_anything_is_finished(
    phq9: Sheet, ade_user: User, now: datetime
) -> None:
    answer(phq9, {PHQ9[0]: 2}, now, ade_user)
    assert questionnaires.answers_of(phq9) == {PHQ9[0]: 2}


def test_a_changed_mind_corrects_and_keeps_what_stood_before(
    phq9: Sheet, ade_user: User, now: datetime
) -> None:
    answer(phq9, {PHQ9[0]: 2}, now, ade_user)
    answer(phq9, {PHQ9[0]: 0}, now, ade_user)
    assert questionnaires.answers_of(phq9) == {PHQ9[0]: 0}
    assert [row.value for row in SheetAnswer.objects.order_by("pk")] == [2, 0]


def test_the_same_answer_sent_twice_is_one_row(phq9: Sheet, ade_user: User, now: datetime) -> None:
    answer(phq9, {PHQ9[0]: 2}, now, ade_user)
    answer(phq9, {PHQ9[0]: 2}, now, ade_user)
    assert SheetAnswer.objects.count() == 1


@pytest.mark.parametrize(
    ("item", "value", "code"),
    [("no-such", 1, "no-such-item"), (PHQ9[0], 4, "not-a-choice"), (PHQ9[0], 0.5, "not-a-choice")],
)
def test_what_is_no_answer_is_refused(
    *, item: str, value: float, code: str, phq9: Sheet, ade_user: User, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        questionnaires.answer_item(phq9, item, value, at=now, by=ade_user)
    assert refused.value.code == code
    assert not SheetAnswer.objects.exists()


def test_item_nine_opens_a_notice_before_the_sheet_is_finished(
    phq9: Sheet, ade_user: User, now: datetime
) -> None:
    assert answer(phq9, {ITEM_9: 1}, now, ade_user) == ["si_positive"]
    assert Notice.objects.get().level == "si_positive"
    assert not SheetScore.objects.exists()


def test_item_nine_answered_with_nought_opens_nothing(
    phq9: Sheet, ade_user: User, now: datetime
) -> None:
    assert answer(phq9, {ITEM_9: 0}, now, ade_user) == [None]
    assert not Notice.objects.exists()


def test_the_notice_is_opened_once_however_often_the_answer_is_sent(
    phq9: Sheet, ade_user: User, others: dict[str, float], now: datetime
) -> None:
    answer(phq9, {ITEM_9: 1}, now, ade_user)
    answer(phq9, {ITEM_9: 1, **others}, now, ade_user)
    questionnaires.finish_sheet(phq9, at=now, by=ade_user)
    assert Notice.objects.count() == 1


def test_sending_the_same_answer_again_does_not_reopen_a_closed_notice(
    phq9: Sheet, ade_user: User, lind: User, now: datetime
) -> None:
    answer(phq9, {ITEM_9: 1}, now, ade_user)
    notices.answer_notice(Notice.objects.get(), words="Spoke.", closes=True, at=now, by=lind)
    answer(phq9, {ITEM_9: 1}, now, ade_user)
    assert Notice.objects.count() == 1


def test_a_graver_answer_opens_a_notice_of_its_own(
    cssrs: Sheet, ade_user: User, now: datetime
) -> None:
    risks = answer(cssrs, {"thoughts": 1, "intent": 1}, now, ade_user)
    assert risks == ["si_positive", "si_urgent"]
    assert set(Notice.objects.values_list("level", flat=True)) == {"si_positive", "si_urgent"}


def test_a_question_behind_a_no_is_not_asked(cssrs: Sheet, ade_user: User, now: datetime) -> None:
    answer(cssrs, {"thoughts": 0}, now, ade_user)
    with pytest.raises(Refused):
        answer(cssrs, {"intent": 1}, now, ade_user)


def test_a_blank_item_nine_is_flagged_when_the_sheet_is_finished(
    phq9: Sheet, ade_user: User, others: dict[str, float], now: datetime
) -> None:
    answer(phq9, others, now, ade_user)
    assert not Notice.objects.exists()
    score = questionnaires.finish_sheet(phq9, at=now, by=ade_user)
    assert Notice.objects.get().level == "si_blank"
    assert ITEM_9 in score.missing


def test_a_whole_sheet_has_its_total_band_and_digest(
    phq9: Sheet, ade_user: User, others: dict[str, float], now: datetime
) -> None:
    answer(phq9, {**others, ITEM_9: 0}, now, ade_user)
    score = questionnaires.finish_sheet(phq9, at=now, by=ade_user)
    today = instruments.score(instruments.instrument("phq9"), {**others, ITEM_9: 0})
    assert (score.total, score.band, score.missing) == (8, today.band, [])
    assert score.knowledge_digest == today.digest
    assert score.answers == {**others, ITEM_9: 0}


def test_finishing_twice_gives_the_first_score(
    phq9: Sheet, ade_user: User, others: dict[str, float], now: datetime
) -> None:
    answer(phq9, {**others, ITEM_9: 0}, now, ade_user)
    first = questionnaires.finish_sheet(phq9, at=now, by=ade_user)
    assert questionnaires.finish_sheet(phq9, at=now, by=ade_user) == first


def test_a_sheet_without_any_answer_is_not_finished(
    phq9: Sheet, ade_user: User, now: datetime
) -> None:
    with pytest.raises(Refused, match="nothing has been answered"):
        questionnaires.finish_sheet(phq9, at=now, by=ade_user)


def test_a_finished_sheet_takes_no_answer(phq9: Sheet, ade_user: User, now: datetime) -> None:
    answer(phq9, {PHQ9[0]: 1}, now, ade_user)
    questionnaires.finish_sheet(phq9, at=now, by=ade_user)
    with pytest.raises(Refused, match="finished"):
        answer(phq9, {PHQ9[0]: 2}, now, ade_user)


def test_correcting_a_finished_sheet_scores_it_anew_for_the_same_day(
    phq9: Sheet, ade_user: User, lind: User, others: dict[str, float], now: datetime
) -> None:
    answer(phq9, {**others, ITEM_9: 0}, now, ade_user)
    first = questionnaires.finish_sheet(phq9, at=now, by=ade_user)
    later = now + timedelta(days=2)
    second = questionnaires.correct_answer(
        phq9, PHQ9[0], 3, reason="Ade misread the line.", at=later, by=lind
    )
    assert (first.total, second.total) == (8, 10)
    assert (second.corrects, second.at) == (first, now)
    assert SheetScore.objects.standing().get() == second


def test_correcting_item_nine_upwards_opens_the_notice(
    phq9: Sheet, ade_user: User, lind: User, others: dict[str, float], now: datetime
) -> None:
    answer(phq9, {**others, ITEM_9: 0}, now, ade_user)
    questionnaires.finish_sheet(phq9, at=now, by=ade_user)
    questionnaires.correct_answer(phq9, ITEM_9, 2, reason="Said so by phone.", at=now, by=lind)
    assert Notice.objects.get().level == "si_urgent"


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_correction_without_a_reason_is_refused(
    reason: str, phq9: Sheet, ade_user: User, lind: User, now: datetime
) -> None:
    answer(phq9, {PHQ9[0]: 1}, now, ade_user)
    questionnaires.finish_sheet(phq9, at=now, by=ade_user)
    with pytest.raises(Refused, match="Say why"):
        questionnaires.correct_answer(phq9, PHQ9[0], 2, reason=reason, at=now, by=lind)
    assert questionnaires.answers_of(phq9) == {PHQ9[0]: 1}


def test_answers_taken_by_phone_stand_under_the_name_of_the_one_who_asked(
    cssrs: Sheet, lind: User, now: datetime
) -> None:
    given = {"wish_dead": 0.0, "thoughts": 0.0, "behavior": 0.0}
    questionnaires.take_down(cssrs, given, finish=True, at=now, by=lind)
    assert {row.by for row in SheetAnswer.objects.all()} == {lind}
    assert SheetScore.objects.get().band == "none"


def test_an_answer_behind_a_no_is_refused_with_all_the_others(
    cssrs: Sheet, lind: User, now: datetime
) -> None:
    with pytest.raises(Refused, match="not asked"):
        questionnaires.take_down(
            cssrs, {"thoughts": 0.0, "intent": 1.0}, finish=True, at=now, by=lind
        )
    assert not SheetAnswer.objects.exists()


def test_one_open_sheet_of_a_kind_is_enough(course: Course, lind: User, now: datetime) -> None:
    questionnaires.ask_now(course, "gad7", at=now, by=lind)
    with pytest.raises(Refused, match="open already"):
        questionnaires.ask_now(course, "gad7", at=now + timedelta(hours=1), by=lind)
    questionnaires.ask_now(course, "gad7", at=now + timedelta(days=4), by=lind)
    assert Sheet.objects.count() == 2


def test_an_attempt_whose_time_is_left_blank_is_treated_as_recent(
    course: Course, lind: User, ade_user: User, now: datetime
) -> None:
    sheet = questionnaires.ask_now(course, "cssrs-screener", at=now, by=lind)
    answer(sheet, {"wish_dead": 0, "thoughts": 0, "behavior": 1}, now, ade_user)
    score = questionnaires.finish_sheet(sheet, at=now, by=ade_user)
    assert score.band == "high"
    assert {notice.level for notice in Notice.objects.all()} == {
        "si_positive",
        "si_blank",
        "si_urgent",
    }
