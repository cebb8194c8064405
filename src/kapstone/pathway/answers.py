"""What the pathway answers with: steps on the road, and gates before a medicine session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Movement = Literal["preparation", "medicine", "integration"]
Role = Literal["prescriber", "session_monitor", "therapist", "front_desk", "patient"]
StepState = Literal["done", "now", "waiting", "blocked", "later", "skipped"]
GateState = Literal["ok", "open", "stop", "unknown", "overridden"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the road as it stands now.

    `title` is worded for staff, `title_person` for the person. `number` and `of` count a
    repeated step; `of` is None while the roadmap does not say. Steps with `on_road` are the
    columns of the road, in order. `evidence` names rows of the practice's evidence file (SEQ-09),
    `sources` the citations in knowledge/sources.toml.
    """

    id: str
    title: str
    title_person: str
    movement: Movement
    state: StepState
    detail: str
    who: tuple[Role, ...]
    on_road: bool
    evidence: tuple[str, ...]
    sources: tuple[str, ...]
    blocks: tuple[str, ...] = ()
    due: datetime | None = None
    number: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One thing that must hold before a medicine session starts.

    `open` can still be put right today; `stop` cannot; `unknown` waits for an answer. Only
    `ok` and `overridden` let the session start, and only where `overridable_by` names someone.
    """

    id: str
    title: str
    state: GateState
    says: str
    who: tuple[Role, ...]
    overridable_by: Literal["prescriber"] | None
    evidence: tuple[str, ...]
    sources: tuple[str, ...]
    reason: str | None = None

    @property
    def lets_through(self) -> bool:
        return self.state in ("ok", "overridden")
