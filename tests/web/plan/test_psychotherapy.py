"""Psychotherapy notes: sealed, opened by their writer only, and what a lost key does."""

from __future__ import annotations

import stat
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.urls import reverse
from web.logging_in import Enter

from kapstone.web import private, safety
from kapstone.web.accounts import roles
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import sealing
from kapstone.web.records.actions import psychotherapy as deeds
from kapstone.web.records.models import Course, Draft, Entry, PsychotherapyNote
from kapstone.web.records.refusals import Refused

WORDS = "A dream of the sea"
KEY, OTHER = (Fernet.generate_key().decode() for _ in range(2))


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """A data folder without a key."""
    settings.DATA = tmp_path
    return tmp_path


@pytest.fixture
def ro(practice: Practice) -> User:
    """Another therapist of the same practice."""
    return User.objects.create_user(
        "ro@example.org", "correct horse battery", practice=practice, roles=[roles.THERAPIST]
    )


@pytest.fixture
def note(course: Course, lind: User, now: datetime) -> PsychotherapyNote:
    return deeds.write_psychotherapy_note(course, text=WORDS, at=now, by=lind)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def room(course: Course) -> str:
    return reverse("psychotherapy_notes", args=[course.pk])


def page_of(note: PsychotherapyNote) -> str:
    return reverse("psychotherapy_note", args=[note.pk])


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def as_stored() -> str:
    """Everything that the table holds, as the database gives it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM records_psychotherapynote")
        return repr(cursor.fetchall())


# how they are kept


def test_the_database_does_not_hold_the_words(note: PsychotherapyNote, lind: User) -> None:
    assert "dream" not in as_stored()
    assert deeds.open_psychotherapy_note(note, by=lind) == WORDS


def test_a_key_of_its_own_is_made_once_for_its_owner_only(
    note: PsychotherapyNote, folder: Path, course: Course, lind: User, now: datetime
) -> None:
    file = folder / "notes-key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file in set(private.files())
    first = file.read_text()
    deeds.write_psychotherapy_note(course, text="More", at=now, by=lind)
    assert file.read_text() == first
    assert list(folder.iterdir()) == [file]


def test_words_moved_to_another_writer_stay_shut(
    note: PsychotherapyNote, course: Course, ro: User, now: datetime
) -> None:
    stolen = PsychotherapyNote.objects.create(
        course=course, key_id=note.key_id, sealed=note.sealed, at=now, by=ro
    )
    with pytest.raises(Refused) as refused:
        deeds.open_psychotherapy_note(stolen, by=ro)
    assert code(refused) == "not-as-sealed"


def test_a_draft_is_sealed_as_well(enter: Enter, lind: User, course: Course) -> None:
    client = enter(lind)
    key = f"psychotherapy-note-{course.pk}"
    assert client.post("/drafts/", {"key": key, "text": WORDS}).status_code == 204
    assert "dream" not in Draft.objects.get().text
    assert client.get("/drafts/", {"key": key}).json()[key]["text"] == WORDS
    page = text(client.get(room(course)))
    assert WORDS in page
    assert "Your draft was kept, sealed." in page


# who opens them


def test_only_its_writer_opens_and_corrects_it(
    note: PsychotherapyNote, course: Course, ro: User, osei: User, now: datetime
) -> None:
    for by, why in ((ro, "not-yours"), (osei, "not-your-deed")):
        with pytest.raises(Refused) as refused:
            deeds.open_psychotherapy_note(note, by=by)
        assert code(refused) == why
        with pytest.raises(Refused) as refused:
            deeds.write_psychotherapy_note(course, text="Theirs", at=now, by=by, corrects=note)
        assert code(refused) == why
    assert PsychotherapyNote.objects.count() == 1


def test_the_writer_finds_days_and_opens_words_one_by_one(
    enter: Enter, note: PsychotherapyNote, course: Course, lind: User
) -> None:
    client = enter(lind)
    listed = text(client.get(room(course)))
    assert f'href="{page_of(note)}"' in listed
    assert WORDS not in listed
    assert not Entry.objects.filter(did="open psychotherapy note").exists()
    answer = client.get(page_of(note))
    assert WORDS in text(answer)
    assert "no-store" in answer["Cache-Control"]
    entry = Entry.objects.get(did="open psychotherapy note")
    assert (entry.by, entry.about) == (lind, f"psychotherapy_note:{note.pk}")
    assert entry.detail == {}


def test_nobody_else_opens_the_page(
    enter: Enter, note: PsychotherapyNote, course: Course, ro: User, osei: User
) -> None:
    client = enter(ro)
    assert client.get(page_of(note)).status_code == 404
    address = f"{room(course)}?corrects={note.pk}"
    assert client.get(address).status_code == 404
    assert client.post(address, {"text": "x"}).status_code == 404
    assert "You have written none" in text(client.get(room(course)))
    assert enter(osei).get(page_of(note)).status_code == 403
    assert enter(osei).get(room(course)).status_code == 403


def test_the_chart_counts_them_for_their_writer_and_tells_nobody_else(
    *, enter: Enter, note: PsychotherapyNote, course: Course, lind: User, ro: User, osei: User
) -> None:
    chart = reverse("course", args=[course.pk])
    assert "1 psychotherapy note of your own" in text(enter(lind).get(chart))
    for other in (ro, osei):
        assert "psychotherapy note" not in text(enter(other).get(chart))
    notes = reverse("notes", args=[course.pk])
    assert f'href="{room(course)}"' in text(enter(lind).get(notes))
    assert f'href="{room(course)}"' not in text(enter(osei).get(notes))


def test_a_correction_stands_and_the_first_words_open_by_themselves(
    enter: Enter, note: PsychotherapyNote, course: Course, lind: User
) -> None:
    client = enter(lind)
    address = f"{room(course)}?corrects={note.pk}"
    assert WORDS in text(client.get(address))
    assert Entry.objects.filter(did="open psychotherapy note").count() == 1
    client.post(address, {"text": "A dream of the hills"})
    new = PsychotherapyNote.objects.standing().get()
    assert new.corrects == note
    page = text(client.get(page_of(new)))
    assert "A dream of the hills" in page
    assert WORDS not in page
    assert WORDS in text(client.get(page_of(note)))
    listed = text(client.get(room(course)))
    assert page_of(new) in listed
    assert page_of(note) not in listed


# keys


def lose_key(folder: Path) -> str:
    """The key, taken away."""
    file = folder / "notes-key"
    key = file.read_text()
    file.unlink()
    return key


def test_without_its_key_nothing_opens_and_nothing_is_lost(
    enter: Enter, note: PsychotherapyNote, course: Course, lind: User, folder: Path
) -> None:
    client = enter(lind)
    key = lose_key(folder)
    for address in (page_of(note), f"{room(course)}?corrects={note.pk}"):
        answer = client.get(address)
        assert answer.status_code == 409
        assert "The key of the psychotherapy notes is not there" in text(answer)
    assert not Entry.objects.filter(did="open psychotherapy note").exists()
    answer = client.post(room(course), {"text": "Written all the same"})
    assert answer.status_code == 422
    assert "Nothing is lost" in text(answer)
    assert "Written all the same" in text(answer)
    assert not (folder / "notes-key").exists(), "a new key would hide that the old one is gone"
    (folder / "notes-key").write_text(key)
    assert WORDS in text(client.get(page_of(note)))


def test_a_draft_that_cannot_be_sealed_is_not_kept_plainly(
    enter: Enter, note: PsychotherapyNote, course: Course, lind: User, folder: Path
) -> None:
    lose_key(folder)
    key = f"psychotherapy-note-{course.pk}"
    assert enter(lind).post("/drafts/", {"key": key, "text": WORDS}).status_code == 409
    assert not Draft.objects.exists()


def test_another_key_is_not_taken_for_the_right_one(
    enter: Enter, note: PsychotherapyNote, lind: User, folder: Path
) -> None:
    (folder / "notes-key").write_text(OTHER)
    answer = enter(lind).get(page_of(note))
    assert answer.status_code == 409
    assert f"This needs the key {note.key_id}." in text(answer)


def test_a_key_that_is_none_is_refused(
    course: Course, lind: User, now: datetime, folder: Path
) -> None:
    (folder / "notes-key").write_text("not a key")
    with pytest.raises(Refused) as refused:
        deeds.write_psychotherapy_note(course, text=WORDS, at=now, by=lind)
    assert code(refused) == "bad-notes-key"
    assert safety.notes_key().ok is False


def test_a_new_key_seals_and_the_old_one_goes_on_opening(
    note: PsychotherapyNote, course: Course, lind: User, now: datetime, folder: Path
) -> None:
    made = sealing.renew()
    later = deeds.write_psychotherapy_note(course, text="Later", at=now, by=lind)
    assert later.key_id == made != note.key_id
    assert deeds.open_psychotherapy_note(note, by=lind) == WORDS
    assert deeds.open_psychotherapy_note(later, by=lind) == "Later"
    assert stat.S_IMODE((folder / "notes-key").stat().st_mode) == 0o600


def test_a_lost_key_is_not_replaced(note: PsychotherapyNote, folder: Path) -> None:
    lose_key(folder)
    with pytest.raises(Refused) as refused:
        sealing.renew()
    assert code(refused) == "notes-key-gone"


def test_keys_may_come_from_the_environment(
    course: Course, lind: User, now: datetime, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAPSTONE_NOTES_KEY", KEY)
    note = deeds.write_psychotherapy_note(course, text=WORDS, at=now, by=lind)
    assert note.key_id == sealing.fingerprint(KEY)
    assert list(folder.iterdir()) == []
    monkeypatch.setenv("KAPSTONE_NOTES_KEY", f"{OTHER}, {KEY}")
    assert deeds.open_psychotherapy_note(note, by=lind) == WORDS
    later = deeds.write_psychotherapy_note(course, text="Later", at=now, by=lind)
    assert later.key_id == sealing.fingerprint(OTHER)
    with pytest.raises(Refused) as refused:
        sealing.renew()
    assert code(refused) == "keys-from-outside"


def test_the_check_names_a_key_that_is_gone(
    note: PsychotherapyNote, folder: Path, elsewhere: Practice
) -> None:
    assert safety.notes_key().ok is True
    lose_key(folder)
    answer = safety.notes_key()
    assert answer.ok is False
    assert note.key_id in answer.says


@pytest.mark.django_db
def test_where_nothing_was_sealed_no_key_is_missed() -> None:
    assert safety.notes_key().ok is True
