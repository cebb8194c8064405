"""Run as a script: many workers move one lot at once, by chance; prints how it stands afterwards.

Words: the seed, how many workers, how many deeds each. Each worker is a thread with a connection
of its own, and draws its deeds from its own seed.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402

from kapstone.web import clock  # noqa: E402
from kapstone.web.accounts.models import Practice, User  # noqa: E402
from kapstone.web.records import register as stock  # noqa: E402
from kapstone.web.records.actions import (  # noqa: E402
    counting,
    dosing,
    people,
    register,
    sessions,
)
from kapstone.web.records.models import (  # noqa: E402
    DoseGiven,
    Holding,
    Phase,
    RegisterEntry,
    Session,
)
from kapstone.web.records.refusals import Refused  # noqa: E402

UNIT = Decimal(500)
LABEL: dict[str, Any] = {
    "form": "vial",
    "product": "Ketamine 50 mg/mL, 10 mL",
    "unit_mg": UNIT,
    "lot": "A1",
    "expires_on": date(2099, 1, 31),
    "party": "North Supply",
}
WORDS = "As it happened, in enough letters."


def staff(name: str, practice: Practice) -> User:
    return User.objects.create_user(
        f"{name.lower()}@example.org", "x" * 16, name=name, practice=practice, roles=["prescriber"]
    )


def build(workers: int) -> None:
    practice = Practice.objects.create(name="Ash Lane")
    one, two = staff("Osei", practice), staff("Vale", practice)
    now = clock.now()
    register.settle({"two_count": False}, name="Osei", at=now, by=one)
    register.receive(LABEL, units=3, at=now, by=one)
    for number in range(max(2, workers // 2)):
        person = {"given": f"A{number}", "family": "B", "email": f"a{number}@example.org"}
        course = people.add_person(
            {**person, "birth_date": date(1985, 6, 1), "concern": "x"}, at=now, by=two
        )
        session = sessions.plan_session(course, route="iv", planned_for=now, at=now, by=one)
        Phase.objects.create(session=session, phase="started", at=now, by=one)


class Worker:
    """One pair of hands: draws a deed, does it, and notes whether it was refused."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311  # the same seed draws the same deeds
        self.by, self.witness = User.objects.order_by("pk")[:2]
        self.lot = Holding.objects.get()
        self.sessions = list(Session.objects.order_by("pk"))
        self.done: Counter[str] = Counter()

    def mg(self) -> Decimal:
        return Decimal(self.chance.randint(1, 30_000)) / 100

    def work(self, deeds: int) -> Counter[str]:
        names = [
            "give",
            "give",
            "give",
            "waste",
            "put_back",
            "receive",
            "remove",
            "count",
            "correct",
        ]
        for _ in range(deeds):
            name = self.chance.choice(names)
            try:
                getattr(self, name)()
                self.done[name] += 1
            except Refused as refused:
                self.done[f"refused {refused.code}"] += 1
        return self.done

    def now(self) -> dict[str, Any]:
        return {"at": clock.now() + timedelta(seconds=1), "by": self.by}

    def give(self) -> None:
        mg = self.mg()
        told = dosing.Given(
            kind="infusion", mg=mg, holding=self.lot, taken_mg=self.chance.choice([None, mg + 7])
        )
        dosing.give_dose(self.chance.choice(self.sessions), told, **self.now())

    def waste(self) -> None:
        session = self.chance.choice(self.sessions)
        dosing.waste_rest(session, self.lot, mg=self.mg() / 10, witness=self.witness, **self.now())

    def put_back(self) -> None:
        session = self.chance.choice(self.sessions)
        dosing.put_back(session, self.lot, mg=self.mg() / 10, **self.now())

    def receive(self) -> None:
        register.receive(LABEL, units=1, **self.now())

    def remove(self) -> None:
        told = {"units": 1, "open_mg": Decimal(0), "words": WORDS}
        register.waste_stock(self.lot, told, witness=self.witness, **self.now())

    def count(self) -> None:
        counting.count_stock({self.lot.pk: (0, Decimal(0))}, **self.now())

    def correct(self) -> None:
        doses = DoseGiven.objects.order_by("?")[:1]
        for dose in doses:
            told: dict[str, Any] = {"words": WORDS, "beyond_words": WORDS}
            dosing.correct_dose(dose, mg=self.mg(), **told, **self.now())


def work(seed: int, deeds: int) -> dict[str, int]:
    try:
        return dict(Worker(seed).work(deeds))
    finally:
        connections.close_all()


def standing() -> dict[str, Any]:
    lot = Holding.objects.get()
    rows = list(RegisterEntry.objects.order_by("number"))
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row.kind] += int(row.mg * 1000)
    out = [each for session in Session.objects.all() for each in stock.out_of(session).values()]
    balance = stock.balance_of(lot)
    return {
        "fault": stock.fault_of(lot),
        "lines": len(rows),
        "lowest": int(min(min(row.after_mg, row.after_out_mg) for row in rows) * 1000),
        "lowest_out": int(min(out, default=Decimal(0)) * 1000),
        "out": int(sum(out, start=Decimal(0)) * 1000),
        "balance": {"mg": int(balance.mg * 1000), "out": int(balance.out_mg * 1000)},
        "sums": dict(sums),
        "given": int(sum(row.amount_mg for row in DoseGiven.objects.standing()) * 1000),
    }


def main(seed: int, workers: int, deeds: int) -> None:
    build(workers)
    connections.close_all()
    seeds = [seed * 1000 + number for number in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        done = list(pool.map(work, seeds, [deeds] * workers))
    print(json.dumps({**standing(), "done": done}))  # noqa: T201  # read by the test


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
