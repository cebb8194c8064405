"""Threads on both sides: begun, read, answered, overdue; with files for the two sides alone."""

from __future__ import annotations

from base64 import b64decode
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web import clock, sealed
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import attached, copies, threads
from kapstone.web.records.actions import messages, office
from kapstone.web.records.models import Attachment, Course, Entry, Message, Person, Thread
from kapstone.web.records.refusals import Refused

from .conftest import PLACE, jpeg, pdf, png

MINE, THEIRS = reverse("portal:messages"), reverse("messages")
WEEK = [(time(9), time(17))] * 5 + [None, None]
TOLD = {"about": "bill", "subject": "Two bills", "text": "Which one counts?"}


@pytest.fixture
def begun(ade: Person, ade_user: User, now: datetime) -> Thread:
    heading = messages.Heading("bill", "Two bills")
    return messages.begin_thread(ade, heading, text="Which one?", at=now, by=ade_user)


@pytest.fixture
def paper(ade: Person, ade_user: User, begun: Thread, now: datetime) -> Attachment:
    file = attached.File("bill.txt", b"Zanzibar 120")
    sent: Any = {"thread": begun, "files": [file], "at": now, "by": ade_user}
    messages.send_message(ade, text="Here it is", **sent)
    return Attachment.objects.get()


@pytest.fixture
def open_nine_to_five(owen: User, now: datetime) -> None:
    office.settle_hours(WEEK, closed=[], answer_days=1, at=now, by=owen)


def page(client: Client, address: str) -> str:
    return str(client.get(address).content.decode())


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/x-whatever")


def test_a_thread_goes_from_the_person_to_the_team_and_back(
    enter: Enter, ade_user: User, lind: User, osei: User
) -> None:
    person, team = enter(ade_user), enter(lind)
    assert person.post(MINE, {**TOLD, "to": lind.pk}).status_code == 302
    thread = Thread.objects.get()
    assert (thread.subject, thread.about, thread.addressed_to) == ("Two bills", "bill", lind)
    here, there = reverse("portal:thread", args=[thread.pk]), reverse("thread", args=[thread.pk])
    assert "Two bills" in page(team, THEIRS)
    assert "for Lind" in page(enter(osei), THEIRS)
    team.post(there, {"text": "The second one.", "read_to": Message.objects.get().pk})
    assert "Nothing waits" in page(team, THEIRS)
    assert "! new" in page(person, MINE)
    assert "The second one." in page(person, here)
    assert "! new" not in page(person, MINE)


def test_an_answer_in_one_thread_leaves_the_other_open(
    *, enter: Enter, begun: Thread, ade: Person, ade_user: User, desk: User, now: datetime
) -> None:
    other = messages.begin_thread(
        ade, messages.Heading("medicine"), text="And the pill?", at=now, by=ade_user
    )
    messages.send_message(ade, text="From before", at=now, by=ade_user)
    answer = {"text": "The second one.", "read_to": Message.objects.get(thread=begun).pk}
    enter(desk).post(reverse("thread", args=[begun.pk]), answer)
    left = [each.thread for each in threads.shown(list(threads.waiting(desk)), desk, now)]
    assert set(left) == {other, None}
    dealt = {"action": "dealt", "read_to": Message.objects.get(thread=None).pk}
    enter(desk).post(reverse("earlier_messages", args=[ade.pk]), dealt)
    assert [row["thread"] for row in threads.waiting(desk)] == [other.pk]


def test_without_a_subject_it_is_called_by_what_it_is_about(enter: Enter, ade_user: User) -> None:
    enter(ade_user).post(MINE, {"text": "Hello"})
    assert threads.title_of(Thread.objects.get()) == "Something else"


@pytest.mark.parametrize(
    "told", [{"about": "weather"}, {"to": "999"}, {"subject": "a" * 121}, {"text": " \n"}]
)
def test_what_cannot_be_sent_stays_on_the_page(
    told: dict[str, str], enter: Enter, ade_user: User
) -> None:
    answer = enter(ade_user).post(MINE, {**TOLD, **told})
    assert answer.status_code == 422
    assert not Message.objects.exists()
    if "text" not in told:
        assert TOLD["text"] in answer.content.decode()


def test_the_staff_begins_a_thread_too(enter: Enter, desk: User, ade: Person) -> None:
    address = reverse("person_messages", args=[ade.pk])
    answer = enter(desk).post(address, TOLD)
    assert answer["Location"] == reverse("thread", args=[Thread.objects.get().pk])
    assert not Message.objects.get().from_person
    assert "Two bills" in page(enter(desk), address)


def test_the_owner_without_another_role_does_not_read(
    enter: Enter, owen: User, begun: Thread
) -> None:
    assert enter(owen).get(reverse("thread", args=[begun.pk])).status_code == 403
    assert "Two bills" not in page(enter(owen), "/")


# hours, emergencies, overdue


def test_both_sides_say_not_for_emergencies_at_the_box(
    enter: Enter, ade_user: User, lind: User, begun: Thread, ade: Person
) -> None:
    sides = [
        (enter(ade_user), MINE),
        (enter(ade_user), reverse("portal:thread", args=[begun.pk])),
        (enter(lind), reverse("thread", args=[begun.pk])),
        (enter(lind), reverse("person_messages", args=[ade.pk])),
    ]
    for client, address in sides:
        form = page(client, address).split("<form method")[1:]
        box = next(each for each in form if "<textarea" in each)
        assert "Not for emergencies" in box, address
        assert ade.practice.emergency_number in box, address


@pytest.mark.usefixtures("open_nine_to_five")
@pytest.mark.parametrize(
    ("hours", "says", "by"),
    [
        # It is Tuesday, 8:00 in New York.
        (0, 'now closed, next read <span class="num">Tuesday 3 November, 9:00', "Wednesday 4"),
        (2, 'now open, until <span class="num">17:00', "Wednesday 4"),
        (4 * 24, 'now closed, next read <span class="num">Monday 9 November, 9:00', "Tuesday 10"),
    ],
)
def test_the_page_says_when_it_is_read_and_by_when_to_expect_an_answer(
    hours: int, says: str, by: str, *, enter: Enter, ade_user: User, now: datetime
) -> None:
    browser = enter(ade_user)
    with clock.at(now + timedelta(hours=hours)):
        shown = page(browser, MINE)
    assert "The team reads this Monday to Friday, 9:00 to 17:00" in shown
    assert says in shown
    assert f'<b class="num">{by} November, 17:00</b>' in shown


def test_before_the_hours_are_settled_nothing_is_promised(
    enter: Enter, ade_user: User, begun: Thread, desk: User, now: datetime
) -> None:
    assert "You can expect an answer" not in page(enter(ade_user), MINE)
    (row,) = threads.shown(list(threads.waiting(desk)), desk, now + timedelta(days=300))
    assert (row.due_at, row.overdue) == (None, False)
    assert not threads.overdue(desk, now + timedelta(days=300)).exists()
    assert "is not settled" in page(enter(desk), THEIRS)


@pytest.mark.usefixtures("open_nine_to_five")
@pytest.mark.parametrize(("hours", "late"), [(32.9, False), (33, True)])
def test_what_is_overdue_stands_on_today_on_the_call_list_and_on_the_list(
    hours: float, late: bool, *, enter: Enter, desk: User, begun: Thread, now: datetime
) -> None:
    """Written on Tuesday at 8:00, it is due on Wednesday at 17:00."""
    with clock.at(now + timedelta(hours=hours)):
        client = enter(desk)
        for address in ("/", reverse("calls")):
            assert ("Messages overdue" in page(client, address)) is late, address
        assert ("■ overdue" in page(client, THEIRS)) is late
        messages.send_message(begun.person, thread=begun, text="Soon", at=clock.now(), by=desk)
        assert "Messages overdue" not in page(client, "/")


def test_the_hours_are_settled_on_their_page(enter: Enter, desk: User, practice: Practice) -> None:
    address = reverse("office_hours")
    days = {
        f"{end}_{n}": at for n in range(5) for end, at in (("opens", "09:00"), ("closes", "17:00"))
    }
    told = {**days, "closed": "2026-12-24 to 2027-01-01 Holidays\n\n2026-11-26", "answer_days": "1"}
    client = enter(desk)
    assert client.post(address, told).status_code == 302
    shown = page(client, address)
    assert "Monday to Friday, 9:00 to 17:00" in shown
    assert "2026-12-24 to 2027-01-01 Holidays" in shown
    half = client.post(address, {**told, "closes_4": ""})
    assert "Friday: give both hours" in half.content.decode()
    odd = client.post(address, {**told, "closed": "Christmas"})
    assert "“Christmas” is not understood" in odd.content.decode()
    assert {half.status_code, odd.status_code} == {422}


# files


def test_files_come_with_a_message_and_are_saved_by_both_sides(
    enter: Enter, ade_user: User, lind: User, folder: Path
) -> None:
    files = [upload("my photo.JPG", jpeg()), upload("bill.pdf", pdf()), upload("x", png())]
    assert enter(ade_user).post(MINE, {**TOLD, "enclosed": files}).status_code == 302
    rows = list(Attachment.objects.order_by("pk"))
    assert [row.name for row in rows] == ["my photo.jpg", "bill.pdf", "x.png"]
    for side, name in ((ade_user, "portal:attachment"), (lind, "attachment")):
        answer = enter(side).get(reverse(name, args=[rows[0].pk]))
        assert answer["Content-Disposition"] == 'attachment; filename="my photo.jpg"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["Content-Type"] == "image/jpeg"
        assert PLACE not in answer.content
        assert b"JFIF" in answer.content
    assert Entry.objects.filter(did="open attachment").count() == 2


def test_what_lies_on_the_disk_and_in_the_database_is_not_readable(
    paper: Attachment, folder: Path
) -> None:
    assert sealed.get(paper.file) == b"Zanzibar 120"
    kept = [each for each in folder.rglob("*") if each.is_file()]
    assert kept
    assert not [each for each in kept if b"Zanzibar" in each.read_bytes()]
    assert not any("Zanzibar" in str(row) for row in Attachment.objects.values())


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("plan.pdf", pdf(b"3 0 obj\n<< /S /JavaScript >>\nendobj\n"), "Print it into a new PDF"),
        ("a.exe", b"MZ" + bytes(9), "no program is taken"),
        ("big.txt", b"a" * 5_000_001, "larger than 5 MB"),
    ],
)
def test_a_refused_file_costs_no_word_of_the_text(
    name: str, content: bytes, says: str, enter: Enter, ade_user: User
) -> None:
    both = [upload("fine.txt", b"fine"), upload(name, content)]
    answer = enter(ade_user).post(MINE, {**TOLD, "enclosed": both})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert says in shown
    assert name in shown
    assert "Your words are still here; choose the files again." in shown
    assert TOLD["text"] in shown
    assert TOLD["subject"] in shown
    assert not (Thread.objects.exists() or Attachment.objects.exists())


def test_too_many_files_are_refused_at_once_and_in_a_day(
    ade: Person, ade_user: User, now: datetime
) -> None:
    one = attached.File("a.txt", b"a")
    said: Any = {"text": "Here", "at": now, "by": ade_user}
    for number in range(messages.MOST_FILES_A_DAY // 3):
        messages.send_message(ade, files=[one] * 3, **{**said, "text": f"Here, {number}"})
    for files in ([one] * 4, [one]):
        with pytest.raises(Refused) as why:
            messages.send_message(ade, files=files, **said)
        assert why.value.code == "too-many-files"
    messages.send_message(ade, files=[one], **{**said, "at": now + timedelta(hours=25)})


def test_the_same_sent_twice_at_once_is_one_message(
    ade: Person, ade_user: User, desk: User, now: datetime
) -> None:
    soon = timedelta(seconds=20)
    said: Any = {"text": "Am I due?", "by": ade_user}
    about = messages.Heading("medicine", "The pill")
    first = messages.begin_thread(ade, about, at=now, **said)
    assert messages.begin_thread(ade, about, at=now + soon, **said) == first
    assert messages.begin_thread(ade, messages.Heading("bill"), at=now, **said) != first
    sent: Any = {"thread": first, "text": "On Monday.", "by": desk}
    answer = messages.send_message(ade, at=now, **sent)
    assert messages.send_message(ade, at=now + soon, read_to=0, **sent) == answer
    assert Entry.objects.filter(did="send message", person=ade).count() == 3
    assert messages.send_message(ade, at=now + timedelta(minutes=2), **sent) != answer
    file = attached.File("a.txt", b"a")
    assert messages.send_message(ade, files=[file], at=now, **sent) != answer


def test_nobody_else_reaches_a_thread_or_a_file(
    *, enter: Enter, paper: Attachment, bo_user: User, rio: User, marsh: User, owen: User
) -> None:
    thread = paper.message.thread_id
    for user in (bo_user, rio):
        for name, pk in (("portal:thread", thread), ("portal:attachment", paper.pk)):
            assert enter(user).get(reverse(name, args=[pk])).status_code in {403, 404}
            assert enter(user).post(reverse(name, args=[pk]), {"text": "x"}).status_code != 302
    for name, pk in (("thread", thread), ("attachment", paper.pk)):
        assert enter(marsh).get(reverse(name, args=[pk])).status_code == 404
        assert enter(owen).get(reverse(name, args=[pk])).status_code == 403
    earlier = reverse("earlier_messages", args=[paper.message.person_id])
    assert enter(marsh).get(earlier).status_code == 404


def test_the_deed_refuses_whoever_is_of_neither_side(
    *, ade: Person, bo: Person, bo_user: User, begun: Thread, marsh: User, rio: User, now: datetime
) -> None:
    for by in (bo_user, rio, marsh):
        with pytest.raises(Refused):
            messages.send_message(ade, thread=begun, text="Hello", at=now, by=by)
    with pytest.raises(Refused) as why:
        messages.send_message(bo, thread=begun, text="Hello", at=now, by=bo_user)
    assert why.value.code == "other-thread"


def test_the_copies_of_the_person_hold_the_file(paper: Attachment, course: Course) -> None:
    for copy in (copies.full(course.person), copies.for_phone(course.person)):
        (row,) = copy["attachments"]
        assert b64decode(row["content"]) == b"Zanzibar 120"
        assert [each["subject"] for each in copy["threads"]] == ["Two bills"]


def test_a_file_that_is_gone_is_said_to_be(enter: Enter, paper: Attachment, lind: User) -> None:
    sealed.erase(paper.file)
    assert enter(lind).get(reverse("attachment", args=[paper.pk])).status_code == 404
    (row,) = copies.full(paper.message.person)["attachments"]
    assert row["content"] is None
