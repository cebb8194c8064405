// A reading that was typed wrong, here or on the server, or a wrong tap on a scale that the keys have too, is put right
// with the keys; both stay on record.
import { cells, form } from "./room-cells.js";
import { entries } from "./room-entries.js";
import { signsIn } from "./room-own.js";
import { figure, hour } from "./room-words.js";

const said = document.querySelector("[data-correcting]");
let wrong = null; // the reading: { id, at, signs }

export const correcting = () => (wrong ? { instead_of: wrong.id, mistyped: "on" } : {});
export const takenAt = () => (wrong ? { taken_at: wrong.at } : {});

export function begin(reading) {
  wrong = reading;
  said.hidden = !wrong;
  if (!wrong) return form.reset();
  said.querySelector("[data-correcting-words]").textContent = `${hour(wrong.at)}: ${figure(wrong.signs)}`;
  for (const cell of cells) cell.value = wrong.signs[cell.name] ?? "";
  said.scrollIntoView({ block: "center" });
  cells.find(({ value }) => value)?.focus({ preventScroll: true });
}

const isTyped = (signs) => Object.keys(signs).every((name) => cells.some((cell) => cell.name === name));
export const isCorrectable = (entry) => ["reading", "scale"].includes(entry.kind) && isTyped(signsIn(entry));

function readingAt({ dataset, value }) {
  if (dataset.correct) return { id: dataset.correct, at: Date.parse(dataset.at), signs: JSON.parse(dataset.signs) };
  const entry = entries.find(({ id }) => id === value);
  return { id: entry.id, at: entry.taken_at ?? entry.at_ms + (entry.skew_ms ?? 0), signs: signsIn(entry) };
}

if (said) document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-correct]");
  if (event.target.matches("[data-correct-not]")) begin(null);
  if (!pressed) return;
  const reading = readingAt(pressed);
  if (!isTyped(reading.signs)) return;
  event.preventDefault();
  begin(reading);
}, true);
