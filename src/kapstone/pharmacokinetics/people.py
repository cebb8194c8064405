"""People as the models know them: a typical one, and many who differ from each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np

from kapstone.pharmacokinetics.dosing import OutOfScope
from kapstone.pharmacokinetics.matrices import Array
from kapstone.pharmacokinetics.rows import TO_BASE, Covariance, Drug, Factor, Parameter

Enantiomer = Literal["s", "r"]
Values = dict[str, Array]
OF_DRUG: Mapping[Drug, tuple[Enantiomer, ...]] = {"racemic": ("s", "r"), "esketamine": ("s",)}
REFERENCE_KG = 70.0
LIGHTEST_KG, HEAVIEST_KG = 30.0, 300.0
ADULT_YEARS, OLDEST_YEARS = 18, 110
ELDERLY_YEARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What the models ask of a person; None is unknown, and then the typical person is meant.

    Raises OutOfScope for a child, and for a weight or an age that nobody has.
    """

    weight_kg: float
    age_years: float | None = None
    female: bool | None = None
    asian: bool | None = None
    japanese: bool | None = None

    def __post_init__(self) -> None:
        if not (isfinite(self.weight_kg) and LIGHTEST_KG <= self.weight_kg <= HEAVIEST_KG):
            raise OutOfScope(
                f"a weight of {self.weight_kg:g} kg: the models are for adults of "
                f"{LIGHTEST_KG:g} to {HEAVIEST_KG:g} kg"
            )
        if self.age_years is not None and not ADULT_YEARS <= self.age_years <= OLDEST_YEARS:
            raise OutOfScope(f"an age of {self.age_years:g} years: the models are for adults")

    def fits(self, factor: Factor) -> bool:
        if factor.when == "asian":
            return bool(self.asian or self.japanese)
        return bool({"female": self.female, "japanese": self.japanese}.get(factor.when))

    @property
    def years_over_60(self) -> float:
        return max(0.0, (self.age_years or 0.0) - ELDERLY_YEARS)


def differences(
    parameters: Mapping[str, Parameter],
    covariances: Sequence[Covariance],
    people: int,
    rng: np.random.Generator,
) -> Values:
    """How much each of so many people differs, for each parameter that does: (people + 1,).

    The first differs in nothing: the typical person. On the scale of the logarithm or the logit.
    """
    spread = {name: spread_of(each) for name, each in parameters.items() if spread_of(each) > 0}
    names = list(spread)
    omega = np.diag([spread[name] for name in names])
    for each in covariances:
        i, j = (names.index(name) for name in each.between)
        omega[i, j] = omega[j, i] = each.value
    drawn = np.zeros((len(names), people + 1))
    if names:
        drawn[:, 1:] = np.linalg.cholesky(omega) @ rng.standard_normal((len(names), people))
    return dict(zip(names, drawn, strict=True))


def spread_of(parameter: Parameter) -> float:
    """The variance in one session of somebody not known."""
    return parameter.variance + parameter.occasion + parameter.logit_sd**2


def values(
    parameters: Mapping[str, Parameter],
    factors: Iterable[Factor],
    differing: Mapping[str, Array],
    person: Person,
    enantiomer: Enantiomer,
) -> Values:
    """The parameters of each of those people in litres and minutes, (people + 1,) each."""
    fitting = [factor for factor in factors if applies(factor, person, enantiomer)]
    return {
        name: spread_out(each, typical(name, each, fitting, person), differing.get(name))
        for name, each in parameters.items()
    }


def applies(factor: Factor, person: Person, enantiomer: Enantiomer) -> bool:
    if factor.when == "r-ketamine":
        return enantiomer == "r"
    if factor.when == "years_over_60":
        return person.years_over_60 > 0
    return person.fits(factor)


def typical(name: str, parameter: Parameter, fitting: Iterable[Factor], person: Person) -> float:
    value: float = parameter.base * (person.weight_kg / REFERENCE_KG) ** parameter.weight
    for factor in fitting:
        if factor.parameter == name and factor.times is not None:
            value *= factor.times
        elif factor.parameter == name and factor.plus is not None:
            value += factor.plus * TO_BASE[factor.unit] * person.years_over_60
    return value


def spread_out(parameter: Parameter, middle: float, differing: Array | None) -> Array:
    if differing is None:
        return np.array([middle])
    if not parameter.logit_sd:
        return np.asarray(middle * np.exp(differing))
    odds = middle / (1 - middle) * np.exp(differing)
    return np.asarray(odds / (1 + odds))
