"""A reason is something that the next clinician can read."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records import refusals
from kapstone.web.records.actions import notices
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.models import Course, GivenFact, Notice, NoticeAnswer, ScreeningDecision

ZERO_WIDTH, HANGUL_FILLER, JOINER = "\u200b", "\u3164", "\u2060"
UNSEEN = [each * 30 for each in (" ", ".", ZERO_WIDTH, HANGUL_FILLER, JOINER, "\u00ad")]


@pytest.mark.parametrize("reason", UNSEEN)
def test_what_nobody_can_read_is_blank(reason: str) -> None:
    assert refusals.is_blank(reason)
    assert refusals.is_short(reason)
    assert not refusals.is_blank(f"{reason}a")


@pytest.mark.parametrize(
    ("reason", "is_short"),
    [("n" * 19, True), ("n" * 20, False), ("n " * 19, True), ("7" * 20, False), ("語" * 20, False)],
)
def test_twenty_letters_or_digits_of_any_script_are_a_reason(reason: str, is_short: bool) -> None:
    assert refusals.is_short(reason) is is_short


@pytest.mark.parametrize("reason", UNSEEN)
def test_nothing_is_settled_or_decided_without_words(
    reason: str, course: Course, osei: User, now: datetime
) -> None:
    earlier = now - timedelta(days=1)
    deeds.give_fact(course.person, "aneurysm", True, origin="clinician", at=earlier, by=osei)
    told = deeds.Telling(fact="aneurysm", value=False, origin="clinician", at=now, words=reason)
    with pytest.raises(refusals.Refused) as found:
        deeds.settle_fact(course, told, by=osei)
    assert found.value.code == "short-reason"
    with pytest.raises(refusals.Refused) as found:
        deeds.decide_screening(course, decision="not_yet", reason=reason, at=now, by=osei)
    assert found.value.code == "no-reason"
    assert not GivenFact.objects.exclude(settles=[]).exists()
    assert not ScreeningDecision.objects.exists()


@pytest.mark.parametrize("words", UNSEEN)
def test_no_risk_is_reviewed_and_no_notice_closed_without_words(
    words: str, course: Course, osei: User, now: datetime
) -> None:
    urgent: Notice = notices.open_notice(
        course.person, kind="suicide-risk", level="si_urgent", says="C-SSRS", at=now, by=osei
    )
    with pytest.raises(refusals.Refused) as found:
        notices.review_risk(urgent, words=words, closes=False, at=now, by=osei)
    assert found.value.code == "short-reason"
    with pytest.raises(refusals.Refused) as found:
        notices.answer_notice(urgent, words=words, closes=True, at=now, by=osei)
    assert found.value.code == "no-words"
    assert not NoticeAnswer.objects.exists()


@pytest.mark.parametrize(("length", "signs"), [(4_000, True), (4_001, False)])
def test_a_reason_has_an_end(
    *, length: int, signs: bool, course: Course, osei: User, enter: Enter, now: datetime
) -> None:
    decision, reason = "not_yet", "n" * length
    told = {"decision": decision, "reason": reason}
    if not signs:
        with pytest.raises(refusals.Refused) as found:
            deeds.decide_screening(course, decision=decision, reason=reason, at=now, by=osei)
        assert found.value.code == "long-reason"
    answer = enter(osei).post(f"/courses/{course.pk}/screening/", told)
    assert answer.status_code == (302 if signs else 422)
    assert ScreeningDecision.objects.exists() is signs
    if not signs:
        assert "at most 4000 characters" in answer.content.decode()


def test_a_long_reason_is_shown_in_short_beside_the_link_to_all_of_it(
    course: Course, osei: User, enter: Enter, now: datetime
) -> None:
    row = deeds.decide_screening(course, decision="not_yet", reason="n" * 4_000, at=now, by=osei)
    browser = enter(osei)
    page = browser.get(f"/courses/{course.pk}/screening/").content.decode()
    assert "n" * 601 not in page
    assert "n" * 4_000 in browser.get(f"/decisions/{row.pk}/").content.decode()
