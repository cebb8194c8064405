"""Our questionnaires in another form filler, LHC-Forms: what is filled in there scores the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from kapstone.fhir import questionnaires, responses
from kapstone.instruments import Answers, Instrument, Item, asked, instrument, instruments, score

VENDOR = Path(__file__).parent / "vendor"
SCRIPTS = ("lhc-forms-zone.js", "lhc-forms.js", "lhc-forms-fhir.js")
SHOWN = [of for of in instruments() if of.has_text]
every = pytest.mark.parametrize("of", SHOWN, ids=lambda of: of.id)


@pytest.fixture(scope="module")
def filler(browser: Browser) -> Page:
    """A page of nobody's, with the form filler and without any network."""
    page = browser.new_context(offline=True).new_page()
    page.set_default_timeout(20_000)
    page.set_content("<body><div id=form></div></body>")
    for script in SCRIPTS:
        page.add_script_tag(path=VENDOR / script)
    return page


def shown(page: Page, of: Instrument) -> None:
    page.evaluate("document.getElementById('form').replaceChildren()")
    resource = questionnaires.questionnaire(of)
    page.evaluate("q => LForms.Util.addFormToPage(q, 'form', {fhirVersion: 'R4'})", resource)
    page.wait_for_selector(f'[id="label-{of.item[0].id}/1"]')


def fill(page: Page, of: Instrument, answers: Answers) -> None:
    """Give each answer as a person would: a click on a choice, a number typed."""
    for item in asked(of, answers):
        if item.id not in answers:
            continue
        if choices := of.choices_of(item):
            choice = next(each for each in choices if each.value == answers[item.id])
            code = questionnaires.choice_coding(of, choice)
            page.click(f'[id="{item.id}/1|{code["system"]}|{code["code"]}"]')
        else:
            typed(page, item, answers[item.id])


def typed(page: Page, item: Item, value: float) -> None:
    page.fill(f'[id="{item.id}/1"]', f"{value:g}")
    page.press(f'[id="{item.id}/1"]', "Tab")


def given_back(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(
        "LForms.Util.getFormFHIRData('QuestionnaireResponse', 'R4')"
    )
    return found


def second_highest(of: Instrument) -> dict[str, float]:
    """A whole sheet that is neither empty nor at its end, as far as its branches ask."""
    found: dict[str, float] = {}
    for item in of.item:
        if item in asked(of, found):
            low, high = of.spans[item.id]
            values = sorted(of.values.get(item.id, {low, high - 1, high}))
            found[item.id] = values[-2]
    return found


@every
def test_a_whole_sheet_filled_in_elsewhere_scores_the_same(filler: Page, of: Instrument) -> None:
    answers = second_highest(of)
    shown(filler, of)
    fill(filler, of, answers)
    back = responses.answers(of, given_back(filler))
    assert back == answers
    assert score(of, back) == score(of, answers)


def test_a_branch_that_is_not_asked_is_not_there(filler: Page) -> None:
    of = instrument("cssrs-screener")
    shown(filler, of)
    assert not filler.locator('[id="label-plan/1"]').count()
    fill(
        filler,
        of,
        {"wish_dead": 1, "thoughts": 1, "method": 1, "intent": 0, "plan": 0, "behavior": 0},
    )
    assert filler.locator('[id="label-plan/1"]').count() == 1
    assert score(of, responses.answers(of, given_back(filler))).band == "moderate"


def test_a_total_is_shown_there_only_when_nothing_is_blank(filler: Page) -> None:
    """LHC-Forms' own PHQ-9 counts a blank as 0; ours leaves the total to whole sheets."""
    of = instrument("phq9")
    items = [item.id for item in of.item if item.scored]
    shown(filler, of)
    fill(filler, of, dict.fromkeys(items[:-1], 2))
    assert filler.input_value('[id="total/1"]') == ""
    fill(filler, of, {items[-1]: 1})
    filler.wait_for_function("document.getElementById('total/1').value === '17'")
    answers = responses.answers(of, given_back(filler))
    assert score(of, answers).total == 17


def test_a_blank_stays_a_blank(filler: Page) -> None:
    of = instrument("gad7")
    answers: dict[str, float] = {item.id: 3 for item in of.item[2:]}
    shown(filler, of)
    fill(filler, of, answers)
    back = responses.answers(of, given_back(filler))
    assert back == answers
    assert score(of, back).missing == tuple(item.id for item in of.item[:2])
