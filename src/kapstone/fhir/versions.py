"""Tells files of other FHIR versions from R4, by fields that R4 does not have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from kapstone.fhir.codes import VersionRow, version_marks
from kapstone.fhir.values import Unreadable

SHAPES = {"text": str, "object": dict, "list": list}
R4 = "R4"


def refuse_other_versions(resources: Iterable[Mapping[str, Any]]) -> None:
    """Raise Unreadable when more resources bear the marks of another version than of R4.

    One such resource among many of R4 is left to its own reader, which lists it.
    """
    votes: Counter[str] = Counter()
    for resource in resources:
        votes.update(_versions(resource))
    version, most = next(iter(votes.most_common(1)), (R4, 0))
    if version != R4 and most > votes[R4]:
        raise Unreadable(
            "other-version",
            f"This looks like FHIR {version}, not R4 ({most} resources). "
            "Ask the sender for an R4 (4.0.1) export.",
        )


def _versions(resource: Mapping[str, Any]) -> set[str]:
    marks = [mark for mark in version_marks() if mark.resource == resource.get("resourceType")]
    found = {mark.version for mark in marks if _bears(resource, mark)}
    fields = {mark.field for mark in marks}
    return found or ({R4} if fields & set(resource) else set())


def _bears(resource: Mapping[str, Any], mark: VersionRow) -> bool:
    return isinstance(resource.get(mark.field), SHAPES[mark.shape])
