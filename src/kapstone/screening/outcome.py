"""What a screening says: the findings, what it waits for, and the decision that follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self, get_args

from kapstone.screening.rules import WEIGHT, Action, Decision, Override
from kapstone.screening.vocabulary import MEDICINES, RULE, Domain, Given, Reason, short, vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule or an interaction that speaks, with the answers it speaks from."""

    id: str
    domain: Domain
    action: Action
    urgent: bool
    title: str
    tell: str
    tell_person: str
    why: str
    sources: tuple[str, ...]
    basis: str
    confidence: str
    override: Override
    because: tuple[tuple[str, Given], ...]

    @property
    def weight(self) -> Decision:
        return WEIGHT[self.action]


NAMES = {MEDICINES: "Medicines", RULE: "Rule"}


def name_of(fact_id: str) -> str:
    """The noun of a fact's question; one that today's vocabulary lacks is named by its id."""
    known = vocabulary().get(fact_id)
    return fact_id if known is None else short(known)


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that has to be given, or given again, and why. `detail` names an unread medicine."""

    fact: str
    reason: Reason
    detail: str | None = None

    @property
    def words(self) -> str:
        """Such as "Systolic blood pressure: stale" or "Medicines: not recognised (Foozol)"."""
        name = NAMES.get(self.fact) or name_of(self.fact)
        return f"{name}: {self.reason}" + (f" ({self.detail})" if self.detail else "")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A rule that cannot be answered yet.

    `could_be` is what it would weigh if it spoke; None for one kept before that was noted.
    `absolute`: it would be a stop that nobody may override.
    """

    id: str
    domain: Domain
    title: str
    missing: tuple[Missing, ...]
    could_be: Decision | None = None
    absolute: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """One look at all rules: findings by weight, and the rules still open.

    `digest` seals the knowledge it was made with; `at` is the moment the facts were weighed for.
    """

    findings: tuple[Finding, ...]
    waiting: tuple[Waiting, ...]
    looked_at: int
    digest: str
    at: datetime

    @property
    def decision(self) -> Decision:
        """Absolute stop, then unknown, then review, oversight, note [ENG-01]."""
        return worst(self.findings, self.waiting)

    @property
    def spoken(self) -> Decision:
        """The gravest of what speaks, whatever is still waited for."""
        return worst(self.findings, ())

    @property
    def by_domain(self) -> Mapping[Domain, Decision]:
        domains: tuple[Domain, ...] = get_args(Domain)
        return {
            name: worst(
                tuple(one for one in self.findings if one.domain == name),
                tuple(one for one in self.waiting if one.domain == name),
            )
            for name in domains
        }

    def as_data(self) -> dict[str, Any]:
        """Plain values that JSON can store; `from_data` gives an equal screening back."""
        return {
            "decision": self.decision.name.lower(),
            "by_domain": {name: one.name.lower() for name, one in self.by_domain.items()},
            "findings": [finding_data(one) for one in self.findings],
            "waiting": [waiting_data(one) for one in self.waiting],
            "looked_at": self.looked_at,
            "digest": self.digest,
            "at": self.at.isoformat(),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read a stored screening; raises ValueError when its decision does not follow from it."""
        found = cls(
            findings=tuple(finding_from(one) for one in data["findings"]),
            waiting=tuple(waiting_from(one) for one in data["waiting"]),
            looked_at=data["looked_at"],
            digest=data["digest"],
            at=datetime.fromisoformat(data["at"]),
        )
        if found.decision.name.lower() != data["decision"]:
            raise ValueError(
                f"stored screening of {data['at']}: decision {data['decision']!r} does not follow "
                f"from its findings, which give {found.decision.name.lower()!r}"
            )
        return found


def worst(findings: tuple[Finding, ...], waiting: tuple[Waiting, ...]) -> Decision:
    weights = [one.weight for one in findings]
    if waiting:
        weights.append(Decision.INCOMPLETE)
    return max(weights, default=Decision.CLEAR)


def finding_data(finding: Finding) -> dict[str, Any]:
    plain = dict(fields_of(finding))
    plain["sources"] = list(finding.sources)
    plain["because"] = [
        {"fact": name, **dict(fields_of(given)), "at": given.at and given.at.isoformat()}
        for name, given in finding.because
    ]
    return plain


def finding_from(data: Mapping[str, Any]) -> Finding:
    because = tuple((one["fact"], given_from(one)) for one in data["because"])
    return Finding(**{**data, "sources": tuple(data["sources"]), "because": because})


def given_from(data: Mapping[str, Any]) -> Given:
    at = None if data["at"] is None else datetime.fromisoformat(data["at"])
    return Given(value=data["value"], at=at, origin=data["origin"], words=data["words"])


def waiting_data(waiting: Waiting) -> dict[str, Any]:
    missing = [
        {"fact": one.fact, "reason": one.reason.value, "detail": one.detail}
        for one in waiting.missing
    ]
    could_be = None if waiting.could_be is None else waiting.could_be.name.lower()
    return {**dict(fields_of(waiting)), "missing": missing, "could_be": could_be}


def waiting_from(data: Mapping[str, Any]) -> Waiting:
    missing = tuple(
        Missing(one["fact"], Reason(one["reason"]), one["detail"]) for one in data["missing"]
    )
    could_be = data.get("could_be")
    return Waiting(
        data["id"],
        data["domain"],
        data["title"],
        missing,
        None if could_be is None else Decision[could_be.upper()],
        data.get("absolute", False),
    )


def fields_of(value: Finding | Waiting | Given) -> Iterator[tuple[str, Any]]:
    for field in fields(value):
        yield field.name, getattr(value, field.name)
