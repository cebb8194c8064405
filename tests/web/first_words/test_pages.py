"""First words on the pages: heard and deleted by their person, heard by whoever may integrate."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from web.first_words.conftest import SOUND, VOICE, Send, files
from web.logging_in import Enter

from kapstone.web import clock, private, sealed
from kapstone.web.accounts.models import User
from kapstone.web.records import captures, copies
from kapstone.web.records.actions import capturing, courses, integration, sessions
from kapstone.web.records.models import Capture, CaptureDeletion, CaptureDevice, Course, Entry
from kapstone.web.records.refusals import Refused

MINE = "/me/first-words/"


def sound_of(row: Capture) -> str:
    return reverse("hear_first_words", args=[row.pk])


def test_a_phone_is_let_in_and_taken_back(enter: Enter, ade_user: User, folder: Path) -> None:
    me = enter(ade_user)
    answer = me.post(reverse("portal:trust_phone"))
    address = answer.headers["Location"]
    secret = address.split("/")[2]
    device = CaptureDevice.objects.get()
    assert len(secret) >= 43
    assert secret not in device.secret_hash
    assert device.expires_at - device.at == captures.LASTS
    assert me.get(address).status_code == 200
    page = me.get(MINE).content.decode()
    assert "Phones that may send" in page
    assert secret not in page
    back = reverse("portal:take_phone_back", args=[device.pk])
    assert me.post(back).status_code == me.post(back).status_code == 302
    assert me.get(address).status_code == 404
    assert "Phones that may send" not in me.get(MINE).content.decode()
    assert Entry.objects.filter(did__in=("trust phone", "take phone back")).count() == 2


def test_their_person_hears_reads_and_deletes(
    enter: Enter, ade_user: User, spoken: Capture, send: Send, folder: Path
) -> None:
    me = enter(ade_user)
    send(b"Written by hand")
    page = me.get(MINE).content.decode()
    mine = reverse("portal:hear_first_words", args=[spoken.pk])
    assert "Written by hand" in page
    assert mine in page
    heard = me.get(mine)
    assert (heard.content, heard["Content-Type"]) == (SOUND, "audio/webm")
    assert "no-store" in heard["Cache-Control"]
    delete = reverse("portal:delete_first_words", args=[spoken.pk])
    assert me.post(delete).status_code == me.post(delete).status_code == 302
    assert me.get(mine).status_code == 404
    assert sealed.get(spoken.file) is None
    assert len(files(folder)) == 1
    assert "You deleted this." in me.get(MINE).content.decode()
    assert (Capture.objects.count(), CaptureDeletion.objects.count()) == (2, 1)
    deeds = list(Entry.objects.filter(about=f"capture:{spoken.pk}").values_list("did", flat=True))
    assert deeds == ["keep first words", "hear my first words", "delete first words"]


def test_deleted_words_are_on_no_disk_and_in_no_copy(
    written: Capture, course: Course, ade_user: User, folder: Path, now: datetime
) -> None:
    assert VOICE.decode() in copies.as_file(copies.for_phone(course.person)).decode()
    capturing.delete_words(written, at=now, by=ade_user)
    assert not [file for file in folder.rglob("*") if file.is_file() and VOICE in file.read_bytes()]
    assert files(folder) == []
    copy = copies.for_phone(course.person)
    assert VOICE.decode() not in copies.as_file(copy).decode()
    assert len(copy["captures"]) == len(copy["capture deletions"]) == 1


def test_a_copy_holds_no_sound_and_no_secret(spoken: Capture, course: Course) -> None:
    phone = json.loads(copies.as_file(copies.for_phone(course.person)))
    (row,) = phone["captures"]
    assert (row["kind"], row["words"], row["seconds"]) == ("spoken", None, 12)
    assert "secret_hash" not in phone["capture devices"][0]


def test_a_part_of_a_sound_is_given_to_a_player_that_asks(
    enter: Enter, ade_user: User, spoken: Capture
) -> None:
    me, mine = enter(ade_user), reverse("portal:hear_first_words", args=[spoken.pk])
    size = len(SOUND)
    for asked, first, last in (("0-1", 0, 1), ("4-", 4, size - 1), ("9-99999", 9, size - 1)):
        part = me.get(mine, headers={"Range": f"bytes={asked}"})
        assert (part.status_code, part.content) == (206, SOUND[first : last + 1])
        assert part["Content-Range"] == f"bytes {first}-{last}/{size}"
    assert me.get(mine, headers={"Range": f"bytes={size}-"}).status_code == 416
    assert me.get(mine, headers={"Range": "bytes=0-1,4-5"}).content == SOUND


def test_a_therapist_hears_it_and_each_time_is_on_the_trail(
    enter: Enter, lind: User, spoken: Capture, course: Course
) -> None:
    client = enter(lind)
    page = client.get(f"/courses/{course.pk}/integration/").content.decode()
    assert sound_of(spoken) in page
    assert "! before the session" in page
    answer = client.get(sound_of(spoken))
    assert (answer.content, answer["Cache-Control"]) == (SOUND, "no-store, private")
    entry = Entry.objects.get(did="hear first words")
    assert (entry.by, entry.about) == (lind, f"capture:{spoken.pk}")
    assert Entry.objects.get(did="see first words").detail == {"captures": [spoken.pk]}


def test_words_are_new_until_an_integration_session_was_held(
    *, enter: Enter, lind: User, written: Capture, course: Course, now: datetime
) -> None:
    address = f"/courses/{course.pk}/integration/"
    soon = now + timedelta(hours=3)
    courses.book(course, kind="integration", starts_at=soon, room="", who=lind, at=now, by=lind)
    client = enter(lind)
    assert "! before the session" in client.get(address).content.decode()
    assert f"{address}#first-words" in client.get("/").content.decode()
    later = now + timedelta(days=1)
    integration.hold_integration(course, how="video", at=later, by=lind)
    page = client.get(address).content.decode()
    assert VOICE.decode() in page
    assert "! before the session" not in page
    assert f"{address}#first-words" not in client.get("/").content.decode()


def test_what_was_deleted_is_only_counted_for_a_therapist(
    *, enter: Enter, lind: User, ade_user: User, spoken: Capture, course: Course, now: datetime
) -> None:
    capturing.delete_words(spoken, at=now, by=ade_user)
    client = enter(lind)
    page = client.get(f"/courses/{course.pk}/integration/").content.decode()
    assert "1 deleted by Ade" in page
    assert sound_of(spoken) not in page
    assert client.get(sound_of(spoken)).status_code == 404


def test_nobody_else_hears_or_reads_it(
    *,
    enter: Enter,
    written: Capture,
    spoken_too: Capture,
    course: Course,
    abara: User,
    desk: User,
    owen: User,
    marsh: User,
    rio: User,
    bo_user: User,
) -> None:
    statuses = {
        user.name: enter(user).get(sound_of(spoken_too)).status_code
        for user in (abara, desk, owen, marsh, rio, bo_user)
    }
    assert statuses == {
        **dict.fromkeys(("Abara", "Desk", "Owen", rio.name, bo_user.name), 403),
        "Marsh": 404,
    }
    for user in (abara, desk, owen, marsh, rio, bo_user):
        assert not Capture.objects.visible_to(user).exists()
    page = enter(abara).get(f"/courses/{course.pk}/integration/").content.decode()
    assert VOICE.decode() not in page
    assert (
        enter(bo_user).get(reverse("portal:hear_first_words", args=[spoken_too.pk])).status_code
        == 404
    )


@pytest.fixture
def spoken_too(device: CaptureDevice, send: Send) -> Capture:
    send(SOUND, seconds=9)
    return Capture.objects.get(kind="spoken")


def test_nobody_deletes_or_takes_back_what_is_somebody_elses(
    *,
    written: Capture,
    device: CaptureDevice,
    lind: User,
    bo_user: User,
    enter: Enter,
    now: datetime,
) -> None:
    for by in (lind, bo_user):
        with pytest.raises(Refused, match="themselves"):
            capturing.delete_words(written, at=now, by=by)
        with pytest.raises(Refused, match="themselves"):
            capturing.take_phone_back(device, at=now, by=by)
    them = enter(bo_user)
    assert them.post(reverse("portal:delete_first_words", args=[written.pk])).status_code == 404
    assert them.post(reverse("portal:take_phone_back", args=[device.pk])).status_code == 404
    assert sealed.get(written.file) == VOICE


def test_a_lost_key_or_file_is_said_and_breaks_no_page(
    *, enter: Enter, lind: User, ade_user: User, written: Capture, course: Course, folder: Path
) -> None:
    (folder / "capture-key").unlink()
    for user, address in ((lind, f"/courses/{course.pk}/integration/"), (ade_user, MINE)):
        page = enter(user).get(address)
        assert page.status_code == 200
        assert "This cannot be read here" in page.content.decode()


def test_what_lies_there_is_kept_from_others_on_the_machine(written: Capture, folder: Path) -> None:
    ours = set(private.files())
    assert {folder / "capture-key", folder / "captures", *files(folder)} <= ours
    assert not ours & set(private.open_to_others()) & set(folder.rglob("*"))


def test_a_new_phone_has_the_same_owner_and_another_person_another(
    device: CaptureDevice, ade_user: User, bo_user: User, bo: object, now: datetime
) -> None:
    again = capturing.trust_phone(device.person, secret="c" * 43, at=now, by=ade_user)
    other = capturing.trust_phone(bo_user.person, secret="d" * 43, at=now, by=bo_user)
    assert captures.owner_of(again) == captures.owner_of(device)
    assert captures.owner_of(other) != captures.owner_of(device)


def test_the_way_there_stands_where_the_day_is(enter: Enter, ade_user: User) -> None:
    assert MINE in enter(ade_user).get("/me/journal/").content.decode()


LET_IN = "Let this phone keep your first words"


def test_today_asks_to_let_the_phone_in_before_a_session_and_once(
    *, enter: Enter, course: Course, ade_user: User, osei: User, now: datetime
) -> None:
    me = enter(ade_user)
    assert LET_IN not in me.get("/me/").content.decode()
    when = now + timedelta(hours=3)
    sessions.plan_session(course, route="iv", planned_for=when, at=now, by=osei)
    assert LET_IN in me.get("/me/").content.decode()
    capturing.trust_phone(course.person, secret="s" * 43, at=now, by=ade_user)
    assert LET_IN not in me.get("/me/").content.decode()


def test_today_leads_to_first_words_in_the_day_after_a_session(
    *, enter: Enter, course: Course, ade_user: User, osei: User, now: datetime
) -> None:
    me = enter(ade_user)
    session = sessions.plan_session(course, route="iv", planned_for=now, at=now, by=osei)
    session.phase_set.create(phase="started", at=now, by=osei)
    with clock.at(now + timedelta(minutes=30)):
        assert "while it is fresh" not in me.get("/me/").content.decode(), "it is under way"
    session.phase_set.create(phase="stopped", at=now + timedelta(hours=1), by=osei)
    for hours, shown in ((2, True), (30, False)):
        with clock.at(now + timedelta(hours=hours)):
            page = me.get("/me/").content.decode()
        assert ("while it is fresh" in page) is shown
