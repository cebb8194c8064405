"""Orders about to be signed: is one of them ketamine, by which route, and what comes with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from kapstone import screening
from kapstone.fhir.codes import SNOMED
from kapstone.fhir.facts import KETAMINE
from kapstone.fhir.nodes import Concept, Margin, Node, NotTaken, concept
from kapstone.fhir.taken import NOT_TAKEN_NOW, recognised, unknown_medicine, unread_medicines
from kapstone.fhir.values import Imported, Medicine
from kapstone.knowledge import Knowledge, rows
from kapstone.screening.medicines import classes_of
from kapstone.web.api.asking import (
    Call,
    Resource,
    entries_of,
    name_of,
    read_entries,
    resource_of,
)
from kapstone.web.api.refusals import NotAnswered

# A Medication is read where an order points at it.
READ = ("MedicationRequest", "Medication")
NO_ROUTE = (None, None)
ENDED = NOT_TAKEN_NOW - {"draft"}


class Route(Knowledge):
    """A route by which ketamine is planned: its SNOMED CT codes, and the words for it."""

    id: str
    snomed: tuple[str, ...]
    words: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Orders:
    """What is about to be signed; `ketamine` holds the orders of it as they were written.

    `route` is None when the orders do not say one and the same clear route. `others` are taken
    along: other medicines, and whatever else an order of ketamine holds. `doubtful` may be
    ketamine. `ids` are those of the ketamine orders that have one.
    """

    ketamine: tuple[str, ...]
    route: screening.Given | None
    others: tuple[screening.Recognised, ...]
    doubtful: tuple[str, ...]
    ids: frozenset[str]


def read_orders(call: Call, *, now: datetime) -> Orders:
    """Raises NotAnswered for draftOrders that are missing, no Bundle, or about somebody else."""
    drafts = call.context.drafts
    if drafts is None or drafts.get("resourceType") != "Bundle":
        raise NotAnswered(400, "context.draftOrders: should be a FHIR R4 Bundle of the orders")
    listed = entries_of(drafts, "context.draftOrders")
    entries = [
        about_patient(each, call)
        for each in listed
        if resource_of(each).get("resourceType") in READ
    ]
    who = {"resource": {"resourceType": "Patient", "id": call.context.patient}}
    record = read_entries([who, *entries], [], now)
    live = [each for each in record.medicines if each.status not in ENDED]
    meant = [(each.origin, recognised(each)) for each in live]
    ketamine = [(of, one) for of, one in meant if KETAMINE & {*one.ingredients}]
    others = [one for _, one in meant if not KETAMINE & {*one.ingredients}]
    return Orders(
        ketamine=tuple(one.text for _, one in ketamine),
        route=planned([resource_of([who, *entries][of.entry]) for of, _ in ketamine], now),
        others=(
            *others,
            *unread_medicines(record),
            *(rest for _, one in ketamine for rest in beside(one)),
        ),
        doubtful=tuple(
            one.text for one in (*filter(may_be_ketamine, others), *unread_medicines(record))
        ),
        ids=frozenset(of.id for of, _ in ketamine if of.id is not None),
    )


def about_patient(entry: Any, call: Call) -> Any:
    """The order as one of the hook's person, whom it may name in several ways, or not at all.

    The hook says whom the orders are for, so that an order without a subject is screened too.
    """
    order = resource_of(entry)
    if order.get("resourceType") != "MedicationRequest":
        return entry
    subject = order.get("subject")
    named = subject.get("reference") if isinstance(subject, dict) else None
    if isinstance(named, str) and named.partition("/_history/")[0] not in patient_names(call):
        raise NotAnswered(
            400,
            f"context.draftOrders: an order is about {named[:90]}, and the call about "
            f"Patient/{call.context.patient}; send the orders of one person",
        )
    return {**entry, "resource": {**order, "subject": {"reference": patient_names(call)[0]}}}


def patient_names(call: Call) -> tuple[str, ...]:
    """Every reference that means the hook's person: by id, on their own server, by full URL."""
    name = f"Patient/{call.context.patient}"
    sent = call.prefetch.get("patient") or {}
    people = [
        *entries_of(sent, "prefetch.patient"),
        *entries_of(call.context.drafts or {}, "context.draftOrders"),
    ]
    urls = [each.get("fullUrl") for each in people if name_of(each) == name]
    server = [] if call.server is None else [f"{call.server.rstrip('/')}/{name}"]
    return (name, *server, *(url for url in urls if isinstance(url, str)))


def may_be_ketamine(one: screening.Recognised) -> bool:
    meant = {each for name in one.suggestions for each in screening.recognise(name).ingredients}
    return not KETAMINE.isdisjoint(meant)


def but_ordered(record: Imported, orders: Orders) -> Imported:
    """The record without the orders of ketamine that are about to be signed once more."""
    kept = (one for one in record.medicines if not is_ordered(one, orders))
    return replace(record, medicines=tuple(kept))


def is_ordered(one: Medicine, orders: Orders) -> bool:
    """Another medicine may bear a draft's id: only ketamine is the same order of ketamine."""
    known = one.origin.resource_type == "MedicationRequest" and one.origin.id in orders.ids
    meant = recognised(one)
    return known and meant.recognised and {*meant.ingredients} <= KETAMINE


def beside(one: screening.Recognised) -> Iterator[screening.Recognised]:
    """What an order of ketamine holds besides it; a word nobody can read may be a medicine."""
    rest = tuple(each for each in one.ingredients if each not in KETAMINE)
    if rest or not one.recognised:
        yield replace(one, ingredients=rest, classes=classes_of(rest))


def planned(orders: Iterable[Resource], now: datetime) -> screening.Given | None:
    """The one route that all the orders name, or None."""
    said = [route for order in orders for route in routes_of(order)]
    found = {route for route, _ in said}
    if len(found) != 1 or None in found:
        return None
    (route,) = found
    return screening.Given(str(route), now, "import", said[0][1])


def routes_of(order: Resource) -> Iterator[tuple[str | None, str | None]]:
    """Each route an order names, and its words; None where it is not one clear route of ours."""
    try:
        dosages = Node(order, "MedicationRequest", Margin(None)).nodes("dosageInstruction")
        yield from [route_of(concept(each.node("route"))) for each in dosages] or [NO_ROUTE]
    except NotTaken:
        yield NO_ROUTE


def route_of(named: Concept) -> tuple[str | None, str | None]:
    """What all the codes and the words mean; None where one of them says something else."""
    meant = {by_code().get(each.code or "") for each in named.codings if each.system == SNOMED}
    if named.text:
        meant.add(by_word().get(named.text.casefold().removesuffix(" (qualifier value)")))
    return (meant.pop() if len(meant) == 1 else None), named.words()


@cache
def routes() -> tuple[Route, ...]:
    return tuple(rows("fhir/routes.toml", "route", Route))


@cache
def by_code() -> Mapping[str, str]:
    return {code: row.id for row in routes() for code in row.snomed}


@cache
def by_word() -> Mapping[str, str]:
    return {word: row.id for row in routes() for word in row.words}


def with_orders(
    medicines: tuple[screening.Recognised, ...] | None, others: tuple[screening.Recognised, ...]
) -> tuple[screening.Recognised, ...] | None:
    """The medicines with those about to be signed; an unknown list stays open."""
    if medicines is None and others:
        return (*others, unknown_medicine("what else is taken: no list of medicines was sent"))
    return None if medicines is None else (*medicines, *others)
