// Sends what waits in the queue: at once, and again when the network or the person comes back.
import { PAGES, forget, kept, me, settle, tell } from "./queue.js";

const RETRY_MS = 10_000;
const A_YEAR_S = 365 * 86_400;
// A browser sends at most 64 kB from a page that is being left.
const MOST = 400;
let sending = false;

// A clock that was set meanwhile gives odd times; the practice takes the nearest that can be.
const agoOf = (tap) => Math.min(A_YEAR_S, Math.max(0, (Date.now() - tap.at) / 1000 || 0));
const sentOf = (tap) => ({ id: tap.id, item: tap.item, value: tap.value, ago_s: agoOf(tap) });

// A sheet with a risk answer goes before any other, in order.
function batchOf(taps) {
  const { sheet } = taps.find((tap) => tap.risk) ?? taps[0];
  const batch = taps.filter((tap) => tap.sheet === sheet).slice(0, MOST);
  const finish = batch.find((tap) => tap.finish);
  const body = { taps: batch.filter((tap) => tap.item).map(sentOf), finish_ago_s: finish ? agoOf(finish) : null };
  return { sheet, batch, body };
}

async function post({ sheet, body }) {
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const answer = await fetch(`/me/sheets/${sheet}/taps/`,
    { method: "POST", headers, body: JSON.stringify(body), keepalive: true, redirect: "manual" });
  if (answer.type === "opaqueredirect" || answer.status === 403) throw new Error("door");
  // Not theirs any more, or not to be read: to send it again would change nothing.
  if (answer.status === 404 || answer.status === 422) {
    return { refused: { all: document.body.dataset.unkept }, answers: null };
  }
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

async function send() {
  const { taps, me: whose } = kept();
  if (sending || !me || whose !== me || !taps.length) return;
  sending = true;
  const batch = batchOf(taps);
  let more = true;
  try {
    settle(batch, await post(batch));
  } catch (fault) {
    more = false;
    tell({ waits: true, door: fault.message === "door" });
  }
  sending = false;
  if (more) send();
}

document.addEventListener("answers", ({ detail }) => detail.added && send());
for (const event of ["online", "pageshow"]) addEventListener(event, send);
setInterval(send, RETRY_MS);
document.addEventListener("submit", ({ target, defaultPrevented }) => {
  if (target.getAttribute("action")?.endsWith("/logout/") && !defaultPrevented) forget();
});
// Behind the lock the answers wait for their person, but no page of theirs can be read.
if (location.pathname === "/lock/") globalThis.caches?.delete(PAGES);
