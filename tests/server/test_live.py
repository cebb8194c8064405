"""Live screens against the real server, in processes of their own, on both databases."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from server.databases import Migrated
from server.listening import Screen
from server.running import Server, Visitor

HERE = Path(__file__).parent
OUTSIDE = (
    "import django; django.setup()\n"
    "from kapstone.web import clock\n"
    "from kapstone.web.accounts.models import User\n"
    "from kapstone.web.records.actions import readings\n"
    "from kapstone.web.records.models import Session\n"
    "by = User.objects.get(email='abara@example.org')\n"
    "session = Session.objects.get(pk={})\n"
    "readings.record_reading(session, {{'heart_rate': {}.0}}, at=clock.now(), by=by)\n"
)
ACTIVE = (
    "import django; django.setup()\n"
    "from kapstone.web.accounts.models import User\n"
    "User.objects.filter(pk={}).update(is_active={})\n"
)
ENDED_WITHIN_S = 15


Ids = dict[str, Any]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def home(
    request: pytest.FixtureRequest, migrated: Migrated, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Ids]]:
    """The practices and their server, for all tests here: each has a session of its own."""
    folder = tmp_path_factory.mktemp("live")
    with migrated.on(request.param, folder) as database:
        server = Server(folder, database, workers=1 if request.param == "sqlite" else 2)
        ids = json.loads(server.run(str(HERE / "live_practices.py")))
        try:
            yield server, ids
        finally:
            server.kill()


@pytest.fixture
def server(home: tuple[Server, Ids]) -> Server:
    """Running, whatever the test before did to it."""
    if home[0].process is None:
        home[0].start()
    return home[0]


@pytest.fixture
def ids(home: tuple[Server, Ids]) -> Ids:
    return {**home[1], "session": home[1]["sessions"].pop()}


def inside(server: Server, user: int) -> Visitor:
    visitor = Visitor(server.address)
    visitor.enter_as(user)
    return visitor


def room(ids: Ids) -> str:
    return f"/live/sessions/{ids['session']}/"


def send(visitor: Visitor, ids: Ids, heart_rate: int) -> None:
    fields = {"heart_rate": str(heart_rate)}
    assert visitor.post(f"/sessions/{ids['session']}/readings/", fields) == 200


def outside(server: Server, ids: Ids, heart_rate: int) -> None:
    """A reading kept by another process than those that serve, as the worker's are."""
    server.run("-c", OUTSIDE.format(ids["session"], heart_rate))


def heart_rates(screen: Screen) -> list[str]:
    told = [tile for each in screen.changes() for tile in each.get("tiles", ())]
    return [tile["value"] for tile in told if "value" in tile]


def test_screens_hear_what_any_process_writes(ids: Ids, server: Server) -> None:
    """With two workers (PostgreSQL) eight screens are spread over both."""
    nurse = inside(server, ids["nurse"])
    floor = f"/live/rooms/?shown={ids['session']}"
    screens = [Screen(nurse, path).open() for path in (room(ids), floor) for _ in range(4)]
    send(nurse, ids, 71)
    outside(server, ids, 72)
    for screen in screens:
        screen.until(lambda it: heart_rates(it) == ["71", "72"])
        screen.until(lambda it: it.kinds() == ["reading", "judged"] * 2)


def test_nobody_hears_of_another_practice(ids: Ids, server: Server) -> None:
    nurse, stranger = inside(server, ids["nurse"]), inside(server, ids["stranger"])
    assert "404" in Screen(stranger, room(ids)).until(lambda it: it.over.is_set()).head
    elsewhere = Screen(stranger, f"/live/rooms/?shown={ids['session']}").open()
    own = Screen(nurse, room(ids)).open()
    send(nurse, ids, 71)
    own.until(lambda it: it.kinds() == ["reading", "judged"])
    elsewhere.until(lambda it: len(it.seen) > 1)  # another beat: it still hears
    assert elsewhere.changes() == []


def test_who_may_not_run_sessions_is_refused(ids: Ids, server: Server) -> None:
    with pytest.raises(HTTPError, match="403"):
        inside(server, ids["desk"]).get(room(ids))
    assert "302" in Screen(Visitor(server.address), room(ids)).until(lambda s: s.over.is_set()).head


def test_a_screen_that_comes_back_is_told_what_it_missed(ids: Ids, server: Server) -> None:
    nurse = inside(server, ids["nurse"])
    before = Screen(nurse, room(ids)).open()
    send(nurse, ids, 71)
    before.until(lambda it: it.kinds() == ["reading", "judged"]).close()
    send(nurse, ids, 72)
    again = Screen(nurse, room(ids), last=before.last())
    again.until(lambda it: heart_rates(it) == ["72"])
    of_its_page = Screen(nurse, f"{room(ids)}?after={before.last()}")
    of_its_page.until(lambda it: heart_rates(it) == ["72"])


def test_what_was_missed_outlives_the_server(ids: Ids, server: Server) -> None:
    nurse = inside(server, ids["nurse"])
    before = Screen(nurse, room(ids)).open()
    send(nurse, ids, 71)
    before.until(lambda it: it.kinds() == ["reading", "judged"])
    server.kill()
    outside(server, ids, 72)
    server.start()
    Screen(nurse, room(ids), last=before.last()).until(lambda it: heart_rates(it) == ["72"])


def test_a_log_out_ends_its_screens_and_no_others(ids: Ids, server: Server) -> None:
    one, other = inside(server, ids["nurse"]), inside(server, ids["nurse"])
    ends, stays = Screen(one, room(ids)).open(), Screen(other, room(ids)).open()
    one.post("/accounts/logout/", {})
    assert ends.over.wait(ENDED_WITHIN_S)
    assert not stays.over.is_set()


def test_a_screen_left_alone_is_locked_like_its_page(ids: Ids, server: Server) -> None:
    """Listening is no use of the screen."""
    screen = Screen(inside(server, ids["nurse"]), room(ids)).open()
    server.run(str(HERE / "leave_alone.py"), "600")
    assert screen.over.wait(ENDED_WITHIN_S)


def test_staff_who_leave_the_practice_hear_no_more(ids: Ids, server: Server) -> None:
    screen = Screen(inside(server, ids["nurse"]), room(ids)).open()
    server.run("-c", ACTIVE.format(ids["nurse"], False))
    assert screen.over.wait(ENDED_WITHIN_S)
    server.run("-c", ACTIVE.format(ids["nurse"], True))


def test_open_screens_do_not_hold_up_the_end_of_the_server(ids: Ids, server: Server) -> None:
    nurse = inside(server, ids["nurse"])
    screens = [Screen(nurse, room(ids)).open() for _ in range(5)]
    workers = server.worker_pids()
    assert workers
    server.stop()
    for screen in screens:
        assert screen.over.wait(1)
    assert [pid for pid in workers if Path(f"/proc/{pid}").exists()] == []


def test_a_killed_worker_is_followed_by_another(ids: Ids, server: Server) -> None:
    nurse = inside(server, ids["nurse"])
    screens = [Screen(nurse, room(ids)).open() for _ in range(4)]
    send(nurse, ids, 71)
    for screen in screens:
        screen.until(lambda it: it.kinds() == ["reading", "judged"])
    killed = server.worker_pids()[0]
    os.kill(killed, signal.SIGKILL)
    outside(server, ids, 72)
    until = time.monotonic() + 20
    while killed in server.worker_pids() and time.monotonic() < until:
        time.sleep(0.05)
    server.wait_until_up()
    back = [
        Screen(nurse, room(ids), last=screen.last()) if screen.over.wait(1) else screen
        for screen in screens
    ]
    for screen in back:
        screen.until(lambda it: heart_rates(it)[-1:] == ["72"])


def test_open_screens_keep_nobody_out(server: Server) -> None:
    """More than one worker of two would hold if each took its share of the backlog."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 4_096), most))
    where = ("127.0.0.1", int(server.address.rpartition(":")[2]))
    with ExitStack() as held:
        for _ in range(1_100):
            held.enter_context(socket.create_connection(where, timeout=10))
        server.wait_until_up()
    resource.setrlimit(resource.RLIMIT_NOFILE, (now, most))


def test_half_a_request_keeps_no_page_waiting(server: Server) -> None:
    """More senders that wait with the rest than there are threads for pages."""
    where = ("127.0.0.1", int(server.address.rpartition(":")[2]))
    head = (
        "POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nCookie: csrftoken={}\r\n\r\na"
    )
    with ExitStack() as held:
        for _ in range(40):
            sender = held.enter_context(socket.create_connection(where, timeout=10))
            sender.sendall(head.format("a" * 32).encode())
        for _ in range(3):
            assert Visitor(server.address).get("/healthz/") == "ok"
