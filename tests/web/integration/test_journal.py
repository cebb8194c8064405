"""A journal is its writer's own; the care team reads what is shared now, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from web.logging_in import logged_in

from kapstone.web.accounts.models import User
from kapstone.web.records import integrating
from kapstone.web.records.actions import integration
from kapstone.web.records.actions.drafts import keep_draft
from kapstone.web.records.models import Course, Draft, Entry, JournalEntry, Person
from kapstone.web.records.refusals import Refused

SECRET = "the door under the stairs"
PAGES = ("", "integration/", "review/", "followup/")


@pytest.fixture
def private(ade: Person, ade_user: User, now: datetime) -> JournalEntry:
    return integration.write_journal(ade, text=SECRET, shared=False, at=now, by=ade_user)


def test_a_private_page_is_on_no_page_of_a_clinician(
    private: JournalEntry, course: Course, osei: User, lind: User, abara: User
) -> None:
    for user in (osei, lind, abara):
        client = logged_in(user)
        for page in PAGES:
            answer = client.get(f"/courses/{course.pk}/{page}")
            assert answer.status_code == 200
            assert SECRET not in answer.content.decode()


def test_a_private_page_is_asked_for_in_vain_by_everybody_else(
    *,
    private: JournalEntry,
    osei: User,
    lind: User,
    desk: User,
    owen: User,
    rio: User,
    bo_user: User,
) -> None:
    for user in (osei, lind, desk, owen, rio, bo_user):
        assert not JournalEntry.objects.visible_to(user).exists()


def test_a_shared_page_is_seen_by_the_care_team_and_by_no_companion(
    *, ade: Person, ade_user: User, lind: User, rio: User, marsh: User, now: datetime
) -> None:
    integration.write_journal(ade, text="We can talk about this", shared=True, at=now, by=ade_user)
    assert JournalEntry.objects.visible_to(lind).count() == 1
    assert not JournalEntry.objects.visible_to(rio).exists()
    assert not JournalEntry.objects.visible_to(marsh).exists()


def test_a_page_that_was_taken_back_is_gone_for_the_care_team(
    *, private: JournalEntry, course: Course, lind: User, ade_user: User, ade: Person, now: datetime
) -> None:
    address = f"/courses/{course.pk}/integration/"
    shared = integration.share_journal(private, shared=True, at=now, by=ade_user)
    assert SECRET in logged_in(lind).get(address).content.decode()
    integration.share_journal(shared, shared=False, at=now, by=ade_user)
    assert SECRET not in logged_in(lind).get(address).content.decode()
    assert not JournalEntry.objects.visible_to(lind).exists()
    assert integrating.shared_pages(ade) == []


def test_a_page_keeps_its_day_and_its_place_when_it_is_shared(
    private: JournalEntry, ade: Person, ade_user: User, now: datetime
) -> None:
    later = now + timedelta(days=3)
    integration.write_journal(ade, text="Another", shared=False, at=later, by=ade_user)
    integration.share_journal(private, shared=True, at=later, by=ade_user)
    pages = integrating.pages(ade)
    assert [page.row.text for page in pages] == ["Another", SECRET]
    assert pages[1].written_at == now


def test_sharing_twice_is_sharing_once(
    private: JournalEntry, ade_user: User, now: datetime
) -> None:
    shared = integration.share_journal(private, shared=True, at=now, by=ade_user)
    assert integration.share_journal(shared, shared=True, at=now, by=ade_user) == shared
    with pytest.raises(Refused, match="changed meanwhile"):
        integration.share_journal(private, shared=True, at=now, by=ade_user)
    assert JournalEntry.objects.count() == 2


def test_two_taps_on_an_old_page_lead_back_to_the_journal(
    private: JournalEntry, ade_user: User
) -> None:
    client, address = logged_in(ade_user), f"/me/journal/{private.pk}/share/"
    answers = [client.post(address, {"shared": "yes"})["Location"] for _ in range(2)]
    assert answers == ["/me/journal/", "/me/journal/"]
    assert JournalEntry.objects.count() == 2


def test_who_may_read_a_page_is_asked_and_never_assumed(ade_user: User, course: Course) -> None:
    client = logged_in(ade_user)
    answer = client.post("/me/journal/", {"text": "A long page"})
    assert answer.status_code == 422
    assert "A long page" in answer.content.decode()
    assert "checked" not in client.get("/me/journal/").content.decode()
    assert not JournalEntry.objects.exists()


def test_what_is_being_written_is_kept_until_the_page_is(
    ade_user: User, course: Course, now: datetime
) -> None:
    client = logged_in(ade_user)
    keep_draft(ade_user, "journal", "Half a page", at=now)
    assert "Half a page" in client.get("/me/journal/").content.decode()
    client.post("/me/journal/", {"text": "Half a page", "shared": "no"})
    assert not Draft.objects.exists()


def test_the_audit_trail_holds_no_word_of_a_page(private: JournalEntry) -> None:
    for entry in Entry.objects.all():
        assert SECRET not in str(entry.content())


def test_nobody_shares_the_page_of_another(private: JournalEntry, bo_user: User) -> None:
    answer = logged_in(bo_user).post(f"/me/journal/{private.pk}/share/", {"shared": "yes"})
    assert answer.status_code == 404
