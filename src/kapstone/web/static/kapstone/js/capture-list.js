// What was said on this phone, as lines: the hour, whether it was spoken or written, where it is now. Never the words.
import { mine, remove } from "./capture-queue.js";
import { isShut } from "./capture-send.js";
import { isFleeting } from "./capture-store.js";

const card = document.querySelector("[data-capture]");
const words = card.dataset;
const list = document.querySelector("[data-mine]");
// The hours of the practice, as the page itself shows them: a phone may think that it is elsewhere.
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: words.zone };

function stateOf({ state, why }) {
  if (state === "sent") return `✓ ${words.wordsSent}`;
  if (state === "refused") return `■ ${words.wordsAgain}: ${why}`;
  if (state === "going") return `… ${words.wordsGoing}`;
  return isShut() ? `■ ${words.wordsShut}` : `… ${words.wordsHere}`;
}

function lineOf(row) {
  const line = document.querySelector("[data-line]").content.cloneNode(true).firstElementChild;
  const what = row.seconds === null ? words.wordsWritten : `${words.wordsSpoken}, ${Math.round(row.seconds)} s`;
  const hour = new Date(row.at).toLocaleTimeString("en-GB", CLOCK);
  line.querySelector("[data-hour]").textContent = hour;
  line.querySelector("[data-what]").textContent = what;
  line.querySelector("[data-state]").textContent = stateOf(row);
  line.querySelector("[data-which]").textContent = `${what}, ${hour}`;
  line.querySelector("form").hidden = row.state === "going";
  line.dataset.id = row.id;
  return line;
}

let shown = null;

export async function show() {
  // A line that somebody is asked about stays where it is until they have answered.
  if (document.querySelector("dialog[open]")) return;
  const rows = await mine();
  const now = JSON.stringify([isShut(), rows.map(({ id, state, why }) => [id, state, why])]);
  if (now === shown) return;
  shown = now;
  const old = list.contains(document.activeElement) ? document.activeElement.closest("[data-id]").dataset.id : null;
  list.replaceChildren(...rows.reverse().map(lineOf));
  list.querySelector(`[data-id="${old}"] button`)?.focus();
  document.querySelector("[data-none]").hidden = rows.length > 0;
  card.querySelector("[data-fleeting]").hidden = !isFleeting();
}

export function onDelete(then) {
  list.addEventListener("submit", async (event) => {
    event.preventDefault();
    await remove(event.target.closest("[data-id]").dataset.id);
    then();
  });
}
