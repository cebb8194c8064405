"""Each log-in with a screen open is asked for in every round, a few together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest
from django.db import DatabaseError

from kapstone.web.accounts import standing
from kapstone.web.accounts.models import User
from kapstone.web.live import streams
from kapstone.web.live.following import Login, Wish
from kapstone.web.live.hub import Hub

LOGINS = [Login(f"key {number}", 1) for number in range(3 * streams.ASKED_TOGETHER + 1)]


def followed() -> Hub:
    hub = Hub()
    for login in LOGINS:
        follower = hub.follow(Wish(login, frozenset({7})), after=None)
        follower.let_go = lambda follower=follower: hub.leave(follower)  # type: ignore[misc]
    return hub


async def after_rounds(hub: Hub, asked: list[list[Login]], most: int) -> None:
    """Ask until so many batches were asked for, then stop."""
    asking = asyncio.create_task(streams.end_with_logins(hub))
    async with asyncio.timeout(5):
        while len(asked) < most:
            await asyncio.sleep(0)
    asking.cancel()


def test_a_round_asks_for_all_a_few_together(monkeypatch: pytest.MonkeyPatch) -> None:
    hub, asked = followed(), list[list[Login]]()

    def ended(logins: Iterable[Login]) -> set[Login]:
        asked.append(list(logins))
        return {LOGINS[3], LOGINS[-1]}.intersection(asked[-1])

    monkeypatch.setattr(streams, "ended", ended)
    monkeypatch.setattr(streams, "ROUND_S", 0.01)
    asyncio.run(after_rounds(hub, asked, 5))
    first = [login for batch in asked[:4] for login in batch]
    assert [len(batch) for batch in asked[:4]] == [streams.ASKED_TOGETHER] * 3 + [1]
    assert sorted(first, key=LOGINS.index) == LOGINS, "each once"
    assert hub.logins() == set(LOGINS) - {LOGINS[3], LOGINS[-1]}


@pytest.mark.django_db
def test_a_log_in_follows_while_its_user_runs_sessions_in_that_practice(
    *, abara: User, desk: User, marsh: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_key = {"nurse": abara, "desk": desk, "elsewhere": marsh}
    monkeypatch.setattr(standing, "user_of", by_key.get)
    practice = abara.practice_id
    assert practice is not None
    keys = ["nurse", "desk", "elsewhere", "nobody"]
    assert [streams.stands(Login(key, practice)) for key in keys] == [True, False, False, False]


def test_who_cannot_be_asked_for_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever may have left the practice hears no more while nobody can say that they have not."""
    hub, asked = followed(), list[list[Login]]()

    def ended(logins: Iterable[Login]) -> set[Login]:
        asked.append(list(logins))
        raise DatabaseError("gone")

    monkeypatch.setattr(streams, "ended", ended)
    monkeypatch.setattr(streams, "ROUND_S", 0.01)
    asyncio.run(after_rounds(hub, asked, 2))
    gone = set(LOGINS) - hub.logins()
    assert set(asked[0]) <= gone <= {*asked[0], *asked[1]}, "those, and no others"
