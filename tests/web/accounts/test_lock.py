"""A screen left alone: the server locks it, whatever the page does, and loses no draft."""

from __future__ import annotations

import threading

import pytest
from django.core import mail
from django.test import Client
from web.logging_in import logged_in

from kapstone.web.accounts.models import OWN_DEVICE_IDLE_MINUTES, Practice, User
from kapstone.web.clinician.practice import PracticeForm
from kapstone.web.records.models import Course, Draft, Message

PASSWORD = "correct horse battery"


def left_alone(client: Client, minutes: float) -> None:
    """The clock of this session, put back."""
    session = client.session
    session["last_use"] -= minutes * 60
    session.save()


@pytest.fixture
def at_work(osei: User) -> Client:
    client = logged_in(osei)
    client.get("/")
    return client


def test_the_screen_opens_until_the_time_and_not_after(at_work: Client) -> None:
    left_alone(at_work, 9.9)
    assert at_work.get("/people/").status_code == 200
    left_alone(at_work, 10.1)
    answer = at_work.get("/people/?q=ade")
    assert answer["Location"] == "/lock/?next=%2Fpeople%2F%3Fq%3Dade"
    assert at_work.get("/people/").status_code == 302, "it stays locked"


def test_a_locked_screen_takes_nothing(at_work: Client, course: Course) -> None:
    left_alone(at_work, 11)
    page = f"/people/{course.person.pk}/messages/"
    answer = at_work.post(page, {"text": "Hello"}, headers={"Referer": f"http://testserver{page}"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/lock/?next=%2Fpeople%2F")
    assert not Message.objects.exists()


def test_a_locked_page_that_asks_for_a_part_is_led_to_the_lock(at_work: Client) -> None:
    left_alone(at_work, 11)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://elsewhere.test/rooms/?day=1"}
    answer = at_work.get("/rooms/", headers=headers)
    assert answer["HX-Redirect"] == "/lock/?next=%2Frooms%2F%3Fday%3D1"


def test_hands_at_work_keep_the_screen_open_and_a_poll_does_not(at_work: Client) -> None:
    left_alone(at_work, 9)
    assert at_work.get("/in-use/", headers={"X-Poll": "1"}).json()["seconds"] <= 60
    assert at_work.get("/in-use/").json()["seconds"] > 500
    left_alone(at_work, 9)
    at_work.get("/rooms/", headers={"X-Poll": "1"})
    left_alone(at_work, 2)
    assert at_work.get("/in-use/").status_code == 302


def test_the_password_of_this_person_opens_it_where_they_were(at_work: Client, lind: User) -> None:
    lind.set_password("another good password")
    lind.save()
    at_work.get("/lock/?next=/people/")
    wrong = at_work.post("/lock/", {"password": "another good password", "next": "/people/"})
    assert wrong.status_code == 422
    right = at_work.post("/lock/", {"password": PASSWORD, "next": "/people/"})
    assert right["Location"] == "/people/"
    assert at_work.get("/people/").status_code == 200


def test_the_lock_leads_to_no_other_site(at_work: Client) -> None:
    for address in ("https://elsewhere.test/", "//elsewhere.test/"):
        answer = at_work.post("/lock/", {"password": PASSWORD, "next": address})
        assert answer["Location"] == "/"


def test_behind_the_lock_nobody_adds_a_passkey_or_changes_the_password(at_work: Client) -> None:
    at_work.get("/lock/")
    for page in ("2fa/", "2fa/webauthn/add/", "2fa/totp/activate/", "password/change/"):
        answer = at_work.get(f"/accounts/{page}")
        assert answer["Location"].startswith("/lock/"), page


def test_behind_the_lock_a_draft_is_put_down_but_not_read(at_work: Client, osei: User) -> None:
    at_work.get("/lock/")
    put = at_work.post("/drafts/", {"key": "/courses/1/notes/:text", "text": "Slept well"})
    assert put.status_code == 204
    assert Draft.objects.get(user=osei).text == "Slept well"
    read = at_work.get("/drafts/", {"key": "/courses/1/notes/:text"})
    assert read["Location"].startswith("/lock/")


def kept_words(client: Client, key: str) -> str | None:
    kept: dict[str, dict[str, str]] = client.get("/drafts/", {"key": key}).json()
    return kept[key]["text"] if key in kept else None


def test_a_draft_goes_when_its_form_was_taken_and_stays_when_it_was_refused(
    at_work: Client, course: Course
) -> None:
    page, key = f"/courses/{course.pk}/consultation/", "why"
    at_work.post("/drafts/", {"key": key, "text": "Well supported"})
    sent = {
        "minutes": "18",
        "brings": "Low mood",
        "fit": "yes",
        "why": "Well supported",
        "drafts": key,
    }
    assert at_work.post(page, {**sent, "brings": ""}).status_code == 422
    assert kept_words(at_work, key) == "Well supported"
    assert at_work.post(page, sent).status_code == 302
    assert kept_words(at_work, key) is None


def test_nobody_reads_or_drops_the_draft_of_another(at_work: Client, lind: User) -> None:
    at_work.post("/drafts/", {"key": "note", "text": "Mine"})
    other = logged_in(lind)
    assert kept_words(other, "note") is None
    other.post("/drafts/", {"key": "theirs", "text": "x", "drafts": "note"})
    assert kept_words(at_work, "note") == "Mine"


def test_a_person_has_longer_and_opens_the_lock_by_a_code(ade_user: User) -> None:
    client = logged_in(ade_user)
    client.get("/me/")
    left_alone(client, OWN_DEVICE_IDLE_MINUTES - 1)
    assert client.get("/me/journal/").status_code == 200
    left_alone(client, OWN_DEVICE_IDLE_MINUTES + 1)
    locked = client.get("/me/journal/")
    assert b'name="password"' not in client.get(locked["Location"]).content
    asked = client.post("/lock/", {"next": "/me/journal/"})
    assert asked["Location"].startswith("/enter/")
    assert client.get("/me/journal/").status_code == 302, "asking for a code opens nothing"
    for thread in threading.enumerate():
        if thread.name == "sign-in-link":
            thread.join()
    code = mail.outbox[0].body.split("Your code: ")[1][:6]
    assert client.post(asked["Location"], {"code": code})["Location"] == "/me/journal/"
    assert client.get("/me/journal/").status_code == 200


def test_a_practice_cannot_lock_itself_out(practice: Practice) -> None:
    fields = {"name": "Ash Lane", "time_zone": "UTC", "crisis_line": "988", "emergency_number": "1"}
    for minutes, fits in (("0", False), ("1", True), ("60", True), ("61", False)):
        form = PracticeForm({**fields, "idle_minutes": minutes}, instance=practice)
        assert form.is_valid() == fits, minutes
