// Keeps the page of first words on the phone; and where it is, so that the page of the log-in can lead to it.
import { keepPage } from "./page-parts.js";

try { localStorage.setItem("capture", location.pathname); } catch { /* the bookmark leads here as well */ }
// Not waited for: the page is used at once, also where there is no network.
keepPage("capture-worker.js", "/w/", "captures", { credentials: "omit" })
  .then((kept) => { if (kept) document.querySelector("[data-ready]").hidden = false; });
