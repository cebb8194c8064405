"""The door of a real practice in a real browser: password, second factor, passkey, link, lock."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from browser.keys import faults
from browser.until import forward
from playwright.sync_api import Browser, BrowserContext, Page, expect
from server.running import Server, running

SCRIPTS = Path(__file__).parents[1] / "server"
PASSWORD = "correct horse battery"
LOGIN = re.compile("/accounts/login/")
LOCK = re.compile("/lock/")
MAILED_WITHIN_S = 10.0


@dataclass(frozen=True)
class Door:
    """A practice made by `kapstone setup`, on a server that is no demonstration."""

    server: Server
    course: int

    def at(self, path: str) -> str:
        return self.server.address + path

    def script(self, name: str, *words: str) -> str:
        return self.server.run(str(SCRIPTS / name), *words).strip()

    def letter(self, to: str, count: int) -> str:
        """The newest of `count` letters to this address, once all of it is in its file."""
        until = time.monotonic() + MAILED_WITHIN_S
        while time.monotonic() < until:
            files = sorted((self.server.folder / "mail").glob("*.log"))
            letters = [text for each in files if f"To: {to}\n" in (text := each.read_text())]
            if len(letters) == count and "----" in letters[-1]:
                return letters[-1]
            time.sleep(0.05)
        raise AssertionError(f"{count} letters to {to} did not come")


@pytest.fixture(scope="module")
def door(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("door")
    # A passkey belongs to a name: a browser makes none for a bare address.
    server = Server(
        folder, f"sqlite:///{folder / 'kapstone.sqlite3'}", demo=False, name="localhost"
    )
    owner = ("--email", "owen@example.org", "--name", "Owen Ash")
    server.run(
        *("-m", "kapstone.cli", "setup", "--practice", "Ash Lane"), *owner, typed=f"{PASSWORD}\n"
    )
    ids = json.loads(server.run(str(SCRIPTS / "door_practice.py")))
    with running(server):
        yield Door(server, ids["course"])


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context()
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def osei(door: Door, context: BrowserContext) -> Page:
    """A prescriber who has logged in with both factors."""
    key = door.script("session_of.py", "osei@example.org")
    context.add_cookies([{"name": "sessionid", "value": key, "url": door.server.address}])
    return context.new_page()


def log_in(page: Page, door: Door, address: str, password: str = PASSWORD) -> None:
    page.goto(door.at("/"))
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()


def log_out(page: Page, door: Door) -> None:
    page.goto(door.at("/"))
    page.get_by_role("button", name="Log out").first.click()
    expect(page).to_have_url(LOGIN)


def code_now(page: Page, secret: str) -> str:
    """The app's numbers, not in the last seconds of their half minute."""
    page.wait_for_function("() => Date.now() / 1000 % 30 < 25", polling=100)
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def type_code(page: Page, code: str) -> None:
    page.get_by_label("Code", exact=False).fill(code)
    page.keyboard.press("Enter")


def test_the_owner_logs_in_by_password_and_app(door: Door, context: BrowserContext) -> None:
    page = context.new_page()
    log_in(page, door, "owen@example.org", "wrong horse battery")
    expect(page.get_by_role("alert")).to_contain_text("not correct")
    log_in(page, door, "owen@example.org")
    page.goto(door.at("/people/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your second factor")
    page.get_by_role("link", name="Set up the app").click()
    secret = page.get_by_label("Key").input_value()
    type_code(page, "000000")
    expect(page.get_by_text("Incorrect code.")).to_be_visible()
    type_code(page, code_now(page, secret))
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    codes = page.locator(".codes li").all_inner_texts()
    assert len(set(codes)) == 10
    log_out(page, door)
    log_in(page, door, "owen@example.org")
    type_code(page, "000000")
    expect(page.get_by_role("alert")).to_have_text("Incorrect code.")
    used = code_now(page, secret)
    type_code(page, used)
    expect(page).to_have_url(door.at("/"))
    log_out(page, door)
    log_in(page, door, "owen@example.org")
    type_code(page, used)
    expect(page.get_by_role("alert")).to_have_text("Incorrect code.")
    type_code(page, codes[0])
    expect(page).to_have_url(door.at("/"))


def with_passkey(context: BrowserContext, page: Page) -> None:
    """A device of Chromium's own that asks for a finger and remembers who it belongs to."""
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    can = {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    options = {"protocol": "ctap2", "transport": "internal", **can}
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, "automaticPresenceSimulation": True}},
    )


def test_a_passkey_alone_logs_in(door: Door, context: BrowserContext) -> None:
    page = context.new_page()
    with_passkey(context, page)
    log_in(page, door, "lind@example.org")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.get_by_role("link", name="go to Kapstone").click()
    page.goto(door.at("/accounts/2fa/webauthn/"))
    expect(page.get_by_role("main")).to_contain_text("opens alone")
    log_out(page, door)
    page.goto(door.at("/people/"))
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page).to_have_url(door.at("/people/"))
    page.get_by_role("link", name="Lock").click()
    page.get_by_role("button", name="with a passkey").click()
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page).to_have_url(door.at("/people/"))


def test_the_passkey_stands_for_the_code_after_the_password(
    door: Door, context: BrowserContext
) -> None:
    page = context.new_page()
    with_passkey(context, page)
    log_in(page, door, "abara@example.org")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Log in with this passkey alone").uncheck()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    log_out(page, door)
    log_in(page, door, "abara@example.org")
    expect(page.get_by_role("heading", level=1)).to_have_text("And now the second factor")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(door.at("/"))


def ask_for_link(page: Page, door: Door, address: str) -> str:
    page.goto(door.at("/enter/"))
    page.get_by_label("Your e-mail").fill(address)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your mail")
    return page.get_by_role("main").inner_text().replace(address, "ADDRESS")


def link_and_code(letter: str) -> tuple[str, str]:
    link = re.search(r"http\S+/enter/\S+", letter)
    code = re.search(r"Your code: (\d{6})", letter)
    assert link
    assert code
    return link[0], code[1]


def test_a_person_comes_in_by_link_and_code(
    door: Door, browser: Browser, context: BrowserContext
) -> None:
    page = context.new_page()
    known = ask_for_link(page, door, "ade@example.org")
    assert ask_for_link(page, door, "nobody@example.org") == known
    link, code = link_and_code(door.letter("ade@example.org", 1))
    other = browser.new_page()
    other.goto(link)
    other.goto(door.at("/me/"))
    expect(other).to_have_url(LOGIN)
    other.close()
    page.goto(link)
    type_code(page, f"{code[:3]} {code[3:]}")
    expect(page).to_have_url(door.at("/me/"))
    again = context.new_page()
    again.goto(link)
    type_code(again, code)
    expect(again.get_by_role("alert")).to_contain_text("does not fit")


def test_five_wrong_codes_close_the_link(door: Door, context: BrowserContext) -> None:
    page = context.new_page()
    ask_for_link(page, door, "bea@example.org")
    link, code = link_and_code(door.letter("bea@example.org", 1))
    page.goto(link)
    wrong = "111111" if code != "111111" else "222222"
    for _ in range(5):
        type_code(page, wrong)
        expect(page.get_by_role("alert")).to_contain_text("does not fit")
        page.goto(link)
    type_code(page, code)
    expect(page.get_by_role("alert")).to_contain_text("does not fit")
    page.goto(door.at("/me/"))
    expect(page).to_have_url(LOGIN)


# Each page, the field that is written in, and how the page says that it is kept without scripts.
WRITING = {
    "a note": ("/courses/{}/notes/", "Note"),
    "a screening decision": ("/courses/{}/screening/", "Reason"),
    "a consultation": ("/courses/{}/consultation/", "What brings them"),
}


@pytest.mark.parametrize("what", WRITING)
def test_what_was_being_written_is_there_after_the_lock(what: str, door: Door, osei: Page) -> None:
    path, label = WRITING[what]
    osei.clock.install()
    osei.goto(door.at(path.format(door.course)))
    osei.get_by_label(label, exact=True).fill("Slept well; wants to go on.")
    door.script("leave_alone.py", "11")
    forward(osei, 11 * 60_000)
    expect(osei).to_have_url(LOCK)
    assert "Slept well" not in osei.content()
    osei.goto(door.at("/people/"))
    expect(osei).to_have_url(LOCK)
    osei.goto(door.at(path.format(door.course)))
    osei.get_by_label("Your password").fill(PASSWORD)
    osei.keyboard.press("Enter")
    expect(osei).to_have_url(door.at(path.format(door.course)))
    expect(osei.get_by_label(label, exact=True)).to_have_value("Slept well; wants to go on.")


def test_a_page_left_alone_stays_open_while_another_is_in_use(door: Door, osei: Page) -> None:
    osei.clock.install()
    osei.goto(door.at("/people/"))
    with osei.expect_response("**/in-use/") as asked:
        forward(osei, 11 * 60_000)
    assert asked.value.json()["seconds"] > 0
    expect(osei).to_have_url(door.at("/people/"))


def test_hands_at_work_are_told_to_the_server(door: Door, osei: Page) -> None:
    osei.clock.install()
    osei.goto(door.at("/people/"))
    door.script("leave_alone.py", "9")
    osei.keyboard.press("Shift")
    with osei.expect_response("**/in-use/") as told:
        forward(osei, 65_000)
    assert told.value.json()["seconds"] > 500


def test_a_sent_form_leaves_no_draft(door: Door, osei: Page) -> None:
    path = door.at(f"/courses/{door.course}/notes/")
    osei.goto(path)
    with osei.expect_response("**/drafts/"):
        osei.get_by_label("Note", exact=True).fill("All well.")
    osei.get_by_role("button", name="Save the note").click()
    expect(osei.get_by_role("main")).to_contain_text("All well.")
    osei.goto(path)
    expect(osei.get_by_label("Note", exact=True)).to_have_value("")


def test_the_door_opens_by_keyboard_alone(door: Door, context: BrowserContext) -> None:
    page = context.new_page()
    found = {}
    for path in ("/accounts/login/", "/accounts/password/reset/", "/enter/"):
        page.goto(door.at(path))
        found[path] = faults(page)
    assert not any(found.values()), found


def test_the_locked_and_the_second_factor_pages_work_by_keyboard(door: Door, osei: Page) -> None:
    found = {}
    for path in (
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
        "/lock/",
    ):
        osei.goto(door.at(path))
        found[path] = faults(osei)
    assert not any(found.values()), found
