"""Scoring: what answers add up to, and when they do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kapstone.instruments.adding import Totals, totals
from kapstone.instruments.answering import asked, check
from kapstone.instruments.columbia import cssrs_level
from kapstone.instruments.definition import Answers, Instrument
from kapstone.instruments.findings import (
    Context,
    Weighed,
    flags_of,
    reaches_screen,
    scorable,
    verdicts_of,
)

NO_CONTEXT: Context = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A total with its band, or the items that keep it from being one.

    `raw` is the total before it is scaled, `average` by item, `parts` the subscores, `least` and
    `most` what the total can be with blanks where the questionnaire is judged by them. `prorated`
    says that a few blanks were filled by the mean of the others, as the instrument allows;
    `complete` that nothing was blank. For C-SSRS there is no total: the level is the band, and a
    floor while something is missing. None is not known.
    """

    total: float | None
    raw: float | None
    average: float | None
    band: str | None
    least: float | None
    most: float | None
    parts: Mapping[str, float | None]
    verdicts: Mapping[str, bool | None]
    flags: tuple[str, ...]
    missing: tuple[str, ...]
    scorable: bool
    complete: bool
    prorated: bool
    version: str
    digest: str


def score(of: Instrument, answers: Answers, context: Context = NO_CONTEXT) -> Score:
    """Score a sheet; missing is missing, never zero.

    `context` is what the questionnaire does not ask, such as the sex that a cut depends on.
    Raises ValueError for a value that is no answer, LookupError for an item that is not asked.
    """
    for item, value in answers.items():
        if refused := check(of, item, value):
            raise ValueError(refused.words)
    sums = totals(of, answers)
    missing = missing_of(of, answers, sums)
    band = cssrs_level(answers) if of.score.method == "cssrs_level" else band_of(of, sums)
    sheet = Weighed(answers, sums, context)
    return Score(
        total=sums.total,
        raw=sums.raw,
        average=sums.average,
        band=band,
        least=sums.least,
        most=sums.most,
        parts=sums.parts,
        verdicts=verdicts_of(of, sheet),
        flags=flags_of(of, sheet),
        missing=missing,
        scorable=band is not None or scorable(of, sums),
        complete=not missing,
        prorated=sums.prorated,
        version=of.version,
        digest=of.seal,
    )


def missing_of(of: Instrument, answers: Answers, sums: Totals) -> tuple[str, ...]:
    """The blank items that count; of a branching questionnaire, those that this person is asked."""
    if of.score.method != "cssrs_level":
        return sums.missing
    return tuple(item.id for item in asked(of, answers) if item.id not in answers)


def screen_positive(of: Instrument, answers: Answers) -> bool | None:
    """Whether the total reaches the published cut; None while the blanks could decide it.

    Without a total, blanks are tried at their least and at their most. Raises LookupError when the
    questionnaire has no cut.
    """
    if of.score.screen_from is None:
        raise LookupError(f"{of.short} has no published cut")
    return reaches_screen(of, answers, totals(of, answers), of.score.screen_from)


def band_of(of: Instrument, sums: Totals) -> str | None:
    """The band that the number lies in; None without a number, or below the first of them."""
    number = sums.named(of.score.bands_on)
    if number is None or not of.score.bands:
        return None
    return next((band.name for band in reversed(of.score.bands) if band.from_ <= number), None)
