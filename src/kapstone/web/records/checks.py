"""Start-up checks: a bad knowledge file stops the server; it never half-works."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.core.checks import CheckMessage, Error, register

from kapstone.knowledge import KnowledgeError
from kapstone.web.records import knowledge


def register_all() -> None:
    register(knowledge_is_whole)


def knowledge_is_whole(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Read every knowledge file once, as the rooms will."""
    try:
        knowledge.read_all()
    except KnowledgeError as error:
        return [Error(str(error), id="kapstone.E001")]
    return []
