"""Discovery, the two services, their feedback, and the open page of a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Literal

import orjson
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from pydantic import AwareDatetime, Field, ValidationError

from kapstone import fhir, screening
from kapstone.screening.attributes import citation
from kapstone.web import clock
from kapstone.web.api import asking, door, services
from kapstone.web.api.cards import cards, doubtful
from kapstone.web.api.orders import Orders, but_ordered, read_orders, with_orders
from kapstone.web.api.refusals import NotAnswered

View = Callable[..., Any]
# https://hl7.org/fhir/R4/valueset-issue-type.html
ISSUES = {401: "login", 404: "not-found", 412: "required", 413: "too-long", 415: "not-supported"}
NO_ORDERS = Orders((), None, (), (), frozenset())


def for_machines(view: View) -> Callable[..., HttpResponse]:
    """Answer in JSON, to systems that have no session here and prove themselves by a token."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def answered(request: HttpRequest, **named: str) -> HttpResponse:
        try:
            return as_json(view(request, **named), 200)
        except NotAnswered as why:
            return as_json(outcome(why), why.status)

    return answered


def as_json(found: Any, status: int) -> HttpResponse:
    answer = HttpResponse(orjson.dumps(found), content_type="application/json", status=status)
    answer["Cache-Control"] = "no-store"
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def outcome(why: NotAnswered) -> dict[str, Any]:
    """A FHIR OperationOutcome, as CDS Hooks asks for."""
    code = ISSUES.get(why.status, "invalid")
    issue = {"severity": "error", "code": code, "diagnostics": why.words}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


@require_GET
@for_machines
def discovery(request: HttpRequest) -> dict[str, Any]:
    """What may be asked here; it says nothing of anybody, so that it needs no token."""
    door.refuse_when_shut()
    return services.described()


@require_POST
@for_machines
def service(request: HttpRequest, name: str) -> dict[str, Any]:
    """Screen the person whose record is sent, and forget them."""
    asked = known(name)
    door.refuse_strangers(request)
    call = asking.read_call(asking.read_json(request), asked)
    site = request.build_absolute_uri("/").rstrip("/")
    if asked.hook == "patient-view":
        return {"cards": screened(call, NO_ORDERS, site)}
    orders = read_orders(call, now=clock.now())
    found = screened(call, orders, site) if orders.ketamine else []
    return {"cards": [*found, *([doubtful(orders.doubtful)] if orders.doubtful else [])]}


def known(name: str) -> services.Service:
    if name not in services.SERVICES:
        listed = ", ".join(services.SERVICES)
        raise NotAnswered(404, f"there is no such service here; there are {listed}")
    return services.SERVICES[name]


def screened(call: asking.Call, orders: Orders, site: str) -> list[dict[str, Any]]:
    now = clock.now()
    record = but_ordered(asking.read_record(call, now=now), orders)
    told = fhir.told(record, now)
    facts = {**told.facts, **({"planned_route": orders.route} if orders.route else {})}
    # A record that names no medicine does not say that none is taken.
    medicines = with_orders(told.medicines or None, orders.others)
    found = screening.screen(facts, medicines=medicines, now=now)
    return cards(found, not_weighed=[*dict.fromkeys(left(record, told))], site=site)


def left(record: fhir.Imported, told: fhir.Told) -> Iterator[str]:
    """What the record says and no rule was asked about, in words."""
    yield from (one.words for one in told.suggested)
    yield from (one.text for one in told.not_weighed)
    yield from (f"{each.where}: {each.why}" for each in record.not_understood)


class Feedback(asking.Sent):
    """What became of one card."""

    card: str
    outcome: Literal["accepted", "overridden"]
    at: AwareDatetime = Field(alias="outcomeTimestamp")


class Feedbacks(asking.Sent):
    feedback: tuple[Feedback, ...]


@require_POST
@for_machines
def feedback(request: HttpRequest, name: str) -> dict[str, Any]:
    """Check the shape, and keep nothing: a comment may speak of a person."""
    known(name)
    door.refuse_strangers(request)
    try:
        Feedbacks.model_validate(asking.read_json(request))
    except ValidationError as error:
        raise NotAnswered(
            400, f"the feedback cannot be read: {asking.first_fault(error)}"
        ) from error
    return {}


@login_not_required
@require_GET
def rule(request: HttpRequest, name: str) -> HttpResponse:
    """A rule for whoever reads a card elsewhere: knowledge, and nothing of anybody."""
    rows: dict[str, Any] = {each.id: each for each in screening.rules()}
    rows |= {each.id: each for each in screening.interactions()}
    if name not in rows:
        raise Http404(f"There is no rule {name}.")
    row = rows[name]
    when = getattr(row, "when", None)
    words = {
        "rule": row,
        "action": getattr(row, "action", None) or row.severity,
        "lines": (when.any or when.all) if when else row.classes,
        "joined": "all of" if when and when.all else "any of",
        "sources": [citation(each) for each in row.sources],
        "digest": screening.knowledge_digest(),
    }
    return render(request, "api/rule.html", words)
