// On the page of the log-in: leads to the page of first words, where this phone has one.
const door = document.querySelector("[data-capture-door]");
let kept = null;
try { kept = localStorage.getItem("capture"); } catch { /* nothing is kept here */ }
if (/^\/w\/[\w-]+\/$/.test(kept ?? "")) {
  door.querySelector("a").href = kept;
  door.hidden = false;
}
