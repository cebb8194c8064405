"""Signing and taking back: who may, what is kept, and what it opens and shuts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from kapstone import consent, pathway
from kapstone.web.accounts.models import User
from kapstone.web.records import consenting
from kapstone.web.records import pathway as course_pathway
from kapstone.web.records.actions import consents, people, sessions
from kapstone.web.records.models import Consent, Course, Entry, Outgoing, Person
from kapstone.web.records.refusals import Refused

Sign = Callable[..., Consent]


@pytest.fixture
def sign(course: Course, ade_user: User, now: datetime) -> Sign:
    """Ade reads, answers every question rightly, and signs; each part can be made otherwise."""

    def signing(**other: Any) -> Consent:
        at = other.get("at", now)
        document = other.pop("document", None) or consenting.document_for(course, now=at)
        asked = consent.read_back_questions(document.route)
        given: dict[str, Any] = {
            "name": "Ade Bello",
            "read_back": {each.id: each.right for each in asked},
            "choices": {},
            "digest_read": document.digest,
            "at": at,
            "by": ade_user,
        }
        return consents.sign_consent(course, document, **{**given, **other})

    return signing


def gate(course: Course, now: datetime) -> pathway.Gate:
    ((_course, facts),) = course_pathway.facts_of(
        Course.objects.filter(pk=course.pk), now=now
    ).items()
    found = {each.id: each for each in pathway.gates(facts, 1, now=now)}
    return found["consent"]


@pytest.fixture
def planned(course: Course, osei: User, now: datetime) -> None:
    later = now + timedelta(days=2)
    sessions.plan_session(course, route="iv", planned_for=later, at=now, by=osei)


def test_the_pdf_says_every_word_that_was_signed(sign: Sign) -> None:
    signed = sign()
    pages = PdfReader(BytesIO(bytes(signed.pdf))).pages
    words = "".join("".join(page.extract_text() for page in pages).split())
    document = consent.Document.from_data(signed.document)
    for section in document.sections:
        for element in section.elements:
            first = "".join(element.words.split())[:30]
            assert first in words, element.id
    assert "".join(signed.meaning.split())[:40] in words


def test_the_row_keeps_words_that_fit_their_digest(sign: Sign) -> None:
    signed = sign()
    assert consent.Document.from_data(signed.document).digest == signed.text_digest
    changed = {**signed.document, "title": "Something else"}
    with pytest.raises(ValueError, match="do not fit its digest"):
        consent.Document.from_data(changed)


def test_a_second_signature_stands_in_for_the_first(sign: Sign, course: Course) -> None:
    first, second = sign(), sign(name="ade  bellö")
    assert second.corrects == first
    assert list(Consent.objects.standing().filter(course=course)) == [second]
    assert Consent.objects.count() == 2


def test_only_the_person_signs(sign: Sign, osei: User, rio: User, bo_user: User) -> None:
    for other in (osei, rio, bo_user):
        with pytest.raises(Refused) as refused:
            sign(by=other)
        assert refused.value.code == "not-yours"
    assert not Consent.objects.exists()


def test_other_words_than_those_read_are_refused(sign: Sign) -> None:
    with pytest.raises(Refused) as refused:
        sign(digest_read="0" * 64)
    assert refused.value.code == "text-changed"


def test_a_wrong_answer_is_explained_and_nothing_is_signed(sign: Sign) -> None:
    questions = consent.read_back_questions(None)
    answers = {each.id: each.right for each in questions}
    answers["stop"] = "before_only"
    with pytest.raises(Refused) as refused:
        sign(read_back=answers)
    assert refused.value.code == "read-back-wrong"
    assert next(each.why for each in questions if each.id == "stop") in refused.value.words
    assert not Consent.objects.exists()


def test_an_open_question_is_not_a_right_answer(sign: Sign) -> None:
    with pytest.raises(Refused) as refused:
        sign(read_back={})
    assert refused.value.code == "read-back-open"


def test_a_blank_name_signs_nothing(sign: Sign) -> None:
    with pytest.raises(Refused) as refused:
        sign(name="  ")
    assert refused.value.code == "no-name"


def test_another_name_signs_nothing(sign: Sign) -> None:
    with pytest.raises(Refused) as refused:
        sign(name="Rio Bello")
    assert refused.value.code == "other-name"
    assert "You are signed in as Ade Bello." in refused.value.words
    assert not Consent.objects.exists()


def test_what_was_missed_at_first_stays_on_record(sign: Sign) -> None:
    assert sign(missed=["stop"]).read_back["missed"] == ["stop"]


def test_no_answer_to_a_choice_stays_no_answer(sign: Sign) -> None:
    signed = sign(choices={"CON-28": True})
    assert signed.choices["CON-28"] is True
    assert signed.choices["CON-30"] is None


@pytest.mark.usefixtures("planned")
def test_signing_opens_the_gate_and_taking_back_shuts_it(
    sign: Sign, course: Course, ade_user: User, now: datetime
) -> None:
    assert not gate(course, now).lets_through
    signed = sign()
    assert gate(course, now).lets_through
    consents.withdraw_consent(signed, reason="", at=now, by=ade_user)
    assert not gate(course, now).lets_through


@pytest.mark.usefixtures("planned")
def test_a_consent_ends_at_its_hour(sign: Sign, course: Course, now: datetime) -> None:
    ends = sign().expires_at
    assert gate(course, ends - timedelta(seconds=1)).lets_through
    assert not gate(course, ends).lets_through


def test_a_clinician_who_heard_it_may_write_it_down_and_nobody_else(
    sign: Sign, lind: User, desk: User, marsh: User, now: datetime
) -> None:
    signed = sign()
    for other in (desk, marsh):
        with pytest.raises(Refused) as refused:
            consents.withdraw_consent(signed, reason="", at=now, by=other)
        assert refused.value.code == "not-yours"
    assert consents.withdraw_consent(signed, reason="Said so", at=now, by=lind).by == lind


def test_consent_is_taken_back_once(sign: Sign, ade_user: User, now: datetime) -> None:
    signed = sign()
    consents.withdraw_consent(signed, reason="", at=now, by=ade_user)
    with pytest.raises(Refused) as refused:
        consents.withdraw_consent(signed, reason="", at=now, by=ade_user)
    assert refused.value.code == "withdrawn"


def test_a_replaced_consent_cannot_be_taken_back_in_place_of_the_newer(
    sign: Sign, ade_user: User, now: datetime
) -> None:
    first, _second = sign(), sign()
    with pytest.raises(Refused) as refused:
        consents.withdraw_consent(first, reason="", at=now, by=ade_user)
    assert refused.value.code == "replaced"


def test_a_couple_reads_the_words_for_couples(
    course: Course, ade: Person, desk: User, now: datetime
) -> None:
    details = {"given": "Sam", "family": "Bello", "email": "sam@example.org"}
    partner = people.add_person(details, at=now, by=desk).person
    alone = consenting.document_for(course, now=now)
    people.link_couple(partner, ade, at=now, by=desk)
    together = consenting.document_for(course, now=now)
    assert together.digest != alone.digest
    assert "CON-32" in {each.id for part in together.sections for each in part.elements}


def test_the_mail_names_no_treatment(course: Course, desk: User, now: datetime) -> None:
    consents.ask_for_consent(course, at=now, by=desk)
    mail = Outgoing.objects.get()
    assert mail.to == "ade@example.org"
    assert mail.text.count("/me/consent/") == 1
    for word in ("ketamine", "consent to", "treatment", "therap", "medic"):
        assert word not in (mail.subject + mail.text).lower()


def test_nobody_is_written_to_without_an_address(course: Course, desk: User, now: datetime) -> None:
    people.correct_details(course.person, {"email": ""}, by=desk)
    course.refresh_from_db()
    with pytest.raises(Refused) as refused:
        consents.ask_for_consent(course, at=now, by=desk)
    assert refused.value.code == "no-email"


def test_signing_leaves_the_digests_on_the_trail(sign: Sign) -> None:
    signed = sign()
    entry = Entry.objects.get(did="sign consent")
    assert entry.detail == {"text": signed.text_digest, "pdf": signed.pdf_digest}
