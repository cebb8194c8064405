"""Importing a record on its page: all of it or nothing, never twice, never into another chart."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from web.imports.records import (
    BROKEN,
    NAMES,
    bundle,
    condition,
    item_nine,
    no_known_allergy,
    sample,
    with_dangling_reference,
)
from web.logging_in import Enter

from kapstone import fhir
from kapstone.web.accounts.models import User
from kapstone.web.records.models import Course, Entry, Notice, Person, RecordImport, Statement


@pytest.fixture
def browser(enter: Enter, desk: User) -> Client:
    return enter(desk)


def give(browser: Client, course: Course, raw: bytes, **also: str) -> Any:
    file = SimpleUploadedFile("record.json", raw, "application/json")
    return browser.post(reverse("import_record", args=[course.pk]), {"file": file, **also})


def text(answer: Any) -> str:
    return str(answer.content.decode())


def nothing_was_kept(person: Person) -> bool:
    return not (
        Statement.objects.filter(person=person).exists()
        or RecordImport.objects.filter(person=person).exists()
        or Entry.objects.filter(did="import record").exists()
    )


def test_what_was_taken_is_counted_and_what_was_not_is_listed(
    browser: Client, course: Course
) -> None:
    appointment = {"resourceType": "Appointment", "status": "booked"}
    answer = give(browser, course, bundle(condition(), condition("Gout"), appointment))
    assert answer.status_code == 302
    row = RecordImport.objects.get()
    assert row.taken == {"condition": 2}
    page = text(browser.get(answer["Location"]))
    assert "Appointment" in page
    assert reverse("portal:data") in page
    assert Entry.objects.filter(did="see import", person=course.person).count() == 1


@pytest.mark.parametrize("name", NAMES)
def test_each_sample_comes_in_whole_and_only_once(
    name: str, browser: Client, course: Course
) -> None:
    raw = sample(name)
    read = fhir.read_bundle(raw)
    kept = [*read.conditions, *read.medicines, *read.allergies]
    kept += [*read.vital_signs, *read.observations]
    for _ in range(2):
        assert give(browser, course, raw, same="on").status_code == 302
    assert {row.key for row in Statement.objects.all()} == {each.key for each in kept}
    assert RecordImport.objects.count() == 1
    assert Entry.objects.filter(did="import record").count() == 1


def test_the_same_record_in_another_file_adds_nothing(browser: Client, course: Course) -> None:
    give(browser, course, bundle(condition()))
    give(browser, course, bundle(condition()) + b"\n")
    assert [row.taken for row in RecordImport.objects.order_by("pk")] == [{"condition": 1}, {}]
    assert Statement.objects.count() == 1


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_refused_in_words_and_changes_nothing(
    kind: str, browser: Client, course: Course
) -> None:
    raw, reason = BROKEN[kind]
    answer = give(browser, course, raw)
    assert answer.status_code == 422
    assert reason in text(answer)
    assert "The chart is untouched." in text(answer)
    assert nothing_was_kept(course.person)


def test_a_file_over_the_limit_is_refused_and_not_kept_on_disk(
    browser: Client, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fhir, "MAX_BYTES", 300_000)
    answer = give(browser, course, b" " * 3_000_000)
    assert answer.status_code == 422
    assert "The file has more than" in text(answer)
    assert answer.wsgi_request.FILES["file"].size < 300_000 + 2 * 64 * 1024
    assert nothing_was_kept(course.person)


def test_a_file_of_exactly_the_limit_is_read(
    browser: Client, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = bundle(condition())
    monkeypatch.setattr(fhir, "MAX_BYTES", len(raw))
    assert give(browser, course, raw).status_code == 302


def test_a_large_file_waits_on_disk_not_in_memory(browser: Client, course: Course) -> None:
    answer = give(browser, course, bundle(condition()) + b" " * 2_000_000)
    assert answer.status_code == 302
    assert hasattr(answer.wsgi_request.FILES["file"], "temporary_file_path")


def test_a_dangling_reference_is_listed_and_not_taken(browser: Client, course: Course) -> None:
    assert give(browser, course, with_dangling_reference()).status_code == 302
    row = RecordImport.objects.get()
    assert row.taken == {}
    assert [each["resource_type"] for each in row.not_understood] == ["Condition"]
    assert not Statement.objects.exists()


@pytest.mark.parametrize(
    "patient",
    [
        {"name": [{"family": "Okafor", "given": ["Ade"]}]},
        {"birthDate": "1985-06-02"},
        {"birthDate": "1986"},
        {"name": []},
    ],
    ids=["family", "day", "year", "no name"],
)
def test_a_file_about_somebody_else_needs_a_word(
    patient: dict[str, Any], browser: Client, course: Course
) -> None:
    raw = bundle(condition(), **patient)
    refused = give(browser, course, raw)
    assert refused.status_code == 422
    assert 'type="checkbox" name="same"' in text(refused)
    assert nothing_was_kept(course.person)
    assert give(browser, course, raw, same="on").status_code == 302
    assert Statement.objects.get().text == "Migraine"


@pytest.mark.parametrize(("given", "status"), [("ade", 302), ("Bola", 422)])
def test_without_a_birth_date_the_given_name_has_to_agree(
    given: str, status: int, browser: Client, course: Course
) -> None:
    course.person.birth_date = None
    course.person.save()
    raw = bundle(name=[{"family": "Bello", "given": [given]}])
    assert give(browser, course, raw).status_code == status


def test_the_box_is_offered_only_when_it_is_needed(browser: Client, course: Course) -> None:
    page = browser.get(reverse("import_record", args=[course.pk]))
    assert 'type="checkbox" name="same"' not in text(page)


@pytest.mark.parametrize("birth", ["1985", "1985-06", "1985-06-01"])
def test_a_birth_date_is_compared_as_exactly_as_it_was_written(
    birth: str, browser: Client, course: Course
) -> None:
    assert give(browser, course, bundle(birthDate=birth)).status_code == 302


def test_no_known_allergy_is_not_an_allergy(browser: Client, course: Course) -> None:
    give(browser, course, bundle(no_known_allergy()))
    assert Statement.objects.get().kind == "no_allergy"


@pytest.mark.parametrize(
    ("value", "level"),
    [
        (0, None),
        (1, "si_positive"),
        (3, "si_urgent"),
        ("Not at all", None),
        ("Several days", "si_positive"),
        ("now and then", "si_blank"),
    ],
)
def test_an_imported_answer_about_suicide_opens_a_notice(
    value: float | str, level: str | None, browser: Client, course: Course
) -> None:
    give(browser, course, bundle(item_nine(value)))
    found = list(Notice.objects.filter(person=course.person, kind="suicide-risk"))
    assert [notice.level for notice in found] == ([level] if level else [])
    if found:
        assert "2026-10-20" in found[0].says


def test_the_newest_of_several_answers_is_named_once(browser: Client, course: Course) -> None:
    answers = [item_nine(1, f"202{year}-01-05T10:00:00Z") for year in (1, 5, 3)]
    give(browser, course, bundle(*answers))
    assert "2025-01-05" in Notice.objects.get().says


def test_importing_again_does_not_open_the_notice_again(browser: Client, course: Course) -> None:
    give(browser, course, bundle(item_nine(2)))
    give(browser, course, bundle(item_nine(2)) + b" ")
    assert Notice.objects.count() == 1


def test_a_code_too_long_for_its_column_is_left_out_whole(browser: Client, course: Course) -> None:
    long = "9" * 41
    coding = {"coding": [{"system": "http://snomed.info/sct", "code": long, "display": "Gout"}]}
    give(browser, course, bundle(condition(code=coding)))
    row = Statement.objects.get()
    assert row.code == ""
    assert row.detail["code"] == long


def test_another_practice_cannot_import_or_look(
    enter: Enter, marsh: User, browser: Client, course: Course
) -> None:
    give(browser, course, bundle(condition()))
    stranger = enter(marsh)
    assert give(stranger, course, bundle(condition("Gout"))).status_code == 404
    row = RecordImport.objects.get()
    assert stranger.get(reverse("import", args=[row.pk])).status_code == 404
