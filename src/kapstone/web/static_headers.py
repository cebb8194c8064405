"""What is said beside a file of the pages themselves."""

from __future__ import annotations

from collections.abc import MutableMapping

WORKER = "/kapstone/js/sheet-worker.js"
REACH = "/me/sheets/"


def reach_of_worker(headers: MutableMapping[str, str], path: str, url: str) -> None:
    """Let the worker of the questionnaires stand before their pages, and before no other."""
    if url.endswith(WORKER):
        headers["Service-Worker-Allowed"] = REACH
