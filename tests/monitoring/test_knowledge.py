"""Every row of the two rooms' knowledge can be traced and shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from pydantic import ValidationError

from kapstone.knowledge import read
from kapstone.monitoring import marks, severities, side_effects, signs, tools
from kapstone.monitoring.rows import Bounds

FOLDERS = ("monitoring", "pathway")
FILES = [
    f"{folder}/{path.name}"
    for folder in FOLDERS
    for path in sorted(files("kapstone.knowledge").joinpath(folder).iterdir(), key=str)
    if path.name.endswith(".toml")
]
BASES = {"LABEL", "GUIDELINE", "STUDY", "CLINIC", "LAW", "DEFAULT"}


# Tables of words that a rule or a reason is put together from: they claim nothing.
WORDS = {"fact", "chip"}


def rows_of(path: str) -> Iterator[dict[str, Any]]:
    for name, table in read(path).items():
        rows = table if isinstance(table, list) else [table]
        if name not in WORDS:
            yield from (row for row in rows if isinstance(row, dict))


def cited() -> set[str]:
    """What may be cited: the sources of the clinic, and the studies that people are drawn from."""
    named = read("sources.toml")["source"] + read("synthesis/sources.toml")["source"]
    return {source["id"] for source in named}


@pytest.mark.parametrize("path", FILES)
def test_every_row_has_an_id_once_and_sources_that_are_cited(path: str) -> None:
    ids = [row["id"] for row in rows_of(path)]
    assert len(ids) == len(set(ids))
    assert [
        (row["id"], named) for row in rows_of(path) if (named := set(row["sources"]) - cited())
    ] == []
    assert all(row["sources"] for row in rows_of(path))


@pytest.mark.parametrize("path", FILES)
def test_every_basis_is_one_of_the_tags(path: str) -> None:
    tags = {tag for row in rows_of(path) if "basis" in row for tag in row["basis"].split("; ")}
    assert tags <= BASES


@pytest.mark.parametrize("path", FILES)
def test_no_words_that_promise_a_patient_monitor(path: str) -> None:
    """`session_monitor` is a role of a person and the only such word allowed."""
    text = files("kapstone.knowledge").joinpath(path).read_text(encoding="utf-8")
    shown = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    said = re.sub(r"session_monitor|Prescription monitoring program", "", shown)
    assert not re.search(r"alarm|\bmonitor", said, flags=re.IGNORECASE)


def test_a_limit_without_a_figure_is_refused() -> None:
    with pytest.raises(ValidationError, match="give at least one figure"):
        Bounds(after_min=120)


def test_one_key_taps_one_mark() -> None:
    keys = [mark.key for mark in marks()]
    assert len(keys) == len(set(keys))


def test_the_keypad_asks_what_is_needed_before_what_is_not() -> None:
    order = [sign.optional for sign in signs().values()]
    assert order == sorted(order)


def test_sedation_has_a_word_for_each_number() -> None:
    sedation = signs()["sedation_moaas"]
    assert sedation.choices is not None
    assert len(sedation.choices) == sedation.plausible[1] + 1


def test_every_point_of_a_scale_of_words_has_its_words() -> None:
    for sign in signs().values():
        least, most = sign.plausible
        if sign.choices:
            assert len(sign.choices) == most - least + 1, sign.id
    rass = signs()["rass"]
    assert rass.points()[0] == (-5, "no response to voice or touch")
    assert (rass.means(0), rass.means(4)[:9]) == ("calm and alert", "combative")
    assert rass.means(5) == rass.means(-6) == ""


def test_a_tap_on_each_scale_of_the_room_keeps_a_whole_point() -> None:
    tapped = {sign.id: len(sign.points()) for sign in signs().values() if sign.one_tap}
    assert tapped == {
        "sedation_moaas": 6,
        "dissociation": 11,
        "anxiety": 11,
        "nausea": 11,
        "rass": 10,
    }


def test_side_effects_have_words_for_staff_and_person_and_three_severities() -> None:
    assert [severity.id for severity in severities()] == ["mild", "moderate", "severe"]
    assert all(effect.label and effect.person for effect in side_effects())


def test_both_scores_have_five_items() -> None:
    assert {tool: len(row.items) for tool, row in tools().items()} == {"aldrete": 5, "padss": 5}
