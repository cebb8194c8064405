// Lists with data-waiting="kind kind" show what of these was entered here and is not on the server's page yet; a form
// whose entry waits proposes nothing (data-once) a second time.
import { of } from "./room-entries.js";
import { line } from "./room-line.js";
import "./room-refused.js";

const { room } = document.querySelector("[data-room]").dataset;

function blank(kind) {
  for (const field of document.querySelectorAll(`form[data-kept="${kind}"] [data-once]`)) {
    if (field.value === field.defaultValue) field.value = "";
    field.defaultValue = "";
  }
}

export function paint() {
  const mine = of(room).filter(({ state }) => state !== "refused");
  for (const list of document.querySelectorAll("[data-waiting]")) {
    const kinds = list.dataset.waiting.split(" ");
    const lines = mine.filter(({ kind }) => kinds.includes(kind)).map((entry) => line(entry, "[data-line-small]"));
    list.hidden = !lines.length;
    if (list.innerHTML !== lines.map((each) => each.outerHTML).join("")) list.replaceChildren(...lines);
  }
  for (const { kind } of mine) blank(kind);
}
