"""A page that fails says so to the person, and why to whoever keeps the server."""

from __future__ import annotations

import io
import logging

import pytest
from django.test import Client

from kapstone.web.accounts import views


@pytest.mark.django_db
def test_why_a_page_failed_is_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the shelf fell down")

    monkeypatch.setattr(views, "HttpResponse", fail)
    written = io.StringIO()
    asked = logging.getLogger("django.request")
    (handler,) = [each for each in asked.handlers if type(each) is logging.StreamHandler]
    monkeypatch.setattr(handler, "stream", written)
    answer = Client(raise_request_exception=False).get("/healthz/")
    assert answer.status_code == 500
    assert "Internal Server Error: /healthz/" in written.getvalue()
    assert "RuntimeError: the shelf fell down" in written.getvalue()
