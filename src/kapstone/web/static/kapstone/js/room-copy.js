// Keeps this room on the device: its page (room-worker.js), and the board as it last stood. A page opened without a
// network shows that board again.
import { keepParts } from "./page-parts.js";
import { drop, of } from "./room-entries.js";
import { PAGES } from "./room-seal.js";
import { facts } from "./room-words.js";

const PARTS = ["now-in", "story", "notices", "emergency", "doses"];
const room = document.querySelector("[data-room]");
const board = `${location.pathname}?board`;
const isCopy = "keptAt" in document.body.dataset;

async function keepBoard() {
  const parts = PARTS.map((id) => document.getElementById(id)?.outerHTML ?? "").join("");
  await (await caches.open(PAGES)).put(board, new Response(parts, { headers: { "X-Kept-At": String(Date.now()) } }));
}

// What the kept board shows need not wait here any longer.
export async function settleBoard() {
  const { as_of: asOf } = facts();
  if (globalThis.caches) await keepBoard().catch(() => { /* a browser that keeps nothing */ });
  for (const { id } of of(room.dataset.room).filter(({ state, sent, stays }) => state === "sent" && sent <= asOf && !stays)) await drop(id);
}

async function bringBoard() {
  const kept = await (await caches.open(PAGES)).match(board);
  if (!kept) return;
  const then = new DOMParser().parseFromString(await kept.text(), "text/html");
  for (const id of PARTS) {
    const [old, newer] = [document.getElementById(id), then.getElementById(id)];
    if (old && newer) old.replaceWith(document.adoptNode(newer));
  }
}

async function keepPage() {
  const workers = navigator.serviceWorker;
  await workers.register("/static/kapstone/js/room-worker.js", { scope: "/sessions/" });
  if (!workers.controller) await new Promise((yes) => { workers.addEventListener("controllerchange", yes, { once: true }); });
  const cache = await caches.open(PAGES);
  if (!(await cache.match(location.pathname))) await fetch(location.pathname);
  await keepParts(cache);
  room.dataset.copied = "";
}

export const ready = globalThis.caches && isCopy ? bringBoard() : Promise.resolve();
if (navigator.serviceWorker && globalThis.caches) {
  navigator.storage?.persist?.();
  keepPage().catch(() => { /* offline: the copy is there, or never was */ });
}
