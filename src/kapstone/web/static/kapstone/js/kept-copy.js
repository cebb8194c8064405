// What a worker does that stands between a few pages and the network: the network first, the copy on this device when
// there is none. The worker names its pages (PAGES) and how long a copy counts (LONGEST_MS), then imports this.
const PATIENCE_MS = 8000; // a network that says nothing for so long is none

async function copyOf(request) {
  const found = await (await caches.open(PAGES)).match(request, { ignoreSearch: true, ignoreVary: true });
  const at = found?.headers.get("X-Kept-At");
  if (!found || (at && Date.now() - Number(at) > LONGEST_MS)) return Response.error();
  return found;
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  const patient = request.mode === "navigate" ? { signal: AbortSignal.timeout(PATIENCE_MS) } : {};
  event.respondWith(fetch(request, patient).catch(() => copyOf(request)));
});
