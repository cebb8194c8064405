"""Browsers of tests share one chain of middleware; a changed setting makes another one."""

from __future__ import annotations

from typing import Any

from django.test.client import ClientHandler


def chain() -> Any:
    handler: Any = ClientHandler()
    handler.load_middleware()
    return handler._middleware_chain


def test_two_browsers_share_the_chain() -> None:
    assert chain() is chain()


def test_a_changed_setting_is_never_answered_by_the_old_chain(settings: Any) -> None:
    before = chain()
    settings.MIDDLEWARE = settings.MIDDLEWARE[:1]
    assert chain() is not before
