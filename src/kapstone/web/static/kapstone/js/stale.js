// A polled region says so itself when no answer has come for a while: <div data-stale-after="15">,
// with <span class="stale" data-stale-sign hidden> inside it, or one for the whole page. While it is, it has
// data-stale, by which the floor takes its green away (css/parts/notice.css).
const last = new WeakMap();

function signOf(region) {
  return region.querySelector("[data-stale-sign]") ?? document.querySelector("[data-stale-sign]");
}

function heard(region) {
  last.set(region, Date.now());
  region.removeAttribute("data-stale");
  const sign = signOf(region);
  if (sign) sign.hidden = true;
}

function look() {
  for (const region of document.querySelectorAll("[data-stale-after]")) {
    if (!last.has(region)) heard(region);
    const seconds = Math.round((Date.now() - last.get(region)) / 1000);
    const sign = signOf(region);
    if (seconds <= Number(region.dataset.staleAfter)) continue;
    region.setAttribute("data-stale", "");
    if (!sign) continue;
    sign.hidden = false;
    sign.textContent = `No answer for ${seconds} s: what you see may be old.`;
  }
}

// Only an answer for a region, asked by it or put into it, makes that region fresh.
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.xhr.status >= 400) return;
  for (const end of [event.detail.elt, event.detail.target]) {
    const region = end?.closest?.("[data-stale-after]");
    if (region) heard(region);
  }
});
// A region that listens (live.js) is told that it hears.
document.addEventListener("live:heard", (event) => heard(event.target));
setInterval(look, 1000);
