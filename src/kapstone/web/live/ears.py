"""Listens to the table of changes, once for each process that serves screens.

SQLite has no way to call: its version number is asked for every 50 ms, which costs 6 microseconds.
PostgreSQL calls (LISTEN), on a connection of its own that may not pass through a pooler of
transactions.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from typing import Any

import orjson
import psycopg
from django.conf import settings
from django.db import connection

from kapstone.web.live.following import Heard
from kapstone.web.live.hub import KEPT, Hub
from kapstone.web.records.live import CHANNEL
from kapstone.web.records.models import Change

EVERY_S = 0.05
# Changes that come together are read together.
TOGETHER_S = 0.01
# PostgreSQL is asked whether it is still there, and whether a call was missed.
AT_LEAST_EVERY_S = 3.0
AGAIN_AFTER_S = 1.0
MOST_AT_ONCE = 500

TABLE = Change._meta.db_table
COLUMNS = f"SELECT id, practice_id, session_id, kind, what FROM {TABLE}"  # noqa: S608  # ours
AFTER = f"{COLUMNS} WHERE id > {{}} ORDER BY id LIMIT {MOST_AT_ONCE}"
LAST = f"{COLUMNS} ORDER BY id DESC LIMIT {KEPT}"

log = logging.getLogger("kapstone.live")
Rows = Sequence[tuple[Any, ...]]


async def listen(hub: Hub) -> None:
    """Hear every change for as long as the server runs; a lost database is tried again."""
    hearing = postgresql if connection.vendor == "postgresql" else sqlite
    while True:
        try:
            async for rows in hearing(hub):
                hub.hear(map(heard, rows))
                hub.listened()
        except (sqlite3.Error, psycopg.Error, OSError):
            log.exception("the changes cannot be listened to; trying again")
        await asyncio.sleep(AGAIN_AFTER_S)


def heard(row: tuple[Any, ...]) -> Heard:
    number, practice, session, kind, what = row
    told = orjson.loads(what) if isinstance(what, str) else what
    words = orjson.dumps({"session": session, "kind": kind, **told})
    frame = b"id: %d\nevent: change\ndata: %s\n\n" % (number, words)
    return Heard(number, practice, session, kind, frame)


def begin(hub: Hub, last: Rows) -> None:
    """Where the table stands at the start; later, after a lost database, the hub knows better."""
    if not hub.began:
        kept = [heard(row) for row in reversed(last)]
        hub.begin(kept[-1].number if kept else 0, kept)


async def sqlite(hub: Hub) -> AsyncIterator[Rows]:
    """The new rows, each time somebody has written; none when nobody has."""
    name = str(settings.DATABASES["default"]["NAME"])
    with closing(sqlite3.connect(name, isolation_level=None, timeout=1.0)) as file:
        file.execute("PRAGMA query_only = ON")
        begin(hub, file.execute(LAST).fetchall())
        seen = None
        while True:
            (version,) = file.execute("PRAGMA data_version").fetchone()
            rows: Rows = ()
            if version != seen:
                rows = file.execute(AFTER.format("?"), [hub.position]).fetchall()
                seen = version if len(rows) < MOST_AT_ONCE else None
            yield rows
            await asyncio.sleep(EVERY_S)


async def postgresql(hub: Hub) -> AsyncIterator[Rows]:
    """The new rows, each time the database calls, and every few seconds whether it does or not."""
    at = await psycopg.AsyncConnection.connect(**address(), autocommit=True)
    async with at:
        await at.execute(f"LISTEN {CHANNEL}")
        begin(hub, await (await at.execute(LAST)).fetchall())
        while True:
            rows = await (await at.execute(AFTER.format("%s"), [hub.position])).fetchall()
            yield rows
            if len(rows) < MOST_AT_ONCE:
                async for _ in at.notifies(timeout=AT_LEAST_EVERY_S, stop_after=1):
                    await asyncio.sleep(TOGETHER_S)


def address() -> dict[str, Any]:
    """The database of the pages, without their pool."""
    named = settings.DATABASES["default"]
    parts = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    return {name: named[key] for name, key in (*parts.items(), ("port", "PORT")) if named.get(key)}
