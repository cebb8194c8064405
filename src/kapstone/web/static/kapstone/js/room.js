// A room that goes on without a network: what is entered is kept here first, shown and compared, then sent.
import { of, ready as opened } from "./room-entries.js";
import { ready as timed } from "./room-clock.js";
import { post } from "./room-post.js";
import { ready as brought, settleBoard } from "./room-copy.js";
import { paint as paintStrip } from "./room-strip.js";
import { paint as paintTiles } from "./room-tiles.js";
import { paint as paintWaiting } from "./room-waiting.js";
import { paint as paintEmergencies } from "./room-emergency.js";
import { paint as paintNotices } from "./room-notices.js";
import { typed } from "./room-cells.js";
import "./room-forms.js";
import "./room-sending.js";

const room = document.querySelector("[data-room]");
const now = document.getElementById("now");
let asOf = null; // of the board that was painted over
const paint = () => [paintStrip, paintTiles, paintWaiting, paintEmergencies, paintNotices].forEach((each) => each());

// The server's answer shows on the board: at once, not at the next look.
function look() {
  const address = now.getAttribute("hx-get");
  now.dispatchEvent(new Event("live:wanted"));
  if (address) globalThis.htmx?.ajax("GET", address, { source: now, target: now });
}

// A part of the page that is not polled, as the server has it now.
function renew(target) {
  const source = document.querySelector(target);
  if (source) globalThis.htmx?.ajax("GET", location.pathname, { source, target, select: target, swap: "outerHTML" }).then(paint);
}

async function fresh() {
  const facts = document.getElementById("room-facts")?.textContent;
  if (facts === asOf) return;
  asOf = facts;
  await settleBoard();
  paint();
}

function changed() {
  paint();
  const arrived = of(room.dataset.room).filter(({ sent_ms: at, looked }) => at > performance.timeOrigin && !looked);
  if (!arrived.length) return;
  for (const each of arrived) each.looked = true;
  if (arrived.some(({ reload }) => reload) && !typed().length) location.reload();
  else look();
  for (const part of new Set(arrived.map(({ fresh: renewed }) => renewed).filter(Boolean))) renew(part);
}

await Promise.all([opened, timed, brought]);
document.addEventListener("entries", changed);
new MutationObserver(fresh).observe(now, { childList: true, subtree: true });
const cards = document.getElementById("emergency-here"); // before the server's own, which is swapped as a whole
if (cards) new MutationObserver(paint).observe(cards.parentNode, { childList: true });
for (const event of ["online", "offline"]) addEventListener(event, paint);
await fresh();
room.hidden = false;
changed();
post(room.dataset.room, []).then(paint, () => { /* no network to compare clocks over */ });
