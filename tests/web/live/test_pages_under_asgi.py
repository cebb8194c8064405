"""A page under the asynchronous server is the page it was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kapstone.web.live import pages
from kapstone.web.live.pages import ONE_PIECE, Environ, Message, Pages, Wsgi

GET: dict[str, Any] = {
    "type": "http",
    "method": "GET",
    "path": "/caf\u00e9/",
    "query_string": b"q=1",
    "http_version": "1.1",
    "scheme": "http",
    "server": ("127.0.0.1", 8000),
    "client": ("10.0.0.9", 5555),
    "headers": [],
}


def asked(
    application: Wsgi,
    *body: bytes,
    gone: bool = False,
    most_bytes: int = pages.MOST_BYTES,
    **scope: Any,
) -> list[Message]:
    """What is sent for a request whose body arrives in these pieces."""
    last: Message = {"type": "http.disconnect"} if gone else {"type": "http.request"}
    first = [{"type": "http.request", "body": each, "more_body": True} for each in body]
    arriving: Iterator[Message] = iter([*first, last])
    sent: list[Message] = []

    def receive() -> asyncio.Future[Message]:
        """As Granian has it for a long body: a future of the loop, and no coroutine."""
        told: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        told.set_result(next(arriving))
        return told

    async def send(message: Message) -> None:
        sent.append(message)

    with ThreadPoolExecutor(1) as threads:
        asyncio.run(Pages(application, threads, most_bytes)({**GET, **scope}, receive, send))
    return sent


class Kept(list[bytes]):
    """An answer that notes its end, as Django's gives its connection back there."""

    closed = False

    def close(self) -> None:
        self.closed = True


def answering(*pieces: bytes, seen: list[Environ] | None = None) -> tuple[Wsgi, Kept]:
    kept = Kept(pieces)

    def application(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        if seen is not None:
            seen.append({**environ, "body": environ["wsgi.input"].read()})
        start("201 Created", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1")])
        return kept

    return application, kept


def test_status_headers_and_body_arrive() -> None:
    application, kept = answering(b"one, ", b"two")
    head, body = asked(application)
    assert head["status"] == 201
    assert (b"set-cookie", b"a=1") in head["headers"]
    assert body == {"type": "http.response.body", "body": b"one, two"}
    assert kept.closed


def test_a_long_answer_is_passed_on_in_pieces() -> None:
    application, _ = answering(b"a" * ONE_PIECE, b"b" * ONE_PIECE, b"c")
    head, *pieces = asked(application)
    assert head["status"] == 201
    assert [len(each["body"]) for each in pieces] == [ONE_PIECE, ONE_PIECE, 1]
    assert [each.get("more_body", False) for each in pieces] == [True, True, False]


def test_the_request_is_what_a_wsgi_server_would_say() -> None:
    seen: list[Environ] = []
    headers = [
        (b"host", b"kap.example.org"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"content-length", b"6"),
        (b"x-forwarded-for", b"10.1.1.1"),
        (b"x_forwarded_for", b"6.6.6.6"),
    ]
    asked(answering(seen=seen)[0], b"abc", b"def", method="POST", headers=headers)
    (environ,) = seen
    assert environ["body"] == b"abcdef"
    assert environ["HTTP_COOKIE"] == "a=1;b=2"
    assert environ["CONTENT_LENGTH"] == "6"
    assert environ["HTTP_X_FORWARDED_FOR"] == "10.1.1.1", "a header with _ passes for no other"
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/caf\u00e9/"
    assert (environ["REMOTE_ADDR"], environ["QUERY_STRING"]) == ("10.0.0.9", "q=1")


def test_a_sender_that_goes_away_in_the_middle_is_no_whole_request() -> None:
    seen: list[Environ] = []
    assert asked(answering(seen=seen)[0], b"abc", gone=True, method="POST") == []
    assert seen == []


def test_more_than_any_page_reads_is_cut_off() -> None:
    seen: list[Environ] = []
    application, _ = answering(seen=seen)
    head, body = asked(application, b"a" * 600, b"b" * 600, most_bytes=1000, method="POST")
    assert (head["status"], seen) == (413, [])
    assert b"more than 1,000 bytes" in body["body"]


def test_whoever_waits_with_the_rest_keeps_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each thread has such a sender, and a page is answered all the same."""
    monkeypatch.setattr(pages, "PIECE_WITHIN_S", 0.2)
    seen: list[Environ] = []
    sent: list[Message] = []

    async def never() -> Message:
        await asyncio.sleep(60)
        raise AssertionError("it was waited for")

    async def send(message: Message) -> None:
        sent.append(message)

    async def run() -> None:
        with ThreadPoolExecutor(1) as threads:
            page = Pages(answering(b"here", seen=seen)[0], threads)
            half = {**GET, "method": "POST"}
            slow = [asyncio.create_task(page(half, never, send)) for _ in range(3)]
            await asyncio.sleep(0)
            await page(GET, all_of_it, send)
            assert [each["status"] for each in sent if "status" in each] == [201]
            await asyncio.gather(*slow)

    asyncio.run(run())
    assert [each["status"] for each in sent if "status" in each] == [201, 408, 408, 408]
    assert len(seen) == 1


async def all_of_it() -> Message:
    return {"type": "http.request"}


def test_a_page_that_fails_gives_its_connection_back() -> None:
    class Failing(Kept):
        def __iter__(self) -> Iterator[bytes]:
            raise ValueError("in the middle")

    failing = Failing()

    def application(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [])
        return failing

    with pytest.raises(ValueError, match="in the middle"):
        asked(application)
    assert failing.closed
