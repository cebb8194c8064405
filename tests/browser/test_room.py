"""A room that goes on without a network: nothing is lost, nothing twice, and all of it is said."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from browser.keys import faults
from browser.test_pages import violations
from browser.until import forward, leave, until
from monitoring.comparer_cases import START, Case, every
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, ViewportSize, expect
from server.databases import Migrated
from server.running import Server, running

from kapstone.knowledge.dose_day import route_named

SCRIPT = Path(__file__).parents[1] / "server/room_practice.py"
TABLET: ViewportSize = {"width": 1024, "height": 768}
# It had begun so long before the network went.
BEGUN_MIN = 10
CUT_MIN = 180
# The tablet tries again every ten seconds.
RETRY_MS = 60_000
FULL = {
    "systolic_bp": "152",
    "diastolic_bp": "94",
    "heart_rate": "88",
    "oxygen_saturation": "97",
    "respiratory_rate": "14",
    "sedation_moaas": "5",
}
STORED = """
import json, django; django.setup()
from kapstone.web.records.models import Mark, Phase, Presence, Reading
rows = [["reading", r.at.timestamp(), r.signs] for r in Reading.objects.filter(resting=False)]
rows += [["mark", r.at.timestamp(), r.words or r.mark] for r in Mark.objects.all()]
rows += [["phase", r.at.timestamp(), r.phase] for r in Phase.objects.all()]
rows += [["presence", r.at.timestamp(), r.entered] for r in Presence.objects.all()]
print(json.dumps(sorted(rows, key=lambda row: row[1])))
"""
REVOKE = """
import django; django.setup()
from kapstone.web.accounts.models import User
User.objects.filter(name="Abara").update(is_active=False)
"""
ON_DISK = """async () => {
  const asked = indexedDB.open("rooms");
  const rooms = await new Promise((yes) => { asked.onsuccess = () => yes(asked.result); });
  const all = rooms.transaction("entries").objectStore("entries").getAll();
  await new Promise((yes) => { all.onsuccess = yes; });
  const words = (row) => new TextDecoder().decode(row.sealed.bytes);
  const held = rooms.transaction("things").objectStore("things").get("key");
  await new Promise((yes) => { held.onsuccess = yes; });
  rooms.close();
  const plain = all.result.map((row) => JSON.stringify(row) + words(row)).join();
  return { count: all.result.length, plain, key: Boolean(held.result) };
}"""


class Tablet:
    """One tablet, with whoever is logged in on it."""

    def __init__(self, context: BrowserContext, server: Server, ids: dict[str, Any]) -> None:
        self.context, self.server, self.ids = context, server, ids
        self.page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.room = f"{server.address}/sessions/{ids['session']}/room/"

    def enter(self, name: str) -> None:
        self.context.clear_cookies()
        self.page.goto(f"{self.server.address}/accounts/login/")
        self.page.locator(f'form[action="/demo/{self.ids[name]}/"] button').click()
        self.page.wait_for_load_state()

    def open(self) -> Page:
        self.page.goto(self.room)
        expect(self.strip).to_be_visible()
        return self.page

    def ready(self) -> None:
        """The page and its parts are on the tablet."""
        expect(self.strip).to_have_attribute("data-copied", "")

    def restart(self) -> Page:
        """Its page was closed; it is opened from cold."""
        self.page.close()
        self.page = self.context.new_page()
        return self.open()

    def cut(self) -> None:
        self.context.set_offline(True)

    def back(self) -> None:
        self.context.set_offline(False)
        self.page.evaluate("() => dispatchEvent(new Event('online'))")

    @property
    def strip(self) -> Locator:
        return self.page.locator("[data-room]")

    @property
    def status(self) -> Locator:
        return self.strip.locator("[data-status]")

    def tap(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def read(self, **values: str) -> None:
        for name, value in values.items():
            self.page.fill(f"#main [name={name}]", value)
        self.tap("Keep this reading")

    def say(self, words: str) -> None:
        self.page.get_by_label("In their words").fill(words)
        self.page.locator("form[data-kept=quote] button").click()

    def saved(self) -> None:
        expect(self.status).to_have_text(re.compile("saved on the server"), timeout=RETRY_MS)

    def stored(self, kind: str) -> list[tuple[float, Any]]:
        """What the server has of a kind, in order, each with the minutes since the start."""
        rows = json.loads(self.server.run("-c", STORED))
        begun = self.ids["begun"]
        return [(round((at - begun) / 60, 1), told) for of, at, told in rows if of == kind]


@pytest.fixture(scope="module")
def written(
    migrated: Migrated, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    """The practice of the script, written once; each test has a copy."""
    folder = tmp_path_factory.mktemp("room")
    server = Server(folder, migrated.sqlite(folder))
    return folder, json.loads(server.run(str(SCRIPT), str(BEGUN_MIN)))


@pytest.fixture
def server(written: tuple[Path, dict[str, Any]], tmp_path: Path) -> Iterator[Server]:
    shutil.copytree(written[0], tmp_path, dirs_exist_ok=True)
    with running(Server(tmp_path, f"sqlite:///{tmp_path / 'kapstone.sqlite3'}")) as found:
        yield found


MakeTablet = Callable[[str], Tablet]


@pytest.fixture
def tablets(
    browser: Browser, server: Server, written: tuple[Path, dict[str, Any]]
) -> Iterator[MakeTablet]:
    """A tablet of its own for each person, in the room."""
    contexts = []

    def make(name: str) -> Tablet:
        context = browser.new_context(viewport=TABLET, has_touch=True)
        contexts.append(context)
        found = Tablet(context, server, written[1])
        found.enter(name)
        found.open()
        found.ready()
        return found

    yield make
    for context in contexts:
        leave(context)


@pytest.fixture
def tablet(tablets: MakeTablet) -> Tablet:
    return tablets("nurse")


def come_back_later(server: Server, minutes: int) -> None:
    server.kill()
    server.later_min = minutes
    server.start()


def test_three_hours_without_a_network_lose_nothing(
    tablet: Tablet, server: Server, record_property: Callable[[str, object], None]
) -> None:
    """A reading, a mark and a quote every half hour; a reload, and a restart, on the way."""
    page = tablet.page
    page.clock.install()
    tablet.open()
    tablet.cut()
    for half_hour in range(CUT_MIN // 30):
        forward(page, 30 * 60_000)
        tablet.read(systolic_bp=str(150 + half_hour), diastolic_bp="92", heart_rate="80")
        tablet.tap("Tears, soft")
        tablet.say(f"Warm, {half_hour}")
        expect(tablet.status).to_contain_text(f"{3 * (half_hour + 1)} entries wait")
        expect(page.locator("[data-tile=systolic_bp]")).to_contain_text(f"{150 + half_hour}/92")
        if half_hour == 2:
            page.reload()
            expect(tablet.status).to_contain_text("9 entries wait")
            expect(page.locator("[data-tile=systolic_bp]")).to_contain_text("152/92")
    assert tablet.page.evaluate(ON_DISK)["count"] == 18
    come_back_later(server, CUT_MIN)
    tablet.back()
    tablet.saved()
    reads, marks = tablet.stored("reading"), tablet.stored("mark")
    assert [told["systolic_bp"] for _, told in reads] == [150.0 + n for n in range(6)]
    assert len(marks) == 12
    record_property("offline_entries", len(reads) + len(marks))
    times = [at for at, _ in reads]
    gaps = [later - before for before, later in pairwise(times)]
    assert all(abs(gap - 30) < 0.5 for gap in gaps), "each has its own time"
    expect(page.locator("#story")).to_contain_text("entered offline, arrived")


def test_a_tablet_that_was_shut_down_opens_without_a_network(tablet: Tablet) -> None:
    tablet.tap("Tears, soft")
    tablet.saved()
    expect(tablet.page.locator("#story")).to_contain_text("Tears, soft")
    tablet.cut()
    tablet.read(oxygen_saturation="89")
    tablet.restart()
    expect(tablet.page.locator("#story")).to_contain_text("Tears, soft")
    tile = tablet.page.locator("[data-tile=oxygen_saturation]")
    expect(tile).to_contain_text("limit crossed")
    expect(tile).to_contain_text("limit 90 at any time")
    tablet.page.goto(f"{tablet.server.address}/sessions/")
    assert tablet.page.url == tablet.room
    tablet.tap("Tears, soft")
    expect(tablet.status).to_contain_text("2 entries wait")
    tablet.back()
    tablet.saved()
    assert [told for _, told in tablet.stored("mark")] == ["soft_tears", "soft_tears"]


def test_the_clocks_of_a_kept_page_go_on(tablet: Tablet) -> None:
    page = tablet.page
    tablet.cut()
    page.reload()
    since = int((time.time() - tablet.ids["begun"]) // 60)
    clock = re.compile(rf"^({since}|{since + 1}):\d\d$")
    expect(page.locator("[data-since]").first).to_have_text(clock)


def test_two_tablets_come_back_once_and_in_order(tablets: MakeTablet, server: Server) -> None:
    one, other = tablets("nurse"), tablets("other")
    for each in (one, other):
        each.page.clock.install()
        each.open()
        each.cut()
    rates = []
    for turn in range(6):
        for each in (one, other):
            forward(each.page, 10 * 60_000)
        who, rate = (one, other)[turn % 2], str(70 + turn)
        who.read(heart_rate=rate)
        expect(who.status).to_contain_text("wait")
        rates.append(float(rate))
    come_back_later(server, 60)
    # The first answer is lost on its way: that tablet sends all of it again.
    lose_an_answer(one)
    other.back()
    other.saved()
    assert len(one.stored("reading")) == len(rates), "the first tablet's own are there already"
    one.back()
    one.saved()
    reads = one.stored("reading")
    assert [told["heart_rate"] for _, told in reads] == rates
    assert [round(at - reads[0][0]) for at, _ in reads] == [0, 10, 20, 30, 40, 50]
    expect(other.page.locator("#story")).to_contain_text("Heart 75", timeout=RETRY_MS)


def lose_an_answer(tablet: Tablet) -> None:
    """The network is back, and what the tablet sends gets there, but no answer comes back."""
    lost: list[int] = []

    def lose(route: Route) -> None:
        lost.append(route.fetch().status)
        route.abort()

    tablet.page.route("**/sent/", lose, times=1)
    tablet.back()
    # The browser tells of the request before it hands it over.
    for _ in range(2000):
        tablet.page.evaluate("0")
        if lost:
            break
    assert lost == [200]


def test_an_answer_that_never_comes_holds_nothing_up(tablet: Tablet) -> None:
    tablet.page.route("**/sent/", lambda route: None, times=1)
    tablet.say("Warm all over")
    tablet.saved()
    assert [told for _, told in tablet.stored("mark")] == ["Warm all over"]


def test_a_log_in_that_ran_out_meanwhile_loses_nothing(tablet: Tablet) -> None:
    page = tablet.page
    tablet.cut()
    tablet.read(heart_rate="81")
    tablet.say("All the doors are open")
    expect(tablet.status).to_contain_text("2 entries wait")
    tablet.context.clear_cookies()
    tablet.back()
    expect(tablet.status).to_contain_text("log in again")
    assert tablet.stored("reading") == []
    # Somebody else logs in first: they learn that something waits, and not what.
    tablet.enter("other")
    expect(page.locator("[data-entries]")).to_contain_text("2 entries of somebody else")
    tablet.open()
    expect(tablet.strip).to_contain_text("2 entries of somebody else wait")
    on_disk = page.evaluate(ON_DISK)
    assert on_disk["count"] == 2
    assert "doors" not in on_disk["plain"]
    assert "heart" not in on_disk["plain"]
    assert "All the doors" not in page.inner_text("main")
    # Their own log-in, on whatever page, sends it.
    tablet.enter("nurse")
    expect(page.locator("[data-entries]")).to_be_hidden(timeout=RETRY_MS)
    tablet.open()
    tablet.saved()
    assert [told for _, told in tablet.stored("reading")] == [{"heart_rate": 81.0}]
    assert [told for _, told in tablet.stored("mark")] == ["All the doors are open"]


def test_logging_out_asks_and_leaves_it_sealed(tablet: Tablet) -> None:
    page = tablet.page
    page.route("**/sent/", lambda route: route.abort())
    tablet.tap("Tears, soft")
    expect(tablet.status).to_contain_text("1 entry waits")
    page.goto(f"{tablet.server.address}/rooms/")
    expect(page.locator("[data-entries]")).to_contain_text("1 entry of yours")
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("dialog").get_by_role("button", name="Log out").click()
    page.wait_for_url("**/accounts/login/**")
    until(page, f"async () => !(await ({ON_DISK})()).key")
    assert page.evaluate(ON_DISK)["count"] == 1
    assert page.evaluate("() => caches.has('rooms')") is False


def test_a_revoked_person_sends_nothing_and_keeps_it(tablet: Tablet, server: Server) -> None:
    tablet.cut()
    tablet.tap("Tears, soft")
    expect(tablet.status).to_contain_text("1 entry waits")
    server.run("-c", REVOKE)
    tablet.back()
    expect(tablet.status).to_contain_text("log in again")
    assert tablet.stored("mark") == []
    assert tablet.page.evaluate(ON_DISK)["count"] == 1


def test_a_figure_stays_in_one_line(tablet: Tablet) -> None:
    """184/112 in two lines is read as 184/11; it never leaves its tile either."""
    page = tablet.open()
    measure = """() => [...document.querySelectorAll(".v [data-figure]")].map((each) => {
      each.textContent = "184/112";
      const [box, tile] = [each, each.closest(".v")].map((one) => one.getBoundingClientRect());
      return [each.getClientRects().length, box.right <= tile.right];
    })"""
    for width in (390, 768, 1024, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        found = page.evaluate(measure)
        assert found, width
        assert all(each == [1, True] for each in found), (width, found)


def test_what_is_refused_is_read_and_taken_away_on_any_page(tablets: MakeTablet) -> None:
    """Its room may be over: the entry is no waiting one, and never said to be saved."""
    one, other = tablets("nurse"), tablets("other")
    one.cut()
    other.page.check("#stop [name=confirm]")
    other.page.fill("#stop [name=words]", "All of it went in")
    other.page.locator("#stop").get_by_role("button", name="Stop the medicine").click()
    expect(other.page.locator("#stop")).to_have_count(0, timeout=RETRY_MS)
    one.tap("Pause")
    one.back()
    expect(one.status).to_contain_text("1 entry was refused", timeout=RETRY_MS)
    one.page.goto(f"{one.server.address}/rooms/")
    refused = one.page.locator("[data-refused-list]")
    expect(refused.locator("summary")).to_contain_text("Ade Bello: Pause")
    box = refused.bounding_box()
    assert box is not None
    assert box["height"] < 48, "one slim line"
    refused.locator("summary").click()
    expect(refused).to_contain_text("already stopped")
    expect(one.page.locator("[data-entries]")).to_be_hidden()
    refused.get_by_role("button", name="Take away").click()
    one.page.get_by_role("dialog").get_by_role("button", name="Take away").click()
    expect(refused).to_be_hidden()


def test_what_is_refused_is_said_and_stays(tablets: MakeTablet) -> None:
    one, other = tablets("nurse"), tablets("other")
    one.cut()
    one.tap("Tears, soft")
    other.page.check("#stop [name=confirm]")
    other.page.fill("#stop [name=words]", "All of it went in")
    other.page.locator("#stop").get_by_role("button", name="Stop the medicine").click()
    expect(other.page.locator("#stop")).to_have_count(0, timeout=RETRY_MS)
    one.tap("Pause")
    one.back()
    expect(one.strip).to_contain_text("refused")
    expect(one.strip).to_contain_text("already stopped")
    assert [told for _, told in one.stored("mark")] == ["soft_tears"]
    one.restart()
    expect(one.strip).to_contain_text("already stopped")
    one.tap("Take away")
    one.page.get_by_role("dialog").get_by_role("button", name="Take away").click()
    expect(one.strip).not_to_contain_text("already stopped")
    assert one.page.evaluate(ON_DISK)["count"] == 0


def test_an_unlikely_value_asks_confirm_or_repeat_and_both_are_kept(tablet: Tablet) -> None:
    page = tablet.page
    ask = page.locator("[data-doubt]")
    tablet.read(heart_rate="84", oxygen_saturation="9")
    expect(ask).to_contain_text("Oxygen saturation: 9 % is not between 50 and 100.")
    expect(page.locator("[data-tile=oxygen_saturation]")).not_to_contain_text("limit crossed")
    assert tablet.stored("reading") == []
    page.reload()
    expect(ask).to_be_visible()
    page.get_by_role("button", name="Take it again").click()
    expect(page.locator("[name=heart_rate]")).to_have_value("84")
    expect(page.locator("[name=oxygen_saturation]")).to_have_value("")
    expect(page.locator("[name=oxygen_saturation]")).to_be_focused()
    page.keyboard.type("97")
    tablet.tap("Keep this reading")
    tablet.saved()
    told = [told for _, told in tablet.stored("reading")]
    assert told == [
        {"heart_rate": 84.0, "oxygen_saturation": 9.0},
        {"heart_rate": 84.0, "oxygen_saturation": 97.0},
    ]
    expect(page.locator("#story")).to_contain_text("not compared: taken again at once")
    expect(page.locator("#notices")).to_be_hidden()


def test_a_value_that_nobody_can_have_is_typed_again_and_not_kept(tablet: Tablet) -> None:
    ask = tablet.page.locator("[data-doubt]")
    tablet.read(oxygen_saturation="970")
    expect(ask).to_contain_text("Nobody can have this: it is not kept.")
    expect(ask.get_by_text("It is kept either way.")).to_be_hidden()
    expect(ask.get_by_role("button", name="It is right")).to_be_hidden()
    tablet.tap("Take it again")
    tablet.page.keyboard.type("97")
    tablet.tap("Keep this reading")
    tablet.saved()
    assert [told for _, told in tablet.stored("reading")] == [{"oxygen_saturation": 97.0}]


def test_an_unlikely_value_that_is_right_counts(tablet: Tablet) -> None:
    tablet.read(oxygen_saturation="45")
    tablet.page.get_by_role("button", name="It is right").click()
    tablet.saved()
    expect(tablet.page.locator("#notices")).to_contain_text("Oxygen saturation 45 %")


def test_an_unlikely_value_that_nobody_takes_back_counts_as_typed(tablet: Tablet) -> None:
    tablet.page.clock.install()
    tablet.open()
    tablet.read(oxygen_saturation="45")
    expect(tablet.page.locator("[data-doubt]")).to_be_visible()
    forward(tablet.page, 6 * 60_000)
    tablet.saved()
    assert [told for _, told in tablet.stored("reading")] == [{"oxygen_saturation": 45.0}]


def test_a_full_set_takes_thirteen_taps(
    tablet: Tablet, record_property: Callable[[str, object], None]
) -> None:
    page = tablet.page
    began, digits = time.perf_counter(), "".join(FULL.values())
    for digit in digits:
        page.locator(f'[data-key="{digit}"]').tap()
    page.get_by_role("button", name="Keep this reading").tap()
    expect(tablet.strip).to_contain_text("152/94, Heart 88")
    taken_s = time.perf_counter() - began
    tablet.saved()
    assert [told for _, told in tablet.stored("reading")] == [
        {k: float(v) for k, v in FULL.items()}
    ]
    expect(page.locator("[name=systolic_bp]")).to_have_value("")
    expect(page.locator(".pad").first).to_contain_text("before 152")
    record_property("full_set_taps", len(digits) + 1)
    record_property("full_set_page_s", round(taken_s, 2))
    assert len(digits) + 1 <= 13
    assert taken_s < 10


def test_looking_in_is_one_tap_and_a_double_tap_is_one(tablet: Tablet) -> None:
    looked = tablet.page.get_by_role("button", name=re.compile("Looked in"))
    looked.dblclick()
    tablet.saved()
    assert [told for _, told in tablet.stored("mark")] == ["looked_in"]


def test_a_clock_that_is_wrong_is_said_and_put_right(tablet: Tablet) -> None:
    page = tablet.page
    page.clock.install(time=time.time() - 3600)
    tablet.open()
    expect(tablet.strip.locator("[data-clock]")).to_have_text(re.compile(r"is 3\d{3} s behind"))
    tablet.tap("Tears, soft")
    tablet.saved()
    ((at, _),) = tablet.stored("mark")
    assert BEGUN_MIN <= at < BEGUN_MIN + 5


def test_a_touch_and_a_track_wait_on_the_tablet(tablet: Tablet) -> None:
    """Each says on the strip what it was, and is on the server once, at its own time."""
    tablet.cut()
    tablet.page.get_by_label("Where").select_option("A hand to hold")
    tablet.tap("Touch, declined")
    tablet.page.get_by_label("What plays now").fill("Slow Rain")
    tablet.tap("It begins")
    expect(tablet.strip).to_contain_text("Touch, declined, A hand to hold")
    expect(tablet.strip).to_contain_text("Slow Rain")
    tablet.back()
    tablet.saved()
    assert [told for _, told in tablet.stored("mark")] == ["touch_declined", "Slow Rain"]


def test_a_reading_is_corrected_without_a_network(tablet: Tablet) -> None:
    """One that the server has, and one that waits: both are compared as corrected."""
    page, tile = tablet.page, tablet.page.locator("[data-tile=systolic_bp]")
    tablet.read(systolic_bp="191", diastolic_bp="84")
    tablet.saved()
    link = page.locator("#story a[data-correct]")
    expect(link).to_be_visible(timeout=RETRY_MS)
    tablet.cut()
    link.click()
    expect(page.locator("[data-correcting]")).to_contain_text("191/84")
    tablet.read(systolic_bp="131")
    expect(tile).to_contain_text("131/84")
    expect(tile).not_to_contain_text("limit crossed")
    expect(page.locator("[data-correcting]")).to_be_hidden()
    tablet.read(systolic_bp="178", diastolic_bp="80")
    tablet.strip.get_by_role("button", name="Correct", exact=True).first.click()
    tablet.read(systolic_bp="138")
    expect(tile).to_contain_text("138/80")
    tablet.back()
    tablet.saved()
    told = [told["systolic_bp"] for _, told in tablet.stored("reading")]
    assert sorted(told) == [131.0, 138.0, 178.0, 191.0]
    times = {told["systolic_bp"]: at for at, told in tablet.stored("reading")}
    assert times[131.0] == times[191.0]
    expect(page.locator("#story")).to_contain_text("corrected later")


def test_a_wrong_tap_is_corrected_without_a_network_or_says_that_it_needs_one(
    tablet: Tablet,
) -> None:
    """With the keys, but for the scale that they do not have."""
    page = tablet.page
    page.locator("[name=tapped][value='rass:1']").click()
    page.locator("[name=tapped][value='nausea:3']").click()
    tablet.saved()
    expect(page.locator("#story a[data-correct]")).to_have_count(2, timeout=RETRY_MS)
    tablet.cut()
    page.locator("#story .ev", has_text="RASS").locator("a[data-correct]").click()
    expect(page.locator("[data-no-network]")).to_contain_text("This needs the network")
    assert page.url == tablet.room
    page.locator("#story .ev", has_text="Nausea").locator("a[data-correct]").click()
    tablet.read(nausea="2")
    page.locator("[name=tapped][value='anxiety:7']").click()
    waits = tablet.strip.locator(".ev", has_text="Anxiety")
    waits.get_by_role("button", name="Correct", exact=True).click()
    expect(page.locator("[data-correcting]")).to_be_visible()
    tablet.read(anxiety="1")
    page.locator("[name=tapped][value='rass:2']").click()
    rass = tablet.strip.locator(".ev", has_text="RASS")
    expect(rass.get_by_role("button", name="Correct", exact=True)).to_be_hidden()
    tablet.back()
    tablet.saved()
    told = [told for _, told in tablet.stored("reading")]
    assert {"anxiety": 7.0} in told
    assert {"anxiety": 1.0} in told
    expect(page.locator("#story .ev.corrected")).to_have_count(2, timeout=RETRY_MS)


def test_what_needs_the_network_says_so_and_stays(tablet: Tablet) -> None:
    page = tablet.page
    tablet.cut()
    page.get_by_role("link", name="Checklist").click()
    expect(page.locator("[data-no-network]")).to_contain_text("This needs the network")
    assert page.url == tablet.room
    page.check("#stop [name=confirm]")
    page.fill("#stop [name=words]", "All of it went in")
    page.locator("#stop").get_by_role("button", name="Stop the medicine").click()
    tablet.back()
    tablet.saved()
    expect(page.get_by_role("link", name="Going home")).to_be_visible(timeout=RETRY_MS)
    tablet.cut()
    page.get_by_role("link", name="Going home").click()
    expect(page.locator("[data-no-network]")).to_contain_text("Until then nobody leaves")
    assert page.url == tablet.room


def test_the_room_with_waiting_entries_is_accessible(tablet: Tablet) -> None:
    tablet.cut()
    tablet.read(systolic_bp="186", diastolic_bp="94")
    tablet.read(oxygen_saturation="9")
    expect(tablet.page.locator("[data-doubt]")).to_be_visible()
    assert violations(tablet.page) == []
    assert faults(tablet.page) == []


COMPARE = """async (cases) => {
  const { compare } = await import("/static/kapstone/js/comparer.js");
  const { limits, signs } = JSON.parse(document.getElementById("room-limits").textContent);
  return cases.map(({ readings, ...of }) => compare(readings, { limits, signs, ...of }));
}"""


def as_sent(case: Case) -> dict[str, Any]:
    taken = [{"at": row.at.timestamp() * 1000, "signs": dict(row.signs)} for row in case.taken()]
    at_home = route_named(case.route).at_home
    begun = START.timestamp() * 1000
    return {"readings": taken, "resting": case.resting, "started": begun, "at_home": at_home}


def test_the_browser_compares_as_the_server_does(
    tablet: Tablet, record_property: Callable[[str, object], None]
) -> None:
    """On the cases written by hand, and at every edge of every limit of the practice."""
    cases = every()
    found = tablet.page.evaluate(COMPARE, [as_sent(case) for case in cases])
    names = ("sign", "level", "confirmed", "says", "do")
    for case, crossed in zip(cases, found, strict=True):
        expected = [
            {"limit": each.limit_id} | {name: getattr(each, name) for name in names}
            for each in case.crossed()
        ]
        assert crossed == expected, case.claim
    record_property("comparer_cases", len(cases))
    assert len(cases) > 1000
