"""What a phone sends without a log-in: each once, of a kind that can be kept, and sealed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from web.first_words.conftest import SECRET, SOUND, VOICE, Send, files

from kapstone.web import clock, sealed
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import capturing, sessions
from kapstone.web.records.models import Capture, CaptureDevice, Course, Entry, Person, Phase

MP4 = b"\x00\x00\x00\x20ftypiso5" + VOICE


def test_a_sound_is_kept_sealed_and_on_the_trail(
    device: CaptureDevice, send: Send, folder: Path, ade_user: User
) -> None:
    assert send(SOUND, seconds=12.5)[0] == 200
    row = Capture.objects.get()
    assert (row.kind, row.content_type, row.seconds) == ("spoken", "audio/webm", 12.5)
    (file,) = files(folder)
    assert VOICE not in file.read_bytes()
    assert sealed.get(row.file) == SOUND
    assert [file.stat().st_mode & 0o777, (folder / "capture-key").stat().st_mode & 0o777] == [
        0o600,
        0o600,
    ]
    entry = Entry.objects.get(did="keep first words")
    assert (entry.by, entry.person, entry.about) == (ade_user, device.person, f"capture:{row.pk}")
    assert VOICE.decode() not in str(entry.detail)


def test_what_is_written_is_sealed_as_well(written: Capture, folder: Path) -> None:
    assert (written.kind, written.seconds) == ("written", None)
    assert VOICE not in files(folder)[0].read_bytes()
    assert sealed.get(written.file) == VOICE
    columns = [str(getattr(written, field.name)) for field in Capture._meta.concrete_fields]
    assert VOICE.decode() not in " ".join(columns)


@pytest.mark.parametrize(("content", "kind"), [(b"OggS" + VOICE, "ogg"), (MP4, "mp4")])
def test_the_kind_of_a_sound_is_seen_in_its_bytes(
    content: bytes, kind: str, device: CaptureDevice, send: Send
) -> None:
    assert send(content, seconds=3)[0] == 200
    assert Capture.objects.get().content_type == f"audio/{kind}"


def test_the_same_again_is_kept_once(device: CaptureDevice, send: Send, folder: Path) -> None:
    once = uuid4()
    answers = [send(SOUND, once=once, seconds=3) for _ in range(3)]
    assert answers == [(200, {"kept": once.hex})] * 3
    assert Capture.objects.count() == Entry.objects.filter(did="keep first words").count() == 1
    assert len(files(folder)) == 1


def test_one_that_was_deleted_does_not_come_back_when_it_is_sent_again(
    device: CaptureDevice, send: Send, folder: Path, now: datetime
) -> None:
    once = uuid4()
    send(SOUND, once=once, seconds=3)
    capturing.delete_words(Capture.objects.get(), at=now, by=device.by)
    assert send(SOUND, once=once, seconds=3)[0] == 200
    assert files(folder) == []


@pytest.mark.parametrize(
    ("content", "said", "status"),
    [
        (SOUND, {"seconds": 0}, 422),
        (SOUND, {"seconds": 62.1}, 422),
        (SOUND, {"seconds": "nan"}, 422),
        (SOUND, {"seconds": 3, "ago_s": "soon"}, 422),
        (SOUND, {"seconds": 3, "id": "no-id"}, 422),
        (SOUND, {"seconds": 3, "whose": "ade"}, 422),
        (b"%PDF-1.7" + VOICE, {"seconds": 3}, 422),
        (b"<svg onload=x>", {"seconds": 3}, 422),
        (b"", {"seconds": 3}, 422),
        (SOUND + b"x" * capturing.MOST_BYTES, {"seconds": 3}, 413),
        (b"x" * 3_000_000, {"seconds": 3}, 413),
        (b" \n", {}, 422),
        (b"a\0b", {}, 422),
        (b"\xff\xfe\xff", {}, 422),
        (b"x" * (capturing.MOST_LETTERS + 1), {}, 413),
    ],
)
def test_what_cannot_be_kept_is_refused_with_words(
    content: bytes,
    said: dict[str, object],
    status: int,
    *,
    device: CaptureDevice,
    send: Send,
    folder: Path,
) -> None:
    answer, told = send(content, **said)
    assert answer == status
    assert len(told["refused"]) > 20
    assert not Capture.objects.exists()
    assert files(folder) == []


def test_the_longest_sound_is_kept(device: CaptureDevice, send: Send) -> None:
    whole = SOUND + b"x" * (capturing.MOST_BYTES - len(SOUND))
    assert send(whole, seconds=capturing.LONGEST_S)[0] == 200


def test_more_than_anybody_says_in_an_hour_waits(
    device: CaptureDevice, send: Send, now: datetime
) -> None:
    for _ in range(capturing.MOST_AN_HOUR):
        assert send(b"more")[0] == 200
    assert send(b"more")[0] == 429
    with clock.at(now + timedelta(hours=1, seconds=1)):
        assert send(b"more")[0] == 200


@pytest.mark.parametrize("name", ["capture", "capture_keep", "capture_delete"])
def test_a_wrong_an_old_and_a_taken_back_address_open_nothing(
    name: str, client: Client, device: CaptureDevice, ade_user: User, now: datetime
) -> None:
    def status(secret: str = SECRET) -> int:
        to = reverse(name, args=[secret], query={"id": uuid4().hex, "ago_s": 0})
        return client.post(to, b"words", content_type="text/plain").status_code

    assert status("t" * 43) == 404
    assert status(device.secret_hash) == 404
    with clock.at(device.expires_at):
        assert status() == 404
    assert status() != 404
    capturing.take_phone_back(device, at=now, by=ade_user)
    assert status() == 404


def test_the_phone_of_somebody_who_may_not_come_in_any_more_sends_nothing(
    device: CaptureDevice, send: Send, ade_user: User
) -> None:
    ade_user.is_active = False
    ade_user.save()
    assert send(VOICE)[0] == 404


def begin(course: Course, at: datetime, by: User) -> int:
    session = sessions.plan_session(course, route="iv", planned_for=at, at=at, by=by)
    Phase.objects.create(session=session, phase="started", at=at, by=by)
    return session.pk


@pytest.mark.parametrize(("hours", "belongs"), [(1, True), (23.9, True), (24.1, False)])
def test_it_belongs_to_the_session_that_began_in_the_day_before(
    hours: float,
    belongs: bool,
    *,
    course: Course,
    osei: User,
    device: CaptureDevice,
    send: Send,
    now: datetime,
) -> None:
    begin(course, now - timedelta(days=3), osei)
    newest = begin(course, now, osei)
    with clock.at(now + timedelta(hours=hours)):
        send(VOICE)
    assert Capture.objects.get().session_id == (newest if belongs else None)


def test_it_counts_at_the_time_of_the_phone_within_what_can_be(
    device: CaptureDevice, send: Send, now: datetime
) -> None:
    later = now + timedelta(hours=2)
    with clock.at(later):
        for ago in (600, 100_000, -500):
            send(VOICE, ago_s=ago)
    found = [row.at for row in Capture.objects.order_by("pk")]
    assert found == [later - timedelta(minutes=10), now, later]
    assert {row.recorded_at for row in Capture.objects.all()} == {later}


def test_the_phone_deletes_what_it_sent_and_nobody_elses(
    *, client: Client, device: CaptureDevice, send: Send, folder: Path, bo: Person, now: datetime
) -> None:
    once = uuid4()
    send(SOUND, once=once, seconds=3)
    assert bo.user is not None
    capturing.trust_phone(bo, secret="b" * 43, at=now, by=bo.user)

    def delete(secret: str) -> int:
        to = reverse("capture_delete", args=[secret], query={"id": once.hex})
        return client.post(to).status_code

    assert delete("b" * 43) == 200
    assert len(files(folder)) == 1
    assert delete(SECRET) == delete(SECRET) == 200
    assert files(folder) == []
    assert Entry.objects.filter(did="delete first words").count() == 1


def test_two_people_may_send_under_the_same_id(
    device: CaptureDevice, send: Send, folder: Path, bo: Person, now: datetime
) -> None:
    assert bo.user is not None
    capturing.trust_phone(bo, secret="b" * 43, at=now, by=bo.user)
    once = uuid4()
    send(VOICE, once=once)
    send(b"of Bo", once=once, secret="b" * 43)
    assert {sealed.get(row.file) for row in Capture.objects.all()} == {VOICE, b"of Bo"}


def test_where_scripts_do_not_run_the_form_keeps_what_is_written(
    client: Client, device: CaptureDevice
) -> None:
    address = reverse("capture", args=[SECRET])
    once = uuid4().hex
    for _ in range(2):
        answer = client.post(address, {"words": "Warm sea", "once": once}, follow=True)
        assert "It is kept." in answer.content.decode()
    assert sealed.get(Capture.objects.get().file) == b"Warm sea"
    refused = client.post(address, {"words": " "})
    assert refused.status_code == 422
    assert "Write something first." in refused.content.decode()


def test_the_page_shows_nothing_of_the_chart_and_nothing_that_was_kept(
    client: Client, device: CaptureDevice, written: Capture
) -> None:
    page = client.get(reverse("capture", args=[SECRET])).content.decode()
    for hidden in (
        "Ade",
        "Bello",
        "ketamine",
        "depression",
        "sea was warm",
        str(written.client_id),
    ):
        assert hidden not in page, hidden


def test_the_page_is_the_same_whoever_is_logged_in(
    client: Client, device: CaptureDevice, osei: User
) -> None:
    client.force_login(osei)
    page = client.get(reverse("capture", args=[SECRET])).content.decode()
    assert "data-me" not in page
    assert "Osei" not in page
