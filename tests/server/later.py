"""The same pages by a clock that is ahead: what a network gone for hours comes back to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from kapstone.web import clock
from kapstone.web.wsgi import application as today

AHEAD = timedelta(minutes=int(os.environ["KAPSTONE_LATER_MIN"]))


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    with clock.at(timezone.now() + AHEAD):
        return today(environ, start_response)
