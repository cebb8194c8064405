// Emergencies without a network: one begun here runs here, and each card shows the steps and words entered here, with
// their times, until the server's own card holds them.
import { now } from "./room-clock.js";
import { of } from "./room-entries.js";
import { line } from "./room-line.js";
import { second } from "./room-words.js";

const { room } = document.querySelector("[data-room]").dataset;
const here = document.getElementById("emergency-here");
const all = (what, from = document) => [...from.querySelectorAll(what)];
const timeOf = ({ at_ms: at, skew_ms: skew }) => at + (skew ?? 0);
const ran = (id, at) => all(`[data-of="${id}"]`).some(({ dataset }) => !(Number(dataset.over) <= at));

// One that ran already is not begun a second time; the server gives it back too.
function begin(entry) {
  const { id, fields: { emergency } } = entry;
  const template = document.querySelector(`template[data-emergency="${emergency}"]`);
  if (!here || !template || document.querySelector(`[data-event="${id}"]`) || ran(emergency, timeOf(entry))) return;
  here.insertAdjacentHTML("afterbegin", template.innerHTML.replaceAll("{once}", id));
}
function clocks(card, began) {
  card.querySelector("[data-since]").dataset.since = new Date(began).toISOString();
  const [next, last] = [card.dataset.looks.split(" ").map((s) => began + Number(s) * 1000).find((at) => at > now()), card.querySelector("[data-until]")];
  last.parentNode.hidden = !next;
  if (next) last.dataset.until = new Date(next).toISOString();
}
function steps(card, done) {
  for (const each of all("[data-here-at]", card)) each.remove();
  for (const entry of done) {
    const button = card.querySelector(`[name=step][value="${entry.fields.step}"]`);
    button.classList.add("done");
    button.insertAdjacentHTML("beforeend", `<span class="tiny num" data-here-at>✓ ${second(timeOf(entry))}</span>`);
  }
}

function paintCard(card, mine) {
  const { event, holds = "" } = card.dataset;
  const added = mine.filter(({ id, fields }) => fields.event === event && !holds.includes(id));
  const began = mine.find(({ id }) => id === event);
  if (began && !holds) clocks(card, timeOf(began));
  steps(card, added.filter(({ kind }) => kind === "emergency_step"));
  const words = added.filter(({ kind }) => kind === "emergency_words");
  card.querySelector("[data-here-words]").replaceChildren(...words.map((entry) => line(entry, "[data-line-small]")));
  const over = words.find(({ fields }) => fields.action === "end");
  delete card.dataset.over;
  if (over) card.dataset.over = timeOf(over);
  for (const part of all("form, .clocks", card)) part.hidden = Boolean(over);
}

export function paint() {
  const mine = of(room).filter(({ kind, state }) => kind.startsWith("emergency") && state !== "refused");
  const held = all("[data-holds]").map(({ dataset }) => dataset.holds).join(" ");
  for (const card of all("[data-event]", here ?? undefined)) {
    if (card.parentNode === here && (held.includes(card.dataset.event) || !mine.some(({ id }) => id === card.dataset.event))) card.remove();
  }
  for (const entry of [null, ...mine]) {
    if (entry?.kind === "emergency" && !held.includes(entry.id)) begin(entry);
    for (const card of all("[data-event]")) paintCard(card, mine);
  }
}
