"""A bad knowledge file stops the server; it never half-works."""

from __future__ import annotations

import pytest

from kapstone import screening
from kapstone.knowledge import KnowledgeError
from kapstone.web.records.checks import knowledge_is_whole


def test_the_knowledge_that_is_shipped_is_whole() -> None:
    assert knowledge_is_whole(None) == []


def test_a_row_that_a_room_refuses_stops_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise KnowledgeError("screening/rules.toml: rule SCR-CAR-01: sources")

    monkeypatch.setattr(screening, "read_knowledge", refuse)
    (error,) = knowledge_is_whole(None)
    assert error.msg == "screening/rules.toml: rule SCR-CAR-01: sources"
