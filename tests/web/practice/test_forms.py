"""The terms of questionnaires: agreed to, brought with their words, ended; answers stay."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from web.conftest import NOW
from web.logging_in import Enter

from kapstone import instruments
from kapstone.web import clock
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import definitions
from kapstone.web.records.actions import forms as deeds
from kapstone.web.records.actions import questionnaires
from kapstone.web.records.models import Course, Entry, FormLicence, Sheet, SheetScore
from kapstone.web.records.models.base import AppendOnlyError
from kapstone.web.records.refusals import Refused

SCOPE = "For all patients of this practice, on paper and on screen."
TODAY = NOW.date()
LAST_DAY = TODAY + timedelta(days=90)


def diary(expires: date = LAST_DAY, text: str = "Did you wake up at night?") -> str:
    licence = {
        "tier": "C",
        "notice": "By permission of its author.",
        "source": "letter",
        "checked_on": "2026-11-01",
        "expires": expires.isoformat(),
    }
    form: dict[str, Any] = {
        "id": "sleep-diary",
        "name": "Sleep-Diary",
        "short": "Sleep diary",
        "title": "Sleep diary",
        "version": "1",
        "language": "en",
        "domain": "sleep",
        "respondent": "patient",
        "recall": "last night",
        "minutes": 1,
        "sources": [],
        "licence": licence,
        "choices": [
            {"id": "no", "value": 0, "text": "No"},
            {"id": "yes", "value": 1, "text": "Yes"},
        ],
        "item": [{"id": "woke", "text": text}],
        "score": {"method": "sum", "range": [0, 1]},
    }
    return json.dumps(form)


def bring(by: User, text: str | None = None) -> FormLicence:
    return deeds.bring_form(
        text or diary(), licensor="The author", scope=SCOPE, signed_name=by.name, at=NOW, by=by
    )


def asked(course: Course, by: User, at: Any = NOW) -> Sheet:
    return questionnaires.ask_now(course, "sleep-diary", at=at, by=by)


def test_a_brought_form_may_be_asked_and_is_scored(
    ade: Course, osei: User, practice: Practice
) -> None:
    row = bring(osei)
    assert definitions.forms_of(practice, TODAY)["sleep-diary"].may_be_asked
    sheet = asked(ade, osei)
    assert sheet.version == f"brought-{row.pk}"
    questionnaires.answer_item(sheet, "woke", 1, at=NOW, by=osei)
    assert questionnaires.finish_sheet(sheet, at=NOW, by=osei).total == 1


def test_nobody_else_may_ask_it(bo: Course, marsh: User, osei: User) -> None:
    bring(osei)
    with pytest.raises(Refused, match="Choose one of"):
        asked(bo, marsh)


def test_after_its_last_day_no_new_one_is_asked_and_the_old_stays_readable(
    ade: Course, osei: User, practice: Practice
) -> None:
    bring(osei)
    sheet = asked(ade, osei)
    last = NOW + timedelta(days=90)
    assert definitions.forms_of(practice, LAST_DAY)["sleep-diary"].may_be_asked
    with pytest.raises(Refused, match=r"its licence ended on 0?1 Feb 2027"):
        asked(ade, osei, at=last + timedelta(days=1))
    assert definitions.of_sheet(sheet).item[0].text == "Did you wake up at night?"


def test_words_brought_anew_leave_an_older_sheet_as_it_was(ade: Course, osei: User) -> None:
    bring(osei)
    sheet = asked(ade, osei)
    bring(osei, diary(text="Were you awake at night?"))
    assert definitions.of_sheet(sheet).item[0].text == "Did you wake up at night?"
    assert FormLicence.objects.standing().count() == 1


def test_a_number_that_was_another_form_s_before_a_restore_has_its_own_words(osei: User) -> None:
    with transaction.atomic():
        before = bring(osei)
        assert definitions.of_sheet(Sheet(version=f"brought-{before.pk}")).item[0].text
        transaction.set_rollback(True)
    row = bring(osei, diary(text="Were you awake?"))
    assert (
        definitions.of_sheet(Sheet(version=f"brought-{row.pk}")).item[0].text == "Were you awake?"
    )


def test_a_definition_kept_with_a_field_that_is_no_more_stays_readable(osei: User) -> None:
    row = bring(osei)
    columns = {f.attname: getattr(row, f.attname) for f in FormLicence._meta.concrete_fields}
    columns |= {"id": None, "corrects_id": row.pk, "digest": "1" * 64}
    old = FormLicence(**columns | {"definition": {**(row.definition or {}), "retired": False}})
    old.save()
    sheet = Sheet(version=f"brought-{old.pk}")
    assert definitions.of_sheet(sheet).short == "Sleep diary"


def test_an_ended_licence_asks_no_more(ade: Course, osei: User) -> None:
    bring(osei)
    sheet = asked(ade, osei)
    deeds.end_licence("sleep-diary", why="The author took the permission back.", at=NOW, by=osei)
    with pytest.raises(Refused, match="Choose one of"):
        asked(ade, osei, at=NOW + timedelta(days=4))
    assert definitions.of_sheet(sheet).short == "Sleep diary"
    with pytest.raises(Refused, match="No licence of that form"):
        deeds.end_licence("sleep-diary", why="Once more, for good measure.", at=NOW, by=osei)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"signed_name": "Somebody Else"}, "Type your name as it stands here"),
        ({"scope": "ok"}, "Say in a sentence what the licence covers"),
        ({"licensor": " "}, "Say who granted"),
        ({"text": "{"}, "not JSON"),
        ({"text": diary(TODAY - timedelta(days=1))}, "The licence ended on"),
    ],
)
def test_what_is_not_attested_is_refused(osei: User, changes: dict[str, str], words: str) -> None:
    given = {"text": diary(), "licensor": "The author", "scope": SCOPE, "signed_name": osei.name}
    given |= changes
    with pytest.raises(Refused, match=words):
        deeds.bring_form(given.pop("text"), **given, at=NOW, by=osei)
    assert not FormLicence.objects.exists()


def test_who_may_not_license_is_refused_by_the_deed(lind: User) -> None:
    with pytest.raises(Refused, match="does not let you license forms"):
        bring(lind)


def test_a_licence_is_never_edited(osei: User) -> None:
    row = bring(osei)
    row.scope = "Everything, everywhere."
    with pytest.raises(AppendOnlyError):
        row.save()
    with pytest.raises(IntegrityError, match="never edited"), connection.cursor() as cursor:
        cursor.execute("UPDATE records_formlicence SET scope = 'x'")


def test_each_deed_is_on_the_trail(osei: User) -> None:
    row = bring(osei)
    entry = Entry.objects.get(did="license form")
    assert (entry.about, entry.detail["digest"]) == ("form:sleep-diary", row.digest)


def test_the_list_shows_terms_and_takes_a_form(owen: User, enter: Enter) -> None:
    client = enter(owen)
    page = client.get("/forms/")
    assert page.status_code == 200
    assert "PHQ-9" in page.content.decode()
    file = SimpleUploadedFile("diary.json", diary().encode())
    fields = {"file": file, "licensor": "The author", "scope": SCOPE, "signed_name": owen.name}
    assert client.post("/forms/", fields).status_code == 302
    shown = client.get("/forms/sleep-diary/").content.decode()
    assert "Did you wake up at night?" in shown
    assert SCOPE in shown
    ended = client.post("/forms/sleep-diary/end/", {"why": "No longer used by anybody here."})
    assert ended.status_code == 302
    assert "sleep-diary" not in client.get("/forms/").content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe", "Not text in UTF-8 at byte 0"),
        (b"{", "not JSON"),
        (b" " * 1_000_001, "Larger than 1 MB"),
    ],
)
def test_a_bad_file_is_named_and_nothing_is_kept(
    owen: User, enter: Enter, content: bytes, words: str
) -> None:
    file = SimpleUploadedFile("diary.json", content)
    fields = {"file": file, "licensor": "The author", "scope": SCOPE, "signed_name": owen.name}
    answer = enter(owen).post("/forms/", fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not FormLicence.objects.exists()


@pytest.mark.parametrize("path", ["", "agree/", "end/"])
def test_a_form_that_is_not_there_is_not_found(owen: User, enter: Enter, path: str) -> None:
    post = path != ""
    client = enter(owen)
    fields = {"scope": SCOPE, "signed_name": "Nobody", "why": SCOPE}
    answer = (
        client.post(f"/forms/nothing/{path}", fields) if post else client.get("/forms/nothing/")
    )
    assert answer.status_code == 404


def test_terms_not_signed_for_say_why_and_keep_what_was_attested_before(
    owen: User, enter: Enter
) -> None:
    of = next(each for each in instruments.instruments() if not each.licence.commercial)
    deeds.agree_terms(of.id, scope=SCOPE, signed_name=owen.name, at=NOW, by=owen)
    answer = enter(owen).post(f"/forms/{of.id}/agree/", {"scope": SCOPE, "signed_name": "Nobody"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(SCOPE) == 1


def test_unsigned_terms_say_why_beside_the_notice(owen: User, enter: Enter) -> None:
    of = next(
        each
        for each in instruments.instruments()
        if each.licence.file and not each.licence.commercial
    )
    client, sent = enter(owen), {"scope": SCOPE, "signed_name": "Nobody"}
    assert "The whole notice" in client.get(f"/forms/{of.id}/").content.decode()
    answer = client.post(f"/forms/{of.id}/agree/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Type your name as it stands here" in page
    assert "The whole notice" in page


def test_a_licence_that_ends_soon_is_marked(owen: User, enter: Enter) -> None:
    bring(owen, diary(TODAY + timedelta(days=60)))
    assert "! until" in enter(owen).get("/forms/").content.decode()
    with clock.at(NOW - timedelta(days=1)):
        assert "! until" not in enter(owen).get("/forms/").content.decode()


def test_the_chart_names_a_finished_form_that_only_this_practice_has(
    ade: Course, osei: User, enter: Enter
) -> None:
    bring(osei)
    sheet = asked(ade, osei)
    questionnaires.answer_item(sheet, "woke", 1, at=NOW, by=osei)
    questionnaires.finish_sheet(sheet, at=NOW, by=osei)
    client = enter(osei)
    for page in ("", "followup/", "measures/", "asking/", "review/"):
        assert client.get(f"/courses/{ade.pk}/{page}").status_code == 200, page
    assert "Sleep diary 1" in client.get(f"/courses/{ade.pk}/").content.decode()


def test_a_licence_ends_with_its_last_day_in_the_practice(ade: Course, osei: User) -> None:
    """In New York it is still that evening when the day has changed in Greenwich."""
    bring(osei, diary(TODAY))
    evening = datetime(2026, 11, 4, 2, 0, tzinfo=UTC)
    assert asked(ade, osei, at=evening).instrument == "sleep-diary"
    with pytest.raises(Refused, match="its licence ended"):
        asked(ade, osei, at=evening + timedelta(days=4))


def test_a_skeleton_is_taken_worded_and_brought(owen: User, enter: Enter) -> None:
    client = enter(owen)
    taken = json.loads(client.get("/forms/isi/definition/").content)
    for item in taken["item"]:
        item["text"] = f"Words of {item['id']}"
    taken["licence"] |= {"expires": LAST_DAY.isoformat()}
    file = SimpleUploadedFile("isi.json", json.dumps(taken).encode())
    fields = {"file": file, "licensor": "The author", "scope": SCOPE, "signed_name": owen.name}
    assert client.post("/forms/", fields).status_code == 302
    assert "Words of 1" in client.get("/forms/isi/").content.decode()
    assert client.get("/forms/phq9/definition/").status_code == 404


def test_the_version_of_every_form_fits_its_column() -> None:
    most = Sheet._meta.get_field("version").max_length or 0
    assert [of.id for of in instruments.instruments() if len(of.version) > most] == []


def test_an_item_may_be_called_as_a_field_of_the_page_is(
    ade: Course, owen: User, osei: User, enter: Enter
) -> None:
    form = json.loads(diary())
    form["item"] = [{"id": name, "text": "Woke?"} for name in ("how_given", "finish", "given")]
    bring(owen, json.dumps(form | {"score": {"method": "sum", "range": [0, 3]}}))
    sheet = asked(ade, osei)
    told = {"_given": "phone", "how_given": "1", "finish": "1", "given": "0"}
    client = enter(osei)
    assert client.post(f"/sheets/{sheet.pk}/answer/", told).status_code == 302
    assert questionnaires.answers_of(sheet) == {"how_given": 1, "finish": 1, "given": 0}
    assert not SheetScore.objects.filter(sheet=sheet).exists()
