"""What a sheet says beyond its number: flags and verdicts; unknown stays unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kapstone.instruments.adding import Totals, bounds, points_of
from kapstone.instruments.answering import asked
from kapstone.instruments.columbia import level_risk
from kapstone.instruments.definition import Answers, Cut, Finding, Instrument, Need

Context = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Weighed:
    """One sheet with its numbers and what was said around it."""

    answers: Answers
    sums: Totals
    context: Context


def verdicts_of(of: Instrument, sheet: Weighed) -> dict[str, bool | None]:
    """The named judgements, each yes, no or not known."""
    return {each.verdict: holds(of, each, sheet) for each in of.finding if each.verdict}


def flags_of(of: Instrument, sheet: Weighed) -> tuple[str, ...]:
    """Every flag of a sheet, each once, the state of the sheet before what it says."""
    found = [*state_flags(of, sheet), *risk_flags(of, sheet.answers), *screen_flags(of, sheet)]
    for each in of.finding:
        if each.flag:
            known = holds(of, each, sheet)
            found += [each.flag] if known else [each.if_unknown] if known is None else []
    return tuple(dict.fromkeys(flag for flag in found if flag))


def state_flags(of: Instrument, sheet: Weighed) -> Iterator[str]:
    sums = sheet.sums
    if sums.prorated:
        yield "prorated"
    if of.score.not_assessed is not None and of.score.not_assessed in sheet.answers.values():
        yield "not_assessed"
    if of.score.method == "cssrs_level":
        if any(item.id not in sheet.answers for item in asked(of, sheet.answers)):
            yield "incomplete"
    elif not scorable(of, sums):
        yield "not_scorable"


def scorable(of: Instrument, sums: Totals) -> bool:
    """Whether the sheet has its number; without one, its subscores, or else all of its answers."""
    if of.score.method == "none":
        return None not in sums.parts.values() if of.part else not sums.missing
    return sums.total is not None


def risk_flags(of: Instrument, answers: Answers) -> Iterator[str]:
    """Judged on the answers as given, whether or not they can be scored."""
    if of.score.method == "cssrs_level":
        yield from {level_risk(of, answers) or "none"} - {"none"}
    else:
        for item in of.item:
            given = answers.get(item.id)
            if given is not None:
                yield from (flag for flag, line in item.risk.items() if given >= line)
    if any(item.risk and item.id not in answers for item in asked(of, answers)):
        yield "risk_item_missing"


def screen_flags(of: Instrument, sheet: Weighed) -> Iterator[str]:
    if of.score.screen_from is None:
        return
    # Only the short screens are judged by their blanks; the others have no flag without a total.
    if sheet.sums.total is None and not of.score.bounds:
        return
    known = reaches_screen(of, sheet.answers, sheet.sums, of.score.screen_from)
    if known:
        yield "screen_positive"
    elif known is None and of.score.bounds:
        yield "screen_indeterminate"


def reaches_screen(of: Instrument, answers: Answers, sums: Totals, cut: float) -> bool | None:
    """Whether the total reaches the cut of the screen; without one, whatever the blanks would be.

    None while they could decide it.
    """
    if sums.total is not None:
        return sums.total >= cut
    least, most = bounds(of, points_of(of, answers))
    if least >= cut:
        return True
    return False if most < cut else None


def holds(of: Instrument, finding: Finding, sheet: Weighed) -> bool | None:
    """Whether a finding holds in this context; None while blanks could decide it."""
    if not fits(finding, sheet.context):
        return False
    known = all_of(met(of, need, sheet) for need in finding.all)
    if finding.any:
        known = all_of([known, any_of(met(of, need, sheet) for need in finding.any)])
    return False if known is None and finding.blank_is_no else known


def fits(finding: Finding, context: Context) -> bool:
    """A `where` of no values only asks that the context says something."""
    for name, values in finding.where.items():
        if name not in context or (values and context[name] not in values):
            return False
    return not any(context.get(name) in values for name, values in finding.unless.items())


def met(of: Instrument, need: Need, sheet: Weighed) -> bool | None:
    if need.score:
        return reaches(sheet.sums, need.score, need.cut)
    given = [sheet.answers[name] for name in need.items if name in sheet.answers]
    yes = sum(need.cut.holds(value) for value in given)
    if yes >= need.count:
        return True
    return False if yes + could_be(of, need, sheet.answers) < need.count else None


def could_be(of: Instrument, need: Need, answers: Answers) -> int:
    """How many blanks could still be such an answer; what is not asked cannot."""
    open_items = {item.id for item in asked(of, answers)} - set(answers)
    return sum(name in open_items for name in need.items)


def reaches(sums: Totals, score: str, cut: Cut) -> bool | None:
    """Whether a number is on that side of the cut; bounds decide where there is no number."""
    value = sums.named(score)
    if value is not None:
        return cut.holds(value)
    if score != "total" or sums.least is None or sums.most is None:
        return None
    ends = {cut.holds(sums.least), cut.holds(sums.most)}
    return ends.pop() if len(ends) == 1 else None


def all_of(known: Iterable[bool | None]) -> bool | None:
    answers = list(known)
    if False in answers:
        return False
    return None if None in answers else True


def any_of(known: Iterable[bool | None]) -> bool | None:
    answers = list(known)
    if True in answers:
        return True
    return None if None in answers else False
