// A region hears of changes as they are made: <div data-live="/live/..." data-live-after="12">. New figures
// stand at once, the rest is asked for soon after. While it hears, it polls less; a browser or a server
// without streams polls as before; who has just written asks with `live:wanted`. A hidden page does not listen.
import { put } from "./figures.js";
import { hear as hearDevice } from "./told.js";

const QUIET_MS = 12_000; // the server says something every 5 s
const SLOW_MS = 30_000; // between polls of a region that hears
const STEADY_MS = 20_000; // between looks at the whole while figures keep coming
const READINGS = new Set(["reading", "judged"]);

const sessions = (region) =>
  [...region.querySelectorAll("[data-session]")].map((each) => each.dataset.session).join();

function follow(region) {
  let after = region.dataset.liveAfter, source = null, shown = "", heard = 0, asked = 0, due = false, timer = 0, askAt = Infinity;

  function ask() {
    due = true;
    region.dispatchEvent(new Event("live:changed"));
  }
  // Each screen in its own time: a crowd of them must not come at once.
  function askSoon(leastMs) {
    const at = Math.max(Date.now() + 300 + Math.random() * 1_200, asked + leastMs);
    if (askAt <= at) return;
    clearTimeout(timer);
    askAt = at;
    timer = setTimeout(ask, at - Date.now());
  }
  function hear(event) {
    heard = Date.now();
    after = event.lastEventId || after;
    region.dispatchEvent(new Event("live:heard", { bubbles: true }));
    if (event.type === "beat") return;
    const told = JSON.parse(event.data);
    if (told.told) return hearDevice(told) || askSoon(STEADY_MS);
    askSoon(put(told) && READINGS.has(told.kind) ? STEADY_MS : 0);
  }
  function open() {
    source = source?.close();
    if (document.hidden || !region.isConnected) return;
    shown = sessions(region);
    source = new EventSource(`${region.dataset.live}?after=${after}&shown=${shown}`);
    for (const type of ["beat", "change", "anew"]) source.addEventListener(type, hear);
  }
  region.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target !== region) return; // what is tapped inside asks for itself
    const hears = Date.now() - heard < QUIET_MS;
    if (hears && !due && Date.now() - asked < SLOW_MS) return event.preventDefault();
    [asked, due, askAt] = [Date.now(), false, Infinity];
    clearTimeout(timer);
  });
  region.addEventListener("live:wanted", () => { due = true; });
  region.addEventListener("htmx:afterSettle", () => { if (sessions(region) !== shown) open(); });
  document.addEventListener("visibilitychange", open);
  setInterval(() => { if (source?.readyState === EventSource.CLOSED) open(); }, SLOW_MS);
  open();
}

if (globalThis.EventSource) document.querySelectorAll("[data-live]").forEach(follow);
