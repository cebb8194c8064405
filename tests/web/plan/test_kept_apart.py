"""Whoever looks, wherever they look: the words of a psychotherapy note are not there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.core.serializers.python import Serializer
from django.test import Client
from web.logging_in import Enter
from web.test_access import PAGES, Page

from kapstone.web.accounts import roles
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import copies, timeline
from kapstone.web.records.actions import courses, drafts, sessions
from kapstone.web.records.actions import psychotherapy as deeds
from kapstone.web.records.models import Course, PsychotherapyNote, Session

SECRET = "Hippocampe"
OWN = {"psychotherapy_notes", "psychotherapy_note"}
# Who goes through one of these is locked out of the others.
DOORS = {"lock", "enter", "enter_code", "code_again", "demo_enter"}


@pytest.fixture
def session(course: Course, osei: User, now: datetime) -> Session:
    return sessions.plan_session(course, route="iv", planned_for=now, at=now, by=osei)


@pytest.fixture
def note(course: Course, lind: User, now: datetime, session: Session) -> PsychotherapyNote:
    """A note that was corrected, a draft of the next, and something in the chart beside them."""
    courses.write_note(course, kind="clinical", text="Seen today", at=now, by=lind)
    first = deeds.write_psychotherapy_note(course, text=f"{SECRET} one", at=now, by=lind)
    drafts.keep_draft(lind, f"psychotherapy-note-{course.pk}", f"{SECRET} draft", at=now)
    return deeds.write_psychotherapy_note(
        course, text=f"{SECRET} two", at=now, by=lind, corrects=first
    )


def body(answer: Any) -> str:
    parts = answer.streaming_content if answer.streaming else [answer.content]
    return b"".join(parts).decode(errors="replace")


def everywhere(client: Client, ids: set[int]) -> dict[str, str]:
    """What every address gives to this reader; asked with each number that the chart has."""
    pages: list[Page] = [each for each in PAGES if each.name not in DOORS]
    found = {}
    for page in pages:
        for pk in sorted(ids):
            address = page.address({"pk": pk})
            answer = client.get(address)
            if answer.status_code == 200:
                found[f"{page.name} {address}"] = body(answer)
    return found


@pytest.fixture
def ids(course: Course, note: PsychotherapyNote, session: Session) -> set[int]:
    return {course.pk, course.person_id, session.pk, note.pk, note.corrects_id or 0}


def holding(found: dict[str, str]) -> list[str]:
    return [at for at, page in found.items() if SECRET in page]


def reader(practice: Practice, *held: str) -> User:
    return User.objects.create_user(
        "other@example.org", "correct horse battery", practice=practice, roles=sorted(held)
    )


def test_no_address_shows_them_to_a_colleague_with_every_role(
    enter: Enter, practice: Practice, ids: set[int]
) -> None:
    found = everywhere(enter(reader(practice, *roles.STAFF)), ids)
    assert len(found) > 60, "the reader came far"
    assert holding(found) == []


@pytest.mark.parametrize("who", ["ade_user", "rio"])
def test_no_address_shows_them_to_the_person_or_who_walks_with_them(
    who: str, enter: Enter, ids: set[int], request: pytest.FixtureRequest
) -> None:
    found = everywhere(enter(request.getfixturevalue(who)), ids)
    assert found
    assert holding(found) == []


def test_to_their_writer_only_their_own_pages_show_them(
    enter: Enter, lind: User, ids: set[int]
) -> None:
    found = everywhere(enter(lind), ids)
    shown = {at.split()[0] for at in holding(found)}
    assert shown == OWN, "the draft and the two notes; and nothing else"


def test_no_copy_story_or_timeline_holds_them(course: Course, note: PsychotherapyNote) -> None:
    person = course.person
    for copy in (copies.full(person), copies.for_phone(person)):
        whole = copies.as_file(copy).decode()
        assert SECRET not in whole
        assert note.sealed not in whole
        assert "psychotherapy" not in whole.lower()
    assert PsychotherapyNote not in copies.tables()
    assert SECRET not in repr(timeline.timeline(course, most=1000))


def test_no_table_of_the_database_holds_them(note: PsychotherapyNote) -> None:
    """Every column of every table: notes, drafts, the trail, sessions of browsers, the cache."""
    told = [
        model.__name__
        for model in apps.get_models()
        if SECRET in repr(Serializer().serialize(model._default_manager.all()))
    ]
    assert told == []


def test_no_search_finds_them(enter: Enter, practice: Practice, note: PsychotherapyNote) -> None:
    client = enter(reader(practice, *roles.STAFF))
    for address in ("/people/", "/library/"):
        found = body(client.get(address, {"q": f"{SECRET} two"}))
        assert f"{SECRET} one" not in found
        assert note.course.person.family not in found
