"""A phone that Ade let in, and what it sends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import capturing
from kapstone.web.records.models import Capture, CaptureDevice, Person

SECRET = "s" * 43
VOICE = b"the sea was warm, and I was not afraid"
SOUND = b"\x1aE\xdf\xa3" + VOICE * 20
Send = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """The data folder of this test alone."""
    settings.DATA = tmp_path
    return tmp_path


@pytest.fixture
def device(ade: Person, ade_user: User, now: datetime) -> CaptureDevice:
    return capturing.trust_phone(ade, secret=SECRET, at=now, by=ade_user)


@pytest.fixture
def send(client: Client) -> Send:
    """Sends as the phone does: a browser that nobody is logged in on."""

    def sending(
        content: bytes, *, secret: str = SECRET, once: UUID | None = None, **said: object
    ) -> tuple[int, dict[str, Any]]:
        asked: dict[str, object] = {"id": (once or uuid4()).hex, "ago_s": 0, **said}
        to = reverse("capture_keep", args=[secret], query=asked)
        answer = client.post(to, content, content_type="application/octet-stream")
        return answer.status_code, answer.json()

    return sending


@pytest.fixture
def spoken(device: CaptureDevice, send: Send) -> Capture:
    assert send(SOUND, seconds=12)[0] == 200
    return Capture.objects.get()


@pytest.fixture
def written(device: CaptureDevice, send: Send) -> Capture:
    assert send(VOICE)[0] == 200
    return Capture.objects.get()


def files(folder: Path) -> list[Path]:
    return sorted((folder / "captures").glob("*"))
