"""The files of the pages themselves: style, scripts, fonts, and what is said beside them."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from servestatic.middleware import ServeStaticMiddleware

# Each worker, and the pages that it may stand before.
REACH = {
    "/kapstone/js/sheet-worker.js": "/me/sheets/",
    "/kapstone/js/room-worker.js": "/sessions/",
    "/kapstone/js/sitter-worker.js": "/h/",
    "/kapstone/js/capture-worker.js": "/w/",
}

Answer = Callable[[HttpRequest], HttpResponseBase]


def reach_of_worker(headers: MutableMapping[str, str], path: str, url: str) -> None:
    """Let a worker stand before its own pages, and before no other."""
    for worker, reach in REACH.items():
        if url.endswith(worker):
            headers["Service-Worker-Allowed"] = reach


def static_files(get_response: Answer) -> Answer:
    """Answers with a file where there is one.

    The library's own middleware is async only: under it every page pays for an event loop of its
    own, about 2 ms.
    """
    kept = ServeStaticMiddleware(nobody)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        file = kept.find_file(path) if kept.autorefresh else kept.files.get(path)
        return sent(file, request) if file else get_response(request)

    return middleware


async def nobody(request: HttpRequest) -> HttpResponseBase:
    # The library asks for a next step; middleware() above never reaches it.
    raise NotImplementedError("only the files are asked for")


class AsKept(FileResponse):
    """A file with the headers that are kept beside it, and no guessed ones."""

    def set_headers(self, filelike: Any) -> None:
        """Nothing: the headers are known."""


def sent(file: Any, request: HttpRequest) -> HttpResponseBase:
    found = file.get_response(request.method or "GET", request.META)
    status = int(found.status)
    answer = AsKept(found.file, status=status) if found.file else HttpResponse(status=status)
    del answer["Content-Type"]
    for name, value in found.headers:
        if value is not None:
            answer[name] = value
    return answer
