"""What somebody else must not read on the phone is behind no door of the person's side."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from pypdf import PdfReader
from web.imports.records import bundle, condition
from web.logging_in import Enter
from web.well import all_is_well

from kapstone import consent, fhir, intake
from kapstone.screening.telling import private_facts
from kapstone.web.accounts.models import User
from kapstone.web.portal.urls import urlpatterns
from kapstone.web.records import copies
from kapstone.web.records.actions import (
    consents,
    courses,
    imports,
    messages,
    questionnaires,
    sessions,
)
from kapstone.web.records.actions import intake as intake_deeds
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.models import Companion, Course, Entry, Outgoing, Person, Statement

MARK = "Zanzibar"
REASON = f"He came along and answered for her. {MARK} is our word for it."
TELLING = (MARK, "partner abuse", "artner violence", "hits_score", "SCR-SOC")
DATA, EXPORT = reverse("portal:data"), reverse("portal:export")
SAID = "given by your practice in person"


@pytest.fixture
def told(
    course: Course, *, ade_user: User, osei: User, vale: User, lind: User, now: datetime
) -> None:
    """Violence at home, told on the phone, to a clinician, by another record; and decided over."""
    ade = course.person
    all_is_well(course, at=now - timedelta(minutes=1), by=osei)
    intake_deeds.answer_intake(course, "partner_violence", "yes", at=now, by=ade_user)
    intake_deeds.answer_intake(course, "beliefs", MARK, at=now, by=ade_user)
    given: Any = {"at": now, "by": osei, "words": f"{MARK}, when asked alone"}
    deeds.give_fact(ade, "partner_violence", True, origin="clinician", **given)
    deeds.give_fact(ade, "hits_score", 14, origin="instrument", **given)
    deeds.give_fact(ade, "couples_session_planned", True, origin="clinician", **given)
    deeds.give_fact(ade, "aneurysm", True, origin="clinician", **given)
    record = bundle(condition(text="Victim of intimate partner abuse (finding)"), condition())
    read = fhir.read_bundle(record, now=now)
    imports.import_record(ade, read, file_name="r.json", same=False, at=now, by=lind)
    courses.write_note(course, kind="clinical", text=f"{MARK} again", at=now, by=lind)
    row = deeds.decide_screening(course, decision="suitable", reason=REASON, at=now, by=osei)
    deeds.countersign(row, at=now, by=vale)


@pytest.fixture
def everywhere(
    told: None, course: Course, *, ade_user: User, osei: User, lind: User, rio: User, now: datetime
) -> dict[str, list[Any]]:
    """A row behind each address that wants one."""
    document = consent.document(route="iv", practice=str(course.person.practice))
    right = {each.id: each.right for each in consent.read_back_questions("iv")}
    signed: Any = {"name": "Ade Bello", "read_back": right, "choices": {}}
    agreed = consents.sign_consent(course, document, **signed, at=now, by=ade_user)
    soon = now + timedelta(hours=4)
    planned = sessions.plan_session(
        course, route="iv", planned_for=soon, room="Room 2", at=now, by=osei
    )
    times = {"opens_at": now, "due_at": soon, "closes_at": now + timedelta(days=2)}
    sheet = questionnaires.assign_sheet(course, "phq9", anchor="now", at=now, by=osei, **times)
    messages.send_message(course.person, text="See you soon", at=now, by=lind)
    return {
        "consent_pdf": [agreed.pk],
        "session": [planned.pk],
        "sheet": [sheet.pk],
        "sheet_help": [sheet.pk],
        "with_person": [course.person.pk],
        "question": [each.id for sitting in intake.sittings() for each in sitting.question],
        "confirm": [row.pk for row in Statement.objects.all()],
        "let_go": [row.pk for row in Companion.objects.all()],
    }


def addresses(rows: dict[str, list[Any]]) -> Iterator[str]:
    for each in urlpatterns:
        name = str(each.name)
        if "<" not in str(each.pattern):
            yield reverse(f"portal:{name}")
        for key in rows.get(name, []):
            yield reverse(f"portal:{name}", args=[key])


def content(answer: Any) -> str:
    """A page or file as text."""
    if answer.headers.get("Content-Type") != "application/pdf":
        return str(answer.content.decode())
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)


@pytest.mark.parametrize("who", ["patient", "companion"])
def test_no_address_of_the_portal_tells_what_is_private(
    who: str, everywhere: dict[str, list[Any]], ade_user: User, rio: User, enter: Enter
) -> None:
    client = enter(ade_user if who == "patient" else rio)
    opened, betrays = set(), {}
    for address in addresses(everywhere):
        answer = client.get(address)
        if answer.status_code == 200:
            opened.add(address)
        page = content(answer)
        if found := [word for word in TELLING if word in page]:
            betrays[address] = found
    assert betrays == {}
    wanted = {DATA, EXPORT, reverse("portal:what_we_found"), reverse("portal:messages")}
    with_person = reverse("portal:with_person", args=everywhere["with_person"])
    assert (wanted if who == "patient" else {with_person}) <= opened


def test_no_mail_tells_it_either(told: None, course: Course, desk: User, now: datetime) -> None:
    intake_deeds.remind(course, address="https://ash.example/me/", at=now, by=desk)
    sent = " ".join(f"{each.subject} {each.text}" for each in Outgoing.objects.all())
    assert "https://ash.example/me/" in sent
    assert [word for word in TELLING if word in sent] == []


def test_every_fact_that_a_private_rule_reads_is_asked_as_private() -> None:
    asked = [each for sitting in intake.sittings() for each in sitting.question]
    open_ = {each.id for each in asked if each.fact in private_facts() and not each.private}
    assert open_ == set()
    assert "partner_violence" in copies.private_questions()


def test_a_private_answer_is_kept_and_not_shown_again(
    course: Course, ade_user: User, enter: Enter, now: datetime
) -> None:
    client = enter(ade_user)
    private, plain = (reverse("portal:question", args=[n]) for n in ("beliefs", "worries"))
    for address in (private, plain):
        assert client.post(address, {"answer": MARK}).status_code == 302
    assert "Only your clinicians see this answer." in content(client.get(private))
    assert MARK not in content(client.get(private))
    assert "Only your clinicians see this answer." not in content(client.get(plain))
    assert f"You said: {MARK}" in content(client.get(plain)).replace("</", " </")


def test_being_not_sure_of_a_private_question_is_not_listed(
    course: Course, ade_user: User, enter: Enter, now: datetime
) -> None:
    for name in ("partner_violence", "escort_named"):
        intake_deeds.answer_intake(course, name, "unsure", at=now, by=ade_user)
    page = content(enter(ade_user).get(reverse("portal:intake_done")))
    assert intake.question("escort_named").ask in page
    assert intake.question("partner_violence").ask not in page


def test_the_phones_copy_has_what_is_open_and_says_that_there_is_more(
    told: None, ade_user: User, enter: Enter
) -> None:
    answer = enter(ade_user).get(EXPORT)
    assert "partner_violence" not in content(answer)
    copy = answer.json()
    assert SAID in copy["about"]
    facts = {row["fact"] for row in copy["given facts"]}
    assert "aneurysm" in facts
    assert facts.isdisjoint(copies.private_answers())
    assert [row["text"] for row in copy["statements"]] == ["Migraine"]
    (row,) = copy["screening decisions"]
    assert row["decision"] == "suitable"
    assert not {"reason", "facts", "screening", "worked_out"} & row.keys()
    assert "countersign" not in content(answer)


def test_the_list_of_looks_tells_of_no_second_signature_and_of_no_full_copy(
    told: None, ade: Person, *, ade_user: User, osei: User, enter: Enter
) -> None:
    enter(osei).post(reverse("full_copy", args=[ade.pk]))
    page = content(enter(ade_user).get(DATA))
    assert page.count("signed the decision on your screening") == len({"Osei", "Vale"})
    assert "Osei: looked at your chart" in page
    assert "countersign" not in page
    assert "full copy</" not in page


def test_that_there_is_more_is_said_to_everybody(course: Course, bo: Person, enter: Enter) -> None:
    assert bo.user is not None
    client = enter(bo.user)
    assert SAID in content(client.get(DATA))
    assert SAID in client.get(EXPORT).json()["about"]


def test_a_prescriber_hands_out_all_of_it_and_the_trail_keeps_that(
    told: None, ade: Person, osei: User, enter: Enter
) -> None:
    client, address = enter(osei), reverse("full_copy", args=[ade.pk])
    assert "from hand to hand" in content(client.get(address))
    assert not Entry.objects.filter(did="give full copy").exists()
    copy = client.post(address).json()
    facts = {row["fact"] for row in copy["given facts"]}
    assert {"partner_violence", "hits_score"} <= facts
    assert copy["screening decisions"][0]["reason"] == REASON
    assert copy["notes"][0]["text"] == f"{MARK} again"
    (entry,) = Entry.objects.filter(did="give full copy")
    assert (entry.by, entry.person) == (osei, ade)
    assert address in content(client.get(reverse("details", args=[ade.pk])))


def test_nobody_else_hands_it_out(
    ade: Person, *, lind: User, owen: User, marsh: User, ade_user: User, enter: Enter
) -> None:
    address = reverse("full_copy", args=[ade.pk])
    for user in (lind, owen, ade_user):
        assert enter(user).post(address).status_code == 403
    assert enter(marsh).post(address).status_code == 404
    assert address not in content(enter(lind).get(reverse("details", args=[ade.pk])))
