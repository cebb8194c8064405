// Keeps the sitter's page on the phone, so that a reload without a network opens it again. Needs https.
import { keepParts } from "./page-parts.js";
import { PAGES } from "./sitter-kept.js";

async function keep() {
  await navigator.serviceWorker.register("/static/kapstone/js/sitter-worker.js", { scope: "/h/" });
  const cache = await caches.open(PAGES);
  const page = await fetch(location.pathname, { redirect: "error" });
  if (!page.ok) return;
  const headers = { "Content-Type": "text/html; charset=utf-8", "X-Kept-At": String(Date.now()) };
  await cache.put(location.pathname, new Response(await page.text(), { headers }));
  await keepParts(cache);
}

if (navigator.serviceWorker && globalThis.caches) keep().catch(() => { /* offline: the copy is there, or never was */ });
