"""The life of a notice of risk: opened, seen, passed on, answered, reviewed, closed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils.html import strip_tags
from web.logging_in import Enter
from web.notices.conftest import ITEM_9

from kapstone import instruments
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import episode
from kapstone.web.records.actions import courses, escalating, notices, questionnaires
from kapstone.web.records.models import Course, Entry, Notice, NoticeAnswer, NoticeSeen, Sheet
from kapstone.web.records.refusals import Refused

WORDS = "Spoke for half an hour; safety plan gone over, partner stays tonight."


def page_of(notice: Notice) -> str:
    return reverse("notice", args=[notice.pk])


def seen_at(notice: Notice) -> str:
    return reverse("see_notice", args=[notice.pk])


def test_looking_at_the_address_alone_is_not_having_seen_it(
    urgent: Notice, enter: Enter, lind: User
) -> None:
    page = enter(lind).get(page_of(urgent)).content.decode()
    assert not NoticeSeen.objects.exists()
    assert f'hx-post="{seen_at(urgent)}"' in page
    assert 'hx-trigger="load, submit"' in page


def test_each_clinician_has_seen_it_once(
    urgent: Notice, enter: Enter, lind: User, osei: User
) -> None:
    for _ in range(2):
        assert enter(lind).post(seen_at(urgent))["Location"] == page_of(urgent)
    enter(osei).post(seen_at(urgent))
    assert [row.by for row in NoticeSeen.objects.order_by("pk")] == [lind, osei]
    assert Entry.objects.filter(did="note notice seen").count() == 2


def test_the_page_that_tells_it_gets_the_episode_back(
    urgent: Notice, enter: Enter, lind: User
) -> None:
    answer = enter(lind).post(seen_at(urgent), headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert page.lstrip().startswith('<section class="card" id="episode">')
    assert "<b>Seen</b>" in page
    assert "hx-post" not in page


def test_the_front_desk_neither_sees_nor_reviews(
    urgent: Notice, enter: Enter, desk: User, now: datetime
) -> None:
    assert enter(desk).post(seen_at(urgent)).status_code == 403
    with pytest.raises(Refused) as refused:
        notices.see_notice(urgent, at=now, by=desk)
    assert refused.value.code == "not-your-deed"


@pytest.mark.parametrize("name", ["see_notice", "review_risk"])
def test_another_practice_finds_nothing(
    name: str, urgent: Notice, enter: Enter, marsh: User
) -> None:
    answer = enter(marsh).post(reverse(name, args=[urgent.pk]), {"words": WORDS})
    assert answer.status_code == 404
    assert not NoticeSeen.objects.exists()
    assert not NoticeAnswer.objects.exists()


def test_the_episode_tells_all_in_order(
    urgent: Notice, abara: User, lind: User, osei: User, now: datetime
) -> None:
    def after(minutes: int) -> datetime:
        return now + timedelta(minutes=minutes)

    notices.see_notice(urgent, at=after(10), by=abara)
    escalating.escalate_unanswered(at=after(60))
    notices.answer_notice(urgent, words="Calling now.", closes=False, at=after(65), by=abara)
    notices.review_risk(urgent, words=WORDS, closes=True, at=after(90), by=lind)
    lines = episode.timeline(urgent)
    assert [(line.at, line.by) for line in lines] == [
        (now, "Ade Bello"),
        (after(10), "Abara"),
        (after(60), ""),
        (after(65), "Abara"),
        (after(90), "Lind"),
    ]
    assert [line.title for line in lines if line.by] == [
        *("Opened", "Seen", "Answered", "Reviewed and closed"),
    ]
    assert lines[2].words == "To Osei, after 60 min without an answer."


@pytest.mark.parametrize(
    ("minutes", "says"),
    [
        (59, "Has waited 59 min; to be answered within 60 min."),
        (60, "Has waited 60 min, 0 min over the 60 min that the practice set."),
        (185, "Has waited 3 h 5 min, 2 h 5 min over the 60 min that the practice set."),
    ],
)
@pytest.mark.parametrize("page", ["today", "notices", "course"])
def test_the_lists_show_how_long_it_waits_against_the_set_time(
    *, page: str, minutes: int, says: str, urgent: Notice, course: Course, enter: Enter, lind: User
) -> None:
    with clock.at(urgent.at + timedelta(minutes=minutes)):
        shown = enter(lind).get(reverse(page, args=[course.pk] if page == "course" else []))
    assert f"{says} No dosing until it is reviewed." in shown.content.decode()


def test_an_answered_one_waits_for_closing_only(
    positive: Notice, enter: Enter, lind: User, now: datetime
) -> None:
    notices.answer_notice(positive, words="Called.", closes=False, at=now, by=lind)
    with clock.at(now + timedelta(days=1)):
        shown = enter(lind).get(reverse("notices")).content.decode()
    assert "Answered, not closed yet." in shown
    assert "Has waited" not in shown
    assert "No dosing" not in shown


def test_the_desk_reads_neither_the_answer_nor_that_dosing_is_blocked(
    urgent: Notice, enter: Enter, desk: User
) -> None:
    page = enter(desk).get(reverse("today")).content.decode()
    assert "A notice waits for a clinician." in page
    assert "dosing" not in page.lower()


@pytest.mark.parametrize("page", ["today", "notices", "course"])
def test_what_was_closed_without_a_review_stays_on_every_list_until_it_has_one(
    *, page: str, urgent: Notice, course: Course, enter: Enter, abara: User, lind: User
) -> None:
    says = "Closed by Abara, not yet reviewed: no dosing."
    address = reverse(page, args=[course.pk] if page == "course" else [])
    notices.answer_notice(urgent, words="Sat with them.", closes=True, at=urgent.at, by=abara)
    assert says in enter(lind).get(address).content.decode()
    notices.review_risk(urgent, words=WORDS, closes=False, at=urgent.at, by=lind)
    words = enter(lind).get(address).content.decode()
    assert says not in words
    assert page_of(urgent) not in words


def test_the_page_of_a_risk_leads_to_what_stands_beside_it(
    urgent: Notice, course: Course, enter: Enter, lind: User
) -> None:
    browser = enter(lind)
    page = browser.get(page_of(urgent)).content.decode()
    asked = Sheet.objects.get()
    assert f'href="{reverse("sheet", args=[asked.pk])}"' in page
    assert "No C-SSRS was ever finished" in page
    assert f'href="{reverse("safety_plan", args=[course.pk])}"' in page
    told = {"instrument": "cssrs-since"}
    to = browser.post(reverse("take_sheet", args=[course.pk]), told)["Location"]
    taken = Sheet.objects.get(instrument="cssrs-since")
    assert to == reverse("answer_sheet", args=[taken.pk])


# review


def test_a_review_and_a_close_are_one_answer(urgent: Notice, enter: Enter, lind: User) -> None:
    told = {"words": WORDS, "action": "close", "reached": "spoke"}
    answer = enter(lind).post(reverse("review_risk", args=[urgent.pk]), told)
    assert answer["Location"] == page_of(urgent)
    row = NoticeAnswer.objects.get()
    assert (row.reviews, row.closes, row.by, row.words) == (True, True, lind, WORDS)
    assert row.reached is True
    assert Entry.objects.filter(did="review risk").count() == 1


@pytest.mark.parametrize("words", ["", "ok, spoke", "   "])
def test_a_review_without_its_words_is_refused(
    words: str, urgent: Notice, enter: Enter, lind: User
) -> None:
    told = {"words": words, "action": "review", "reached": "spoke"}
    answer = enter(lind).post(reverse("review_risk", args=[urgent.pk]), told)
    assert answer.status_code == 422
    assert not NoticeAnswer.objects.exists()


def test_a_session_monitor_answers_and_closes_but_does_not_review(
    urgent: Notice, enter: Enter, abara: User, now: datetime
) -> None:
    notices.answer_notice(urgent, words="Sat with them.", closes=True, at=now, by=abara)
    page = enter(abara).get(page_of(urgent)).content.decode()
    assert "No dosing until a prescriber or therapist has reviewed this." in page
    assert 'id="review"' not in page
    with pytest.raises(Refused) as refused:
        notices.review_risk(urgent, words=WORDS, closes=False, at=now, by=abara)
    assert refused.value.code == "not-your-deed"
    assert Notice.objects.unreviewed().get() == urgent


def test_what_was_closed_can_still_be_reviewed_and_is_not_closed_again(
    urgent: Notice, abara: User, osei: User, now: datetime
) -> None:
    notices.answer_notice(urgent, words="Sat with them.", closes=True, at=now, by=abara)
    review = notices.review_risk(urgent, words=WORDS, closes=True, at=now, by=osei)
    assert review.closes is False
    assert not Notice.objects.unreviewed().exists()


def test_a_second_review_is_refused(urgent: Notice, osei: User, lind: User, now: datetime) -> None:
    notices.review_risk(urgent, words=WORDS, closes=False, at=now, by=osei)
    with pytest.raises(Refused) as refused:
        notices.review_risk(urgent, words=WORDS, closes=False, at=now, by=lind)
    assert refused.value.code == "reviewed"


def test_only_an_urgent_answer_is_reviewed(positive: Notice, osei: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        notices.review_risk(positive, words=WORDS, closes=False, at=now, by=osei)
    assert refused.value.code == "not-urgent"
    assert not Notice.objects.unreviewed().exists()


VOICEMAIL = "Rang him, no answer, left a voicemail."


def test_a_review_says_whether_they_were_reached(urgent: Notice, enter: Enter, lind: User) -> None:
    told = {"words": VOICEMAIL, "action": "review"}
    answer = enter(lind).post(reverse("review_risk", args=[urgent.pk]), told)
    assert answer.status_code == 422
    assert not NoticeAnswer.objects.exists()


@pytest.mark.parametrize("action", ["review", "close"])
def test_not_reached_is_kept_and_reviews_and_closes_nothing(
    action: str, urgent: Notice, enter: Enter, lind: User
) -> None:
    told = {"words": VOICEMAIL, "action": action, "reached": "not_reached"}
    browser = enter(lind)
    page = browser.post(reverse("review_risk", args=[urgent.pk]), told, follow=True)
    assert "It is no review: dosing stays blocked" in page.content.decode()
    row = NoticeAnswer.objects.get()
    assert (row.reached, row.reviews, row.closes, row.words) == (False, False, False, VOICEMAIL)
    assert Notice.objects.unreviewed().get() == urgent
    assert Notice.objects.open().unanswered().get() == urgent
    assert [line.title for line in episode.timeline(urgent)][1:] == ["Tried, not reached"]


def test_the_clock_runs_on_while_nobody_was_reached(
    urgent: Notice, lind: User, abara: User, osei: User, now: datetime
) -> None:
    notices.note_unreached(urgent, words=VOICEMAIL, at=now, by=lind)
    row: Any
    (row,) = episode.timed([urgent], lind.practice, now=now + timedelta(minutes=60))
    assert row.waits.startswith("Has waited 60 min, 0 min over")
    assert escalating.escalate_unanswered(at=now + timedelta(minutes=59)) == 0
    assert escalating.escalate_unanswered(at=now + timedelta(minutes=60)) == 1


def test_an_answer_after_it_stops_the_clock(
    urgent: Notice, lind: User, osei: User, now: datetime
) -> None:
    notices.note_unreached(urgent, words=VOICEMAIL, at=now, by=lind)
    notices.review_risk(urgent, words=WORDS, closes=True, at=now, by=lind)
    assert escalating.escalate_unanswered(at=now + timedelta(days=1)) == 0
    assert not Notice.objects.unsettled().exists()


def test_a_session_monitor_says_not_reached_too(
    positive: Notice, enter: Enter, abara: User
) -> None:
    told = {"words": VOICEMAIL, "action": "unreached"}
    assert "Not reached</button>" in enter(abara).get(page_of(positive)).content.decode()
    enter(abara).post(page_of(positive), told)
    assert NoticeAnswer.objects.filter(reached=False, by=abara).count() == 1
    assert Notice.objects.unanswered().get() == positive


@pytest.mark.parametrize("words", ["", " ", "..."])
def test_not_reached_says_how_it_was_tried(
    words: str, urgent: Notice, abara: User, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        notices.note_unreached(urgent, words=words, at=now, by=abara)
    assert refused.value.code == "no-words"


def test_only_about_a_risk_is_it_asked(
    course: Course, enter: Enter, abara: User, now: datetime
) -> None:
    other = notices.open_notice(
        course.person, kind="resting", level="yellow", says="Pressure", at=now, by=abara
    )
    assert "Not reached" not in enter(abara).get(page_of(other)).content.decode()
    with pytest.raises(Refused) as refused:
        notices.note_unreached(other, words=VOICEMAIL, at=now, by=abara)
    assert refused.value.code == "no-risk"


@pytest.mark.parametrize("settles", ["reviews", "closes"])
def test_the_database_keeps_not_reached_from_settling_anything(
    settles: str, urgent: Notice, lind: User, now: datetime
) -> None:
    with pytest.raises(IntegrityError, match="not_reached_settles_nothing"):
        NoticeAnswer.objects.create(
            notice=urgent, words=WORDS, reached=False, at=now, by=lind, **{settles: True}
        )


# on the chart


def text_of(page: bytes) -> str:
    return " ".join(strip_tags(page.decode()).split())


def test_the_episode_stands_on_the_charts_timeline(
    *, urgent: Notice, course: Course, enter: Enter, abara: User, lind: User, now: datetime
) -> None:
    address = reverse("course", args=[course.pk])
    notices.answer_notice(urgent, words="Calling now.", closes=False, at=now, by=abara)
    notices.note_unreached(urgent, words=VOICEMAIL, at=now, by=abara)
    notices.review_risk(urgent, words=WORDS, closes=True, at=now, by=lind)
    said = text_of(enter(lind).get(address).content)
    assert f"Risk reviewed {WORDS} Lind" in said
    assert f"Tried, not reached {VOICEMAIL} Abara" in said
    assert "Risk notice answered Calling now. Abara" in said
    assert f"Risk notice {urgent.says}" in said
    assert "Risk notice closed" not in said


def test_an_answer_about_suicide_stands_on_the_chart_and_beside_the_measures(
    urgent: Notice, course: Course, enter: Enter, lind: User, now: datetime
) -> None:
    sheet = Sheet.objects.get()
    with clock.at(now):
        for item in instruments.instrument("phq9").item:
            if item.id != ITEM_9:
                questionnaires.answer_item(sheet, item.id, 0, at=now, by=lind)
        questionnaires.finish_sheet(sheet, at=now, by=lind)
    for page, says in (
        ("course", "! PHQ-9: suicide risk, urgent"),
        ("measures", "! suicide risk, urgent"),
    ):
        said = text_of(enter(lind).get(reverse(page, args=[course.pk])).content)
        assert said.count("suicide risk") == said.count(says) == 1


@pytest.mark.parametrize(("notes", "link"), [(18, False), (19, True)])
def test_what_came_before_the_twenty_newest_is_a_link_away(
    *, notes: int, link: bool, urgent: Notice, course: Course, enter: Enter, lind: User
) -> None:
    """The notice itself and the answers to it make two more."""
    soon = urgent.at + timedelta(seconds=30)
    notices.answer_notice(urgent, words="Called.", closes=True, at=soon, by=lind)
    for each in range(notes):
        at = urgent.at + timedelta(minutes=each + 1)
        courses.write_note(course, kind="note", text=f"Note {each}.", at=at, by=lind)
    address = reverse("course", args=[course.pk])
    browser = enter(lind)
    page = browser.get(address).content.decode()
    assert ('href="?happened=all#happened"' in page) is link
    assert (f"Risk notice</span> {urgent.says}" in page) is not link
    whole = browser.get(f"{address}?happened=all").content.decode()
    assert f"Risk notice</span> {urgent.says}" in whole
    assert "Earlier" not in whole


def test_the_chart_says_close_once_every_notice_was_answered(
    urgent: Notice, course: Course, enter: Enter, lind: User, now: datetime
) -> None:
    address, browser = reverse("course", args=[course.pk]), enter(lind)
    assert "answer the notice" in text_of(browser.get(address).content)
    notices.note_unreached(urgent, words=VOICEMAIL, at=now, by=lind)
    assert "answer the notice" in text_of(browser.get(address).content)
    notices.review_risk(urgent, words=WORDS, closes=False, at=now, by=lind)
    said = text_of(browser.get(address).content)
    assert "answer the notice" not in said
    assert "close the notice" in said
    assert "Answered and reviewed, not closed yet." in said
