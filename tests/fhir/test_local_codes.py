"""One CodeSystem holds every code of ours that a Questionnaire or an answer uses."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from kapstone.cli import main
from kapstone.fhir.local_codes import code_system
from kapstone.fhir.questionnaires import LOCAL_CODES, questionnaire
from kapstone.instruments import instruments


def coded(node: Any) -> Iterator[str]:
    """Every local code in a resource, however deep."""
    if isinstance(node, dict):
        if node.get("system") == LOCAL_CODES:
            yield node["code"]
        for value in node.values():
            yield from coded(value)
    elif isinstance(node, list):
        for value in node:
            yield from coded(value)


def test_every_local_code_is_in_the_code_system_and_means_one_thing() -> None:
    concepts = code_system()["concept"]
    times = Counter(each["code"] for each in concepts)
    assert [code for code, count in times.items() if count > 1] == []
    used = {code for of in instruments() for code in coded(questionnaire(of))}
    assert used - set(times) == set()
    assert all(each["display"] for each in concepts)
    assert code_system()["count"] == len(concepts)


def test_the_code_system_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["questionnaire", "--codes"]) == 0
    assert json.loads(capsys.readouterr().out) == code_system()
    assert main(["questionnaire"]) == 2
    assert json.loads(capsys.readouterr().out)["error"] == "usage"
