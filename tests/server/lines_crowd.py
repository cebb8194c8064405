"""Run as a script: many countersign one limit at once, then settle it; prints what stands then.

Words: how many at once. Each is a thread with a connection of its own.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402

from kapstone.web import clock  # noqa: E402
from kapstone.web.accounts.models import Practice, User  # noqa: E402
from kapstone.web.records import lines  # noqa: E402
from kapstone.web.records.actions import countersigning, limits  # noqa: E402
from kapstone.web.records.models import Entry, LineAnswer, LineChange  # noqa: E402
from kapstone.web.records.refusals import Refused  # noqa: E402

LIMIT, FIGURE = "ALM-SBP-H", "yellow.above"
WHY = "A trial of ours, for a month, with people used to it."
ROUNDS = 6


def staff(name: str, practice: Practice) -> User:
    return User.objects.create_user(
        f"{name.lower()}@example.org", "x" * 16, name=name, practice=practice, roles=["prescriber"]
    )


def settle(figure: float, by: User) -> LineChange:
    seen = countersigning.shown_of(LineChange.objects.newest(by.practice_id or 0, LIMIT))
    told: dict[str, Any] = {"why": WHY, "name": by.name, "seen": seen, "at": clock.now(), "by": by}
    return limits.settle_limit(LIMIT, {FIGURE: figure}, **told)


def countersign(row: LineChange, by: User) -> object:
    return countersigning.countersign(row, name=by.name, at=clock.now(), by=by)


def at_once(deeds: Iterable[Callable[[], object]]) -> list[str]:
    """What became of each deed, in their order: kept, or the code of its refusal."""
    deeds = list(deeds)
    together = Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> str:
        try:
            together.wait()
            deed()
        except Refused as why:
            return why.code
        else:
            return "kept"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as crowd:
        return list(crowd.map(do, deeds))


def holds(practice: Practice) -> float:
    rows = {each.id: each for each in lines.in_force(practice.pk, clock.now())}
    return rows[LIMIT].yellow.above or 0


def countersigned(practice: Practice, first: User, others: list[User], many: int) -> dict[str, Any]:
    row = settle(170, first)
    signers = [others[number % len(others)] for number in range(many)]
    sent = at_once([lambda by=by: countersign(row, by) for by in signers])  # type: ignore[misc]
    trail = Entry.objects.filter(did="countersign laxer limit").count()
    answers = LineAnswer.objects.count()
    return {"sent": Counter(sent), "answers": answers, "trail": trail, "holds": holds(practice)}


def settled(many: int, others: list[User]) -> dict[str, Any]:
    """All stricter than what ships, each another figure."""
    already = LineChange.objects.count()
    figures = [140.0 + number for number in range(many)]
    signers = [others[number % len(others)] for number in range(many)]
    pairs = zip(figures, signers, strict=True)
    sent = at_once([lambda told=told: settle(*told) for told in pairs])  # type: ignore[misc]
    trail = Entry.objects.filter(did="settle limit").order_by("number")
    told = [(each.detail["before"][FIGURE], each.detail["after"][FIGURE]) for each in trail]
    chained = all(here[1] == then[0] for here, then in pairwise(told))
    return {
        "sent": Counter(sent),
        "rows": LineChange.objects.count() - already,
        "chained": chained and told[0][0] == 170,
    }


def crossed(practice: Practice, users: list[User]) -> dict[str, Any]:
    """One countersigns a laxer figure while another settles a stricter one."""
    first, second, third = users
    if holds(practice) != 160:
        settle(160, first)
    row = settle(170, first)
    lax, strict = at_once([lambda: countersign(row, second), lambda: settle(150, third)])
    return {"countersign": lax, "settle": strict, "holds": holds(practice)}


def main(many: int) -> None:
    practice = Practice.objects.create(name="Ash Lane")
    users = [staff(name, practice) for name in ("Osei", "Vale", "Reed")]
    connections.close_all()
    found = {
        "countersigned": countersigned(practice, users[0], users[1:], many),
        "settled": settled(many, users),
        "crossed": [crossed(practice, users) for _ in range(ROUNDS)],
    }
    print(json.dumps(found))  # noqa: T201  # read by the test


if __name__ == "__main__":
    main(int(sys.argv[1]))
