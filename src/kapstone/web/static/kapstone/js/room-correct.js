// A reading that was typed wrong, here or on the server, is put right with the same keys; both stay on record.
import { cells, form } from "./room-cells.js";
import { entries } from "./room-entries.js";
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
const signsOf = (fields) => Object.fromEntries(cells.filter(({ name }) => fields[name]).map(({ name }) => [name, Number(fields[name])]));

function readingAt({ dataset, value }) {
  if (dataset.correct) return { id: dataset.correct, at: Date.parse(dataset.at), signs: JSON.parse(dataset.signs) };
  const { id, at_ms: at, skew_ms: skew, fields } = entries.find((entry) => entry.id === value);
  return { id, at: at + (skew ?? 0), signs: signsOf(fields) };
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
