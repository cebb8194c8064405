"""Forms, kinds of dose and rules of the register, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from kapstone.knowledge import Knowledge, KnowledgeError, rows
from kapstone.knowledge.dose_day import routes

Asked = Literal["site", "hold_min", "spat"]


class Substance(Knowledge):
    """A controlled substance; `dea_code` is its number in the schedules of the United States."""

    id: str
    label: str
    dea_code: str
    basis: str
    sources: tuple[str, ...]


class Form(Knowledge):
    """A form that the medicine comes in.

    With `splits` part of an opened unit may go back and be used later. By one of the routes in
    `own` the person may bring a prescription of their own. For one in `released` whole units may
    be released beforehand.
    """

    id: str
    label: str
    one: str
    many: str
    splits: bool
    substance: str
    routes: tuple[str, ...]
    own: tuple[str, ...] = ()
    released: tuple[str, ...] = ()
    basis: str
    sources: tuple[str, ...]

    def units(self, number: int) -> str:
        """`1 vial`, `3 vials`."""
        return f"{number} {self.one if abs(number) == 1 else self.many}"


class DoseKind(Knowledge):
    """What a dose given can be, by which routes, and what is asked of it besides milligrams."""

    id: str
    label: str
    routes: tuple[str, ...]
    asks: tuple[Asked, ...]
    basis: str
    sources: tuple[str, ...]


class Rule(Knowledge):
    """What the law asks, or that it is silent; a figure of it stands in exactly one field."""

    id: str
    title: str
    says: str
    cites: str
    years: int | None = None
    days: int | None = None
    business_days: int | None = None
    basis: str
    evidence: tuple[str, ...] = ()
    sources: tuple[str, ...]


class Loss(Knowledge):
    """A kind of theft or loss."""

    id: str
    label: str
    basis: str
    sources: tuple[str, ...]


@cache
def forms() -> Mapping[str, Form]:
    """The forms by id; raises KnowledgeError for a route or a substance that is not there."""
    found = {row.id: row for row in rows("register/forms.toml", "form", Form)}
    for row in found.values():
        if unknown := set(row.routes + row.own + row.released) - set(routes()):
            raise KnowledgeError(f"register/forms.toml: {row.id}: no such route: {unknown}")
        substance_named(row.substance)
    return found


@cache
def substances() -> Mapping[str, Substance]:
    return {row.id: row for row in rows("register/forms.toml", "substance", Substance)}


def substance_named(name: str) -> Substance:
    """The substance of that id; raises KnowledgeError."""
    if name not in substances():
        raise KnowledgeError(f"no such substance: {name}; there are {', '.join(substances())}")
    return substances()[name]


def form_named(name: str) -> Form:
    """The form of that id; raises KnowledgeError naming the forms there are."""
    if name not in forms():
        raise KnowledgeError(f"no such form: {name}; there are {', '.join(forms())}")
    return forms()[name]


def fits(form: str, route: str) -> bool:
    """Whether what comes in this form can be given by this route."""
    return route in form_named(form).routes


def may_be_own(route: str) -> bool:
    """Whether by this route a person may bring a prescription of their own [HOM-03]."""
    return any(route in form.own for form in forms().values())


def may_be_released(form: str, route: str) -> bool:
    """Whether units of this form may be released beforehand, to be taken by this route."""
    return route in form_named(form).released


@cache
def dose_kinds() -> Mapping[str, DoseKind]:
    """The kinds of dose by id; raises KnowledgeError for a route that is not there."""
    found = {row.id: row for row in rows("register/doses.toml", "dose", DoseKind)}
    for row in found.values():
        if unknown := set(row.routes) - set(routes()):
            raise KnowledgeError(f"register/doses.toml: {row.id}: no such route: {unknown}")
    return found


def dose_kinds_of(route: str) -> tuple[DoseKind, ...]:
    """The kinds of dose of a route, in the order they are given."""
    return tuple(kind for kind in dose_kinds().values() if route in kind.routes)


@cache
def rules() -> Mapping[str, Rule]:
    """The rules by id, in the order they are read."""
    return {row.id: row for row in rows("register/rules.toml", "rule", Rule)}


def rule(name: str) -> Rule:
    return rules()[name]


@cache
def losses() -> Mapping[str, Loss]:
    """The kinds of theft or loss by id."""
    return {row.id: row for row in rows("register/rules.toml", "loss", Loss)}
