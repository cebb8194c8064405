// Keeps this one questionnaire on the device, so that a reload without a network opens it again; the
// worker beside it serves the copy only then. Needs https; without it the answers wait all the same.
import { keepParts } from "./page-parts.js";
import { PAGES } from "./queue.js";

async function keep() {
  await navigator.serviceWorker.register("/static/kapstone/js/sheet-worker.js", { scope: "/me/sheets/" });
  const cache = await caches.open(PAGES);
  const page = await fetch(location.pathname, { headers: { "X-Poll": "1" }, redirect: "error" });
  if (!page.ok) return;
  const headers = { "Content-Type": "text/html; charset=utf-8", "X-Kept-At": String(Date.now()) };
  await cache.put(location.pathname, new Response(await page.text(), { headers }));
  await keepParts(cache);
}

if (navigator.serviceWorker && globalThis.caches) keep().catch(() => { /* offline: the copy is there, or never was */ });
