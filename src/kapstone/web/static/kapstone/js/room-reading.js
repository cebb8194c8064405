// A reading as it is typed: what looks like a slip is asked about, confirm or repeat, and kept either way;
// what nobody can have is typed again, and not kept.
import { cells, form, ghost, signsOf, typed } from "./room-cells.js";
import { change, drop, of } from "./room-entries.js";
import { figure, impossible, unlikely } from "./room-words.js";

const room = document.querySelector("[data-room]");
const ask = document.querySelector("[data-doubt]");
let again = null; // the entry that the next reading is taken again for

const asked = () => of(room.dataset.room).find(({ state }) => state === "asks");
const wrongIn = ({ fields }) => unlikely(signsOf(fields)).flatMap(([names]) => names);

function paint() {
  const entry = asked();
  const open = entry && entry !== again ? entry : null;
  [ask.hidden, again] = [!open, again?.state === "asks" ? again : null];
  if (open && ask.dataset.of !== open.id) {
    const never = impossible(signsOf(open.fields));
    for (const part of ask.querySelectorAll("[data-doubt-possible]")) part.hidden = never;
    ask.querySelector("[data-doubt-never]").hidden = !never;
    ask.querySelector("[data-doubt-words]").textContent = unlikely(signsOf(open.fields)).map(([, words]) => words).join(" ");
    ask.querySelector("[data-doubt-again]").focus();
  }
  ask.dataset.of = open?.id ?? "";
}

// What was typed stands again in the cells, but for what looks wrong.
function repeat(entry) {
  const wrong = wrongIn(entry);
  for (const cell of cells) cell.value = wrong.includes(cell.name) ? "" : entry.fields[cell.name] ?? "";
  again = entry;
  paint();
  cells.find(({ name }) => wrong.includes(name))?.focus();
}

async function confirm(entry) {
  form.reset();
  await change(entry.id, { state: "here", fields: { ...entry.fields, confirm: "on" } });
}

// The entry to keep; nothing when there is none, or the browser shows in its field what is wrong.
export async function readingOf(plain) {
  cells[0].setCustomValidity(typed().length ? "" : room.dataset.blank);
  if (!form.reportValidity()) return cells[0].setCustomValidity("");
  const signs = signsOf(plain.fields);
  const entry = { ...plain, words: figure(signs), state: unlikely(signs).length ? "asks" : "here" };
  if (entry.state === "here") typed().forEach(ghost);
  const before = again ?? asked();
  if (!before || !wrongIn(before).some((name) => name in signs)) return entry;
  if (impossible(signsOf(before.fields))) { await drop(before.id); return entry; }
  await change(before.id, { state: "held", fields: { ...before.fields, taken_again: "on" } });
  return { ...entry, fields: { ...entry.fields, instead_of: before.id } };
}

document.addEventListener("entries", () => ask && paint());
ask?.addEventListener("click", ({ target }) => {
  if (target.matches("[data-doubt-again]")) repeat(asked());
  else if (target.matches("[data-doubt-right]")) confirm(asked());
});
