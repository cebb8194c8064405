// data-then-kept, -label and -value are what a button turns into once pressed, and back when the server refused it.
import { entries } from "./room-entries.js";

const turned = new Map(); // the buttons by the entry that turned them

function swap(button) {
  const { dataset } = button;
  const { thenKept, thenLabel, thenValue } = dataset;
  if (!thenLabel) return;
  [dataset.thenLabel, button.textContent] = [button.textContent, thenLabel];
  if (thenValue) [dataset.thenValue, button.value] = [button.value, thenValue];
  if (thenKept) [dataset.thenKept, dataset.kept] = [dataset.kept, thenKept];
}

export function turn(button, id) {
  swap(button);
  turned.set(id, button);
}

document.addEventListener("entries", () => {
  for (const { id } of entries.filter(({ state }) => state === "refused")) {
    if (turned.has(id)) swap(turned.get(id));
    turned.delete(id);
  }
});
