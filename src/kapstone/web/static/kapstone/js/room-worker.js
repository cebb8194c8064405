// Stands between a room and the network: the network first, the copy on this device when there is none. It keeps the
// page of each room as it passes. Everything else of the pages goes by untouched.
const PAGES = "rooms";
const ROOM = /^\/sessions\/\d+\/room\/$/;
const LONGEST_MS = 12 * 60 * 60 * 1000; // a log-in lasts no longer
const PATIENCE_MS = 8000; // a network that says nothing for so long is none
const DOWN = [502, 503, 504]; // somebody answers in the place of a server that does not

const ageOf = (kept) => Date.now() - Number(kept.headers.get("X-Kept-At"));

async function keep(path, answer) {
  const text = await answer.text();
  const headers = new Headers(answer.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  headers.set("X-Kept-At", String(Date.now()));
  headers.set("X-Skew", String(Date.parse(text.match(/data-now="([^"]+)"/)?.[1]) - Date.now() || 0));
  await (await caches.open(PAGES)).put(path, new Response(text, { headers }));
}

// The clocks of a page start from the moment it says that it is.
async function copyOf(path) {
  const kept = await (await caches.open(PAGES)).match(path, { ignoreVary: true });
  if (!kept || ageOf(kept) > LONGEST_MS) return Response.error();
  const now = new Date(Date.now() + Number(kept.headers.get("X-Skew"))).toISOString();
  const text = (await kept.text()).replace(/data-now="[^"]*"/, `data-now="${now}" data-kept-at="${kept.headers.get("X-Kept-At")}"`);
  return new Response(text, { headers: kept.headers });
}

async function newestRoom() {
  const cache = await caches.open(PAGES);
  const paths = (await cache.keys()).map(({ url }) => new URL(url)).filter(({ pathname, search }) => ROOM.test(pathname) && !search);
  const kept = await Promise.all(paths.map(async ({ pathname }) => [ageOf(await cache.match(pathname, { ignoreVary: true })), pathname]));
  const [newest] = kept.sort(([one], [other]) => one - other);
  return newest ? Response.redirect(newest[1]) : Response.error();
}

async function roomOf(request, path) {
  const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => null);
  if (!answer || DOWN.includes(answer.status)) return copyOf(path);
  if (answer.status === 200 && !answer.redirected) await keep(path, answer.clone());
  return answer;
}

async function part(request) {
  const patient = { signal: AbortSignal.timeout(PATIENCE_MS) };
  return fetch(request, patient).catch(async () => (await caches.match(request, { ignoreVary: true })) ?? Response.error());
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname: path } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (ROOM.test(path)) event.respondWith(roomOf(request, path));
  else if (path === "/sessions/") event.respondWith(fetch(request).catch(newestRoom));
  else if (path.startsWith("/static/")) event.respondWith(part(request));
});
