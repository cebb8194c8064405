"""What another system sends: a hook, whom it is about, and what it knows of them."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kapstone import fhir
from kapstone.fhir.strict import read_strictly
from kapstone.web.api.refusals import NotAnswered
from kapstone.web.api.services import OPTIONAL, Service, prefetch

MAX_BYTES = 10_000_000
"""A whole record without attachments is about 1 MB; an upload by hand may be larger."""

Resource = dict[str, Any]


class Sent(BaseModel):
    """Part of a request; what the specification adds later is passed over."""

    model_config = ConfigDict(frozen=True)


class Context(Sent):
    """Where in the other system's work the call was made."""

    patient: str = Field(alias="patientId", min_length=1)
    drafts: Resource | None = Field(default=None, alias="draftOrders")


class Call(Sent):
    """A CDS Hooks 2.0 request. A token for the other system's FHIR server is never read."""

    hook: str
    instance: UUID = Field(alias="hookInstance")
    server: str | None = Field(default=None, alias="fhirServer")
    context: Context
    prefetch: Mapping[str, Resource | None] = {}


def read_json(request: HttpRequest) -> Any:
    """The JSON body; raises NotAnswered when there is none, or too much of it."""
    if not request.META.get("CONTENT_LENGTH"):
        raise NotAnswered(411, "the length of the body is not known; send Content-Length")
    if request.content_type != "application/json":
        raise NotAnswered(415, "the body has to be JSON: send Content-Type: application/json")
    raw = request.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise NotAnswered(413, f"the body has more than {MAX_BYTES:,} bytes; send less in prefetch")
    text = raw.removeprefix(BOM_UTF8)
    try:
        found = orjson.loads(text)
        # orjson keeps the last of two values of one name, and one of the two may be a stop.
        read_strictly(text)
    except (ValueError, RecursionError) as error:
        raise NotAnswered(400, f"the body is not JSON: {error}") from error
    return found


def read_call(body: Any, service: Service) -> Call:
    """Raises NotAnswered for what is no request, or one of another hook."""
    try:
        call = Call.model_validate(body)
    except ValidationError as error:
        raise NotAnswered(400, f"the request cannot be read: {first_fault(error)}") from error
    if call.hook != service.hook:
        raise NotAnswered(400, f"hook: {service.id} answers {service.hook}; call it on that hook")
    return call


def first_fault(error: ValidationError) -> str:
    """Where and what, without the value: it may be a person's."""
    fault = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(map(str, fault["loc"])) or "body"
    return f"{where}: {fault['msg']}"


def read_record(call: Call, *, now: datetime) -> fhir.Imported:
    """The person's record from prefetch.

    Raises NotAnswered: 412 for a key that was not sent, 400 for what is not this person's record.
    """
    refuse_lacking(call)
    sent = {key: value for key in prefetch() if (value := call.prefetch.get(key)) is not None}
    entries = [
        entry for key, value in sent.items() for entry in entries_of(value, f"prefetch.{key}")
    ]
    refuse_somebody_else(call, entries)
    whole = [with_address(entry, call) for entry in entries]
    return read_entries(whole, [link for value in sent.values() for link in links_of(value)], now)


def refuse_lacking(call: Call) -> None:
    lacking = [key for key in prefetch() if key not in call.prefetch and key not in OPTIONAL]
    if call.prefetch.get("patient") is None and "patient" not in lacking:
        lacking.append("patient")
    if lacking:
        raise NotAnswered(
            412,
            f"prefetch: {', '.join(lacking)} not sent, and nothing is fetched here; send each key "
            "of the discovery, null for what there is none of (never for patient)",
        )


def entries_of(value: Resource, where: str) -> Iterator[Any]:
    """The entries of a Bundle, or one resource as an entry."""
    if value.get("resourceType") != "Bundle":
        yield {"resource": value}
        return
    entries = value.get("entry", [])
    if not isinstance(entries, list):
        raise NotAnswered(400, f"{where}.entry: should be a list; send a FHIR R4 searchset")
    yield from entries


def links_of(value: Resource) -> list[Any]:
    links = value.get("link")
    return links if isinstance(links, list) else []


def resource_of(entry: Any) -> Resource:
    resource = entry.get("resource") if isinstance(entry, dict) else None
    return resource if isinstance(resource, dict) else {}


def name_of(entry: Any) -> str:
    resource = resource_of(entry)
    return f"{resource.get('resourceType')}/{resource.get('id')}"


def refuse_somebody_else(call: Call, entries: list[Any]) -> None:
    """Raises NotAnswered unless there is one Patient, the one that the hook is about."""
    people = [name_of(each) for each in entries if name_of(each).startswith("Patient/")]
    if people != [f"Patient/{call.context.patient}"]:
        raise NotAnswered(
            400,
            "prefetch.patient: should be one Patient, with the id that context.patientId names; "
            "send the record of one person",
        )


def with_address(entry: Any, call: Call) -> Any:
    """Other resources may point at the Patient by the whole address on its own server."""
    is_patient = resource_of(entry).get("resourceType") == "Patient"
    if not is_patient or "fullUrl" in entry or call.server is None:
        return entry
    return {**entry, "fullUrl": f"{call.server.rstrip('/')}/Patient/{call.context.patient}"}


def read_entries(entries: list[Any], links: list[Any], now: datetime) -> fhir.Imported:
    """Read entries as one file; raises NotAnswered when they cannot be one person's record."""
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries, "link": links}
    try:
        return fhir.read_bundle(orjson.dumps(bundle), now=now)
    except fhir.Unreadable as why:
        raise NotAnswered(400, f"prefetch, read as one file: {why.words}") from why
