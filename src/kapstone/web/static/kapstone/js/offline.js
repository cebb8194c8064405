// Says when the connection is gone: <div data-offline hidden>. What cannot be done without it says so instead of
// leaving the page: the words are those of the nearest data-needs-network.
const banner = document.querySelector("[data-offline]");

function tell() {
  if (banner) banner.hidden = navigator.onLine;
}

function stop(event, from) {
  const words = navigator.onLine ? "" : from?.closest("[data-needs-network]")?.dataset.needsNetwork;
  if (!words || event.defaultPrevented) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  document.querySelector("[data-no-network]")?.remove();
  const notice = Object.assign(document.createElement("div"), { className: "notice", role: "alert", textContent: words });
  Object.assign(notice.dataset, { level: "caution", noNetwork: "" });
  (from.closest("nav, form, p") ?? from).after(notice);
  notice.scrollIntoView({ block: "nearest" });
}

const isKept = ({ target, submitter }) => Boolean(submitter?.dataset.kept ?? target.dataset.kept) || target.method === "dialog";
document.addEventListener("submit", (event) => isKept(event) || stop(event, event.submitter ?? event.target));
document.addEventListener("click", (event) => stop(event, event.target.closest("a[href]:not([href^='#'])")));
addEventListener("online", tell);
addEventListener("offline", tell);
tell();
