"""The routes and the dose-day checklist, read by the session's form and by the pathway's gates."""

from __future__ import annotations

from functools import cache
from typing import Literal

from kapstone.knowledge import Knowledge, KnowledgeError, rows


class Route(Knowledge):
    """A way ketamine is given in the practice; `esketamine` is the labelled nasal spray."""

    id: str
    label: str
    short: str
    person: str
    at_home: bool
    infused: bool
    sources: tuple[str, ...]
    basis: str


class Check(Knowledge):
    """One line of the dose-day checklist; a `hard` one is a gate.

    `person` is the question when the person is asked it too. The stored yes is as it should be;
    its button says `person_ok`, that of the stored no `person_not`, so that neither can be read as
    the other.
    `second` is empty where one signature is enough; else a second person in one of these roles
    signs too.
    """

    id: str
    label: str
    passes: str
    person: str | None = None
    person_ok: str = "Yes"
    person_not: str = "No"
    routes: tuple[str, ...]
    gate: Literal["hard", "soft"]
    who: tuple[str, ...]
    second: tuple[str, ...] = ()
    can_not_apply: bool = False
    overridable_by: Literal["prescriber"] | None = None
    judged_from: Literal["readings", "risk", "escort"] | None = None
    basis: str
    sources: tuple[str, ...]


@cache
def routes() -> dict[str, Route]:
    return {route.id: route for route in rows("monitoring/routes.toml", "route", Route)}


def route_named(name: str) -> Route:
    """The route of that id; raises KnowledgeError naming the routes there are."""
    if name not in routes():
        raise KnowledgeError(f"no such route: {name}; there are {', '.join(routes())}")
    return routes()[name]


@cache
def all_checks() -> tuple[Check, ...]:
    found = tuple(rows("monitoring/checklist.toml", "check", Check))
    for check in found:
        if unknown := set(check.routes) - set(routes()):
            raise KnowledgeError(f"checklist.toml: {check.id}: no such route: {unknown}")
    return found


@cache
def checklist(route: str) -> tuple[Check, ...]:
    """The dose-day checklist of a route, in the order it is worked through."""
    name = route_named(route).id
    return tuple(check for check in all_checks() if name in check.routes)
