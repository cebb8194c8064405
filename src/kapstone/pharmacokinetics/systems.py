"""A model and the ways into it as one linear system: amounts, how they move, what comes in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from kapstone.pharmacokinetics.dosing import Dose
from kapstone.pharmacokinetics.matrices import Array, Pattern, exponential, inverse, reach, times
from kapstone.pharmacokinetics.people import Values
from kapstone.pharmacokinetics.rows import Compartment, Flow, Model, Part

KETAMINE_G_PER_MOL = 237.73
NG_PER_ML = 1000.0


@dataclass(frozen=True, slots=True)
class Input:
    """An amount in mg that comes into a place from a minute on, over some minutes or at once.

    `mg` and `over_min` are (people,) or (1,); where they are 0 over minutes it comes at once.
    """

    place: int
    mg: Array
    at_min: float
    over_min: Array

    def part_until(self, minute: float) -> Array:
        """How much of it has come in by then, from 0 to 1."""
        since = minute - self.at_min
        over = np.where(self.over_min > 0, self.over_min, 1.0)
        return np.where(self.over_min > 0, np.clip(since / over, 0, 1), float(since >= 0))


@dataclass(frozen=True, slots=True)
class Follower:
    """What lags behind a concentration: x' = rate * (concentration - x), in ng/mL."""

    id: str
    of: str
    rate_per_min: float


@dataclass(frozen=True, slots=True)
class System:
    """`moves` (places, places, people): amounts, in mg, change by moves @ amounts in a minute."""

    places: Mapping[str, int]
    moves: Array
    inputs: tuple[Input, ...]
    pattern: Pattern = field(repr=False)
    kept: dict[float, Array] = field(default_factory=dict, repr=False)

    def only(self, wanted: Iterable[str]) -> System:
        """The places from which an amount can come to the wanted ones."""
        reached = self.pattern[[self.places[name] for name in wanted]].any(axis=0)
        kept = np.flatnonzero(reached)
        number = {int(place): new for new, place in enumerate(kept)}
        return System(
            {name: number[place] for name, place in self.places.items() if place in number},
            self.moves[np.ix_(kept, kept)],
            tuple(
                replace(each, place=number[each.place])
                for each in self.inputs
                if each.place in number
            ),
            self.pattern[np.ix_(kept, kept)],
        )

    def amounts(self, times_min: Array) -> Iterator[Array]:
        """The amounts (places, people) at each of the times, which do not go back.

        Between two times each input is taken exactly, wherever it begins and ends.
        """
        first = min([float(times_min[0]), *(each.at_min for each in self.inputs)])
        edges = np.concatenate([[first], times_min])
        flows = [flowing(self, each, edges) for each in self.inputs]
        state = np.zeros((len(self.places), self.moves.shape[-1]))
        for start, end in pairwise(map(float, edges)):
            if end > start:
                state = times(self.over_min(end - start), state, self.pattern)
                for flow in flows:
                    state += flow.came_in(start, end)
            yield state + sum(flow.at_once(end) for flow in flows)

    def areas(self, to_min: float | None) -> Array:
        """mg·min at each place (places, people) from the beginning to a minute, or without end."""
        came = np.zeros((len(self.places), self.moves.shape[-1]))
        left = np.zeros_like(came)
        for each in self.inputs:
            came[each.place] += each.mg * (1.0 if to_min is None else each.part_until(to_min))
        if to_min is not None:
            (left,) = self.amounts(np.array([to_min]))
        return times(inverse(self.moves), left - came, self.pattern)

    def over_min(self, minutes: float) -> Array:
        """What becomes of amounts in these minutes, (places, places, people); kept."""
        minutes = round(minutes, 9)
        if minutes not in self.kept:
            self.kept[minutes] = exponential(self.moves, minutes, self.pattern)
        return self.kept[minutes]


def flowing(system: System, given: Input, edges: Array) -> Push | Evenly:
    return Push(system, given) if not given.over_min.any() else Evenly(system, given, edges)


class Push:
    """An amount that comes in at once."""

    def __init__(self, system: System, given: Input) -> None:
        self.system, self.at_min = system, given.at_min
        self.level = np.zeros(system.moves.shape[1:])
        self.level[given.place] = given.mg

    def at_once(self, now: float) -> Array | float:
        """What came in this very minute: there already, and moved on from the next step."""
        return self.level if now == self.at_min else 0.0

    def came_in(self, start: float, end: float) -> Array | float:
        if not start <= self.at_min < end:
            return 0.0
        return times(self.system.over_min(end - self.at_min), self.level, self.system.pattern)


class Evenly:
    """An amount that comes in evenly from one minute on; when it ends may differ between people.

    `level` is where the amounts would settle if it never ended: what came in by some minute is
    the level less what has become of it since the start.
    """

    def __init__(self, system: System, given: Input, edges: Array) -> None:
        self.system, self.at_min = system, given.at_min
        people = system.moves.shape[-1]
        over = np.broadcast_to(given.over_min, (people,))
        self.level = -inverse(system.moves)[:, given.place] * (given.mg / over)
        self.ends = given.at_min + over
        following = np.minimum(np.searchsorted(edges, self.ends), len(edges) - 1)
        left = np.maximum(edges[following] - self.ends, 0.0)
        self.gone: dict[float, Array] = {}
        self.ended = self.level
        if left.any():
            minutes = float(left[0]) if np.ptp(left) == 0 else left
            self.ended = times(
                exponential(system.moves, minutes, system.pattern), self.level, system.pattern
            )

    def at_once(self, now: float) -> float:
        return 0.0

    def came_in(self, start: float, end: float) -> Array | float:
        """What came in between two edges, at the second of them."""
        begun = max(start, self.at_min)
        flows = self.ends > begun
        if begun >= end or not flows.any():
            return 0.0
        since = self.gone_after(end - begun)
        until = np.where(self.ends >= end, self.level, self.ended)
        return np.where(flows, until - since, 0.0)

    def gone_after(self, minutes: float) -> Array:
        """What becomes of the level in these minutes; kept, as most steps are as long."""
        minutes = round(minutes, 9)
        if minutes not in self.gone:
            moved = self.system.over_min(minutes)
            self.gone[minutes] = times(moved, self.level, self.system.pattern)
        return self.gone[minutes]


def system_of(
    model: Model,
    doses: Sequence[Dose],
    values: Values,
    ways: Mapping[str, Values],
    *,
    share: float,
    followers: Iterable[Follower] = (),
) -> System:
    """The model with what these doses add to it; `share` is the part of a dose that is of this
    enantiomer, `ways` the parameters of each route.
    """
    places = [each.id for each in model.compartments]
    volumes = {each.id: values[each.volume] for each in model.compartments if each.volume}
    moves = Moves(places)
    for flow in model.flows:
        moves.add(flow.source, flow.to, pace(flow, values, volumes), share_of(flow, values))
    inputs = [one for dose in doses for one in ways_in(dose, ways[dose.route], moves, share)]
    for each in followers:
        moves.follow(each, model, volumes)
    built = moves.matrix()
    return System(moves.places, built, tuple(inputs), reach(built))


class Moves:
    """The paces at which amounts move, gathered place by place."""

    def __init__(self, places: Iterable[str]) -> None:
        self.places = {name: number for number, name in enumerate(places)}
        self.entries: dict[tuple[int, int], Array] = {}

    def place(self, name: str) -> int:
        return self.places.setdefault(name, len(self.places))

    def put(self, to: int, source: int, pace: Array) -> None:
        self.entries[to, source] = self.entries.get((to, source), np.zeros(1)) + pace

    def add(self, source: str, to: str | None, pace: Array, fraction: Array) -> None:
        here = self.place(source)
        self.put(here, here, -pace)
        if to is not None:
            self.put(self.place(to), here, pace * fraction)

    def follow(self, each: Follower, model: Model, volumes: Mapping[str, Array]) -> None:
        """A follower takes nothing away from what it follows."""
        source = next(place for place in model.compartments if place.analyte == each.of)
        lag, rate = self.place(each.id), np.array([each.rate_per_min])
        self.put(lag, self.place(source.id), rate * per_mg(source, volumes))
        self.put(lag, lag, -rate)

    def matrix(self) -> Array:
        people = max(len(each) for each in self.entries.values())
        built = np.zeros((len(self.places), len(self.places), people))
        for (to, source), value in self.entries.items():
            built[to, source] = value
        return built


def per_mg(place: Compartment, volumes: Mapping[str, Array]) -> Array:
    """ng/mL for each mg at a place."""
    mass = (place.molar_mass or KETAMINE_G_PER_MOL) / KETAMINE_G_PER_MOL
    return np.asarray(NG_PER_ML * mass / volumes[place.id])


def pace(flow: Flow, values: Values, volumes: Mapping[str, Array]) -> Array:
    """The part of a place's amount that leaves it in a minute; a row has one of three paces."""
    if flow.clearance is not None:
        return np.asarray(values[flow.clearance] / volumes[flow.source])
    if flow.rate is not None:
        return values[flow.rate]
    return np.asarray(flow.stages / values[flow.mean_time or ""])


def share_of(flow: Flow, values: Values) -> Array:
    return np.ones(1) if flow.fraction is None else values[flow.fraction]


def ways_in(dose: Dose, way: Values, moves: Moves, share: float) -> Iterator[Input]:
    """What a dose brings in by each part of its route."""
    for number, part in enumerate(dose.way.parts):
        if part.swallowed and dose.spit:
            continue
        mg = dose.mg * share * share_by(part, dose, way)
        over = np.array([dose.over_min]) if part.over is None else way[part.over]
        yield Input(entry(dose, number, way, moves), mg, dose.at_min, over)


def share_by(part: Part, dose: Dose, way: Values) -> Array:
    found = np.ones(1)
    for name in part.fraction:
        found = found * further(name, dose, way)
    for name in part.rest:
        found = found * (1 - further(name, dose, way))
    return found


def further(name: str, dose: Dose, way: Values) -> Array:
    """A parameter, less for each device after the first where the route says so."""
    return way[name] * (dose.way.further.get(name, 1.0) if dose.nth > 1 else 1.0)


def entry(dose: Dose, number: int, way: Values, moves: Moves) -> int:
    """The first place on the way of a part; doses of one route share their places."""
    part = dose.way.parts[number]
    stops = [f"{dose.route}.{number}.{name}" for name in part.steps]
    if stops and stops[0] not in moves.places:
        for stop, name, following in zip(stops, part.steps, [*stops[1:], part.into], strict=True):
            moves.add(stop, following, per_minute(dose, name, way), np.ones(1))
    return moves.place((*stops, part.into)[0])


def per_minute(dose: Dose, name: str, way: Values) -> Array:
    """A step is passed at a rate, or in a mean time."""
    is_time = dose.way.parameters[name].unit in {"h", "min"}
    return np.asarray(1 / way[name]) if is_time else way[name]
