"""JSON that could be read in two ways is refused."""

from __future__ import annotations

import json

import pytest

from kapstone.fhir.strict import NotPlain, read_strictly


@pytest.mark.parametrize("text", ['{"a": 1, "b": [{"c": null}]}', b'{"a": 1}', "[1.5]", "null"])
def test_plain_json_is_read_as_it_stands(text: str | bytes) -> None:
    assert read_strictly(text) == json.loads(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": 1, "b": 2, "b": 2}', "'b' stands there twice"),
        ('[{"a": {"b": 1, "b": 2}}]', "'b' stands there twice"),
        ("[NaN]", "NaN is no number"),
        ("[-Infinity]", "-Infinity is no number"),
        ("9" * 4301, "thousands of digits"),
    ],
)
def test_what_is_only_nearly_plain_is_named(text: str, words: str) -> None:
    with pytest.raises(NotPlain, match=words):
        read_strictly(text)


def test_what_is_no_json_is_no_json() -> None:
    with pytest.raises(json.JSONDecodeError):
        read_strictly("{")
