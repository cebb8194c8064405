"""Sessions of several people: one page, a note in each chart, and nothing from one to another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records import copies, groups, side_by_side
from kapstone.web.records.actions import couples as couple_deeds
from kapstone.web.records.actions import groups as deeds
from kapstone.web.records.actions import people, sessions
from kapstone.web.records.models import (
    Couple,
    CoupleAgreement,
    Course,
    GroupEvent,
    GroupNote,
    GroupSeat,
    JointNote,
    Person,
    Sheet,
    SheetScore,
)
from kapstone.web.records.refusals import Refused
from kapstone.web.records.timeline import timeline

HOUR = timedelta(hours=1)
OWN = {"Ade": "Wept, and was glad of it.", "Noor": "Slept through the first half."}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def at(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


@pytest.fixture
def event(course: Course, noors: Course, lind: User, now: datetime) -> GroupEvent:
    return deeds.open_group([course, noors], title="Integration group", at=now, by=lind)


def seats(event: GroupEvent) -> dict[str, GroupSeat]:
    return {each.person.given: each.seat for each in groups.places(event)}


def filled(event: GroupEvent, told: Mapping[str, str], **also: Any) -> dict[str, Any]:
    """What the page sends: the note of each by the first name, over what stands there."""
    found: dict[str, Any] = dict(also)
    for each in groups.places(event):
        name = f"seat-{each.seat.pk}"
        found[f"{name}-text"] = told.get(each.person.given, "")
        found[f"{name}-came"] = "yes"
        found[f"{name}-before"] = each.note.pk if each.note else ""
    return found


def written(told: str, **also: Any) -> deeds.Written:
    return deeds.Written(**{"text": told, "came": True, **also})


# one page, each in its own chart


def test_each_note_stands_in_its_own_chart_only(
    enter: Enter, lind: User, course: Course, noors: Course, event: GroupEvent
) -> None:
    client = enter(lind)
    page = text(client.get(at("group_session", event.pk)))
    assert "Ade Bello" in page
    assert "Noor Haddad" in page
    client.post(at("group_session", event.pk), filled(event, OWN))
    assert GroupNote.objects.count() == 2
    for mine, own, other in (
        (course, OWN["Ade"], OWN["Noor"]),
        (noors, OWN["Noor"], OWN["Ade"]),
    ):
        for address in (at("course", mine.pk), at("course_groups", mine.pk), at("notes", mine.pk)):
            page = text(client.get(address))
            assert other not in page
        assert own in text(client.get(at("course_groups", mine.pk)))
        assert own in repr(timeline(mine, most=50))
        assert other not in repr(timeline(mine, most=50))
        assert own in str(copies.full(mine.person))
        assert other not in str(copies.full(mine.person))


def test_no_chart_tells_who_else_was_there(
    enter: Enter, lind: User, course: Course, noor: Person, event: GroupEvent
) -> None:
    client = enter(lind)
    client.post(at("group_session", event.pk), filled(event, OWN))
    for name in ("course", "course_groups", "notes", "tracks"):
        page = text(client.get(at(name, course.pk)))
        assert noor.family not in page
        assert at("group_session", event.pk) not in page
    assert noor.family not in str(copies.full(course.person))
    assert not {"group notes", "group seats"} & set(copies.for_phone(course.person))
    assert OWN["Ade"] not in str(copies.for_phone(course.person))


def test_the_same_page_corrects_only_what_changed(
    enter: Enter, lind: User, event: GroupEvent
) -> None:
    client = enter(lind)
    client.post(at("group_session", event.pk), filled(event, OWN))
    client.post(at("group_session", event.pk), filled(event, OWN | {"Ade": "Wept."}))
    assert GroupNote.objects.count() == 3
    assert GroupNote.objects.standing().filter(text="Wept.").get().corrects.text == OWN["Ade"]


def test_a_page_that_is_stale_changes_nothing(enter: Enter, lind: User, event: GroupEvent) -> None:
    client = enter(lind)
    stale = filled(event, {"Ade": "Other"})
    client.post(at("group_session", event.pk), filled(event, OWN))
    answer = client.post(at("group_session", event.pk), stale)
    assert answer.status_code == 422
    assert "changed meanwhile" in text(answer)
    assert GroupNote.objects.count() == 2


# names


@pytest.mark.parametrize(
    "words",
    ["Sat beside Noor.", "noor's hand", "The Haddads came", "wrote to noor@example.org", "NOOR"],
)
def test_a_note_that_names_another_is_kept_only_when_somebody_else_is_meant(
    enter: Enter, lind: User, event: GroupEvent, words: str
) -> None:
    client, told = enter(lind), filled(event, OWN | {"Ade": words})
    answer = client.post(at("group_session", event.pk), told)
    assert answer.status_code == 422
    assert "seems to name Noor" in text(answer)
    assert not GroupNote.objects.exists()
    with pytest.raises(Refused) as refused:
        seat = seats(event)["Ade"]
        deeds.write_notes(event, {seat.pk: written(words)}, at=event.at, by=lind)
    assert code(refused) == "names-another"
    told[f"seat-{seat.pk}-despite"] = "on"
    assert client.post(at("group_session", event.pk), told).status_code == 302


@pytest.mark.parametrize("words", ["Ade wept.", "A noose of words", "Bello slept"])
def test_the_own_name_and_other_words_pass(event: GroupEvent, lind: User, words: str) -> None:
    seat = seats(event)["Ade"]
    assert deeds.write_notes(event, {seat.pk: written(words)}, at=event.at, by=lind)


def test_marks_over_letters_hide_no_name() -> None:
    zoe = Person(given="Zoë", family="Łuk", number="C-1", email="")
    assert groups.named_in("With Zoe", [zoe]) == [zoe]
    assert groups.named_in("ZOË!", [zoe]) == [zoe]
    assert groups.named_in("A zoo", [zoe]) == []
    li = Person(given="李", family="小龙", number="C-2", email="")
    assert groups.named_in("他和小龙一起", [li]) == [li]


def test_a_family_name_of_both_is_taken_for_their_own() -> None:
    one = Person(given="Ann", family="Reyes", number="C-1", email="")
    other = Person(given="Ben", family="Reyes", number="C-2", email="")
    assert groups.named_in("Reyes spoke", [other], of=one) == []
    assert groups.named_in("Ben spoke", [other], of=one) == [other]


def test_the_title_names_nobody(course: Course, noors: Course, lind: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        deeds.open_group([course, noors], title="Noor and others", at=now, by=lind)
    assert code(refused) == "named"


# who is there


def test_a_session_is_opened_by_record_numbers(
    enter: Enter, lind: User, course: Course, noors: Course
) -> None:
    client = enter(lind)
    numbers = f"{course.person.number.lower()}\n{noors.person.number}"
    answer = client.post(at("group_sessions"), {"title": "Breath", "numbers": numbers})
    assert answer.status_code == 302
    assert "Noor Haddad" in text(client.get(at("group_sessions")))
    again = client.post(at("group_sessions"), {"title": "Breath", "numbers": numbers})
    assert again["Location"] == answer["Location"]


@pytest.mark.parametrize("numbers", ["Z-999", "{ade}", "{ade}, {ade}", "{ade}, {bo}"])
def test_one_alone_or_a_stranger_is_no_group(
    enter: Enter, lind: User, course: Course, bo: Person, numbers: str
) -> None:
    told = numbers.format(ade=course.person.number, bo=f"{bo.number}-elsewhere")
    answer = enter(lind).post(at("group_sessions"), {"title": "Breath", "numbers": told})
    assert answer.status_code == 422
    assert not GroupEvent.objects.exists()


def test_people_of_another_practice_are_refused(
    course: Course, bo: Person, lind: User, now: datetime
) -> None:
    theirs = Course.objects.get(person=bo)
    with pytest.raises(Refused) as refused:
        deeds.open_group([course, theirs], title="Breath", at=now, by=lind)
    assert code(refused) == "elsewhere"


def test_those_of_one_room_have_a_note_each(
    *, enter: Enter, lind: User, osei: User, course: Course, noors: Course, now: datetime
) -> None:
    for each in (course, noors):
        row = sessions.plan_session(
            each, route="iv", planned_for=now, room="Birch", at=now, by=osei
        )
    client = enter(lind)
    assert "A note for each" in text(client.get(at("together", row.pk)))
    client.post(at("group_of_room", row.pk))
    assert set(seats(GroupEvent.objects.get())) == {"Ade", "Noor"}


def test_who_was_put_there_by_mistake_is_taken_out_unless_a_note_stands(
    enter: Enter, lind: User, course: Course, event: GroupEvent
) -> None:
    client, place = enter(lind), seats(event)
    client.post(at("take_out_of_group", place["Noor"].pk))
    assert set(seats(event)) == {"Ade"}
    told = {place["Ade"].pk: written("Slept.")}
    deeds.write_notes(event, told, at=event.at, by=lind)
    assert client.post(at("take_out_of_group", place["Ade"].pk)).status_code == 422


@pytest.mark.parametrize("name", ["group_session", "write_joint_note"])
def test_another_practice_and_people_find_no_group(
    enter: Enter, marsh: User, ade_user: User, event: GroupEvent, name: str
) -> None:
    assert GroupEvent.objects.visible_to(ade_user).count() == 0
    marsh.roles = ["therapist"]
    marsh.save()
    assert enter(marsh).post(at(name, event.pk)).status_code == 404


def test_a_monitor_holds_no_groups(event: GroupEvent, abara: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        deeds.write_notes(event, {}, at=now, by=abara)
    assert code(refused) == "not-your-deed"


# a couple: two notes, and one about both


@pytest.fixture
def theirs(couple: Couple, course: Course, noors: Course, lind: User, now: datetime) -> GroupEvent:
    return deeds.open_couple(couple, at=now, by=lind)


def agree(person: Person, about: str, yes: bool, when: datetime) -> CoupleAgreement:
    assert person.user is not None
    return deeds.agree(person, about, yes, at=when, by=person.user)


def test_a_couple_has_two_notes(
    enter: Enter, lind: User, course: Course, couple: Couple, noors: Course
) -> None:
    client = enter(lind)
    answer = client.post(at("group_of_couple", couple.pk))
    event = GroupEvent.objects.get()
    assert answer["Location"] == at("group_session", event.pk)
    assert event.couple == couple
    assert set(seats(event)) == {"Ade", "Noor"}


def test_a_note_about_both_needs_both(
    *, enter: Enter, lind: User, theirs: GroupEvent, ade: Person, noor: Person, now: datetime
) -> None:
    client, address = enter(lind), at("write_joint_note", theirs.pk)
    assert client.post(address, {"text": "Both listened."}).status_code == 422
    agree(ade, groups.JOINT_NOTE, True, now)
    assert client.post(address, {"text": "Both listened."}).status_code == 422
    assert not JointNote.objects.exists()
    agree(noor, groups.JOINT_NOTE, True, now)
    assert client.post(address, {"text": "Both listened."}).status_code == 302
    assert JointNote.objects.count() == 2


def test_either_takes_it_back_and_it_is_gone_from_both(
    *, enter: Enter, lind: User, theirs: GroupEvent, course: Course, noors: Course, now: datetime
) -> None:
    for each in (course.person, noors.person):
        agree(each, groups.JOINT_NOTE, True, now)
    deeds.write_joint_note(theirs, "Both listened.", at=now, by=lind)
    client = enter(lind)
    pages = [at("course_groups", each.pk) for each in (course, noors)]
    pages.append(at("group_session", theirs.pk))
    assert all("Both listened." in text(client.get(each)) for each in pages)
    assert "Both listened." in str(copies.full(course.person))
    agree(noors.person, groups.JOINT_NOTE, False, now + HOUR)
    assert not any("Both listened." in text(client.get(each)) for each in pages)
    for mine in (course, noors):
        assert "Both listened." not in str(copies.full(mine.person))
        assert "Both listened." not in repr(timeline(mine, most=50))


def test_ending_the_link_ends_it_too(
    *, theirs: GroupEvent, couple: Couple, course: Course, noor: Person, lind: User, now: datetime
) -> None:
    for each in (course.person, noor):
        agree(each, groups.JOINT_NOTE, True, now)
    deeds.write_joint_note(theirs, "Both listened.", at=now, by=lind)
    couple_deeds.end_couple(couple, at=now, by=lind)
    assert groups.joint_of(course) == []
    assert "Both listened." not in str(copies.full(course.person))
    people.link_couple(course.person, noor, at=now, by=lind)
    assert groups.joint_of(course) == []


def test_nobody_agrees_for_another(
    ade: Person, couple: Couple, noor_user: User, lind: User, now: datetime
) -> None:
    for by in (noor_user, lind):
        with pytest.raises(Refused) as refused:
            deeds.agree(ade, groups.JOINT_NOTE, True, at=now, by=by)
        assert code(refused) == "not-yours"


def test_only_a_couple_has_a_note_about_both(event: GroupEvent, lind: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        deeds.write_joint_note(event, "Both listened.", at=now, by=lind)
    assert code(refused) == "no-couple"


# scores of both


@pytest.fixture
def scores(course: Course, noors: Course, lind: User, now: datetime) -> None:
    """Each finished one form of the couples track, and one that is nobody else's."""
    times = {"opens_at": now, "due_at": now, "closes_at": now + HOUR}
    for mine, total in ((course, 14.5), (noors, 19.5)):
        for name in ("csi4", "phq9"):
            sheet = Sheet.objects.create(
                course=mine, instrument=name, version="1", anchor="now", at=now, by=lind, **times
            )
            SheetScore.objects.create(
                sheet=sheet, total=total, missing=[], answers={}, at=now, by=lind
            )


def test_scores_of_both_stand_on_one_page_only_while_both_agree(
    enter: Enter,
    scores: None,
    couple: Couple,
    course: Course,
    *,
    noor: Person,
    ade_user: User,
    lind: User,
    now: datetime,
) -> None:
    ade = course.person
    portal, staff = enter(ade_user), enter(lind)
    pages = ((portal, "/me/together/"), (staff, at("couple", ade.pk)))

    def seen() -> list[bool]:
        return ["19.5" in text(client.get(address)) for client, address in pages]

    assert seen() == [False, False]
    portal.post(at("portal:agree_for_both", groups.SCORES), {"agreed": "yes"})
    assert seen() == [False, False]
    agree(noor, groups.SCORES, True, now)
    assert seen() == [True, True]
    (pair,) = side_by_side.of_both(couple, ade)
    assert pair.of.id == "csi4"
    agree(noor, groups.SCORES, False, now + HOUR)
    assert seen() == [False, False]


def test_each_sees_their_own_first(
    scores: None, couple: Couple, ade: Person, noor: Person, now: datetime
) -> None:
    for each in (ade, noor):
        agree(each, groups.SCORES, True, now)
    for one, first in ((ade, 14.5), (noor, 19.5)):
        (pair,) = side_by_side.of_both(couple, one)
        assert [(a.total, b.total) for a, b in pair.rows if a and b] == [(first, 34.0 - first)]


def test_an_unknown_agreement_is_refused(
    ade: Person, couple: Couple, ade_user: User, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        deeds.agree(ade, "everything", True, at=now, by=ade_user)
    assert code(refused) == "no-such-thing"


def test_the_same_word_twice_is_one_row(couple: Couple, ade: Person, now: datetime) -> None:
    first = agree(ade, groups.SCORES, True, now)
    assert agree(ade, groups.SCORES, True, now + HOUR) == first
