"""The pages of consent: read, say it back, sign; and what the team sees of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from web.logging_in import Enter

from kapstone import consent
from kapstone.web.accounts.models import User
from kapstone.web.records import consenting, waiting
from kapstone.web.records.actions import consents as deeds
from kapstone.web.records.actions import courses
from kapstone.web.records.models import Consent, Course, Entry, Notice, ScreeningDecision

READ, ASK, SIGN = (reverse(f"portal:{name}") for name in ("consent", "read_back", "sign"))
PLAN = {
    "preparation": 2,
    "medicine": 6,
    "integration": 6,
    "route": "im",
    "days_between": 7,
    "review_after": 2,
}


@pytest.fixture
def document(course: Course, now: datetime) -> consent.Document:
    return consenting.document_for(course, now=now)


def right(document: consent.Document) -> dict[str, str]:
    return {each.id: each.right for each in consent.read_back_questions(document.route)}


@pytest.fixture
def reader(enter: Enter, ade_user: User, document: consent.Document) -> Client:
    """Ade, who has read the words and made one choice."""
    client = enter(ade_user)
    answer = client.post(READ, {"digest": document.digest, "CON-28": "yes"})
    assert answer["Location"] == ASK
    return client


@pytest.fixture
def signed(reader: Client, document: consent.Document) -> Consent:
    reader.post(ASK, right(document))
    reader.post(SIGN, {"digest": document.digest, "name": "Ade Bello"})
    return Consent.objects.get()


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_every_word_is_on_the_page_and_nothing_is_chosen(
    enter: Enter, ade_user: User, document: consent.Document
) -> None:
    page = enter(ade_user).get(READ)
    for section in document.sections:
        for element in section.elements:
            assert f'id="{element.id}"' in text(page)
    assert "checked>" not in text(page)
    assert document.digest in text(page)


def test_reading_answering_and_signing_keeps_what_was_said(signed: Consent) -> None:
    assert signed.signed_name == "Ade Bello"
    assert signed.choices["CON-28"] is True
    assert signed.choices["CON-30"] is None


def test_a_wrong_answer_is_explained_and_asked_again(
    reader: Client, document: consent.Document, enter: Enter, osei: User
) -> None:
    answers = {**right(document), "stop": "before_only"}
    page = reader.post(ASK, answers)
    assert page.status_code == 422
    assert "You may stop before, during or after any session." in text(page)
    assert "checked>" not in text(page)
    assert reader.get(SIGN)["Location"] == ASK
    reader.post(ASK, right(document))
    reader.post(SIGN, {"digest": document.digest, "name": "Ade Bello"})
    kept = Consent.objects.get()
    assert kept.read_back["missed"] == ["stop"]
    shown = enter(osei).get(reverse("consent", args=[kept.course_id]))
    assert 'It took <span class="num">2</span> tries.' in text(shown)


def test_a_read_back_right_at_once_is_said(signed: Consent, enter: Enter, osei: User) -> None:
    shown = text(enter(osei).get(reverse("consent", args=[signed.course_id])))
    assert "Right at the first try." in shown


def test_an_answer_that_is_not_offered_is_refused(
    reader: Client, document: consent.Document
) -> None:
    assert reader.post(ASK, {**right(document), "stop": "nonsense"}).status_code == 422


def test_nobody_comes_to_sign_without_reading(enter: Enter, ade_user: User) -> None:
    client = enter(ade_user)
    assert client.get(ASK)["Location"] == READ
    assert client.get(SIGN)["Location"] == READ


def test_the_meaning_stands_word_for_word_above_the_name(
    reader: Client, document: consent.Document
) -> None:
    reader.post(ASK, right(document))
    page = text(reader.get(SIGN))
    assert consent.signature_meaning("person") in page
    assert document.version in page


def test_a_missing_name_is_said_and_signs_nothing(
    reader: Client, document: consent.Document
) -> None:
    reader.post(ASK, right(document))
    page = reader.post(SIGN, {"digest": document.digest, "name": " "})
    assert page.status_code == 422
    assert "Type your full name to sign." in text(page)
    assert not Consent.objects.exists()


def test_words_that_changed_meanwhile_are_shown_and_not_signed(
    reader: Client, document: consent.Document, course: Course, osei: User, now: datetime
) -> None:
    reader.post(ASK, right(document))
    courses.plan_roadmap(course, PLAN, at=now, by=osei)
    page = reader.post(SIGN, {"digest": document.digest, "name": "Ade Bello"})
    assert page.status_code == 409
    assert "The words changed while you were reading." in text(page)
    assert consenting.document_for(course, now=now).digest in text(page)
    assert not Consent.objects.exists()


def test_the_person_opens_the_stored_pdf_and_others_do_not(
    signed: Consent, enter: Enter, ade_user: User, bo_user: User, marsh: User
) -> None:
    mine = enter(ade_user).get(reverse("portal:consent_pdf", args=[signed.pk]))
    assert mine.content == bytes(signed.pdf)
    assert enter(bo_user).get(reverse("portal:consent_pdf", args=[signed.pk])).status_code == 404
    assert enter(marsh).get(reverse("consent_pdf", args=[signed.pk])).status_code == 404


def test_a_clinician_who_opens_the_pdf_is_on_the_trail(
    signed: Consent, enter: Enter, osei: User
) -> None:
    answer = enter(osei).get(reverse("consent_pdf", args=[signed.pk]))
    assert answer.content == bytes(signed.pdf)
    last = Entry.objects.latest("number")
    assert (last.by, last.did, last.about) == (osei, "see consent", f"consent:{signed.pk}")


def test_taking_back_asks_for_no_reason(
    signed: Consent, enter: Enter, ade_user: User, osei: User, course: Course
) -> None:
    client = enter(ade_user)
    client.post(reverse("portal:withdraw"), {"reason": ""})
    assert signed.withdrawal.reason == ""
    assert "taken back" in text(client.get(reverse("portal:withdraw")))
    assert "not in force" in text(enter(osei).get(reverse("consent", args=[course.pk])))


def test_who_took_it_back_is_in_a_notice_and_not_pressed(
    signed: Consent, enter: Enter, desk: User, lind: User
) -> None:
    course, now = signed.course, signed.at
    decided = {"decision": "suitable", "valid_until": now, "facts": {}, "screening": {}}
    ScreeningDecision.objects.create(course=course, at=now, by=lind, **decided)
    mine = Course.objects.filter(pk=course.pk)
    deeds.withdraw_consent(signed, reason="", at=now, by=lind)
    notice = Notice.objects.open().get()
    assert (notice.kind, notice.level) == ("consent-withdrawn", "yellow")
    assert notice.says == (
        "Ade Bello took their consent back on 3 Nov 2026 at 08:00, as told to Lind."
    )
    assert not waiting.consent_open(mine, now).exists()
    home = text(enter(signed.by).get(reverse("portal:today")))
    assert "You may sign again if you want to." in home
    assert "What you agree to" not in home
    address = reverse("consent", args=[course.pk])
    assert "Ask again by e-mail" not in text(enter(desk).get(address))
    assert enter(desk).post(address).status_code == 422
    assert "Ask again by e-mail" in text(enter(lind).get(address))


def test_a_consent_to_every_route_holds_for_the_one_that_is_planned(
    signed: Consent, enter: Enter, osei: User, course: Course, now: datetime
) -> None:
    courses.plan_roadmap(course, PLAN, at=now, by=osei)
    assert "You said yes" in text(enter(signed.by).get(READ))
    page = text(enter(osei).get(reverse("consent", args=[course.pk])))
    assert "Ask for consent again." not in page


def test_after_a_new_route_the_words_are_asked_again(
    enter: Enter, ade_user: User, osei: User, course: Course, now: datetime
) -> None:
    courses.plan_roadmap(course, PLAN, at=now, by=osei)
    client, document = enter(ade_user), consenting.document_for(course, now=now)
    client.post(READ, {"digest": document.digest})
    client.post(ASK, right(document))
    client.post(SIGN, {"digest": document.digest, "name": "Ade Bello"})
    assert "You said yes" in text(client.get(READ))
    courses.plan_roadmap(course, {**PLAN, "route": "iv"}, at=now, by=osei)
    assert "Your plan has changed" in text(client.get(READ))
    page = text(enter(osei).get(reverse("consent", args=[course.pk])))
    assert "Ask for consent again." in page


@pytest.mark.usefixtures("signed")
def test_the_front_desk_sees_whether_but_not_what(enter: Enter, desk: User, course: Course) -> None:
    page = text(enter(desk).get(reverse("consent", args=[course.pk])))
    assert "Consent is in force" in page
    assert "Their choices" not in page
    assert "SHA-256" not in page
    assert "/pdf/" not in page


def test_the_front_desk_sends_the_link(enter: Enter, desk: User, course: Course) -> None:
    address = reverse("consent", args=[course.pk])
    answer = enter(desk).post(address)
    assert answer.status_code == 302
    assert Entry.objects.filter(did="ask for consent").count() == 1


def test_a_course_of_another_practice_is_not_there(
    enter: Enter, marsh: User, course: Course
) -> None:
    assert enter(marsh).get(reverse("consent", args=[course.pk])).status_code == 404
