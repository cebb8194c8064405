"""Run as a script: limits of every fate, then back before two had to sign; prints what came."""

from __future__ import annotations

import json
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db.migrations.exceptions import IrreversibleError  # noqa: E402
from web.practice.settling import above, every  # noqa: E402

from kapstone.web import clock  # noqa: E402
from kapstone.web.accounts.models import Practice, User  # noqa: E402
from kapstone.web.records.actions import countersigning as deeds  # noqa: E402

MINUTE = timedelta(minutes=1)


def staff(name: str, practice: Practice) -> User:
    address = f"{name.lower()}@{practice.pk}.example.org"
    return User.objects.create_user(
        address, "x" * 16, name=name, practice=practice, roles=["prescriber"]
    )


def two_at(name: str) -> tuple[User, User]:
    practice = Practice.objects.create(name=name)
    return staff("Osei", practice), staff("Vale", practice)


def back() -> str:
    try:
        call_command("migrate", "records", "0029", verbosity=0)
    except IrreversibleError as why:
        return str(why)
    call_command("migrate", verbosity=0)
    return "back, and forth again"


def main() -> None:
    call_command("migrate", verbosity=0)
    at = clock.now() - 9 * MINUTE
    first, second = two_at("Waits")
    above(170, first, at)
    turned, by = two_at("Turned away")
    deeds.turn_away(above(170, turned, at), why="Not with our people.", at=at + MINUTE, by=by)
    took, _ = two_at("Taken back")
    deeds.take_back(every(12, took, at), at=at + MINUTE, by=took)
    signed, by = two_at("Countersigned")
    deeds.countersign(every(12, signed, at), name="Vale", at=at + MINUTE, by=by)
    aside, by = two_at("Set aside")
    above(170, aside, at)
    above(150, by, at + MINUTE)
    found = [back()]
    above(150, second, at + 2 * MINUTE)
    above(150, turned, at + 2 * MINUTE)
    found.append(back())
    every(5, took, at + 2 * MINUTE)
    print(json.dumps([*found, back()]))  # noqa: T201  # read by the test


if __name__ == "__main__":
    main()
