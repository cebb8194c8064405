"""Which questionnaires there are: with and without the folder of non-commercial texts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kapstone.instruments import called, instruments, library
from kapstone.instruments.schedule import schedule
from kapstone.knowledge import KnowledgeError

NON_COMMERCIAL = {"who5", "audit", "audit-c", "dast10-original", "peg"}


def forget() -> None:
    for each in (library.paths, library.instrument, library.by_any_name):
        each.cache_clear()


@pytest.fixture
def left_out(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The library of an operator who left the second folder out."""
    monkeypatch.setattr(library, "FOLDERS", ("instruments", "instruments/not-there"))
    forget()
    yield
    forget()


def test_what_may_not_be_used_commercially_stands_in_the_folder_of_its_own() -> None:
    apart = {name for name, path in library.paths().items() if "/noncommercial/" in path}
    assert (
        apart
        == NON_COMMERCIAL
        == {of.id for of in instruments() if not of.licence.commercial and of.has_text}
    )


@pytest.mark.usefixtures("left_out")
def test_without_the_folder_the_others_are_there_and_these_are_not() -> None:
    found = {of.id for of in instruments()}
    assert found.isdisjoint(NON_COMMERCIAL)
    assert {"phq9", "pcl5", "cssrs-screener"} <= found
    with pytest.raises(KnowledgeError, match="no such instrument: WHO-5"):
        called("WHO-5")


@pytest.mark.usefixtures("left_out")
def test_without_the_folder_all_that_the_schedule_asks_is_there() -> None:
    asked = {
        ask.instrument
        for row in schedule().due
        for ask in row.ask
        if not (ask.needs_licence or ask.optional)
    }
    assert asked <= {of.id for of in instruments() if of.has_text} | NON_COMMERCIAL


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("HAM-D17", "ham-d-17"),
        ("MOAA/S", "moaas"),
        ("who5", "who5"),
        ("DAST-10", "dast10-original"),
        ("TAPS", "taps1"),
        ("BRFSS-ACE", "ace-brfss"),
        ("maudsley staging method", "msm"),
        ("PADSS (modified)", "padss"),
    ],
)
def test_a_questionnaire_is_found_by_the_names_of_the_field(name: str, id: str) -> None:
    assert called(name).id == id


def test_no_name_means_two_questionnaires() -> None:
    names = [
        {library.plain(name) for name in (of.id, of.name, of.short, *of.aliases)}
        for of in instruments()
    ]
    assert sum(map(len, names)) == len(set[str]().union(*names))
