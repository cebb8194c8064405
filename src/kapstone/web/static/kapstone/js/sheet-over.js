// Once the practice has the answers of a form that takes no more: on to the page that says what became of them.
import { kept } from "./queue.js";
import { root, sheet } from "./sheet-given.js";
import { cover } from "./sheet-show.js";
import { losesRisk } from "./sheet-state.js";

let elsewhere = null; // where that page is

export function leave() {
  if (elsewhere) location.replace(elsewhere);
  return elsewhere !== null;
}

document.addEventListener("answers", ({ detail }) => {
  if (losesRisk(detail)) cover("help");
  if (detail.sheet === sheet && detail.said.over) {
    elsewhere = `/me/sheets/${sheet}/${Object.keys(detail.said.refused).length ? "?not-added=1" : ""}`;
    // Help is not taken away from whoever needs it: they go on themselves.
    if (root.querySelector("[data-help]").hidden) leave();
  } else if (detail.waits && kept().taps.some((tap) => tap.finish && tap.sheet === sheet)) cover("waits");
});
