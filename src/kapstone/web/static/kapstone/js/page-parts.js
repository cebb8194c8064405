// The files that this page is made of, kept beside its copy: style, scripts, fonts.
export function keepParts(cache) {
  const parts = performance.getEntriesByType("resource").map((each) => new URL(each.name));
  return cache.addAll([...new Set(parts.filter((each) => each.pathname.startsWith("/static/")).map((each) => each.href))]);
}

// Keeps this one page on the device, so that a reload without a network opens it again; the worker before its pages
// (scope) serves the copy only then. Needs https. True once it is kept; offline the copy is there, or never was.
export async function keepPage(worker, scope, pages, asked = {}) {
  if (!navigator.serviceWorker || !globalThis.caches) return false;
  try {
    await navigator.serviceWorker.register(`/static/kapstone/js/${worker}`, { scope });
    const cache = await caches.open(pages);
    const page = await fetch(location.pathname, { redirect: "error", ...asked });
    if (!page.ok) return false;
    const headers = { "Content-Type": "text/html; charset=utf-8", "X-Kept-At": String(Date.now()) };
    await cache.put(location.pathname, new Response(await page.text(), { headers }));
    await keepParts(cache);
    return true;
  } catch { return false; }
}
