"""What leaves for a registry: the figures of those who agreed, and no words of anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow.parquet as pq
import pytest

from kapstone.registry import cdm, tables
from kapstone.registry.concepts import Known, Vocabulary
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import people, registry
from kapstone.web.records.actions.registry import Exported
from kapstone.web.records.models import (
    Consent,
    ConsentWithdrawal,
    Course,
    DoseGiven,
    Entry,
    IntegrationContact,
    JournalEntry,
    Mark,
    Note,
    Person,
    Phase,
    Preparation,
    PsychotherapyNote,
    Reading,
    Session,
    SessionPlan,
    Sheet,
    SheetScore,
    Statement,
)
from kapstone.web.records.refusals import Refused

Exporting = Callable[..., Exported]
SECRET = "Nobody but us may read this"


def agree(course: Course, by: User, at: datetime, yes: bool | None = True) -> Consent:
    return Consent.objects.create(
        course=course,
        version="1",
        text_digest="0",
        document={},
        choices={"CON-27": yes},
        read_back={},
        signed_name="Ade Bello",
        meaning="",
        expires_at=at + timedelta(days=365),
        pdf=b"",
        pdf_digest="0",
        at=at,
        by=by,
    )


def measure(course: Course, instrument: str, total: float, by: User, at: datetime) -> SheetScore:
    of = {"course": course, "instrument": instrument, "version": "1", "anchor": uuid4().hex}
    when = {"opens_at": at, "due_at": at, "closes_at": at}
    sheet = Sheet.objects.create(**of, **when, at=at, by=by)
    answers = {"interest": 2}
    return SheetScore.objects.create(
        sheet=sheet, total=total, missing=[], answers=answers, at=at, by=by
    )


@pytest.fixture
def session(course: Course, osei: User, now: datetime) -> Session:
    """A session that was, with everything around it, and words where words can be."""
    signed: dict[str, Any] = {"at": now, "by": osei}
    session = Session.objects.create(course=course, number=1, **signed)
    of: dict[str, Any] = {"session": session, **signed}
    SessionPlan.objects.create(route="im", planned_for=now, room=SECRET, **of)
    Phase.objects.create(phase="started", words=SECRET, **of)
    for mg in (60, 20):
        DoseGiven.objects.create(
            kind="dose", amount_mg=Decimal(mg), source="own", words=SECRET, client_id=uuid4(), **of
        )
    signs = {"systolic_bp": 131, "heart_rate": 70, "mood": SECRET}
    Reading.objects.create(signs=signs, client_id=uuid4(), **of)
    Mark.objects.create(kind="side_effect", mark="nausea", words=SECRET, client_id=uuid4(), **of)
    IntegrationContact.objects.create(course=course, how="video", **signed)
    Preparation.objects.create(course=course, note=SECRET, worries=SECRET, **signed)
    Note.objects.create(course=course, kind="integration", text=SECRET, **signed)
    JournalEntry.objects.create(person=course.person, text=SECRET, shared=True, **signed)
    PsychotherapyNote.objects.create(course=course, key_id="0", sealed=SECRET, **signed)
    Statement.objects.create(
        person=course.person,
        kind="condition",
        text=SECRET,
        code="370143000",
        code_system="http://snomed.info/sct",
        detail={"onset": {"value": "2020-05-01", "precision": "day"}},
        key="1",
        **signed,
    )
    measure(course, "phq9", 17, osei, now - timedelta(days=3))
    return session


@pytest.fixture
def export(tmp_path: Path, owen: User, now: datetime) -> Exporting:
    """The owner writes the registry into the test's folder."""

    def exported(known: Vocabulary | None = None, by: User = owen) -> Exported:
        with cdm.Writer(tmp_path) as writer:
            return registry.export_registry(writer, known or Vocabulary(), at=now, by=by)

    return exported


@pytest.fixture
def signed(course: Course, ade_user: User, now: datetime) -> Consent:
    """Ade lets the practice learn from the results."""
    return agree(course, ade_user, now)


def read(folder: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(cdm.file_of(folder, name)).to_pylist()
    return rows


def texts(folder: Path) -> Iterator[str]:
    for name in tables():
        for row in read(folder, name):
            yield from (value for value in row.values() if isinstance(value, str))


def test_a_persons_figures_stand_in_their_tables(
    tmp_path: Path, session: Session, signed: Consent, export: Exporting
) -> None:
    done = export()
    assert done.people == 1
    doses = read(tmp_path, "drug_exposure")
    assert [(d["quantity"], d["dose_unit_source_value"]) for d in doses] == [(60, "mg"), (20, "mg")]
    assert {d["drug_concept_id"] for d in doses} == {785649}
    assert {d["route_concept_id"] for d in doses} == {4302612}
    phq9 = {row["observation_source_value"]: row for row in read(tmp_path, "observation")}
    assert phq9["phq9"]["value_as_number"] == 17
    assert phq9["phq9"]["observation_concept_id"] == 3042932
    assert phq9["phq9:interest"]["value_as_number"] == 2
    signs = {row["measurement_source_value"]: row for row in read(tmp_path, "measurement")}
    assert {name: row["value_as_number"] for name, row in signs.items()} == {
        "systolic_bp": 131,
        "heart_rate": 70,
    }
    assert {row["condition_concept_id"] for row in read(tmp_path, "condition_occurrence")} == {
        4152280,
        31967,
    }
    assert {row["procedure_source_value"] for row in read(tmp_path, "procedure_occurrence")} == {
        "im",
        "integration:video",
        "preparation",
    }


def test_an_event_of_an_episode_is_one_row(
    tmp_path: Path, session: Session, signed: Consent, export: Exporting
) -> None:
    export()
    ids = [
        row[tables()[name].key]
        for name in ("visit_occurrence", "drug_exposure", "procedure_occurrence")
        for row in read(tmp_path, name)
    ]
    (episode,) = read(tmp_path, "episode")
    assert sorted(row["event_id"] for row in read(tmp_path, "episode_event")) == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert {row["episode_id"] for row in read(tmp_path, "episode_event")} == {episode["episode_id"]}


def test_no_words_leave(
    tmp_path: Path, session: Session, signed: Consent, export: Exporting
) -> None:
    measure(session.course, "wai-sr", 40, signed.by, signed.at)
    done = export()
    said = set(texts(tmp_path))
    assert not {each for each in said if SECRET in each or "Bello" in each or "@" in each}
    assert not {each for each in said if each.startswith("wai-sr")}
    assert done.left_out["kept private, or brought by the practice"] == 1


@pytest.mark.parametrize("yes", [None, False])
def test_who_has_not_agreed_is_left_out(
    tmp_path: Path, session: Session, ade_user: User, export: Exporting, yes: bool | None
) -> None:
    agree(session.course, ade_user, session.at, yes)
    done = export()
    assert (done.people, done.left_out["people who have not agreed"]) == (0, 1)
    assert read(tmp_path, "person") == read(tmp_path, "observation") == []


def test_an_agreement_that_was_taken_back_counts_no_more(
    signed: Consent, export: Exporting
) -> None:
    assert export().people == 1
    ConsentWithdrawal.objects.create(consent=signed, at=signed.at, by=signed.by)
    assert export().people == 0


def test_another_practice_is_not_in_it(
    bo: Person, bo_user: User, export: Exporting, now: datetime
) -> None:
    agree(Course.objects.get(person=bo), bo_user, now)
    assert export().people == 0


def test_a_person_without_a_date_of_birth_is_said_to_be_missing(
    desk: User, export: Exporting, now: datetime
) -> None:
    told = {"given": "No", "family": "Birthday", "email": "no@example.org"}
    course = people.add_person(told, at=now, by=desk)
    agree(course, desk, now)
    done = export()
    assert (done.people, done.left_out["people without a date of birth"]) == (0, 1)


def test_a_sites_own_vocabulary_says_which_concept_and_table(
    tmp_path: Path, session: Session, signed: Consent, export: Exporting
) -> None:
    moved = Vocabulary("v6", {("LOINC", "44261-6"): Known(99, "Measurement")})
    export(moved)
    scores = [r for r in read(tmp_path, "measurement") if r["measurement_concept_id"] == 99]
    assert [row["value_as_number"] for row in scores] == [17]
    assert read(tmp_path, "cdm_source")[0]["vocabulary_version"] == "v6"


def test_only_an_owner_exports_and_the_trail_says_so(
    course: Course, osei: User, owen: User, export: Exporting
) -> None:
    with pytest.raises(Refused) as refused:
        export(by=osei)
    assert refused.value.code == "not-your-deed"
    export()
    entry = Entry.objects.get(did="export registry")
    assert (entry.by, entry.detail["people"]) == (owen, 0)
