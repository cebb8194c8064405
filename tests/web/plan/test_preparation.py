"""Preparation: its sessions, the person's own words, music, voice, exercises, what is covered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from web.logging_in import Enter

from kapstone.screening.candidates import READINESS
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import carried, copies, meetings, ready, waiting
from kapstone.web.records.actions import courses, preparing, screening, sessions
from kapstone.web.records.models import Course, Preparation, PreparationAnswer
from kapstone.web.records.pathway import facts_of, steps
from kapstone.web.records.refusals import Refused

PLAN: dict[str, Any] = {
    "preparation": 2,
    "medicine": 6,
    "integration": 6,
    "route": "iv",
    "days_between": 4,
    "review_after": 6,
}
HOUR = timedelta(hours=1)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def at(name: str, course: Course, *more: str) -> str:
    return reverse(name, args=[course.pk, *more])


def own(name: str) -> str:
    return reverse("portal:own_answer", args=[name])


def states(course: Course, now: datetime) -> dict[str, str]:
    ((told, facts),) = facts_of(Course.objects.filter(pk=course.pk), now=now).items()
    found = ready.checklist(told, facts, carried.of(course), now=now)
    return {each.line.id: each.state for each in found}


# the sessions of the plan


def test_each_planned_session_is_held_agreed_or_to_come(
    course: Course, osei: User, lind: User, now: datetime
) -> None:
    courses.plan_roadmap(course, {**PLAN, "preparation": 3}, at=now, by=osei)
    courses.hold_preparation(course, {"note": "She slept badly."}, at=now - HOUR, by=lind)
    courses.hold_preparation(course, {"held": False}, at=now, by=lind)
    courses.book(course, kind="preparation", starts_at=now + HOUR, at=now, by=lind)
    one, two, three = meetings.of(course, now=now)
    assert one.held is not None
    assert one.held.note == "She slept badly."
    assert two.booked is not None
    assert two.booked.starts_at == now + HOUR
    assert (three.held, three.booked, three.planned) == (None, None, True)


def test_a_session_beyond_the_plan_is_shown_as_such(
    course: Course, osei: User, lind: User, now: datetime
) -> None:
    courses.plan_roadmap(course, {**PLAN, "preparation": 1}, at=now, by=osei)
    for _ in range(2):
        courses.hold_preparation(course, {}, at=now, by=lind)
    assert [each.planned for each in meetings.of(course, now=now)] == [True, False]


def test_the_page_and_the_road_show_held_and_to_come(
    enter: Enter, course: Course, osei: User, lind: User, now: datetime
) -> None:
    courses.plan_roadmap(course, PLAN, at=now, by=osei)
    client = enter(lind)
    client.post(at("preparation", course), {"note": "We spoke of her brother."})
    page = text(client.get(at("preparation", course)))
    assert "1 of 2 held" in page
    assert "We spoke of her brother." in page
    assert page.count(">to come<") == 1
    road = text(client.get(at("roadmap", course)))
    assert "✓ held" in road
    assert "to come" in road


def test_the_board_says_how_many_were_held(
    enter: Enter, course: Course, osei: User, lind: User, now: datetime
) -> None:
    courses.plan_roadmap(course, PLAN, at=now, by=osei)
    courses.hold_preparation(course, {}, at=now, by=lind)
    sessions.plan_session(course, route="iv", planned_for=now + HOUR, room="2", at=now, by=osei)
    assert "prepared 1 of 2" in text(enter(lind).get(reverse("readiness")))


def test_an_intention_alone_says_nothing_of_touch(
    enter: Enter, course: Course, ade_user: User, lind: User
) -> None:
    enter(ade_user).post(own("intention"), {"answer": "To rest"})
    page = text(enter(lind).get(at("course", course)))
    assert "“To rest”" in page
    assert "No touch" not in page


def test_the_step_says_when_the_next_session_is(
    course: Course, osei: User, lind: User, now: datetime
) -> None:
    courses.plan_roadmap(course, PLAN, at=now, by=osei)
    courses.hold_preparation(course, {}, at=now, by=lind)

    def detail() -> tuple[str, datetime | None]:
        ((told, facts),) = facts_of(Course.objects.filter(pk=course.pk), now=now).items()
        step = next(each for each in steps(told, facts, now=now) if each.id == "preparation")
        return step.detail, step.due

    assert detail() == ("1 of 2", None)
    courses.book(course, kind="preparation", starts_at=now + HOUR, at=now, by=lind)
    assert detail() == ("1 of 2, next today 09:00", now + HOUR)


def test_preparation_waits_until_as_many_were_held_as_planned(
    course: Course, osei: User, lind: User, now: datetime
) -> None:
    courses.plan_roadmap(course, PLAN, at=now, by=osei)
    waits = [2, 1, 0]
    for left in waits:
        found = waiting.preparation_to_hold(Course.objects.all(), now)
        assert list(found) == ([course] if left else [])
        courses.hold_preparation(course, {}, at=now, by=lind)


# own words


def test_each_answer_is_kept_by_itself_and_the_earlier_one_stays(
    enter: Enter, course: Course, ade_user: User, lind: User
) -> None:
    client = enter(ade_user)
    client.post(own("worries"), {"answer": "Losing control"})
    client.post(own("worries"), {"answer": "That nothing happens"})
    first, second = PreparationAnswer.objects.order_by("pk")
    assert (first.value, second.value, second.corrects) == (
        "Losing control",
        "That nothing happens",
        first,
    )
    page = text(enter(lind).get(at("preparation", course)))
    assert "That nothing happens" in page
    assert "Losing control" not in page


def test_the_same_answer_sent_twice_is_one_row(
    course: Course, ade_user: User, lind: User, now: datetime
) -> None:
    def say(words: str, when: datetime) -> PreparationAnswer:
        return preparing.answer_preparation(course, "intention", words, at=when, by=ade_user)

    assert say("Rest", now) == say("Rest", now + HOUR)
    told = {"intentions": "To be brave"}
    courses.hold_preparation(course, told, at=now + 2 * HOUR, by=lind)
    assert carried.told(carried.of(course), "intention") == "To be brave"
    say("Rest", now + 3 * HOUR)
    assert carried.told(carried.of(course), "intention") == "Rest"


def test_never_and_not_answered_and_not_asked_are_three_things(
    enter: Enter, course: Course, ade_user: User, lind: User
) -> None:
    client, team = enter(ade_user), enter(lind)
    page = text(team.get(at("preparation", course)))
    assert "asked, not answered" not in page
    assert page.count("? not asked yet") == 8
    client.post(own("altered_states"), {"do": "not"})
    assert "! asked, not answered" in text(team.get(at("preparation", course)))
    client.post(own("altered_states"), {"answer": "never"})
    said = carried.of(course)
    assert carried.told(said, "altered_states") == "Never"
    assert "! asked, not answered" not in text(team.get(at("preparation", course)))


def test_what_was_hard_before_is_read_by_the_team_and_not_left_on_the_phone(
    enter: Enter, course: Course, ade_user: User, lind: User
) -> None:
    client = enter(ade_user)
    told = {"answer": "before", "words": "A bad trip at nineteen"}
    client.post(own("altered_states"), told)
    assert "A bad trip at nineteen" in text(enter(lind).get(at("preparation", course)))
    assert "A bad trip" not in text(client.get(reverse("portal:own_words")))
    assert "A bad trip" not in text(client.get(reverse("portal:export")))
    assert "A bad trip" in str(copies.full(course.person))


@pytest.mark.parametrize(
    ("question", "sent"),
    [
        ("hopes", {"answer": "  "}),
        ("altered_states", {"answer": "never", "words": "Once, at a party"}),
        ("intention", {"answer": "1\n2\n3\n4"}),
    ],
)
def test_what_cannot_be_kept_stays_in_the_form_with_the_reason(
    enter: Enter, course: Course, ade_user: User, question: str, sent: dict[str, str]
) -> None:
    answer = enter(ade_user).post(own(question), sent)
    assert answer.status_code == 422
    assert 'role="alert"' in text(answer)
    assert sent.get("words", "") in text(answer)
    assert not PreparationAnswer.objects.exists()


def test_a_question_that_is_not_asked_is_not_found(
    enter: Enter, course: Course, ade_user: User, lind: User
) -> None:
    assert enter(ade_user).post(own("dreams"), {"answer": "x"}).status_code == 404
    theirs = at("prepared_answer", course, "intention")
    assert enter(lind).post(theirs, {"answer": "x"}).status_code == 404


def test_the_therapist_writes_down_what_was_said_aloud(
    enter: Enter, course: Course, lind: User, abara: User, marsh: User
) -> None:
    address = at("prepared_answer", course, "altered_states")
    assert enter(abara).post(address, {"answer": "never"}).status_code == 403
    assert enter(marsh).post(address, {"answer": "never"}).status_code == 404
    client = enter(lind)
    refused = client.post(address, {"answer": "never", "words": "Once"})
    assert refused.status_code == 422
    assert "You chose Never" in text(refused)
    client.post(address, {"do": "not"})
    row = PreparationAnswer.objects.get()
    assert (row.value, row.by) == (None, lind)


def test_a_held_session_begins_with_the_newest_words(
    enter: Enter, course: Course, ade_user: User, lind: User, now: datetime
) -> None:
    courses.hold_preparation(course, {"intentions": "Old words"}, at=now - HOUR, by=lind)
    enter(ade_user).post(own("intention"), {"answer": "New words"})
    page = text(enter(lind).get(at("preparation", course)))
    assert "New words</textarea>" in page
    assert "Old words</textarea>" not in page


def test_the_chart_shows_the_newest_words_wherever_they_were_said(
    enter: Enter, course: Course, ade_user: User, lind: User, now: datetime
) -> None:
    said = {"intentions": "Old words", "worries": "To lose control"}
    courses.hold_preparation(course, said, at=now - HOUR, by=lind)
    assert "Old words" in text(enter(lind).get(at("course", course)))
    enter(ade_user).post(own("intention"), {"answer": "New words"})
    page = text(enter(lind).get(at("course", course)))
    _, _, card = page.partition("<h2>In their words</h2>")
    assert card.partition("</p>")[0].endswith("“New words”")
    assert "Worry: To lose control" in page


def test_nobody_elses_words_are_reached(
    enter: Enter, course: Course, ade_user: User, bo_user: User
) -> None:
    enter(ade_user).post(own("worries"), {"answer": "Losing control"})
    assert "Losing control" not in text(enter(bo_user).get(reverse("portal:own_words")))


# music, voice, exercises


def test_an_order_of_music_is_chosen_and_an_own_list_kept(
    enter: Enter, course: Course, ade_user: User, lind: User
) -> None:
    client = enter(ade_user)
    page = text(client.get(reverse("portal:music")))
    assert page.count('name="answer" value=') == 3
    assert "Satie, Gymnopédie No. 1" in page
    client.post(own("track_order"), {"answer": "works"})
    client.post(own("music_list"), {"answer": "Spiegel im Spiegel\n\nRain"})
    assert client.post(own("track_order"), {"answer": "radio"}).status_code == 422
    said = carried.of(course)
    assert carried.told(said, "track_order") == "Old works without words, 50 min"
    assert carried.own_list(said) == ["Spiegel im Spiegel", "Rain"]
    assert "Old works without words" in text(enter(lind).get(at("preparation", course)))


def test_no_voice_is_agreed_until_somebody_says_so(
    enter: Enter, course: Course, ade_user: User, lind: User
) -> None:
    mine, client = reverse("portal:preparation"), enter(ade_user)
    assert "We say no more than you agreed to." in text(client.get(mine))
    client.post(mine, {"music": "calm"})
    assert "voice" not in Preparation.objects.get().comforts
    client.post(mine, {"voice": "first", "voice_how": "Call me Ade"})
    page = text(enter(lind).get(at("preparation", course)))
    assert "Voice: Only when I speak first" in page
    assert "How to speak: Call me Ade" in page


def test_an_exercise_that_helps_is_among_what_steadies(
    enter: Enter, course: Course, ade_user: User, lind: User
) -> None:
    client = enter(ade_user)
    page = text(client.get(reverse("portal:exercises")))
    assert "Press, and let go. Three times." in page
    assert page.count('value="yes"') - page.count("data-ask-yes") == 7
    for name in ("feet", "long_out"):
        client.post(reverse("portal:exercise_helps", args=[name]), {"helps": "yes"})
    assert carried.steadying(carried.of(course), {}) == "A longer breath out · Feel your feet"
    client.post(reverse("portal:exercise_helps", args=["feet"]), {"helps": "no"})
    client.post(own("steadies"), {"answer": "My sister's voice"})
    steadies = "My sister's voice · A longer breath out · Feeling my feet"
    assert carried.steadying(carried.of(course), {"grounding": "feet"}) == steadies
    assert "A longer breath out" in text(enter(lind).get(at("preparation", course)))
    nowhere = reverse("portal:exercise_helps", args=["whisky"])
    assert client.post(nowhere, {"helps": "yes"}).status_code == 404


# what is covered


def test_what_nobody_said_is_not_known(course: Course, now: datetime) -> None:
    found = states(course, now)
    assert {name for name, state in found.items() if state == "open"} == {
        *("PRP-17", "PRP-18", "PRP-20", "PRP-22")
    }
    assert set(found.values()) == {"open", "unknown"}


def test_the_checklist_follows_the_chart(
    course: Course, ade_user: User, osei: User, lind: User, now: datetime
) -> None:
    courses.plan_roadmap(course, PLAN, at=now, by=osei)
    courses.choose_team(course, prescriber=osei, therapist=lind, at=now, by=osei)
    preparing.answer_preparation(course, "worries", None, at=now, by=ade_user)
    preparing.answer_preparation(course, "altered_states", "never", at=now, by=ade_user)
    comforts = {"voice": "no", "light": "dim", "touch": []}
    told = {"intentions": "Rest", "comforts": comforts, "expectations_read": True}
    courses.hold_preparation(course, told, at=now, by=lind)
    courses.book(course, kind="integration", starts_at=now + HOUR, at=now, by=lind)
    courses.make_safety_plan(course.person, {"reasons": "My niece"}, at=now, by=lind)
    found = states(course, now)
    done = {name for name, state in found.items() if state == "done"}
    assert done == {
        *("PRP-03", "PRP-04", "PRP-06", "PRP-11", "VOICE", "PRP-17", "PRP-18", "PRP-22")
    }
    # One of two sessions, asked and not answered, one of four comforts, no consent.
    still_open = {name for name, state in found.items() if state == "open"}
    assert still_open == {"PRP-01", "PRP-05", "PRP-13", "PRP-20"}


@pytest.mark.parametrize(
    ("points", "items", "state"),
    [(3, 8, "done"), (2, 8, "open"), (3, 7, "unknown"), (1, 1, "open")],
)
def test_the_readiness_form_passes_with_twenty_and_no_item_below_two(
    course: Course, lind: User, now: datetime, *, points: int, items: int, state: str
) -> None:
    for name in READINESS[:items]:
        screening.give_fact(course.person, name, float(points), origin="clinician", at=now, by=lind)
    assert states(course, now)["PRP-19"] == state


def test_the_team_says_what_the_chart_cannot_know(
    enter: Enter, course: Course, lind: User, abara: User, now: datetime
) -> None:
    address = at("say_ready", course, "PRP-16")
    assert enter(abara).post(address, {"covered": "yes"}).status_code == 403
    client = enter(lind)
    assert client.post(address, {"covered": "perhaps"}).status_code == 404
    assert client.post(at("say_ready", course, "PRP-04"), {"covered": "yes"}).status_code == 404
    client.post(address, {"covered": "yes"})
    client.post(address, {"covered": "yes"})
    assert PreparationAnswer.objects.count() == 1
    assert states(course, now)["PRP-16"] == "done"
    client.post(address, {"covered": "no"})
    assert states(course, now)["PRP-16"] == "open"
    client.post(address, {"covered": "unknown"})
    assert states(course, now)["PRP-16"] == "unknown"
    with pytest.raises(Refused, match="not a line"):
        preparing.say_ready(course, "PRP-04", True, at=now, by=lind)
    with pytest.raises(Refused, match="does not let you"):
        preparing.say_ready(course, "PRP-16", True, at=now, by=abara)


def test_the_page_counts_what_is_done_open_and_unknown(
    enter: Enter, course: Course, lind: User, now: datetime
) -> None:
    page = text(enter(lind).get(at("preparation", course)))
    assert "? 17 unknown" in page
    assert "! 4 open" in page
    with clock.at(now):
        preparing.say_ready(course, "PRP-16", True, at=now, by=lind)
    assert "✓ 1 done" in text(enter(lind).get(at("preparation", course)))
