"""For students: how route, dose, pace, weight and swallowing move a curve. Nobody's data."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from math import isnan
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from kapstone import charts
from kapstone.pharmacokinetics import learning as room
from kapstone.pharmacokinetics import models, routes
from kapstone.pharmacokinetics.rows import sources_of
from kapstone.web.accounts.models import User
from kapstone.web.clinician.learning_form import SettingForm, offered
from kapstone.web.records.access import may, only_for, open_in_demonstration

UNIT = "ng/mL"
# The widths a panel is drawn for: beside another one, and on a phone.
WIDE, NARROW = 560.0, 350.0
# Where models are compared: an hour and three after the end of the first dose.
HOURS_LATER = (1, 3)
KEPT = 64
HEAD = ("curve", "analyte", "unit", "site", "model", "at_min", "typical", "p05", "p95")
NO_DOSING_AID = "Published models of groups of people. Not a dosing aid."


@open_in_demonstration
@only_for("learn")
@require_GET
def learning(request: HttpRequest) -> HttpResponse:
    """A curve as it was asked for, beside a fixed one, and what there is to see and why."""
    form = SettingForm.asked(request.GET)
    one = form.drawn(followed)
    beside = followed(form.beside)
    shown = one or beside
    inside = isinstance(request.user, User) and may(request.user, "learn")
    words = {
        "base": "base/clinic.html" if inside else "base/plain.html",
        "form": form,
        "routes": offered(form.route),
        "example": room.examples()[form.route],
        "seen": room.seen_in(shown.setting, room.examples()[form.route]),
        "several": bool(one and len(room.changes(one.setting, beside.setting)) > 1),
        "other_dose": bool(one and is_other_dose(one.setting, beside.setting)),
        "panels": [panel(name, one, beside) for name in room.SHOWN],
        "rows": [comparison(name, one, beside) for name in room.SHOWN],
        "one": one and said_of(one),
        "beside": said_of(beside),
        "changed": bool(one and room.changes(one.setting, beside.setting)),
        "lessons": room.lessons_of(one.setting, beside.setting) if one else (),
        "models": every_model(shown.setting),
        "silences": room.silences_of(shown.setting),
        "cautions": cautions(shown, beside),
        "sources": sources(form, one, beside),
        "said": status_words(one),
        "link": link("learning", form),
        "download": link("learning_csv", form),
        "caveat": NO_DOSING_AID,
    }
    return render(request, "clinician/learning.html", words, status=200 if one else 422)


@open_in_demonstration
@only_for("learn")
@require_GET
def curves_csv(request: HttpRequest) -> HttpResponse:
    """Both curves as figures, each line with its unit, site and model; what they rest on above."""
    form = SettingForm.asked(request.GET)
    one, beside = form.drawn(followed), followed(form.beside)
    if one is None:
        return HttpResponse(form.faults, status=422, content_type="text/plain; charset=utf-8")
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="ketamine-{form.route}.csv"'
    notes = [
        NO_DOSING_AID,
        *cautions(one, beside),
        *(row.citation for row in sources(form, one, beside)),
    ]
    answer.writelines(f"# {note}\n" for note in notes)
    lines = csv.writer(answer)
    lines.writerow(HEAD)
    for name, each in (("yours", one), ("fixed", beside)):
        lines.writerows(figures(name, each))
    return answer


@lru_cache(maxsize=KEPT)
def followed(setting: room.Setting) -> room.Drawn:
    """The curves of a setting, kept; always as many people and times, whatever is asked."""
    return room.drawn(setting)


@lru_cache(maxsize=KEPT)
def modelled(setting: room.Setting) -> Mapping[str, Any]:
    return room.by_every_model(setting)


def figures(name: str, drawn: room.Drawn) -> Iterator[tuple[str | float, ...]]:
    for analyte in room.SHOWN:
        typical, (low, high) = drawn.typical[analyte], drawn.band[analyte]
        for place, at in enumerate(drawn.times_min):
            values = (typical[place], low[place], high[place])
            # A figure that nobody can tell is an empty cell.
            cells = ("" if isnan(value) else f"{value:.3f}" for value in values)
            site, model = drawn.found.site, " ".join(drawn.found.models)
            yield (name, analyte, UNIT, site, model, f"{at:g}", *cells)


def panel(analyte: str, one: room.Drawn | None, beside: room.Drawn) -> dict[str, Any]:
    """One analyte drawn for a wide column and for a phone, with its table."""
    shown = one or beside
    title = f"{analyte.capitalize()} in the blood"
    second = level("the fixed curve", beside, analyte) if one else None
    drawn = [
        charts.beside_each_other(
            title,
            level("yours" if one else "the fixed curve", shown, analyte),
            second,
            given=given(shown.setting),
            unit=UNIT,
            width=width,
        )
        for width in (WIDE, NARROW)
    ]
    return {"analyte": analyte, "title": title, "wide": drawn[0], "narrow": drawn[1]}


def level(name: str, drawn: room.Drawn, analyte: str) -> charts.Level:
    low, high = drawn.band[analyte].tolist()
    return charts.Level(
        name=name,
        at_min=drawn.times_min.tolist(),
        typical=drawn.typical[analyte].tolist(),
        low=low,
        high=high,
    )


def given(setting: room.Setting) -> list[charts.Given]:
    names = ("dose", "second dose")
    return [
        charts.Given(name=name, from_min=dose.at_min, until_min=dose.end_min)
        for name, dose in zip(names, setting.doses, strict=False)
    ]


def comparison(analyte: str, one: room.Drawn | None, beside: room.Drawn) -> dict[str, Any]:
    """The peak, its time and the area, of yours and of the fixed curve."""
    return {
        "analyte": analyte,
        "one": one and measured(one, analyte),
        "beside": measured(beside, analyte),
    }


def measured(drawn: room.Drawn, analyte: str) -> dict[str, str]:
    peak, area = drawn.peak(analyte), f"{drawn.area_ng_h_per_ml[analyte]:.0f}"
    if peak is None:
        return {"peak": "not known", "between": "", "at": "not known", "area": area}
    low, high = drawn.band[analyte][:, peak]
    return {
        "peak": f"{drawn.typical[analyte][peak]:.0f}",
        "between": f"{low:.0f} to {high:.0f}",
        "at": f"{drawn.times_min[peak]:.0f}",
        "area": area,
    }


def said_of(drawn: room.Drawn) -> dict[str, Any]:
    """A curve in words: what was given, and which model answered, with samples from where."""
    setting, found = drawn.setting, drawn.found
    return {
        "words": given_words(setting),
        "site": found.site,
        "least_fold": found.least_fold if found.least_fold > 1 else None,
        "models": [models()[name] for name in found.models],
    }


def given_words(setting: room.Setting) -> str:
    """`35 mg racemic into a vein over 40 min (0.88 mg a minute), 70 kg`."""
    pace = ""
    if setting.over_min:
        rate = setting.mg / setting.over_min
        pace = f" over {setting.over_min:g} min ({rate:.2f} mg a minute)"
    spat = ", spat out" if setting.spit else ""
    second = ""
    if setting.second_mg:
        second = f", and {setting.second_mg:g} mg from minute {setting.second_at_min:g}"
    drug = "" if setting.drug in routes()[setting.route].label else f"{setting.drug} "
    label = routes()[setting.route].label
    return f"{setting.mg:g} mg {drug}{label}{pace}{spat}{second}, {setting.weight_kg:g} kg"


def is_other_dose(one: room.Setting, beside: room.Setting) -> bool:
    """Whether two curves are of different ways in or amounts, which nobody called equivalent."""
    return (one.route, one.drug, one.mg) != (beside.route, beside.drug, beside.mg)


def every_model(setting: room.Setting) -> dict[str, Any] | None:
    """Ketamine by each published model of the route; None where there is one alone."""
    if len(room.models_of(setting)) < 2:
        return None
    found = modelled(setting)
    at = room.minutes_of(setting).tolist()
    levels = [
        charts.Level(name=models()[name].title.partition(":")[0], at_min=at, typical=each.tolist())
        for name, each in found.items()
    ]
    title = "Ketamine by each published model"
    return {
        "rows": [models()[name] for name in found],
        "drawn": [
            charts.by_each_model(title, levels, unit=UNIT, width=width) for width in (WIDE, NARROW)
        ],
        "spread": list(spread(setting, at, found)),
    }


def spread(
    setting: room.Setting, at: Sequence[float], found: Mapping[str, Any]
) -> Iterator[dict[str, str]]:
    """The lowest and the highest of the models, when the first dose ends and hours later."""
    for later in (0, *HOURS_LATER):
        minute = setting.over_min + 60 * later
        place = min(range(len(at)), key=lambda i: abs(at[i] - minute))
        values = sorted(float(each[place]) for each in found.values())
        if not isnan(values[0]):
            yield {
                "at": f"{at[place]:.0f}",
                "low": f"{values[0]:.0f}",
                "high": f"{values[-1]:.0f}",
            }


def cautions(one: room.Drawn, beside: room.Drawn) -> list[str]:
    return list(dict.fromkeys([*one.found.cautions, *beside.found.cautions]))


def sources(form: SettingForm, one: room.Drawn | None, beside: room.Drawn) -> list[Any]:
    """Every work the page rests on, once."""
    shown = [each for each in (one, beside) if each]
    lessons = room.lessons_of(one.setting, beside.setting) if one else ()
    resting = [
        *(each.found.sources for each in shown),
        room.examples()[form.route].sources,
        *(row.sources for row in lessons),
        *(row.sources for row in room.silences_of(shown[0].setting)),
        *(models()[name].sources for name in room.models_of(shown[0].setting)),
    ]
    named = [name for each in resting for name in each]
    return list(sources_of(dict.fromkeys(named)))


def status_words(one: room.Drawn | None) -> str:
    """What a screen reader is told when the curve is new."""
    if one is None:
        return "Not drawn: look at what is marked in the form."
    peaks = {name: measured(one, name) for name in room.SHOWN}
    said = [f"{name}: most {each['peak']} at minute {each['at']}" for name, each in peaks.items()]
    return f"Drawn: {given_words(one.setting)}. {'; '.join(said)}."


def link(name: str, form: SettingForm) -> str:
    query = QueryDict(mutable=True)
    query.update(form.told)
    return f"{reverse(name)}?{query.urlencode()}"
