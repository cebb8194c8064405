"""Questionnaires on a phone: by taps, without a network, and never for the next person's eyes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from browser.keys import faults
from browser.phone import Phone, heading
from browser.test_pages import violations
from playwright.sync_api import Browser, Page, Request, Route, expect

from kapstone import instruments

PHQ9 = instruments.instrument("phq9").item
# Reading a question and choosing; what the page itself takes is measured.
THINKING_S = 5
WITHIN_S = 90
# The phone tries again every ten seconds.
RETRY_MS = 60_000
KEPT = "() => JSON.parse(localStorage.getItem('answers') ?? '{\"taps\": []}').taps.length"


def state(page: Page) -> Any:
    return page.locator("[data-state]")


def test_a_phq9_takes_eleven_taps_and_less_than_ninety_seconds(
    phone: Phone, record_property: Callable[[str, object], None]
) -> None:
    page = phone.open()
    began = time.perf_counter()
    for item in PHQ9:
        expect(heading(page)).to_have_text(item.text)
        expect(page.locator('[aria-pressed="true"]:visible')).to_have_count(0)
        words = instruments.instrument("phq9").choices_of(item)[0].text
        phone.tap(words)
    phone.tap("Send my answers")
    expect(page.get_by_role("heading", name="Thank you. It is sent.")).to_be_visible()
    page_s = time.perf_counter() - began
    whole_s = page_s + THINKING_S * phone.taps
    record_property("phq9_taps", phone.taps)
    record_property("phq9_page_s", round(page_s, 1))
    record_property("phq9_with_thinking_s", round(whole_s, 1))
    assert phone.taps == len(PHQ9) + 1
    assert whole_s < WITHIN_S
    assert phone.stored() == {item.id: [0.0] for item in PHQ9}


def test_the_end_is_about_sending(phone: Phone) -> None:
    page = phone.open()
    phone.tap("Several days")
    about, ways = page.locator("#about"), page.locator("[data-ways]")
    for _ in PHQ9[1:]:
        expect(about).to_be_visible()
        page.get_by_role("link", name="Leave it blank").tap()
    expect(about).to_be_hidden()
    expect(ways).to_be_hidden()
    expect(page.get_by_role("button", name="Send my answers")).to_be_in_viewport()
    page.get_by_role("link", name="Answer").first.tap()
    expect(about).to_be_visible()
    expect(ways).to_be_visible()


def test_a_finger_is_told_of_no_keys(browser: Browser, phone: Phone) -> None:
    """Some phones say that they have a mouse, and a laptop may have both."""
    with browser.new_context() as context:
        both = Phone(context, phone.server, phone.ids)
        both.enter("ade")
        hint = both.open().locator(".keys-hint")
        expect(hint).to_be_visible()
        both.page.dispatch_event("h1", "pointerdown", {"pointerType": "touch"})
        expect(hint).to_be_hidden()
        both.page.keyboard.press("Shift")
        expect(hint).to_be_visible()


def test_what_can_be_pressed_is_large(phone: Phone) -> None:
    page = phone.open()
    sizes = page.evaluate(
        "() => [...document.querySelectorAll('[data-sheet] :is(button, a)')]"
        ".filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect().height)"
    )
    assert len(sizes) > 5
    assert min(sizes) >= 48


@pytest.mark.parametrize("place", ["", "?end=1", "?shape=page"])
def test_every_state_of_the_page_is_accessible(place: str, phone: Phone) -> None:
    page = phone.open()
    if place == "?shape=page":
        page.get_by_role("button", name="All questions on one page").tap()
    else:
        page.goto(page.url + place)
    assert violations(page) == []
    page.reload()
    assert faults(page) == []


def test_answers_without_a_network_wait_and_survive_a_reload(phone: Phone) -> None:
    page = phone.open()
    phone.tap("Several days")
    expect(state(page)).to_have_text("✓ Saved")
    phone.ready()
    # No server is the surest network that is gone: nothing at all can get through.
    phone.server.kill()
    phone.tap("Not at all")
    phone.tap("More than half the days")
    expect(state(page)).to_have_text("Waiting for the network (2 answers)")
    page.reload()
    expect(heading(page)).to_have_text(PHQ9[3].text)
    expect(state(page)).to_have_text("Waiting for the network (2 answers)")
    page.get_by_role("link", name="Back").tap()
    expect(page.locator('[aria-pressed="true"]:visible')).to_have_text("More than half the days")
    assert list(phone.stored()) == [PHQ9[0].id]
    phone.server.start()
    expect(state(page)).to_have_text("✓ Saved", timeout=RETRY_MS)
    assert phone.stored() == {PHQ9[0].id: [1.0], PHQ9[1].id: [0.0], PHQ9[2].id: [2.0]}
    assert page.evaluate(KEPT) == 0


def test_a_changed_answer_is_replayed_in_order_and_once(phone: Phone) -> None:
    page = phone.open()
    phone.context.set_offline(True)
    phone.tap("Several days")
    page.get_by_role("link", name="Back").tap()
    phone.tap("Not at all")
    # The practice gets it, and its answer is lost on the way back: the phone sends all of it again.
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/taps/", hold)
    with page.expect_request("**/taps/"):
        phone.context.set_offline(False)
    # The browser tells of the request before it hands it over.
    for _ in range(200):
        page.evaluate("0")
        if held:
            break
    assert held[0].fetch().ok
    held[0].abort()
    expect(state(page)).to_have_text("Waiting for the network (2 answers)")
    assert phone.stored() == {PHQ9[0].id: [1.0, 0.0]}
    page.unroute("**/taps/")
    page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(state(page)).to_have_text("✓ Saved")
    assert phone.stored() == {PHQ9[0].id: [1.0, 0.0]}


def test_many_answers_go_in_parts_and_a_wrong_clock_loses_none(phone: Phone) -> None:
    page = phone.open()
    phone.context.set_offline(True)
    phone.tap("Several days")
    page.evaluate(
        """() => {
          const all = JSON.parse(localStorage.getItem("answers")), [one] = all.taps;
          const odd = (n) => ({ ...one, id: crypto.randomUUID(), at: n % 2 ? 0 : one.at });
          const taps = Array.from({ length: 401 }, (_, n) => odd(n));
          localStorage.setItem("answers", JSON.stringify({ ...all, taps }));
        }"""
    )
    sizes: list[int] = []

    def weigh(sent: Request) -> None:
        if sent.url.endswith("/taps/"):
            sizes.append(len(sent.post_data or ""))

    page.on("request", weigh)
    phone.context.set_offline(False)
    page.wait_for_function(f"{KEPT} === 0", timeout=60_000)
    assert len(sizes) == 2
    assert max(sizes) < 64_000
    assert len(phone.stored()[PHQ9[0].id]) == 401


def test_a_risk_answer_without_a_network_shows_help_at_once(phone: Phone) -> None:
    page = phone.open()
    phone.context.set_offline(True)
    phone.tap("Several days")
    for _ in range(7):
        page.get_by_role("link", name="Leave it blank").tap()
    phone.tap("Nearly every day")
    for words in ("You do not have to carry this alone", "Ade stops answering calls"):
        expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_role("link", name="911")).to_be_visible()
    expect(page.get_by_text("nobody there knows")).to_be_visible()
    expect(page.get_by_text("Perhaps nobody has seen it yet")).to_be_hidden()
    phone.context.set_offline(False)
    expect(page.get_by_text("Perhaps nobody has seen it yet")).to_be_visible()
    expect(page.get_by_text("nobody there knows")).to_be_hidden()
    assert phone.stored()["self_harm"] == [3.0]
    page.get_by_role("button", name="Go on with the questions").tap()
    expect(heading(page)).to_have_text(PHQ9[9].text)


def test_help_stays_within_reach_while_a_risk_answer_stands(phone: Phone) -> None:
    page = phone.open("cssrs-since")
    help_now = page.get_by_role("link", name="Help now")
    expect(help_now).to_be_hidden()
    phone.tap("Yes")
    page.get_by_role("button", name="Go on with the questions").tap()
    expect(help_now).to_be_visible()
    expect(state(page)).to_have_text("✓ Saved")
    asked = heading(page).text_content()
    phone.open("cssrs-since")
    help_now.tap()
    expect(page.get_by_role("heading", name="You do not have to carry this alone")).to_be_visible()
    page.get_by_role("button", name="Go on with the questions").tap()
    expect(heading(page)).to_have_text(asked or "")
    page.goto(f"{page.url.split('?')[0]}?end=1")
    expect(help_now).to_be_visible()
    page.get_by_role("link", name="Change").first.tap()
    phone.tap("No")
    expect(help_now).to_be_hidden()


def test_a_sheet_with_a_risk_answer_is_sent_before_the_others(phone: Phone) -> None:
    page = phone.open()
    page.route("**/taps/", lambda route: route.abort())
    phone.tap("Several days")
    phone.open("cssrs-since")
    phone.tap("Yes")
    expect(page.get_by_text("nobody there knows")).to_be_visible()
    page.unroute("**/taps/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(page.get_by_text("Perhaps nobody has seen it yet")).to_be_visible()
    page.wait_for_function(f"() => ({KEPT})() === 0")
    own = phone.ids["of_ade"]
    sent = [url for url in asked if url.endswith("/taps/")]
    numbers = [int(url.split("/")[-3]) for url in sent]
    assert numbers == [own["cssrs-since"], own["phq9"]]


def test_sending_without_a_network_is_done_when_it_is_back(phone: Phone) -> None:
    page = phone.open()
    phone.context.set_offline(True)
    phone.tap("Several days")
    page.get_by_role("button", name="All questions on one page").tap()
    phone.tap("Send my answers")
    expect(page.get_by_role("heading", name="Your answers are on this device")).to_be_visible()
    phone.context.set_offline(False)
    expect(page.get_by_role("heading", name="Thank you. It is sent.")).to_be_visible()
    assert phone.stored() == {PHQ9[0].id: [1.0]}


def test_the_next_person_on_a_shared_tablet_finds_nothing(phone: Phone) -> None:
    page = phone.open()
    phone.ready()
    page.route("**/taps/", lambda route: route.abort())
    phone.tap("Several days")
    expect(state(page)).to_have_text("Waiting for the network (1 answer)")
    phone.context.clear_cookies()
    phone.enter("bo")
    assert page.evaluate("() => localStorage.getItem('answers')") is None
    assert page.evaluate("() => caches.has('sheets')") is False
    page.unroute("**/taps/")
    phone.open(whose="of_bo")
    expect(page.locator('[aria-pressed="true"]')).to_have_count(0)
    assert phone.stored() == {}


def test_logging_out_asks_about_what_is_unsent_and_takes_it_away(phone: Phone) -> None:
    page = phone.open()
    phone.ready()
    page.route("**/taps/", lambda route: route.abort())
    phone.tap("Several days")
    page.goto(f"{phone.server.address}/me/data/")
    page.get_by_role("button", name="Log out").tap()
    dialog = page.get_by_role("dialog", name="Some of your answers have not been sent yet.")
    assert page.evaluate(KEPT) == 1
    dialog.get_by_role("button", name="Log out").tap()
    page.wait_for_url("**/accounts/login/**")
    assert page.evaluate("() => localStorage.getItem('answers')") is None
    assert page.evaluate("() => caches.has('sheets')") is False


def test_the_shape_is_chosen_and_remembered(phone: Phone) -> None:
    page = phone.open()
    expect(page.locator("[data-question]:visible")).to_have_count(1)
    page.get_by_role("button", name="All questions on one page").tap()
    expect(page.locator("[data-question]:visible")).to_have_count(len(PHQ9))
    phone.open()
    expect(page.locator("[data-question]:visible")).to_have_count(len(PHQ9))
    page.get_by_role("button", name="One question at a time").tap()
    phone.open()
    expect(page.locator("[data-question]:visible")).to_have_count(1)


def test_keys_answer_and_move(phone: Phone) -> None:
    page = phone.open()
    page.keyboard.press("3")
    expect(heading(page)).to_have_text(PHQ9[1].text)
    page.keyboard.press("ArrowLeft")
    expect(page.locator('[aria-pressed="true"]:visible')).to_have_text("More than half the days")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Not at all")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text(PHQ9[2].text)
    expect(state(page)).to_have_text("✓ Saved")
    assert phone.stored() == {PHQ9[0].id: [2.0], PHQ9[1].id: [1.0]}


SPEECH = """
  window.said = [];
  class SpeechSynthesisUtterance { constructor(text) { this.text = text; } }
  const voices = [{ lang: "en-US", localService: %s }];
  const speechSynthesis = { getVoices: () => voices, cancel: () => {},
    speak: (words) => window.said.push(words.text) };
  Object.defineProperty(window, "speechSynthesis", { value: speechSynthesis });
  Object.defineProperty(window, "SpeechSynthesisUtterance", { value: SpeechSynthesisUtterance });
"""


@pytest.mark.parametrize("own", [True, False])
def test_it_reads_aloud_when_asked_and_only_with_a_voice_of_the_device(
    own: bool, phone: Phone
) -> None:
    phone.context.add_init_script(SPEECH % str(own).lower())
    page = phone.open()
    assert page.evaluate("() => window.said") == []
    page.get_by_role("button", name="Read aloud").tap()
    said = page.evaluate("() => window.said")
    if own:
        assert said[0].startswith(PHQ9[0].text)
        assert "Nearly every day" in said[0]
        phone.tap("Not at all")
        page.wait_for_function("() => window.said.length === 2")
    else:
        assert said == []
        expect(page.get_by_text("no voice of its own")).to_be_visible()
