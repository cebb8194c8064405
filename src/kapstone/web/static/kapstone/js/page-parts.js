// The files that this page is made of, kept beside its copy: style, scripts, fonts.
export function keepParts(cache) {
  const parts = performance.getEntriesByType("resource").map((each) => new URL(each.name));
  return cache.addAll([...new Set(parts.filter((each) => each.pathname.startsWith("/static/")).map((each) => each.href))]);
}
