"""One person's whole course, from the first call to the review, as five people in a real browser.

Staff work on a desktop, the person on a phone of 390 px; it runs on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.until import leave
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from server.running import Server, running

RESTED = Path(__file__).parents[1] / "server/rested.py"
FIRST_VISIT = Path(__file__).parents[1] / "server/first_visit.py"
SCRIPT = Path(__file__).parents[1] / "server/whole_practice.py"
REASON = "Every open question was gone through with the person; a second clinician is in the room."
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


class Walk:
    """The people of the walk, each with a screen of their own."""

    def __init__(self, browser: Browser, server: Server, ids: dict[str, int]) -> None:
        self.server, self.browser, self.ids = server, browser, ids
        self.contexts: list[BrowserContext] = []
        self.pages = {name: self.step_in(name, DESKTOP) for name in ids}

    def step_in(self, name: str, size: dict[str, int]) -> Page:
        context = self.browser.new_context(viewport=size)  # type: ignore[arg-type]
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(f"{self.server.address}/accounts/login/")
        page.locator(f'form[action="/demo/{self.ids[name]}/"] button').click()
        return page

    def at(self, who: str, path: str) -> Page:
        page = self.pages[who]
        page.goto(self.server.address + path)
        return page

    def close(self) -> None:
        for context in self.contexts:
            leave(context)


@pytest.fixture
def walk(browser: Browser, database: str, tmp_path: Path) -> Iterator[Walk]:
    server = Server(tmp_path, database)
    ids = json.loads(server.run(str(SCRIPT)))
    with running(server):
        found = Walk(browser, server, ids)
        yield found
        found.close()


def send(page: Page, within: str = "main form") -> None:
    page.locator(within).last.locator("button.primary").last.click()
    page.wait_for_load_state()


def number_in(page: Page) -> str:
    found = re.search(r"/(\d+)/", page.url)
    assert found, page.url
    return found[1]


def test_one_course_from_first_call_to_review(walk: Walk) -> None:
    course = first_call(walk)
    walk.ids["person"] = person_of(walk)
    walk.pages["person"] = walk.step_in("person", PHONE)
    intake(walk)
    screening(walk, course)
    consent(walk)
    plan(walk, course)
    session = medicine(walk, course)
    home(walk, session)
    after(walk, course)
    chart = walk.at("prescriber", f"/courses/{course}/")
    assert "Went home" in chart.inner_text("main")
    assert "PHQ-9" in chart.inner_text("main")


def first_call(walk: Walk) -> str:
    page = walk.at("desk", "/people/new/")
    page.fill("[name=given]", "Ade")
    page.fill("[name=family]", "Bello")
    page.fill("[name=email]", "ade@example.org")
    page.fill("[name=birth_date]", "1985-06-01")
    page.fill("[name=concern]", "Depression that has not lifted")
    send(page)
    course = number_in(page)
    page = walk.at("therapist", f"/courses/{course}/consultation/")
    page.fill("[name=minutes]", "18")
    page.fill("[name=brings]", "A long winter of low mood")
    page.fill("[name=why]", "Tried three treatments, well supported at home")
    page.select_option("[name=fit]", "yes")
    send(page)
    assert "a fit" in page.inner_text("main")
    return course


def person_of(walk: Walk) -> int:
    code = (
        "import django; django.setup(); from kapstone.web.records.models import Person; "
        "print(Person.objects.get().user_id)"
    )
    return int(walk.server.run("-c", code))


def intake(walk: Walk) -> None:
    """Every question of the real intake, on the phone, until none is left."""
    page = walk.at("person", "/me/intake/")
    page.locator("main a.btn.primary").click()
    for _ in range(150):
        if page.url.endswith("/me/intake/done/"):
            break
        answer(page)
    page.locator("main button.primary").click()
    page.wait_for_url("**/me/")


# A no to one of these is a stop that nobody may override.
AGREED = {"escort_named", "agrees_no_driving"}


def answer(page: Page) -> None:
    name = page.url.rstrip("/").rsplit("/", 1)[1]
    said = "yes" if name in AGREED else "no"
    choice = page.locator(f"[name=answer][value={said}]")
    first = page.locator("main [name=answer]").first
    if choice.count():
        choice.check()
    elif first.get_attribute("type") in {"radio", "checkbox"}:
        first.check()
    else:
        typed = {"weight_kg": "70 kg", "height_cm": "172 cm", "age_years": "41"}
        kind = first.get_attribute("type") or ""
        number = first.get_attribute("inputmode") == "decimal"
        first.fill(
            typed.get(name, "+1 555 0101" if kind == "tel" else "0" if number else "Nothing")
        )
    page.get_by_role("button", name="Go on").click()
    page.wait_for_load_state()


def screening(walk: Walk, course: str) -> None:
    page = decide(walk, course)
    assert "could not be answered" in page.inner_text("main"), "unknown stays unknown"
    assert "Nobody may go on without it" in page.inner_text("main")
    walk.server.run(str(FIRST_VISIT), course)
    page = decide(walk, course)
    assert "Nobody may go on without it" not in page.inner_text("main")
    assert "Decided" in page.inner_text("main")


def decide(walk: Walk, course: str) -> Page:
    page = walk.at("prescriber", f"/courses/{course}/screening/")
    page.check("[name=decision][value=extra_oversight]")
    page.fill("[name=reason]", REASON)
    page.get_by_role("button", name=re.compile("Sign as")).click()
    page.wait_for_load_state()
    return page


def consent(walk: Walk) -> None:
    page = walk.at("person", "/me/consent/")
    page.get_by_role("button", name="I have read this").click()
    page.wait_for_url("**/questions/")
    for attempt in range(4):
        if not page.url.endswith("/sign/"):
            try_answers(page, attempt)
    page.locator("main input[type=text], main input:not([type])").first.fill("Ade Bello")
    page.get_by_role("button", name="Sign").click()
    page.wait_for_load_state()
    walk.at("person", "/me/consent/")
    assert "PDF" in walk.pages["person"].inner_text("main")


def try_answers(page: Page, attempt: int) -> None:
    """Answer each open question with its next option; what was right stays right."""
    for group in page.locator("main fieldset").all():
        options = group.locator("input[type=radio]")
        options.nth(min(attempt, options.count() - 1)).check()
    page.get_by_role("button", name="Go on").click()
    page.wait_for_load_state()


def plan(walk: Walk, course: str) -> None:
    page = walk.at("therapist", f"/courses/{course}/roadmap/")
    fields = {
        "preparation": 1,
        "medicine": 2,
        "integration": 2,
        "days_between": 7,
        "review_after": 1,
    }
    for name, value in fields.items():
        page.fill(f"[name={name}]", str(value))
    page.select_option("[name=route]", "iv")
    page.get_by_role("button", name=re.compile("Save the plan|Save as")).click()
    page.wait_for_load_state()
    page = walk.at("therapist", f"/courses/{course}/preparation/")
    page.fill("[name=intentions]", "To stop bracing for the next bad thing.")
    page.get_by_role("button", name="Save the session").click()
    page.wait_for_load_state()


def medicine(walk: Walk, course: str) -> str:
    """Order, checklist, screener, readings at rest, start, a reading, a mark, stop."""
    session = ordered(walk, course)
    checklist(walk, session)
    answer_screener(walk, course)
    at_rest(walk, session)
    page = walk.at("nurse", f"/sessions/{session}/")
    page.get_by_role("button", name=re.compile("Start the medicine")).click()
    page.locator(CONFIRM).first.click()
    page.wait_for_url("**/room/")
    for name, value in VITALS.items():
        page.fill(f"[name={name}]", value)
    page.get_by_role("button", name="Keep this reading").click()
    double_tap(page, "Tears, soft")
    page.reload()
    assert page.locator("#story").inner_text().count("Tears, soft") == 1
    assert "128/82" in page.inner_text("main"), "a reload loses nothing"
    assert "Tears, soft" in page.inner_text("main")
    keep_what_is_typed(page)
    page.check("#stop [name=confirm]")
    page.locator("#stop [name=words]").fill("Ended on the hour; all of it went in")
    page.locator("#stop").get_by_role("button", name="Stop the medicine").click()
    expect(page.locator("#stop")).to_have_count(0)
    return session


def double_tap(page: Page, label: str) -> None:
    """On a slow line: the second tap comes while the first is still under way."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/sent/", hold)
    button = page.get_by_role("button", name=label)
    with page.expect_request("**/sent/"):
        button.dblclick()
    page.route("**/sent/", Route.continue_)
    for each in held:
        each.continue_()
    expect(page.locator("[data-room] [data-status]")).to_contain_text("saved on the server")


def keep_what_is_typed(page: Page) -> None:
    """What is half written in the room is still there after the next reading."""
    reading(page, "120")
    words = page.locator("#notices [name=words]").first
    page.locator("#notices summary").first.click()
    with page.expect_response("**/drafts/"):
        words.fill("Sat up; breathing with them")
    quote = page.get_by_label("In their words")
    with page.expect_response("**/drafts/"):
        quote.fill("It is warm")
    reading(page, "90")
    expect(quote).to_have_value("It is warm")
    expect(words).to_have_value("Sat up; breathing with them")
    expect(words).to_be_visible()


def reading(page: Page, heart_rate: str) -> None:
    page.fill("[name=heart_rate]", heart_rate)
    with page.expect_response(re.compile("/board/")):
        page.get_by_role("button", name="Keep this reading").click()


QUICK_TAPS = 6
VITALS = {
    "systolic_bp": "128",
    "diastolic_bp": "82",
    "heart_rate": "72",
    "oxygen_saturation": "98",
    "respiratory_rate": "14",
    "sedation_moaas": "5",
}


CONFIRM = "dialog[open] button.primary, dialog[open] button.stop"


def ordered(walk: Walk, course: str) -> str:
    page = walk.at("prescriber", f"/courses/{course}/sessions/new/")
    soon = page.evaluate("() => new Date(Date.now() + 60000).toISOString().slice(0, 16)")
    page.fill("[name=planned_for]", soon)
    page.select_option("[name=route]", "iv")
    send(page)
    session = number_in(page)
    page.fill("[name=weight_kg]", "70")
    just_now = page.evaluate("() => new Date(Date.now() - 60000).toISOString().slice(0, 16)")
    page.fill("[name=weight_at]", just_now)
    page.fill("[name=dose_mg]", "350")
    page.fill("[name=over_min]", "40")
    page.fill("[name=concentration_mg_ml]", "50")
    page.get_by_role("button", name="Check it").click()
    checked = page.locator("[data-checked]")
    expect(checked).to_contain_text("5.00 mg/kg")
    page.fill("[name=dose_mg]", "35")
    expect(checked).to_have_text(re.compile("Changed since it was checked"))
    page.get_by_role("button", name=re.compile("Sign as")).click()
    page.wait_for_load_state()
    assert "✓ signed" in page.inner_text("#order")
    return session


def checklist(walk: Walk, session: str) -> None:
    """Each of the team ticks the lines that are theirs; two lines need two of them."""
    quick_taps(walk.at("nurse", f"/sessions/{session}/"))
    for role in ("prescriber", "therapist", "nurse"):
        tick(walk.at(role, f"/sessions/{session}/"))


def quick_taps(page: Page) -> None:
    """A colleague's lines are folded, and stay open once opened; taps in a row are all kept."""
    others = page.locator("#therapist-lines")
    expect(others).not_to_have_attribute("open", "")
    others.locator("summary").click()
    yes = page.locator("#session_monitor-lines label[data-value=yes]")
    for number in range(QUICK_TAPS):
        yes.nth(number).click()
    page.wait_for_load_state("networkidle")
    expect(others).to_have_attribute("open", "")
    page.reload()
    kept = page.locator("#session_monitor-lines input[value=yes]:checked")
    expect(kept).to_have_count(QUICK_TAPS)


def tick(page: Page) -> None:
    lines = page.locator("main form[action*=checks] input[type=radio][value=yes]:enabled")
    # Ticked without a tap each: a tap would send its line at once, and this sends the whole list.
    lines.evaluate_all("all => all.forEach((one) => { one.checked = true })")
    escort = page.locator("main [name$='-words']")
    escort.evaluate_all("all => all.forEach((one) => { one.value = 'Rio Bello, +1 555 0102' })")
    with page.expect_navigation():
        page.locator("main form[action*=checks]").evaluate("form => form.submit()")


def answer_screener(walk: Walk, course: str) -> None:
    page = walk.at("prescriber", f"/courses/{course}/followup/")
    page.select_option("[name=instrument]", "cssrs-since")
    page.get_by_role("button", name=re.compile("^Ask")).first.click()
    page.wait_for_load_state()
    page = walk.at("person", "/me/")
    page.locator("a[href*='/me/sheets/']").first.click()
    answer_with_nothing(page)


def answer_with_nothing(page: Page) -> None:
    """The first answer to each question, to the end; then it is sent."""
    page.locator("[data-question]:visible").wait_for()
    for _ in range(14):
        choice = page.locator(".ask-choice[value='0']:visible")
        if not choice.count():
            break
        choice.click()
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you. It is sent.").wait_for()


def at_rest(walk: Walk, session: str) -> None:
    """One reading of a few minutes ago, and one now: they have to be a minute apart."""
    signs = dict(list(VITALS.items())[:5])
    walk.server.run(str(RESTED), session, json.dumps(signs))
    page = walk.at("nurse", f"/sessions/{session}/")
    for name, value in signs.items():
        page.locator(f"form[action*=resting] [name={name}]").fill(value)
    page.locator("form[action*=resting] button.primary, form[action*=resting] .btn").last.click()
    page.wait_for_load_state()


def home(walk: Walk, session: str) -> None:
    """Before the hour is over a prescriber decides, with a reason that is kept."""
    page = walk.at("prescriber", f"/sessions/{session}/leaving/")
    page.fill("[name=escort_name]", "Rio Bello")
    for details in page.locator("main details").all():
        details.evaluate("each => { each.open = true }")
    for reason in page.locator("[name^=reason-]").all():
        reason.fill(REASON)
    page.locator("form[action*=discharge] button.primary").last.click()
    page.wait_for_load_state()
    assert "Rio Bello" in page.inner_text("main")


def after(walk: Walk, course: str) -> None:
    page = walk.at("therapist", f"/courses/{course}/integration/")
    page.locator("form[action*=held] [name=how]").first.check()
    page.locator("form[action*=held] button").last.click()
    page.wait_for_load_state()
    page = walk.at("person", "/me/journal/")
    page.locator("main textarea").first.fill("The house with all the doors open.")
    page.locator("main button.primary").first.click()
    page.wait_for_load_state()
    page = walk.at("prescriber", f"/courses/{course}/followup/")
    page.select_option("[name=instrument]", "phq9")
    page.get_by_role("button", name=re.compile("^Ask")).first.click()
    answer_phq9(walk)
    page = walk.at("prescriber", f"/courses/{course}/review/")
    page.check("[name=choice][value=go_on]")
    page.fill("[name=reason]", "A first gain; the second session as planned.")
    page.get_by_role("button", name=re.compile("Sign as")).click()
    page.wait_for_load_state()


def answer_phq9(walk: Walk) -> None:
    page = walk.at("person", "/me/")
    page.locator("a[href*='/me/sheets/']").first.click()
    answer_with_nothing(page)
