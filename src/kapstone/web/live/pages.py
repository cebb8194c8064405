"""The pages under an asynchronous server: the WSGI application, in threads of its own.

Django's own asynchronous handler makes a page three times as slow; this adds about 0.4 ms to it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from kapstone.fhir import MAX_BYTES

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

APART = {"content-length": "CONTENT_LENGTH", "content-type": "CONTENT_TYPE"}
# Long answers are passed on piece by piece; what is shorter goes in one.
ONE_PIECE = 256 * 1024
# Shorter bodies wait in memory, longer ones on the disk. A page refuses what is too long for it in
# its own words; twice the longest that any page reads is only cut off.
IN_MEMORY = 1024 * 1024
MOST_BYTES = 2 * MAX_BYTES
PIECE_WITHIN_S = 20.0


class NotWhole(Exception):
    """A request whose body did not come, or is too long: the status and what is answered."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status

    def told(self) -> list[Message]:
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
        return [
            {"type": "http.response.start", "status": self.status, "headers": headers},
            {"type": "http.response.body", "body": str(self).encode()},
        ]


async def whole_body(receive: Receive, most_bytes: int) -> IO[bytes]:
    """What was sent, gathered before a thread is taken: a slow sender keeps no page waiting.

    Raises NotWhole when a piece does not come in time, or more comes than any page reads;
    ConnectionResetError when the sender went away in the middle of it.
    """
    gathered = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # closed by the page
    more = True
    while more:
        message = await piece(receive)
        if message["type"] == "http.disconnect":
            raise ConnectionResetError("the sender went away in the middle of it")
        gathered.write(message.get("body", b""))
        if gathered.tell() > most_bytes:
            raise NotWhole(413, f"This is more than {most_bytes:,} bytes; nothing was kept.")
        more = bool(message.get("more_body"))
    gathered.seek(0)
    return gathered


async def piece(receive: Receive) -> Message:
    try:
        async with asyncio.timeout(PIECE_WITHIN_S):
            return await receive()
    except TimeoutError as late:
        raise NotWhole(408, "The rest of the request did not come; nothing was kept.") from late


def environ_of(scope: Scope, body: IO[bytes]) -> Environ:
    """The request as WSGI wants it; a header that could pass for another by `_` is left out."""
    host, port = scope.get("server") or ("localhost", 80)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1").lower()
        if "_" not in name:
            join(environ, APART.get(name) or f"HTTP_{name.upper().replace('-', '_')}", value)
    return environ


def join(environ: Environ, key: str, value: bytes) -> None:
    """A header that came twice is one; cookies have a separator of their own."""
    said, between = value.decode("latin-1"), ";" if key == "HTTP_COOKIE" else ","
    environ[key] = f"{environ[key]}{between}{said}" if key in environ else said


@dataclass(slots=True)
class Answer:
    """What a page answers, gathered in its thread."""

    put: Callable[[Message], None]
    head: Message = field(default_factory=dict)
    begun: bool = False

    def start(self, status: str, headers: list[tuple[str, str]], *_: Any) -> None:
        coded = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers]
        code = int(status.split(" ", 1)[0])
        self.head = {"type": "http.response.start", "status": code, "headers": coded}

    def run(self, application: Wsgi, environ: Environ) -> list[Message]:
        """Make the page; gives the messages that are still to be sent."""
        answer = application(environ, self.start)
        try:
            return [*self.pieces(answer)]
        finally:
            # In the thread of the page: this is what gives its database connection back.
            cast("Any", answer).close()

    def pieces(self, answer: Iterable[bytes]) -> Iterable[Message]:
        gathered = bytearray()
        for piece in answer:
            gathered += piece
            if len(gathered) >= ONE_PIECE:
                self.pass_on(bytes(gathered))
                gathered.clear()
        if not self.begun:
            yield self.head
        yield {"type": "http.response.body", "body": bytes(gathered)}

    def pass_on(self, body: bytes) -> None:
        if not self.begun:
            self.begun = True
            self.put(self.head)
        self.put({"type": "http.response.body", "body": body, "more_body": True})


@dataclass(frozen=True, slots=True)
class Pages:
    """The application for one kind of request, with the threads it may use."""

    application: Wsgi
    threads: Executor
    most_bytes: int = MOST_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send, **environ: Any) -> None:
        for message in await self.asked(scope, receive, send, **environ):
            await send(message)

    async def asked(self, scope: Scope, receive: Receive, send: Send, **also: Any) -> list[Message]:
        """What the page answers, but for the pieces of a long answer, which are sent already."""
        try:
            body = await whole_body(receive, self.most_bytes)
        except NotWhole as fault:
            return fault.told()
        except ConnectionResetError:
            return []
        loop = asyncio.get_running_loop()

        def put(message: Message) -> None:
            asyncio.run_coroutine_threadsafe(cast("Any", send(message)), loop).result()

        def page() -> list[Message]:
            with body:
                return Answer(put).run(self.application, environ_of(scope, body) | also)

        return await loop.run_in_executor(self.threads, page)
